// Forms that warn before work is lost, filters that apply themselves, and questions before something is removed.

const changed = new Set();

/** Questions come with the markup (data-confirm), so that they are translated with it. */
export function watchForms() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-guard")) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    const asks = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (asks && !confirm(asks)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    changed.delete(event.target);
  }, true);
  // A second click while a form is under way would send it twice. A download leaves the page, and the form, as they are.
  let sending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
    if (sending.has(form)) event.preventDefault();
    else {
      sending.add(form);
      setTimeout(() => sending.delete(form), 5000);
    }
  });
  addEventListener("pageshow", () => (sending = new WeakSet()));
  addEventListener("beforeunload", (event) => {
    for (const form of changed) {
      if (!form.isConnected) continue;
      event.preventDefault();
      return;
    }
  });

  // A request that did not arrive: what was typed is still on the page, and still unsaved.
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      const form = event.target.closest?.("form[data-guard]");
      if (form) changed.add(form);
      const messages = document.getElementById("messages");
      if (!messages) return;
      const note = document.createElement("p");
      note.dataset.failed = failure === "htmx:responseError" ? "answered" : "unreached";
      note.className = "note note-bad";
      note.setAttribute("role", "alert");
      const refused = failure === "htmx:responseError" && event.detail.xhr.status < 500;
      if (refused && event.detail.xhr.status === 401) {
        const way = document.createElement("a");
        Object.assign(way, { href: messages.dataset.signInAt, target: "_blank", textContent: messages.dataset.signIn });
        note.append(messages.dataset.signedOut, " ", way);
      } else note.textContent = refused ? messages.dataset.refused : messages.dataset.unreached;
      messages.replaceChildren(note);
      note.scrollIntoView({ block: "nearest" });
    });
  }

  // Signing in in another window changes the token of forms; the page that stayed open sends the new one.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.formData.has("csrfmiddlewaretoken")) event.detail.formData.set("csrfmiddlewaretoken", token);
  });

  // What was said of a request goes when a later one succeeds: a refusal stays until something is saved again.
  const clear = (kinds) => document.querySelectorAll(kinds).forEach((note) => note.remove());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    clear(event.detail.requestConfig?.verb === "get" ? "[data-failed=unreached]" : "[data-failed]");
  });
  document.addEventListener("migov:saved", () => clear("[data-failed]"));

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.hasAttribute("data-autosubmit")) return;
    if (event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
  });
  // An address without the filters that were left empty is one that can be read and shared.
  document.addEventListener("formdata", (event) => {
    const form = event.target;
    if (form.method !== "get" || !form.classList.contains("filters")) return;
    for (const name of new Set(event.formData.keys())) {
      if (event.formData.getAll(name).every((value) => value === "")) event.formData.delete(name);
    }
  });
}
