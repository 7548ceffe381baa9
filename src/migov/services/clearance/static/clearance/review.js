// The review by keyboard and selection: comments open where they belong, selected words become a quote, j and k move between comments.
// Without this file every link and form still works.
import { differences } from "./wording.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const template = document.getElementById("composer-template");

/** Shortcuts can be switched off in the person's menu; see the shell. */
const awake = () => document.querySelector("[data-keys-choice] input")?.checked ?? true;

function place(node) {
  const from = node instanceof Element ? node : node?.parentElement;
  return from?.closest("[data-place]");
}

function close(composer) {
  const at = place(composer);
  const row = composer.closest("tr.line-remarks");
  composer.remove();
  if (row && !row.querySelector(".thread")) row.remove();
  return at;
}

/** Where remarks of a place stand; a row of a table gets a row of its own for them. */
function remarksOf(at) {
  const found = at.querySelector(".remarks");
  if (found || at.tagName !== "TBODY") return found;
  const row = at.insertRow();
  row.className = "line-remarks";
  const cell = row.insertCell();
  cell.colSpan = at.rows[0].cells.length;
  const box = document.createElement("div");
  box.className = "remarks";
  cell.append(box);
  return box;
}

function compose(at, quote = "") {
  if (!template || !at) return;
  const open = document.querySelector("[data-composer]");
  if (open && place(open) === at && !quote) {
    open.elements.body.focus();
    return;
  }
  // What is half written elsewhere is not thrown away: the person decides there first.
  if (open && place(open) !== at && (open.elements.body.value.trim() || open.elements.wording.value.trim())) {
    open.scrollIntoView({ block: "center" });
    open.elements.body.focus();
    return;
  }
  const composer = open && place(open) === at ? open : template.content.firstElementChild.cloneNode(true);
  if (composer !== open) {
    if (open) close(open);
    composer.elements.anchor.value = at.dataset.place;
    composer.querySelector(".composer-words").open = Boolean(quote);
    remarksOf(at).append(composer);
    htmx.process(composer);
  }
  if (quote) {
    composer.querySelector(".composer-words").open = true;
    composer.elements.quote.value = quote;
    if (!composer.elements.wording.value) composer.elements.wording.value = quote;
    compare(composer);
  }
  composer.elements.body.focus();
  composer.scrollIntoView({ block: "nearest" });
}

/** The quoted words with what the person made of them, as they type. */
function compare(composer) {
  const box = composer.querySelector("[data-difference]");
  const { quote, wording } = composer.elements;
  box.replaceChildren();
  if (!quote.value.trim() || !wording.value.trim() || quote.value === wording.value) return;
  for (const [kind, text] of differences(quote.value, wording.value)) {
    if (kind === "same") {
      box.append(text);
      continue;
    }
    const mark = document.createElement(kind === "out" ? "del" : "ins");
    const name = document.createElement("span");
    name.className = "unseen";
    name.textContent = `[${kind === "out" ? box.dataset.out : box.dataset.in}: `;
    mark.append(name, text.trimEnd());
    box.append(mark, text.slice(text.trimEnd().length));
  }
}

document.addEventListener("input", (event) => {
  const composer = event.target.closest?.("[data-composer]");
  if (composer && event.target.name !== "body") compare(composer);
});

// A wording that only repeats the quoted words suggests nothing. Before htmx reads the form, hence while the event goes down.
document.addEventListener("submit", (event) => {
  const composer = event.target.closest?.("[data-composer]");
  if (!composer) return;
  const { quote, wording } = composer.elements;
  if (wording.value.trim() === quote.value.trim()) wording.value = "";
}, true);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-comment]");
  if (link && template && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    compose(place(link));
    return;
  }
  const cancel = event.target.closest?.("[data-cancel]");
  if (cancel) close(cancel.closest("[data-composer]"))?.focus();
});

// Selected words: a button beside them.
let pick = null;

function selected() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const at = place(selection.anchorNode);
  const words = selection.toString().trim();
  if (!words || !at || at !== place(selection.focusNode)) return null;
  const range = selection.getRangeAt(0);
  const says = at.querySelector("[data-says]");
  if (!says?.contains(range.startContainer) || !says.contains(range.endContainer)) return null;
  return { at, words, range };
}

function offer() {
  pick?.remove();
  pick = null;
  const found = template && selected();
  if (!found) return;
  pick = document.createElement("button");
  pick.type = "button";
  pick.className = "btn btn-go btn-small pick";
  pick.textContent = document.querySelector("[data-review]").dataset.pick;
  const box = found.range.getBoundingClientRect();
  document.body.append(pick);
  const left = Math.min(Math.max(box.left, 8), innerWidth - pick.offsetWidth - 8);
  pick.style.left = `${left + scrollX}px`;
  pick.style.top = `${box.bottom + scrollY + 6}px`;
  pick.addEventListener("pointerdown", (event) => event.preventDefault());
  pick.addEventListener("click", () => {
    compose(found.at, found.words);
    pick?.remove();
    pick = null;
  });
}

document.addEventListener("pointerup", () => setTimeout(offer));
document.addEventListener("keyup", (event) => {
  if (event.shiftKey || event.key === "Shift") offer();
});
document.addEventListener("selectionchange", () => {
  if (pick && getSelection().isCollapsed) {
    pick.remove();
    pick = null;
  }
});

// Keys: j and k between places with comments, n for a new one, c to clear.
let now = null;

function move(step) {
  const all = [...document.querySelectorAll("[data-remarked]")];
  if (!all.length) return;
  const focused = place(document.activeElement) ?? (now?.isConnected ? now : null);
  let index = all.indexOf(focused);
  if (index < 0) {
    const seen = focused
      ? all.findIndex((one) => focused.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)
      : all.findIndex((one) => one.getBoundingClientRect().top > 0);
    index = step > 0 ? (seen < 0 ? all.length - 1 : seen) : (seen < 0 ? all.length : seen) - 1;
  } else {
    index += step;
  }
  now = all[Math.min(Math.max(index, 0), all.length - 1)];
  now.focus({ preventScroll: true });
  now.scrollIntoView({ block: "start" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const composer = event.target.closest?.("[data-composer]");
    if (composer && !composer.elements.body.value.trim()) close(composer)?.focus();
    return;
  }
  if (!awake() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING)) return;
  const steps = {
    j: () => move(1),
    k: () => move(-1),
    n: () => {
      const found = selected();
      if (found) compose(found.at, found.words);
      else compose(place(document.activeElement) ?? (now?.isConnected ? now : firstSeen()));
    },
    c: () => document.querySelector(".own-review [data-key='c']")?.click(),
  };
  if (steps[event.key]) {
    event.preventDefault();
    steps[event.key]();
  }
});

function firstSeen() {
  const all = [...document.querySelectorAll("[data-place]")];
  return all.find((one) => one.getBoundingClientRect().bottom > 80) ?? all[0];
}

// Answers to the checklist are saved side by side. Where two were on their way at once, what is missing may be drawn from the older one: it
// is asked for again, and once more where an answer was given while it was asked for. (What comes goes into #missing and does not
// replace it: a request whose element is gone has nowhere to put its response, and a new element is deaf for the first moments.)
const answersSent = new Set();
let overtaken = false;
const isAnswer = (event) => event.detail.requestConfig?.elt.closest(".question, #missing");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isAnswer(event)) return;
  answersSent.add(event.detail.xhr);
  overtaken ||= answersSent.size > 1;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!answersSent.delete(event.detail.xhr) || answersSent.size || !overtaken) return;
  overtaken = false;
  htmx.trigger("#missing", "overtaken");
});

// After a step the place is drawn anew: the focus goes back to it, so that the next key goes on from there.
document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail.target?.id;
  const again = id && document.getElementById(id);
  if (!again?.matches("[data-place]") || again.contains(document.activeElement)) return;
  const wanted = again.querySelector("[data-composer] textarea") ?? again;
  wanted.focus({ preventScroll: true });
});

// On a small screen the outline begins folded.
if (matchMedia("(max-width: 1100px)").matches) document.querySelector("[data-outline]")?.removeAttribute("open");
