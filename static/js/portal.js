/* Small manners of every page. All of them are extras: pages read, enter and submit without. */
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content || "";

  /** Words at the corner of the window; they stay until closed, nothing vanishes by itself. */
  function toast(text, link) {
    const place = document.getElementById("toasts");
    if (!place) return;
    const box = document.createElement("div");
    box.className = "ok";
    const words = document.createElement("span");
    words.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      anchor.textContent = link.label;
      words.append(" ", anchor);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Đóng";
    close.addEventListener("click", () => box.remove());
    box.append(words, close);
    place.append(box);
  }

  /** What a failed request says to the person, by status; 0 is "no connection". */
  function failure(status) {
    const login = { url: "/dang-nhap/", label: "Đăng nhập ở cửa sổ mới" };
    if (status === 0) return ["Mất kết nối. Nội dung đang nhập vẫn còn; hãy thử lại khi có mạng."];
    if (status === 401) return ["Phiên đã hết. Nội dung đang nhập vẫn còn.", login];
    if (status === 403) return ["Chưa được phép làm việc này, hoặc trang đã cũ và cần tải lại."];
    if (status === 404) return ["Không tìm thấy hoặc không có quyền xem."];
    if (status === 503) return ["Hệ thống đang khởi động lại. Hãy thử lại sau 5 giây."];
    return ["Chưa làm được. Hãy thử lại; số liệu đã lưu không bị mất."];
  }

  /** Buttons that mean something only with script are hidden in the source. */
  function revealExtras(root) {
    all("[data-close], [data-close-details], [data-fill-username]", root).forEach((button) => {
      button.hidden = false;
    });
  }

  /** The first summary of errors takes the focus, and the title says it at once. */
  function showErrors(root) {
    const summary = root.querySelector("[data-focus]");
    if (!summary) return;
    summary.focus();
    if (!document.title.startsWith("Lỗi:")) document.title = `Lỗi: ${document.title}`;
  }

  function followErrorLink(link) {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return false;
    target.closest("details")?.setAttribute("open", "");
    target.scrollIntoView({ block: "center" });
    target.focus();
    return true;
  }

  function onClick(event) {
    const button = event.target.closest("[data-close], [data-close-details], [data-fill-username]");
    if (button?.hasAttribute("data-close")) button.closest(".note, .ok").remove();
    if (button?.hasAttribute("data-close-details")) closeDetails(button.closest("details"));
    if (button?.dataset.fillUsername) fillAccount(button);
    const link = event.target.closest(".errsum a[href^='#']");
    if (link && followErrorLink(link)) event.preventDefault();
    all("details[data-popover][open], details.confirm[open]").forEach((details) => {
      if (!details.contains(event.target)) details.removeAttribute("open");
    });
  }

  function closeDetails(details) {
    details.removeAttribute("open");
    details.querySelector("summary").focus();
  }

  function fillAccount(button) {
    document.getElementById("id_username").value = button.dataset.fillUsername;
    const password = document.getElementById("id_password");
    password.value = button.dataset.fillPassword || "";
    password.focus();
  }

  function onKey(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      const open = document.querySelector("details[data-popover][open], details.confirm[open]");
      if (open) closeDetails(open);
    }
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-slash]");
      if (!search || !search.offsetParent) return;
      event.preventDefault();
      search.focus();
    }
  }

  /** The names of the chosen files, beside the button of the box. */
  function showFiles(event) {
    const words = event.target.closest?.(".file-box")?.querySelector("[data-file-name]");
    if (!words) return;
    const names = [...event.target.files].map((file) => file.name);
    words.dataset.none ??= words.textContent;
    words.textContent = names.length ? `Đã chọn: ${names.join(", ")}` : words.dataset.none;
    words.classList.toggle("chosen", names.length > 0);
  }

  document.addEventListener("change", showFiles);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = meta("csrf-token");
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status !== 401 || !window.signInAgain) toast(...failure(status)); // else: the dialog opens
  });
  document.addEventListener("htmx:sendError", () => toast(...failure(0)));
  document.addEventListener("htmx:load", (event) => {
    revealExtras(event.detail.elt);
    if (event.detail.elt !== document.body) showErrors(event.detail.elt);
  });
  revealExtras(document);
  showErrors(document);
})();
