/* Table entry (.ent): arrows and Enter move, a block copied from Excel fills the cells, a number
   is checked as it is left. The server checks again and has the last word. */
(() => {
  "use strict";

  const BLANK = new Set(["", "-", "–", "—"]);
  const VIETNAMESE = /^[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?$/;
  const SPACED = /^[+-]?[0-9]{1,3}( [0-9]{3})+(,[0-9]+)?$/;
  const ONE_DOT = /^([+-]?[0-9]+)\.([0-9]+)$/;
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  /** The fault of a typed number in a sentence, or "". kind is the cell's data-kind. */
  function numberFault(raw, kind) {
    const text = raw.trim().replace(/[\s\u00a0\u2007\u202f]+/g, " ").replace("−", "-");
    if (BLANK.has(text)) return "";
    const number = SPACED.test(text) ? text.replaceAll(" ", "") : text;
    const dotted = ONE_DOT.exec(number);
    if (dotted && (kind === "decimal" || !VIETNAMESE.test(number))) {
      return `“${text}” chưa rõ. Hãy viết ${dotted[1]}${dotted[2]} hoặc ${dotted[1]},${dotted[2]} (dấu phẩy cho phần lẻ).`;
    }
    if (!VIETNAMESE.test(number)) return `“${text}” không phải số. Hãy nhập số, ví dụ 1.274.696.`;
    if (kind === "integer" && number.includes(",")) return "Hãy nhập số không có phần lẻ.";
    return "";
  }

  /** A table as rows of cells that can be typed in; other cells keep their place as null. */
  function grid(table) {
    return [...table.tBodies].flatMap((body) => [...body.rows])
      .map((row) => [...row.cells].map((cell) => cell.querySelector("input:not([type=hidden])")))
      .filter((cells) => cells.some(Boolean));
  }

  function placeOf(cells, input) {
    const row = cells.findIndex((line) => line.includes(input));
    return [row, row < 0 ? -1 : cells[row].indexOf(input)];
  }

  function isNumber(input) {
    return input.inputMode === "decimal" || input.inputMode === "numeric" || "kind" in input.dataset;
  }

  /** The message under a cell: the server's own element if there is one, else a new one. */
  function showFault(input, text) {
    const id = `${input.id || input.name}_error`;
    let box = document.getElementById(id);
    input.classList.toggle("is-bad", Boolean(text));
    if (!text) {
      input.removeAttribute("aria-invalid");
      box?.remove();
      return;
    }
    if (!box) {
      box = document.createElement("span");
      box.className = "err";
      box.id = id;
      input.after(box);
    }
    box.textContent = text;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
  }

  function check(input) {
    if (isNumber(input)) showFault(input, numberFault(input.value, input.dataset.kind));
  }

  function moveTo(cells, row, column, [down, right]) {
    let [r, c] = [row + down, column + right];
    while (cells[r] && c >= 0 && c < cells[r].length) {
      if (cells[r][c]) {
        cells[r][c].focus();
        cells[r][c].select();
        return true;
      }
      [r, c] = [r + down, c + right];
    }
    return false;
  }

  /** Left and right leave a cell only from the end of its text, so editing stays possible. */
  function leavesCell(event, input) {
    if (event.key === "ArrowLeft") return input.selectionStart === 0 && input.selectionEnd === 0;
    if (event.key === "ArrowRight") {
      const end = input.value.length;
      return input.selectionStart === end && input.selectionEnd === end;
    }
    return true;
  }

  function onKey(event) {
    const input = event.target;
    const table = input.closest("table.ent");
    if (!table || input.tagName !== "INPUT" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.key === "Enter" ? [event.shiftKey ? -1 : 1, 0] : STEPS[event.key];
    if (!step || !leavesCell(event, input)) return;
    const cells = grid(table);
    moveTo(cells, ...placeOf(cells, input), step);
    event.preventDefault(); // Enter in a cell never submits a whole report
  }

  /** Rows and cells of a block as Excel puts it on the clipboard; quoted cells may hold lines. */
  function block(text) {
    const rows = [[""]];
    let quoted = false;
    for (let i = 0; i < text.length; i += 1) {
      const line = rows[rows.length - 1];
      const at = line.length - 1;
      if (text[i] === '"' && quoted && text[i + 1] === '"') line[at] += text[(i += 1)];
      else if (text[i] === '"' && (quoted || line[at] === "")) quoted = !quoted;
      else if (text[i] === "\t" && !quoted) line.push("");
      else if (text[i] === "\n" && !quoted) rows.push([""]);
      else if (text[i] === "\n") line[at] += " ";
      else if (text[i] !== "\r") line[at] += text[i];
    }
    if (rows.length > 1 && rows.at(-1).join("") === "") rows.pop();
    return rows;
  }

  function fill(input, value) {
    input.value = value.trim();
    check(input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Grey cells take no value but keep their column; what does not fit is told, not lost silently. */
  function paste(cells, [top, left], rows) {
    let [filled, leftOut] = [0, 0];
    rows.forEach((line, down) => line.forEach((value, right) => {
      const input = cells[top + down]?.[left + right];
      if (input) {
        fill(input, value);
        filled += 1;
      } else if (value.trim()) leftOut += 1;
    }));
    return [filled, leftOut];
  }

  function onPaste(event) {
    const table = event.target.closest("table.ent");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!table || event.target.tagName !== "INPUT") return;
    const rows = block(text);
    if (rows.length === 1 && rows[0].length === 1) return; // one value: the browser's own paste
    event.preventDefault();
    const cells = grid(table);
    const [filled, leftOut] = paste(cells, placeOf(cells, event.target), rows);
    const rest = leftOut ? ` ${leftOut} ô không dán được vì nằm ngoài bảng hoặc là ô khóa.` : "";
    say(table, `Đã dán ${filled} ô.${rest}`);
  }

  function say(table, text) {
    let line = table.parentElement.querySelector(":scope > [data-paste-state]");
    if (!line) {
      line = document.createElement("p");
      line.className = "hint mt-2";
      line.dataset.pasteState = "";
      line.setAttribute("role", "status");
      table.after(line);
    }
    line.textContent = text;
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("table.ent input")) check(event.target);
  });
})();
