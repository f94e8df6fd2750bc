/* Choosing several of a long list: what is ticked stands above as chips that untick, words typed
   in the search box leave only the matching lines. Without script it is a list of tick boxes. */
(() => {
  "use strict";

  /** Without case, diacritics and đ, as the search of the portal reads. */
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("đ", "d").trim();

  function start(pick) {
    const lines = [...pick.querySelectorAll(".form-check")];
    const chips = pick.querySelector("[data-pick-chosen]");
    const search = pick.querySelector("[data-pick-search]");
    const count = pick.querySelector("[data-pick-count]");
    const box = (line) => line.querySelector("input");

    function show() {
      const chosen = lines.filter((line) => box(line).checked);
      chips.replaceChildren(...chosen.map(chip));
      chips.hidden = !chosen.length;
      count.textContent = `Đã chọn ${chosen.length} trên ${lines.length}.`;
    }

    function chip(line) {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chip";
      button.textContent = `${line.textContent.trim()} ✕`;
      button.setAttribute("aria-label", `Bỏ chọn ${line.textContent.trim()}`);
      button.addEventListener("click", () => {
        const place = [...chips.children].indexOf(item);
        box(line).checked = false;
        show();
        const next = chips.children[Math.min(place, chips.children.length - 1)];
        (next?.querySelector("button") || search).focus();
      });
      item.append(button);
      return item;
    }

    search.hidden = false;
    search.addEventListener("input", () => {
      const words = plain(search.value);
      lines.forEach((line) => { line.hidden = !plain(line.textContent).includes(words); });
    });
    // Enter in the search box must not send the whole letter.
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    pick.addEventListener("change", show);
    show();
  }

  document.querySelectorAll("[data-pick]").forEach(start);
})();
