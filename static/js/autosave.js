/* Drafts of form[data-autosave="URL"]: saved every ten seconds when something changed, kept on
   this machine until the server confirms, sent again when the connection is back. Typing is never
   blocked. Copies are kept apart by account: machines are shared. */
(() => {
  "use strict";

  const EVERY = 10_000;
  const KEEP_DAYS = 30;
  const PREFIX = "draft:";
  const SKIP = new Set(["csrfmiddlewaretoken"]);
  const PICK = "pick-"; // of two versions, the choice in one box

  const clock = (at) => new Date(at).toTimeString().slice(0, 5);

  function fieldsOf(form) {
    return [...form.elements].filter(
      (e) => e.name && !SKIP.has(e.name) && !e.name.startsWith(PICK) && !["file", "hidden", "submit", "button"].includes(e.type),
    );
  }

  function valueOf(element) {
    if (element.type === "checkbox" || element.type === "radio") return element.checked ? "1" : "";
    return element.value;
  }

  function keyOf(element) {
    const tick = element.type === "checkbox" || element.type === "radio";
    return tick ? `${element.name}=${element.value}` : element.name;
  }

  function put(element, value) {
    if (element.type === "checkbox" || element.type === "radio") element.checked = value === "1";
    else element.value = value;
  }

  class Draft {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave;
      this.key = `${PREFIX}${document.body.dataset.user || "-"}:${this.url}`;
      this.earlier = `${this.key}:earlier`;
      this.version = form.dataset.version || "";
      this.confirmed = this.values();
      this.sending = false;
      this.stopped = false;
    }

    values() {
      return Object.fromEntries(fieldsOf(this.form).map((e) => [keyOf(e), valueOf(e)]));
    }

    changes() {
      const now = this.values();
      return Object.fromEntries(Object.entries(now).filter(([k, v]) => v !== this.confirmed[k]));
    }

    say(text, off = false) {
      const place = this.form.querySelector("[data-save-text]");
      if (!place) return;
      place.textContent = text;
      place.closest("[data-save-state]").classList.toggle("off", off);
    }

    /** The copy on this machine; a full or forbidden storage only costs the copy. */
    keep() {
      const changes = this.changes();
      try {
        if (!Object.keys(changes).length) localStorage.removeItem(this.key);
        else {
          const copy = { at: Date.now(), version: this.version, changes };
          localStorage.setItem(this.key, JSON.stringify(copy));
        }
        return true;
      } catch {
        return false;
      }
    }

    stored(key = this.key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    }

    /** What an earlier visit could not send comes back, unless the server has moved on. */
    restore() {
      const copy = this.unsent(this.stored());
      if (copy && copy.version !== this.version) this.setAside(copy);
      const earlier = this.stored(this.earlier);
      if (earlier) this.offer(earlier);
      if (!copy || copy.version !== this.version) return;
      this.apply(copy);
      const count = Object.keys(this.changes()).length;
      if (!count) this.keep();
      else this.say(`Đã lấy lại ${count} mục chưa gửi, giữ trên máy này từ ${clock(copy.at)}`, true);
    }

    /** Without what the page already shows: a sent form comes back with everything typed. */
    unsent(copy) {
      if (!copy) return null;
      const shown = this.values();
      const left = Object.entries(copy.changes).filter(([key, value]) => shown[key] !== value);
      if (left.length) return { ...copy, changes: Object.fromEntries(left) };
      localStorage.removeItem(this.key);
      return null;
    }

    apply(copy) {
      fieldsOf(this.form).forEach((element) => {
        const value = copy.changes[keyOf(element)];
        if (value !== undefined) put(element, value);
      });
    }

    /** New typing writes its own copy; the one that waits for an answer is kept beside it. */
    setAside(copy) {
      localStorage.setItem(this.earlier, JSON.stringify(copy));
      localStorage.removeItem(this.key);
    }

    /** The draft on the server changed meanwhile: nothing is overwritten without being asked. */
    offer(copy) {
      const count = Object.keys(copy.changes).length;
      const note = document.createElement("div");
      note.className = "note n-warn";
      note.setAttribute("role", "status");
      const words = document.createElement("div");
      words.textContent = `Máy này còn giữ ${count} mục chưa gửi từ ${clock(copy.at)}, nhưng biểu đã được sửa ở nơi khác sau đó. `;
      note.append(
        words,
        this.button("Đưa vào biểu", () => { this.apply(copy); this.keep(); this.settle(note); }),
        this.button("Bỏ bản trên máy", () => this.settle(note)),
      );
      this.form.prepend(note);
    }

    settle(note) {
      localStorage.removeItem(this.earlier);
      note.remove();
    }

    button(label, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-line btn-sm";
      button.textContent = label;
      button.addEventListener("click", act);
      return button;
    }

    offline() {
      const count = Object.keys(this.changes()).length;
      const place = this.keep() ? "giữ trên máy này" : "còn trên trang này, đừng đóng trang";
      this.say(`Mất kết nối, ${place}, tự gửi khi có mạng (${count} mục)`, true);
    }

    async save() {
      if (this.sending || this.stopped || !Object.keys(this.changes()).length) return;
      const sent = this.values();
      this.sending = true;
      try {
        this.answer(await this.post(), sent);
      } catch {
        this.offline();
      } finally {
        this.sending = false;
      }
    }

    async post() {
      const token = this.form.querySelector("[name=csrfmiddlewaretoken]")?.value
        || document.querySelector('meta[name="csrf-token"]')?.content || "";
      const body = new FormData(this.form);
      body.delete("form_key"); // the key is for the one sending by hand; a draft is saved many times
      const response = await fetch(this.url, {
        method: "POST",
        body,
        credentials: "same-origin",
        redirect: "manual", // a redirect is the sign-in page, not a confirmation
        headers: { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "application/json" },
      });
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      return { response, data: isJson ? await response.json() : {} };
    }

    answer({ response, data }, sent) {
      if (response.ok) {
        this.confirmed = sent;
        if (data.version) this.takeVersion(String(data.version));
        this.keep();
        this.say(`Đã lưu ${data.saved_at || clock(Date.now())}`);
        return;
      }
      this.keep();
      this.say(this.refusal(response, data), true);
      if (response.status === 401) window.signInAgain?.();
      if (response.status === 409 && data.html) this.compare(data);
    }

    /** Both versions stand above the form; what is chosen box by box goes with the next "save". */
    compare(data) {
      this.takeVersion(String(data.version));
      this.keep();
      this.form.querySelector("[data-both-versions]")?.remove();
      this.form.insertAdjacentHTML("afterbegin", data.html);
      this.chooseBetween(this.form.querySelector("[data-both-versions]"));
    }

    /** A choice shows in its box at once; typing in a box that differs is a choice too. */
    chooseBetween(panel) {
      if (!panel) return;
      this.stopped = true; // nothing is sent over the other version before somebody has chosen
      panel.querySelector("[data-pick-all]").hidden = false;
      panel.addEventListener("change", ({ target }) => this.pick(target));
      panel.querySelectorAll("[data-pick]").forEach((button) => {
        button.addEventListener("click", () => {
          panel.querySelectorAll(`input[value="${button.dataset.pick}"]`).forEach((choice) => {
            choice.checked = true;
            this.pick(choice);
          });
        });
      });
      this.form.addEventListener("input", ({ target }) => {
        const mine = this.form.querySelector(`[name="${PICK}${CSS.escape(target.name)}"][value="typed"]`);
        if (!mine) return;
        mine.checked = true;
        mine.dataset.value = target.value;
      });
      panel.tabIndex = -1;
      panel.scrollIntoView({ block: "start" });
      panel.focus({ preventScroll: true });
    }

    pick(choice) {
      const box = this.form.elements.namedItem(choice.name.slice(PICK.length));
      if (box) box.value = choice.dataset.value;
      this.keep();
    }

    takeVersion(version) {
      this.version = version;
      const field = this.form.querySelector("[name=version]");
      if (field) field.value = version;
    }

    /** A conflict or a closed period will not pass by waiting: sending stops, the copy stays. */
    refusal(response, data) {
      if (response.type === "opaqueredirect" || response.status === 401) {
        return "Phiên đã hết. Hãy đăng nhập lại; nội dung giữ trên máy này và tự gửi sau khi đăng nhập.";
      }
      if (response.status === 409 || response.status === 404) this.stopped = true;
      if (data.code === "NTM-101") return "Trang đã cũ, hãy tải lại. Nội dung giữ trên máy này.";
      if (data.message) return data.message;
      if (response.status === 409) return "Biểu đã được sửa ở nơi khác. Nội dung giữ trên máy này; hãy tải lại để so sánh.";
      return "Chưa lưu được, giữ trên máy này, hệ thống tự gửi lại.";
    }

    changed() {
      this.keep();
      if (navigator.onLine === false) this.offline();
      else if (!this.sending && !this.stopped) this.say("Có thay đổi chưa lưu");
    }

    start() {
      this.restore();
      this.chooseBetween(this.form.querySelector("[data-both-versions]"));
      document.addEventListener("portal:signed-in-again", () => this.save());
      this.form.addEventListener("input", () => this.changed());
      this.form.addEventListener("change", () => this.changed());
      window.addEventListener("online", () => this.save());
      window.addEventListener("offline", () => this.offline());
      window.addEventListener("pagehide", () => this.keep());
      document.addEventListener("visibilitychange", () => document.hidden && this.save());
      setInterval(() => this.save(), Number(this.form.dataset.autosaveEvery) || EVERY);
    }
  }

  /** Copies that nobody came back for do not stay on a shared machine for ever. */
  function forgetOld() {
    const oldest = Date.now() - KEEP_DAYS * 86_400_000;
    try {
      Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => {
        const copy = JSON.parse(localStorage.getItem(key));
        if (!copy || copy.at < oldest) localStorage.removeItem(key);
      });
    } catch {
      // storage forbidden: there is nothing to forget
    }
  }

  forgetOld();
  document.querySelectorAll("form[data-autosave]").forEach((form) => new Draft(form).start());
})();
