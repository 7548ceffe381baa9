// The results matrix: rows by keyboard and by drag, cells that two people change, and what was open stays open.
// Without it, every cell has a button of its own and every row a menu.

const matrix = () => document.getElementById("matrix");
const row = (element) => element.closest("[data-kind]");
const control = (form) => form.querySelector("textarea, select, input:not([type=hidden])");
const unsettled = () => document.querySelector("#matrix .mx-note .errors, #matrix .mx-note .note-warn");

// Cells on their way to the server. A change of the tree waits for them, since it draws every cell anew.
const underway = new Set();

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches(".mx-cell") && event.detail.target?.id !== "matrix") underway.add(event.detail.xhr);
});
document.addEventListener("htmx:afterRequest", (event) => underway.delete(event.detail.xhr));

document.addEventListener("htmx:confirm", (event) => {
  if (event.detail.target?.id !== "matrix" || !matrix()) return;
  event.preventDefault();
  settled().then((good) => good && event.detail.issueRequest(true));
});

/** Wait until no cell is underway; false where one could not be saved: its words would be lost. */
async function settled() {
  for (let waits = 0; underway.size && waits < 200; waits += 1) await new Promise((go) => setTimeout(go, 25));
  const left = unsettled();
  if (!left) return true;
  control(left.closest(".mx-cell")).focus();
  return false;
}

// A cell that was refused says so until it was saved.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const form = event.target.closest?.(".mx-cell");
  if (!form || !event.target.matches(".mx-note")) return;
  const refused = event.target.querySelector(".errors, .note-warn");
  if (refused) control(form)?.setAttribute("aria-invalid", "true");
  else control(form)?.removeAttribute("aria-invalid");
});

// What a cell holds after the server read it: "1 200,5" has become "1200.5". Never while somebody writes there.
document.addEventListener("htmx:oobAfterSwap", () => {
  for (const was of document.querySelectorAll("input[data-stands]")) {
    was.removeAttribute("data-stands");
    const field = was.form && control(was.form);
    if (field && field.type !== "checkbox" && field !== document.activeElement) field.value = was.value;
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (!button) return;
  const form = document.getElementById(`cell-${button.dataset.cell}`);
  const field = control(form);
  if (button.dataset.keep === "theirs") write(form, field, button.dataset.text);
  form.requestSubmit();
  field.focus();
});

function write(form, field, text) {
  if (field.type !== "checkbox") {
    field.value = text;
    return;
  }
  const left = new Set(text.split(",").map((part) => part.trim()).filter(Boolean));
  for (const box of form.querySelectorAll("[type=checkbox]")) box.checked = left.delete(box.value);
  form.querySelector("input[name=now]:not([type=checkbox])").value = [...left].join(", ");
}

const act = (element, values) =>
  htmx.ajax("POST", element.dataset.do, { source: element, target: "#matrix", swap: "outerHTML", values });

document.addEventListener("keydown", async (event) => {
  const title = event.target.closest?.(".mx-title textarea");
  if (!title || event.isComposing) return;
  const form = title.form;
  const place = row(title);
  if (event.key === "Enter") {
    event.preventDefault(); // a title is one line
    if (!place?.dataset.do || event.shiftKey || event.ctrlKey || event.altKey || !matrix()) {
      form.requestSubmit();
      return;
    }
    title.dataset.sent = title.value;
    htmx.ajax("POST", form.action, { source: form, target: "#matrix", swap: "outerHTML", values: { then: "add" } });
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown") && place?.dataset.do && matrix()) {
    event.preventDefault();
    if (title.value !== form.elements.was.value) {
      await htmx.ajax("POST", form.action, { source: form, target: form, swap: "none" });
    }
    if (await settled()) act(place, { do: event.key === "ArrowUp" ? "up" : "down" });
  }
});

// What is open stays open when the tree is drawn anew.
let open = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "matrix") return;
  open = [...document.querySelectorAll("#matrix details[open][id]")].map((one) => one.id);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  open = [];
});

// Drag a row by its handle. Alt with the arrow keys, and the menu of each row, do the same.
let dragged = null;

const above = (section) => {
  const depth = Number(section.dataset.depth);
  let one = section.previousElementSibling;
  while (one && !(one.matches(".mx-result") && Number(one.dataset.depth) < depth)) one = one.previousElementSibling;
  return one;
};
const beside = (element) =>
  element.dataset.kind === "indicator"
    ? [...element.parentElement.children]
    : [...document.querySelectorAll(".mx-result")].filter(
        (one) => one.dataset.level === element.dataset.level && above(one) === above(element),
      );

/** Where the dragged row would go: the key of what it stands under and its place there; null where it cannot stand. */
function destination(event) {
  const over = event.target.closest?.("[data-kind]");
  if (!dragged || !over || over === dragged || !over.closest("#matrix")) return null;
  const box = over.querySelector(".mx-row").getBoundingClientRect();
  const low = event.clientY > box.top + box.height / 2;
  if (over.dataset.level === dragged.dataset.level) {
    const others = beside(over).filter((one) => one !== dragged);
    const under = over.dataset.kind === "indicator" ? over.closest(".mx-result") : above(over);
    return { over, low, parent: under?.dataset.key ?? "", position: others.indexOf(over) + (low ? 1 : 0) };
  }
  const result = over.closest(".mx-result");
  const fits =
    dragged.dataset.kind === "indicator" || Number(result.dataset.depth) === Number(dragged.dataset.depth) - 1;
  return fits ? { over: result, low: true, parent: result.dataset.key, position: 9999 } : null;
}

function mark(found) {
  for (const one of document.querySelectorAll(".mx-before, .mx-after")) one.classList.remove("mx-before", "mx-after");
  found?.over.classList.add(found.low ? "mx-after" : "mx-before");
}

document.addEventListener("dragstart", (event) => {
  const handle = event.target.closest?.(".mx-handle");
  if (!handle) return;
  dragged = row(handle);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
  dragged.classList.add("mx-dragged");
});
document.addEventListener("dragover", (event) => {
  const found = destination(event);
  mark(found);
  if (found) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const found = destination(event);
  if (!found) return;
  event.preventDefault();
  act(dragged, { do: "drop", parent: found.parent, position: found.position });
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("mx-dragged");
  dragged = null;
  mark(null);
});
