// Writing a section: it saves itself, keeps every word on this computer until the server has it, and says where the words are.

const PAUSE = 1500; // after the last key
const AT_LEAST = 15000; // while somebody writes without a pause
const LOOK = 15000; // while another person writes
const PATIENCE = 20000; // until a request counts as lost
const SLOWEST = 60000; // between two attempts
const ALIVE = 8000; // a page that kept its words so recently is still open
const SMALL = 60000; // characters that a page may send while it is left

/** As the server counts: what stands between spaces and holds a letter or a digit. */
const countWords = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
const clock = (moment) => new Date(moment).toTimeString().slice(0, 5);
const tidy = (text) => text.replace(/\r\n?/g, "\n").trimEnd();
const fill = (words, ...values) => values.reduce((said, value) => said.replace("%s", value), words);

/** The words of pages of this section, kept on this computer: token of the page → what it wrote. */
class Shelf {
  constructor(prefix) {
    this.prefix = prefix;
  }

  put(token, entry) {
    try {
      localStorage.setItem(this.prefix + token, JSON.stringify(entry));
      return true;
    } catch {
      return false; // storage is full or switched off
    }
  }

  drop(token) {
    try {
      localStorage.removeItem(this.prefix + token);
    } catch {
      // Nothing was kept.
    }
  }

  /** Those of other pages, the newest first. */
  others(token) {
    const found = [];
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const key = localStorage.key(at);
        if (!key.startsWith(this.prefix) || key === this.prefix + token) continue;
        try {
          found.push({ token: key.slice(this.prefix.length), ...JSON.parse(localStorage.getItem(key)) });
        } catch {
          localStorage.removeItem(key);
        }
      }
    } catch {
      return [];
    }
    return found.filter((entry) => typeof entry.text === "string").sort((one, other) => other.at - one.at);
  }
}

class Editor {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.token = form.elements.token.value;
    this.revision = Number(form.elements.revision.value);
    this.csrf = form.elements.csrfmiddlewaretoken.value;
    this.number = 0;
    this.saved = this.text.value; // what the server has
    this.kept = true; // whether this computer has the rest
    this.begun = false; // whether this page has asked for the lock and was answered
    this.asked = 0;
    this.left = false;
    this.wait = 0; // before the next attempt, while there is no connection
    this.firstUnsaved = 0;
    this.seen = Date.now();
    this.placed = false; // whether somebody has set the cursor into the text
    this.running = null;
    this.shelf = new Shelf(form.dataset.key);
    this.status = document.getElementById("section-status");
    this.words = document.getElementById("section-words");
    this.lock = document.getElementById("section-lock");
    this.aside = document.getElementById("aside-note");
    this.keptHere = document.getElementById("kept-here");
  }

  get dirty() {
    return this.text.value !== this.saved;
  }

  start() {
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("focus", () => {
      this.placed = true;
      this.look();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("online", () => this.again(0));
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => {
      this.left = false;
      if (event.persisted) this.look(true);
    });
    addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.kept) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.save() : this.look()));
    document.addEventListener("submit", (event) => this.first(event), true);
    document.addEventListener("click", (event) => this.first(event), true);
    setInterval(() => !this.lock.hidden && this.look(true), LOOK);
    setInterval(() => this.dirty && this.keep(), ALIVE / 2);
    this.count();
    this.grow();
    this.offer();
    this.goOn();
    setTimeout(() => this.offer(), ALIVE + 1000); // pages that ended without a word are known by then
  }

  say(words, wrong = false) {
    if (this.status.textContent.trim() !== words) this.status.textContent = words;
    this.status.toggleAttribute("data-wrong", wrong);
  }

  changed() {
    this.count();
    this.grow();
    if (!this.dirty) {
      this.shelf.drop(this.token);
      return;
    }
    this.keep();
    const now = Date.now();
    if (!this.begun && now - this.asked > LOOK) this.begin();
    this.firstUnsaved ||= now;
    if (this.wait) return; // the next attempt is on its way
    this.say(this.form.dataset.sayWriting);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, this.firstUnsaved + AT_LEAST - now)));
  }

  keep() {
    const { revision, number, left } = this;
    this.kept = this.shelf.put(this.token, { text: this.text.value, revision, number, at: Date.now(), left });
    return this.kept;
  }

  count() {
    const words = countWords(this.text.value);
    const limit = Number(this.form.dataset.limit);
    const { sayWords, sayTooMany } = this.form.dataset;
    this.words.textContent = words > limit ? fill(sayTooMany, words, limit, words - limit) : fill(sayWords, words, limit);
    this.words.toggleAttribute("data-over", words > limit);
  }

  /** Browsers that do not let a field grow by themselves are given as many rows as there are lines. */
  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    const across = Math.max(20, Math.floor(this.text.clientWidth / 8.5));
    const rows = this.text.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / across), 2);
    this.text.rows = Math.max(14, rows);
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.save();
    } else if (event.altKey && (event.key === "PageUp" || event.key === "PageDown")) {
      const link = document.querySelector(`[data-step="${event.key}"]`);
      if (!link) return;
      event.preventDefault();
      link.click();
    }
  }

  body(more = {}) {
    const data = new FormData();
    const fields = { csrfmiddlewaretoken: this.csrf, token: this.token, ...more };
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return data;
  }

  /** The answer as an object; null where the server was not reached or did not answer as it should. Sets `this.fault`. */
  async ask(url, options = {}) {
    this.fault = "offline";
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(url, { redirect: "manual", credentials: "same-origin", signal, ...options });
      if (answer.type === "opaqueredirect") this.fault = "signed-out";
      if (answer.status === 403) this.fault = "refused";
      if (!answer.ok) return null;
      const said = await answer.json();
      this.fault = "";
      return said;
    } catch {
      return null;
    }
  }

  async begin() {
    this.begun = true;
    this.asked = Date.now();
    const said = await this.ask(this.form.dataset.open, { method: "POST", body: this.body() });
    if (!said) this.begun = false;
    if (said?.state === "held") this.held(said.writer);
  }

  held(writer) {
    this.lock.querySelector("[data-writer]").textContent = writer;
    this.lock.hidden = false;
  }

  /** Save what is new; one request at a time. Resolves when nothing is on its way any more. */
  save() {
    clearTimeout(this.timer);
    this.running ||= this.send().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async send() {
    while (this.dirty) {
      const sent = this.text.value;
      this.number += 1;
      this.keep();
      if (!this.wait) this.say(this.form.dataset.saySaving);
      const fields = { text: sent, revision: this.revision, number: this.number };
      const said = await this.ask(this.form.dataset.save, { method: "POST", body: this.body(fields) });
      if (!said) {
        await this.failed();
        return;
      }
      this.wait = 0;
      this.firstUnsaved = 0;
      if (said.state !== "saved") {
        this.refused(said, sent);
        return;
      }
      this.arrived(said, sent);
    }
  }

  arrived(said, sent) {
    this.revision = said.revision;
    this.form.elements.revision.value = said.revision;
    this.saved = sent;
    this.aside.hidden = true;
    this.seen = Date.now();
    if (this.dirty) this.keep();
    else this.shelf.drop(this.token);
    this.say(fill(this.form.dataset.saySaved, said.at));
    this.form.dispatchEvent(new CustomEvent("paused")); // the panels read the text anew
    document.dispatchEvent(new CustomEvent("migov:saved"));
  }

  /** The server has the words, but not in the text: nothing is lost, and nothing is tried again until something changes. */
  refused(said, sent) {
    this.say(said.state === "aside" ? fill(this.form.dataset.sayAside, said.at) : said.message, true);
    this.aside.querySelector("span").textContent = said.message;
    const link = this.aside.querySelector("a");
    link.hidden = said.state !== "aside";
    if (said.url) link.href = said.url;
    this.aside.hidden = false;
    if (said.state === "aside") {
      this.saved = sent;
      this.shelf.drop(this.token);
    }
  }

  async failed() {
    const said = this.form.dataset;
    let words = said.sayOffline;
    if (this.fault === "signed-out") words = said.saySignedOut;
    if (this.fault === "refused") {
      // A sign-in in another window changes the form's token; somebody else may be signed in now.
      const state = await this.ask(said.state);
      if (state && state.user !== said.user) words = said.sayOtherUser;
      else if (state && state.csrf && !this.renewed) {
        this.renew(state.csrf);
        this.renewed = true;
        this.again(0);
        return;
      } else words = state || this.fault === "refused" ? said.sayNotAllowed : said.saySignedOut;
    }
    this.renewed = false;
    this.say(this.kept ? words : said.sayNotKept, true);
    this.again(Math.min(SLOWEST, Math.max(2000, this.wait * 2)));
  }

  /** The token of the sign-in that stands, for all that this page sends: its forms, and the panels beside the text. */
  renew(csrf) {
    this.csrf = csrf;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = csrf;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
  }

  again(wait) {
    clearTimeout(this.timer);
    this.wait = wait;
    if (this.dirty) this.timer = setTimeout(() => this.save(), wait);
  }

  /** See whether the text changed elsewhere, before somebody goes on with an old one. */
  async look(now = false) {
    if (this.dirty || this.running || (!now && Date.now() - this.seen < LOOK)) return;
    this.seen = Date.now();
    const state = await this.ask(this.form.dataset.state);
    if (!state || this.dirty || this.running) return;
    if (state.user !== this.form.dataset.user) {
      this.say(this.form.dataset.sayOtherUser, true);
      return;
    }
    this.renew(state.csrf);
    const was = !this.lock.hidden;
    const isNewer = state.revision !== this.revision && this.aside.hidden;
    if (isNewer) {
      this.text.value = this.saved = state.text;
      this.saved = this.text.value;
      this.revision = state.revision;
      this.form.elements.revision.value = state.revision;
      this.count();
      this.grow();
      this.say(this.form.dataset.sayNewer);
    }
    if (state.writer) {
      this.held(state.writer);
      this.text.readOnly = true;
    } else if (was) {
      this.lock.hidden = true;
      this.text.readOnly = false;
      this.form.querySelector("[type=submit]").disabled = false;
      this.say(this.form.dataset.sayFree);
    }
  }

  /** A form or link beside the text works with what the server has: what was written is saved first. */
  async first(event) {
    const from = event.target.closest(event.type === "submit" ? "form[data-after-save]" : "a[data-after-save]");
    if (event.type === "submit" && from?.hasAttribute("data-at-cursor")) this.pointTo(from);
    if (!from || !this.dirty || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    await this.save();
    if (this.dirty) return;
    if (event.type === "submit") from.requestSubmit(event.submitter);
    else location.assign(from.href);
  }

  /** Say where the cursor stands, in which text, so that what is put in comes there. Nobody has been in the text: at its end. */
  pointTo(from) {
    if (!this.placed) return;
    const before = this.text.value.slice(0, this.text.selectionEnd);
    from.elements.at.value = [...before].length; // the server counts characters, not halves of them
    from.elements.revision.value = this.revision;
  }

  /** Go on writing where something was put in. */
  goOn() {
    const at = new URLSearchParams(location.search).get("at");
    if (!/^\d{1,6}$/.test(at ?? "") || this.text.readOnly) return;
    const place = [...this.text.value].slice(0, Number(at)).join("").length;
    this.text.focus();
    this.text.setSelectionRange(place, place);
    history.replaceState(null, "", location.pathname);
  }

  /** The page is closed: the last words are sent on the way, and kept here in case they do not arrive. */
  leave() {
    this.left = true; // another page may offer the words at once
    if (!this.begun && !this.dirty) return;
    const fields = { leave: "1" };
    if (this.dirty) {
      this.number += 1;
      this.keep();
      if (this.text.value.length > SMALL) return;
      Object.assign(fields, { text: this.text.value, revision: this.revision, number: this.number });
    }
    const options = { method: "POST", keepalive: true, credentials: "same-origin", body: this.body(fields) };
    fetch(this.form.dataset.save, options).catch(() => {});
    this.begun = false;
  }

  /** Offer words of a page that ended before they reached the server. What was sent on the way out may have arrived since this page was made. */
  async offer() {
    if (!this.shelf.others(this.token).length) return;
    await this.look(true);
    const server = tidy(this.saved);
    if (!this.keptHere.hidden) {
      if (tidy(this.offered.text) !== server) return;
      this.keptHere.hidden = true;
    }
    for (const entry of this.shelf.others(this.token)) {
      if (tidy(entry.text) === server) {
        this.shelf.drop(entry.token);
        continue;
      }
      if (!entry.left && Date.now() - entry.at < ALIVE) continue;
      this.show(entry);
      return;
    }
  }

  show(entry) {
    const box = this.keptHere;
    this.offered = entry;
    box.querySelector("[data-kept-said]").textContent = fill(this.form.dataset.sayKept, clock(entry.at));
    box.querySelector("[data-kept-words]").textContent = entry.text;
    box.querySelector("[data-put-back]").onclick = () => this.putBack(entry);
    box.querySelector("[data-discard]").onclick = () => {
      this.shelf.drop(entry.token);
      box.hidden = true;
      this.text.focus();
      this.offer();
    };
    box.hidden = false;
  }

  /** Go on as the page that ended: the server then knows which of its saves arrived, and what came in between. */
  async putBack(entry) {
    await this.save();
    if (this.dirty) return;
    this.keptHere.hidden = true;
    this.token = entry.token;
    this.form.elements.token.value = entry.token;
    this.number = entry.number || 0;
    this.revision = entry.revision;
    this.text.value = entry.text;
    this.text.focus();
    this.changed();
    await this.save();
    if (this.aside.hidden) this.offer();
  }
}

const form = document.querySelector("form[data-section]");
if (form) new Editor(form).start();

// On a narrow page the guidance stands below the text and is opened by who wants it; comments stay open.
if (matchMedia("(max-width: 980px)").matches) {
  for (const fold of document.querySelectorAll("[data-fold]")) fold.open = Boolean(fold.querySelector(".remark"));
}
