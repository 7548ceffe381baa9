// Rows that are saved cell by cell: marks the cells that were refused, and shows a saved value as the server wrote it —
// never in the cell that somebody is typing in, nor over words that were typed after they had been sent.

const sent = new WeakMap();

const cellsOf = (row) => [...row.querySelectorAll("input, select, textarea")].filter((cell) => cell.name && cell.type !== "hidden");

document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target;
  if (!row.matches?.("[data-row-editor]")) return;
  sent.set(row, new Map(cellsOf(row).filter((cell) => cell.type !== "radio").map((cell) => [cell.name, cell.value])));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const row = event.target;
  const values = sent.get(row);
  if (!values || !event.detail.successful || !row.isConnected) return;
  const wrong = new Set(row.querySelector(".say")?.dataset.wrong?.split(" ") ?? []);
  for (const cell of cellsOf(row)) {
    if (wrong.has(cell.name)) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
    const stands = row.querySelector(`input[type=hidden][name="was-${cell.name}"]`);
    if (!stands || wrong.has(cell.name) || cell === document.activeElement || cell.type === "radio") continue;
    if (values.get(cell.name) === cell.value && cell.value !== stands.value) cell.value = stands.value;
  }
});

// Words that are being typed when the page is left would be lost: a cell is saved when it is left, so leave it.
addEventListener("beforeunload", (event) => {
  const cell = document.activeElement;
  const row = cell?.closest?.("[data-row-editor]");
  const stands = row?.querySelector(`input[type=hidden][name="was-${cell.name}"]`);
  if (stands && stands.value !== cell.value && cell.type !== "radio") event.preventDefault();
});

// After a line was added, the next one begins in its first field.
document.addEventListener("htmx:afterSwap", (event) => {
  const first = document.querySelector("[data-first]");
  if (event.detail.requestConfig?.elt?.matches?.("[data-adds]") && first) first.focus();
});

// Alt with an arrow moves the line whose cell holds the cursor.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row-editor]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const button = row.querySelector(`button[value="${event.key === "ArrowUp" ? "up" : "down"}"]`);
  if (!button) return;
  event.preventDefault();
  event.target.blur();
  const back = event.target.id;
  button.click();
  document.addEventListener("htmx:afterSettle", () => document.getElementById(back)?.focus(), { once: true });
});

// On a narrow page each marker is folded but the first that is not complete. What an address names is opened.
const folds = [...document.querySelectorAll("[data-marker]")];
const named = () => document.getElementById(location.hash.slice(1));
const foldOf = (element) => element?.closest("[data-marker]") ?? element?.querySelector("[data-marker]");
if (folds.length && matchMedia("(max-width: 820px)").matches) {
  const first = foldOf(named()) ?? folds.find((fold) => fold.hasAttribute("data-incomplete"));
  for (const fold of folds) fold.open = fold === first;
}
addEventListener("hashchange", () => {
  const fold = folds.length && foldOf(named());
  if (!fold) return;
  fold.open = true;
  named().scrollIntoView();
});
