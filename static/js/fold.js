/* On the phone, sections below the answer start folded; without script they stand open. */
(() => {
  "use strict";

  if (!window.matchMedia("(max-width: 575px)").matches) return;
  document.querySelectorAll("details[data-fold]").forEach((part) => {
    part.classList.add("folds");
    part.removeAttribute("open");
  });
})();
