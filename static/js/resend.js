/* A form the server could not take (503) is sent again after the pause it asked for. The same
   values with the same key: what was written already is not written twice. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-resend-after]");
  if (!form) return;
  const say = form.querySelector("[data-resend-state]");
  let left = Number(form.dataset.resendAfter) || 5;

  function tick() {
    if (left <= 0) {
      if (say) say.textContent = "Đang gửi lại…";
      HTMLFormElement.prototype.requestSubmit.call(form); // a field may be named like the method
      return;
    }
    if (say) say.textContent = `Tự gửi lại sau ${left} giây; không cần nhập lại.`;
    left -= 1;
    setTimeout(tick, 1000);
  }

  tick();
})();
