// Answering an assessment with the keyboard, and the workshop's screen with the arrow keys. Nothing typed is left behind unsaved.

const cards = () => [...document.querySelectorAll("[data-question]")];
const typing = (element) => element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
const here = () => document.activeElement?.closest?.("[data-question]");
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const go = (card) => {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
};

const walk = (step) => {
  const all = cards();
  const at = all.indexOf(here());
  const to = at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[at + step];
  if (to) go(to);
  return Boolean(to);
};

const choose = (card, key) => {
  const option = card.querySelector(`[data-answer] input[name=option][data-key="${key}"]`);
  if (!option) return false;
  if (!option.checked) {
    option.checked = true;
    option.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return true;
};

const act = (event) => {
  const arrow = document.querySelector(`[data-arrow="${event.key}"]`);
  if (arrow) {
    arrow.click();
    return true;
  }
  if (!cards().length) return false;
  if (event.key === "j") return walk(1);
  if (event.key === "k") return walk(-1);
  const card = here();
  if (!card) return false;
  if (/^[1-9]$/.test(event.key)) return choose(card, event.key);
  if (event.key === "Enter" && event.target === card) {
    card.querySelector("[data-note]")?.focus();
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
  if (typing(event.target)) return;
  // Arrows belong to a group of choices while one of them has the cursor.
  if (event.target.matches("input[type=radio]") && event.key.startsWith("Arrow")) return;
  if (act(event)) event.preventDefault();
});

// What was sent is what is saved: a note that was typed on meanwhile stays unsaved.
const sent = new WeakMap();
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("[data-answer]");
  if (form) sent.set(form, form.querySelector("[data-note]")?.value ?? "");
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest?.("[data-answer]");
  const note = form?.querySelector("[data-note]");
  if (note && form.querySelector("[data-saved]")) note.defaultValue = sent.get(form) ?? note.value;
});

const unsaved = () => [...document.querySelectorAll("[data-answer] [data-note]")].some((note) => note.value !== note.defaultValue);
let leaving = false;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) leaving = true;
});
addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved()) event.preventDefault();
});

// A question that the address names has the cursor, so that the keys work at once.
const named = document.getElementById(location.hash.slice(1));
if (named?.matches("[data-question]")) named.focus({ preventScroll: true });

// Of the fields for evidence only those of the kind that is chosen are shown; what was refused is always shown.
const fit = (select) => {
  for (const input of select.form.querySelectorAll("[data-for]")) {
    const field = input.closest(".field");
    if (!field) continue;
    const fits = input.dataset.for.split(" ").includes(select.value);
    field.hidden = !fits && !input.value && !field.classList.contains("field-wrong");
  }
};
const fitAll = (root) => root.querySelectorAll("form select[name=kind]").forEach((select) => select.form.querySelector("[data-for]") && fit(select));
document.addEventListener("change", (event) => {
  if (event.target.matches("select[name=kind]")) fitAll(event.target.form.parentElement);
});
document.addEventListener("htmx:load", (event) => fitAll(event.target));
fitAll(document);
