// Rows that somebody judges one after another: they are walked and judged with the keyboard, and nothing typed is left behind unsaved.
//
// j and k go to the next and previous row, 1 to 6 judge the row, Enter goes to its comment, Escape back to the row, n to the next that
// is not judged. Keys mean nothing of this while somebody types.

const rows = () => [...document.querySelectorAll("[data-review-row]")];
const typing = (element) => element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

const here = () => document.activeElement?.closest?.("[data-review-row]");

const go = (row) => {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
};

const walk = (step) => {
  const all = rows();
  const at = all.indexOf(here());
  const to = at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[at + step];
  if (to) go(to);
  return Boolean(to);
};

const judge = (row, key) => {
  const choice = row.querySelector(`input[name=judgement][data-key="${key}"]`);
  if (!choice || choice.checked) return Boolean(choice);
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

const leftHere = () => {
  const all = rows();
  const at = all.indexOf(here());
  return all.slice(at + 1).find((row) => row.querySelector('input[name=judgement][value=""]:checked'));
};

const act = (event) => {
  const row = here();
  if (event.key === "j") return walk(1);
  if (event.key === "k") return walk(-1);
  if (event.key === "n") {
    const left = leftHere();
    if (left) go(left);
    else document.querySelector("[data-next]")?.click();
    return true;
  }
  if (!row) return false;
  if (/^[1-6]$/.test(event.key)) return judge(row, event.key);
  if (event.key === "Enter" && event.target === row) {
    row.querySelector("[data-comment]")?.focus();
    return true;
  }
  return false;
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && here() && here() !== document.activeElement) {
    go(here());
    return;
  }
  if (typing(event.target) || !rows().length) return;
  if (act(event)) event.preventDefault();
});

// A row that was judged looks so at once; the choice for several rows carries the revision that the row has now.
document.addEventListener("htmx:afterSwap", (event) => {
  const row = event.target.closest?.("[data-review-row]");
  if (!row) return;
  const chosen = row.querySelector("input[name=judgement]:checked");
  row.classList.toggle("review-row-judged", Boolean(chosen?.value));
  const revision = row.querySelector("input[type=hidden][name=revision]");
  const box = row.querySelector('input[type=checkbox][name="rows"]');
  if (box && revision) box.value = `${box.value.split(":")[0]}:${revision.value}`;
});

// What is in a field and not saved yet would be lost when the page is left.
const unsaved = () =>
  rows().some((row) =>
    [...row.querySelectorAll("textarea[name], input[type=text][name]")].some((field) => {
      const was = row.querySelector(`input[type=hidden][name="was-${field.name}"]`);
      return was && was.value.replaceAll("\r\n", "\n").trim() !== field.value.trim();
    }),
  ) ||
  [...document.querySelectorAll("[data-answer]")].some((form) =>
    [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue),
  );

let leaving = false;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) leaving = true;
});
addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved()) event.preventDefault();
});

// A row that the address names has the cursor, so that the keys work at once.
const named = document.getElementById(location.hash.slice(1));
if (named?.matches("[data-review-row]")) named.focus({ preventScroll: true });
