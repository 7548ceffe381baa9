// One-key shortcuts. They sleep while somebody types.

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

let awake = true;

/** People who speak to their computer, or press keys by accident, can switch the shortcuts off; the choice is remembered. */
function offerChoice() {
  try {
    awake = localStorage.getItem("shortcuts") !== "off";
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
  const choice = document.querySelector("[data-keys-choice]");
  const box = choice?.querySelector("input");
  if (!box) return;
  box.checked = awake;
  box.addEventListener("change", () => {
    awake = box.checked;
    try {
      localStorage.setItem("shortcuts", awake ? "on" : "off");
    } catch {
      // As above.
    }
  });
  choice.hidden = false;
}

export function watchKeys() {
  offerChoice();
  document.addEventListener("keydown", (event) => {
    if (!awake || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.(TYPING)) return;
    if (event.key === "/") {
      const box = document.querySelector("[data-search]");
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const row = event.target.closest?.(".suggestion");
    if (!row) return;
    if (event.key === "j" || event.key === "k") {
      const rows = [...document.querySelectorAll(".suggestion")];
      const next = rows[rows.indexOf(row) + (event.key === "j" ? 1 : -1)];
      if (next) {
        event.preventDefault();
        next.focus();
      }
      return;
    }
    const button = row.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });

  // After a decision the row is gone: the focus goes to the row that took its place, so that the next key works at once.
  let left = -1;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.target.closest?.(".suggestion");
    left = row ? [...document.querySelectorAll(".suggestion")].indexOf(row) : -1;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (left < 0 || (document.activeElement && document.activeElement !== document.body)) return;
    const rows = document.querySelectorAll(".suggestion");
    (rows[left] || rows[left - 1])?.focus();
    left = -1;
  });
}
