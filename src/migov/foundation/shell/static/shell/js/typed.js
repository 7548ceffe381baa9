// What somebody typed is not lost when the session ended meanwhile: the form is filled again after signing in.
//
// A form is remembered while it is sent, for this window only. The next page forgets it, unless it is the one that asks to sign in;
// then the page of the form fills it again, for the same person. Passwords and files are never remembered.

const KEY = "migov:typed";
const LASTING = "textarea[name], select[name], input[name]:not([type=hidden], [type=password], [type=file], [type=submit])";
const here = () => location.pathname + location.search;
const address = (form) => form.getAttribute("action") || "";

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null; // Storage is switched off.
  }
}

function keep(typed) {
  try {
    if (typed) sessionStorage.setItem(KEY, JSON.stringify(typed));
    else sessionStorage.removeItem(KEY);
  } catch {
    // As above, or more than the window may keep: the form is sent all the same.
  }
}

function remember(form, user) {
  const fields = [...form.querySelectorAll(LASTING)].map(({ name, value, checked }) => ({ name, value, checked: Boolean(checked) }));
  if (!fields.length) return;
  const alike = [...document.forms].filter((one) => address(one) === address(form));
  keep({ user, page: here(), action: address(form), nth: alike.indexOf(form), fields });
}

function fill(form, fields) {
  [...form.querySelectorAll(LASTING)].forEach((field, at) => {
    const was = fields[at];
    if (was?.name !== field.name) return;
    if (field.matches("[type=checkbox], [type=radio]")) {
      if (field.value === was.value) field.checked = was.checked;
    } else field.value = was.value;
  });
  for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.querySelector(LASTING)?.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Remember forms as they are sent, and fill the one whose sending found its writer signed out. */
export function watchTyped() {
  const user = document.body.dataset.user;
  const typed = recall();
  if (typed && !user) keep({ ...typed, signedOut: true });
  else if (typed) {
    keep(null);
    const form = [...document.forms].filter((one) => address(one) === typed.action)[typed.nth];
    if (typed.signedOut && typed.user === user && typed.page === here() && form) {
      fill(form, typed.fields);
      const messages = document.getElementById("messages");
      const note = document.createElement("p");
      note.className = "note note-warn";
      note.setAttribute("role", "alert");
      note.textContent = messages.dataset.putBack;
      messages.append(note);
    }
  }
  if (!user) return;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!event.defaultPrevented && form.method === "post" && !form.matches("[hx-post]")) remember(form, user);
  });
}
