/* A form the server could not take is sent again: after a 503 by itself, after the pause that was
   asked for; after an ended session with the token of the new one, once somebody is signed in. The
   same values with the same key: what was written already is not written twice. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-resend-after], form[data-resend-signed-in]");
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

  /** {user, token} of whoever is signed in by now, in another window of this browser. */
  async function ask() {
    const answer = await fetch(form.dataset.resendSignedIn, { headers: { Accept: "application/json" } });
    return answer.json();
  }

  async function sendSignedIn(event) {
    event.preventDefault();
    const { user, token } = await ask().catch(() => ({}));
    if (user) {
      const box = form.elements.namedItem("csrfmiddlewaretoken");
      if (box) box.value = token;
      HTMLFormElement.prototype.submit.call(form);
    } else say.textContent = "Chưa thấy đăng nhập xong. Hãy đăng nhập ở cửa sổ mới rồi bấm lại; nội dung vẫn còn.";
  }

  if ("resendSignedIn" in form.dataset) form.addEventListener("submit", sendSignedIn);
  else tick();
})();
