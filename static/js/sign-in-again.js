/* The session ended while a page was open: a script's request got 401. The person signs in here,
   in a dialog, and what was typed stays where it is. Other scripts call window.signInAgain(). */
(() => {
  "use strict";

  const url = document.body.dataset.signInAgain;
  if (!url) return;
  const me = { id: document.body.dataset.user, name: document.body.dataset.username || "" };
  const HEADERS = { Accept: "application/json", "X-Requested-With": "fetch" };
  let dialog = null;

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function box(name, label, properties) {
    const input = element("input", { name, id: `again-${name}`, className: "form-control", ...properties });
    const words = element("label", { className: "form-label", htmlFor: input.id, textContent: label });
    return element("div", { className: "field" }, words, input);
  }

  function build() {
    const heading = element("h2", { id: "again-title", textContent: "Phiên đã hết" });
    const say = element("p", { className: "mt-1" });
    say.textContent = "Đăng nhập lại ở đây; nội dung đang nhập vẫn còn.";
    const wrong = element("p", { className: "err", hidden: true });
    wrong.setAttribute("role", "alert");
    const code = box("code", "Mã xác thực", { autocomplete: "one-time-code", disabled: true });
    code.hidden = true;
    const other = otherWay();
    const send = element("button", { className: "btn btn-primary", type: "submit", textContent: "Đăng nhập" });
    const later = element("button", { className: "btn btn-line", type: "button", textContent: "Để sau" });
    const form = element(
      "form",
      { method: "post", action: url, noValidate: false },
      heading,
      say,
      wrong,
      box("username", "Tên đăng nhập", { autocomplete: "username", value: me.name, readOnly: Boolean(me.name) }),
      box("password", "Mật khẩu", { type: "password", autocomplete: "current-password", required: true }),
      code,
      element("div", { className: "acts" }, send, later),
      ...other,
    );
    const made = element("dialog", { className: "dialog" }, form);
    made.setAttribute("aria-labelledby", heading.id);
    later.addEventListener("click", () => made.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit({ form, wrong, code, send });
    });
    other[1]?.addEventListener("click", () => lookAgain({ form, wrong }));
    document.body.append(made);
    return made;
  }

  /** The central sign-in leaves this page for another server, so it goes in a tab of its own. */
  function otherWay() {
    const { central, centralLabel } = document.body.dataset;
    if (!central) return [];
    const link = element("a", { className: "btn btn-line text-wrap w-100 mt-3", href: central, target: "_blank" });
    link.textContent = `Đăng nhập bằng ${centralLabel} (thẻ mới)`;
    const done = element("button", { className: "btn btn-line w-100 mt-2", type: "button", hidden: true });
    done.textContent = "Đã đăng nhập ở thẻ mới, tiếp tục";
    link.addEventListener("click", () => {
      done.hidden = false;
    });
    return [link, done];
  }

  async function lookAgain(parts) {
    const data = await ask();
    parts.wrong.hidden = Boolean(data.user);
    parts.wrong.textContent = data.user ? "" : "Chưa thấy đăng nhập xong ở thẻ mới.";
    if (data.user) cameBack(data, parts);
  }

  async function post(body) {
    try {
      const answer = await fetch(url, { method: "POST", headers: HEADERS, body });
      const data = await answer.json().catch(() => ({}));
      return answer.ok || data.error ? data : { error: data.detail || "Chưa đăng nhập được. Hãy thử lại." };
    } catch {
      return { error: "Mất kết nối. Nội dung đang nhập vẫn còn; hãy thử lại khi có mạng." };
    }
  }

  /** A token, for the one in the page belongs to the session that ended; and who is in already. */
  async function ask() {
    const answer = await fetch(url, { headers: HEADERS }).catch(() => null);
    return answer?.ok ? answer.json().catch(() => ({})) : {};
  }

  async function submit(parts) {
    parts.send.disabled = true;
    const body = new FormData(parts.form);
    body.set("csrfmiddlewaretoken", (await ask()).token || "");
    const data = await post(body);
    parts.send.disabled = false;
    parts.wrong.hidden = !data.error;
    parts.wrong.textContent = data.error || "";
    if (data.needs_code) askForCode(parts.code);
    if (data.user) cameBack(data, parts);
  }

  function askForCode(code) {
    const input = code.querySelector("input");
    code.hidden = false;
    input.disabled = false;
    input.required = true;
    input.focus();
  }

  function cameBack(data, parts) {
    if (data.user !== me.id) {
      // Another person's page must not send under this one's name.
      window.location.assign("/");
      return;
    }
    document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", data.token);
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => {
      input.value = data.token;
    });
    parts.form.reset();
    dialog.close();
    document.dispatchEvent(new CustomEvent("portal:signed-in-again"));
  }

  function open() {
    dialog ||= build();
    if (dialog.open) return;
    dialog.showModal();
    dialog.querySelector("[name=password]").focus();
  }

  window.signInAgain = open;
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) open();
  });
})();
