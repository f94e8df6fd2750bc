/* Figures of a chart under the pointer, a finger or the arrow keys. An extra: the table below the
   chart says the same without script. */
(() => {
  "use strict";

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  const wordsOf = (box) => box.closest("[data-chart]").querySelector("[data-chart-read]");
  const chosen = (box) => box.querySelector(".rd.on");

  /** Marks one part and says it. */
  function read(box, part) {
    if (part && part === chosen(box)) return;
    chosen(box)?.classList.remove("on");
    part?.classList.add("on");
    const words = wordsOf(box);
    words.textContent = part ? part.querySelector("title").textContent : "";
  }

  function step(event) {
    const box = event.target.closest("[data-chart-box]");
    if (!box || !(event.key in STEPS || ["Home", "End", "Escape"].includes(event.key))) return;
    event.preventDefault();
    const parts = [...box.querySelectorAll(".rd")];
    const last = parts.length - 1;
    const at = parts.indexOf(chosen(box));
    if (event.key === "Escape") return read(box, null);
    if (event.key === "Home" || event.key === "End") {
      return read(box, parts[event.key === "Home" ? 0 : last]);
    }
    const next = at < 0 ? 0 : Math.min(Math.max(at + STEPS[event.key], 0), last);
    read(box, parts[next]);
  }

  function prepare(root) {
    root.querySelectorAll("[data-chart-box]").forEach((box) => {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      const title = box.querySelector("svg").getAttribute("aria-label");
      box.setAttribute("aria-label", `${title}. Phím mũi tên đọc từng số.`);
      wordsOf(box).hidden = false;
    });
  }

  document.addEventListener("keydown", step);
  document.addEventListener("pointerover", (event) => {
    const part = event.target.closest?.(".rd");
    const box = part?.closest("[data-chart-box]");
    if (box) read(box, part);
  });
  document.addEventListener("focusout", (event) => {
    const box = event.target.closest?.("[data-chart-box]");
    if (box) read(box, null);
  });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
