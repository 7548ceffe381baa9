// The grid of reporting: moving from cell to cell, pasting blocks from a sheet, saving each cell when it is left.
// What is refused keeps what was typed, with the reason beside it, until it is put right or given up.

const cells = () => [...document.querySelectorAll("form[data-report] [data-row]")];
const first = document.querySelector("form[data-report]");
const said = document.getElementById("grid-said");
const trouble = document.getElementById("grid-refused");
const texts = trouble?.dataset ?? {};

const key = (row, column) => `${row}:${column}`;
const places = new Map(cells().map((cell) => [key(cell.dataset.row, cell.dataset.column), cell]));
const stands = new Map(); // name of a cell → what the server holds, as far as this page knows
for (const cell of cells()) {
  const was = cell.form.elements[`was-${cell.name}`];
  stands.set(cell.name, cell.hasAttribute("aria-invalid") ? was?.value ?? "" : cell.value);
}

const waiting = new Map(); // cells to be sent: name → cell
let sending = false;

const plain = (text) => text.replaceAll("\r\n", "\n").trim();
const isOpen = (cell) => !cell.readOnly;

// Where not all columns have room, the one that is due is in sight.
for (const due of document.querySelectorAll("form[data-report] [data-due]")) {
  const frame = due.closest(".wrap");
  const label = due.parentElement.firstElementChild;
  frame.scrollLeft = Math.max(0, due.offsetLeft + due.offsetWidth - frame.clientWidth, 0);
  if (frame.scrollLeft && due.offsetLeft - frame.scrollLeft < label.offsetWidth) frame.scrollLeft = due.offsetLeft - label.offsetWidth;
}

// Saving

function send(changed) {
  for (const cell of changed) {
    waiting.set(cell.name, cell);
    cell.parentElement.classList.add("saving");
  }
  if (!sending) flush();
}

async function flush() {
  if (!waiting.size) return;
  sending = true;
  const batch = [...waiting.values()];
  waiting.clear();
  const sent = batch.map((cell) => ({ name: cell.name, text: cell.value, was: stands.get(cell.name) ?? "" }));
  try {
    const answer = await fetch(first.dataset.report, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": first.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ cells: sent }),
    });
    const says = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(says.refused ?? texts.unreached);
    if (trouble.dataset.kind !== "outside") trouble.hidden = true;
    says.cells.forEach((outcome, at) => tell(batch[at], sent[at].text, outcome));
    for (const [id, html] of Object.entries({ ...says.parts, summary: says.summary })) replace(id, html);
    said.textContent = says.said;
    rests();
  } catch (error) {
    warn("failed", error instanceof TypeError ? texts.unreached : error.message);
    for (const cell of batch) cell.dataset.unsent = "";
  } finally {
    for (const cell of batch) cell.parentElement.classList.remove("saving");
    sending = false;
  }
  flush();
}

function warn(kind, words) {
  trouble.dataset.kind = kind;
  trouble.textContent = words;
  trouble.hidden = false;
}

function replace(id, html) {
  const old = document.getElementById(id === "summary" ? "grid-summary" : id);
  const made = document.createElement("template");
  made.innerHTML = html.trim();
  if (old && made.content.firstElementChild) old.replaceWith(made.content.firstElementChild);
}

function tell(cell, text, outcome) {
  delete cell.dataset.unsent;
  refuse(cell, "");
  if (!outcome.problem) {
    stands.set(cell.name, outcome.shown);
    if (cell.value === text) cell.value = outcome.shown;
    cell.parentElement.classList.add("saved");
    follow(cell, outcome.shown);
    return;
  }
  cell.parentElement.classList.remove("saved");
  if (plain(cell.value) !== plain(text)) return; // typed anew meanwhile: that is sent next
  refuse(cell, isOpen(cell) ? outcome.problem : `${texts.pasted}: ${text}. ${outcome.problem}`, outcome.now);
  if (!isOpen(cell)) cell.value = stands.get(cell.name) ?? "";
}

/** Without JavaScript the form sends what stood: keep it true, so that going back to the page does not lie. */
function follow(cell, shown) {
  let was = cell.form.elements[`was-${cell.name}`];
  if (!was && shown) {
    was = document.createElement("input");
    was.type = "hidden";
    was.name = `was-${cell.name}`;
    cell.after(was);
  }
  if (was) was.value = shown;
}

function refuse(cell, problem, now = null) {
  document.getElementById(`why-${cell.name}`)?.remove();
  cell.removeAttribute("aria-invalid");
  cell.removeAttribute("aria-describedby");
  if (!problem) return;
  const why = document.createElement("span");
  why.className = "refused";
  why.id = `why-${cell.name}`;
  why.textContent = problem;
  if (isOpen(cell)) cell.setAttribute("aria-invalid", "true");
  cell.setAttribute("aria-describedby", why.id);
  if (now !== null) {
    const theirs = button(texts.theirs, () => {
      cell.value = now;
      stands.set(cell.name, now);
      follow(cell, now);
      refuse(cell, "");
      rests();
      cell.focus();
    });
    const mine = button(texts.mine, () => {
      stands.set(cell.name, now);
      send([cell]);
      cell.focus();
    });
    why.append(document.createElement("br"), theirs, mine);
  }
  cell.parentElement.append(why);
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-small";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

/** How many refusals are left, in the title of the window: it is seen also where the cells are not. */
function rests() {
  const left = document.querySelectorAll("form[data-report] [aria-invalid=true]").length;
  document.title = document.title.replace(/^\(\d+ [^)]*\) /, "");
  if (left) document.title = `(${left} ${texts.leave}) ${document.title}`;
}

const isUnsaved = (cell) => isOpen(cell) && (plain(cell.value) !== plain(stands.get(cell.name) ?? "") || "unsent" in cell.dataset);

document.addEventListener("change", (event) => {
  const cell = event.target;
  if (!cell.matches?.("form[data-report] [data-row]")) return;
  if (isUnsaved(cell)) send([cell]);
  else { refuse(cell, ""); rests(); }
});

// A cell that could not be sent is tried again whenever it is left.
document.addEventListener("focusout", (event) => {
  const cell = event.target;
  if (cell.matches?.("form[data-report] [data-unsent]") && !waiting.has(cell.name)) send([cell]);
});

document.addEventListener("input", (event) => event.target.parentElement?.classList.remove("saved"));

// Enter moves; only the button sends the form.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-report]")) event.preventDefault();
});

addEventListener("beforeunload", (event) => {
  if (sending || waiting.size || cells().some(isUnsaved)) event.preventDefault();
});

// Moving

function go(from, rows, columns) {
  let row = Number(from.dataset.row) + rows;
  let column = Number(from.dataset.column) + columns;
  const last = Math.max(...[...places.values()].map((cell) => Number(cell.dataset.row)));
  while (row >= 0 && row <= last && column >= 0 && column < 60) {
    const to = places.get(key(row, column));
    if (to) {
      to.focus();
      to.select();
      to.scrollIntoView({ block: "nearest", inline: "nearest" });
      return true;
    }
    row += rows;
    column += columns;
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.matches?.("form[data-report] [data-row]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isText = cell.tagName === "TEXTAREA";
  const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const atStart = cell.selectionEnd === 0 || all;
  const atEnd = cell.selectionStart === cell.value.length || all;
  let moved = false;
  if (event.key === "Enter" && !isText) {
    if (!go(cell, event.shiftKey ? -1 : 1, 0) && isUnsaved(cell)) send([cell]); // the last row: it is not left
    moved = true;
  } else if (event.shiftKey) return;
  else if (event.key === "ArrowDown" && (!isText || atEnd)) moved = go(cell, 1, 0) || !isText;
  else if (event.key === "ArrowUp" && (!isText || atStart)) moved = go(cell, -1, 0) || !isText;
  else if (event.key === "ArrowRight" && atEnd) moved = go(cell, 0, 1);
  else if (event.key === "ArrowLeft" && atStart) moved = go(cell, 0, -1);
  else if (event.key === "Escape" && isOpen(cell)) {
    cell.value = stands.get(cell.name) ?? "";
    delete cell.dataset.unsent;
    refuse(cell, "");
    rests();
    moved = true;
  }
  if (moved) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("form[data-report] input[data-row]")) event.target.select();
});

// Pasting

/** The rows of what a sheet copies: tabs between cells, quotes around those that hold tabs, quotes or line breaks. */
export function block(text) {
  const rows = [[]];
  let at = 0;
  const source = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/\n$/, "");
  while (at <= source.length) {
    let value = "";
    const closes = source[at] === '"' ? /"(?:[^"]|"")*"(?=\t|\n|$)/y : null;
    if (closes) closes.lastIndex = at;
    const quoted = closes?.exec(source)?.[0];
    if (quoted) {
      value = quoted.slice(1, -1).replaceAll('""', '"');
      at += quoted.length;
    } else {
      while (at < source.length && source[at] !== "\t" && source[at] !== "\n") value += source[at++];
    }
    rows.at(-1).push(value);
    if (source[at] === "\n") rows.push([]);
    at += 1;
  }
  return rows;
}

document.addEventListener("paste", (event) => {
  const cell = event.target;
  if (!cell.matches?.("form[data-report] [data-row]")) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (cell.tagName === "TEXTAREA" && !text.includes("\t")) return; // lines of a text, not rows of a sheet
  const rows = block(text);
  if (rows.length === 1 && rows[0].length === 1) return; // one value: as everywhere else
  event.preventDefault();
  const changed = [];
  let outside = 0;
  rows.forEach((row, down) => row.forEach((value, right) => {
    const to = places.get(key(Number(cell.dataset.row) + down, Number(cell.dataset.column) + right));
    if (!to) {
      outside += plain(value) ? 1 : 0;
      return;
    }
    to.value = value.trim();
    if (plain(to.value) !== plain(stands.get(to.name) ?? "")) changed.push(to);
    else refuse(to, "");
  }));
  trouble.hidden = true;
  if (outside) warn("outside", `${outside} ${texts.outside}.`);
  if (changed.length) send(changed);
});
