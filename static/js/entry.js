/* Table entry (.ent): arrows and Enter move, a block copied from Excel fills the cells, a number
   is checked as it is left (numbers.js), one with two readings is asked about, Esc takes back what
   was typed since the cell was entered. The server checks again and has the last word. */
(() => {
  "use strict";

  const CELL = "table.ent input:not([type=hidden], [type=radio])";
  const entered = new WeakMap();
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  /** A table as rows of cells that can be typed in; other cells keep their place as null. */
  function grid(table) {
    return [...table.tBodies].flatMap((body) => [...body.rows])
      .map((row) => [...row.cells].map((cell) => cell.querySelector("input:not([type=hidden], [type=radio])")))
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
  function showFault(input, text, readings = []) {
    const id = `${input.id || input.name}_error`;
    let box = document.getElementById(id);
    // Made anew, a button would vanish under the key or the mouse that is on its way to it.
    if (text && box?.textContent === text && "checked" in input.dataset) return;
    input.classList.toggle("is-bad", Boolean(text));
    input.parentElement.querySelectorAll("[data-readings]").forEach((old) => old.remove());
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
    if (readings.length) box.after(question(input, readings));
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
  }

  /** Two buttons for a number with two readings: nothing is guessed, one press settles it. */
  function question(input, readings) {
    const group = document.createElement("span");
    group.dataset.readings = "";
    group.className = "acts";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `Xin xác nhận: ${input.getAttribute("aria-label") || ""}`);
    readings.forEach((text) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-line btn-sm";
      button.textContent = globalThis.sayReading(text, input.dataset.unit);
      button.addEventListener("click", () => {
        fill(input, text);
        input.focus();
      });
      group.append(button);
    });
    return group;
  }

  /** A fault only the server sees (larger than the plan) stays until the figure is changed. */
  function isServersOwn(input) {
    return input.value === input.defaultValue && input.hasAttribute("aria-invalid") && !("checked" in input.dataset);
  }

  function check(input) {
    if (!isNumber(input)) return;
    const { fault, readings } = globalThis.readNumber(input.value, input.dataset.kind, input.dataset.unit);
    if (!fault && isServersOwn(input)) return;
    showFault(input, fault, readings);
    input.dataset.checked = "";
    summarise(input.closest("table"));
  }

  /** Under the table: the cells that still want a hand, each a link to its cell. */
  function summarise(table) {
    const bad = [...table.querySelectorAll("input[aria-invalid=true]")];
    const line = lineUnder(table, "faults");
    const places = bad.map((input) => input.id).join(" ");
    if (line.dataset.places === places) return;
    line.dataset.places = places;
    if (!bad.length) line.textContent = "";
    else line.replaceChildren(`Còn ${bad.length} ô phải xem lại: `, ...bad.slice(0, 8).flatMap(linkTo), bad.length > 8 ? "…" : "");
  }

  function linkTo(input, place) {
    const link = document.createElement("a");
    link.href = `#${input.id}`;
    link.textContent = input.getAttribute("aria-label") || input.id;
    return place ? ["; ", link] : [link];
  }

  /** One line of words under a table, made when first needed. */
  function lineUnder(table, name) {
    let line = table.parentElement.querySelector(`:scope > [data-line=${name}]`);
    if (!line) {
      line = document.createElement("p");
      line.className = "hint mt-2";
      line.dataset.line = name;
      line.setAttribute("role", "status");
      table.after(line);
    }
    return line;
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

  /** Esc: the cell as it was when it was entered. */
  function takeBack(input) {
    if (entered.get(input) === undefined || entered.get(input) === input.value) return;
    fill(input, entered.get(input));
    input.select();
  }

  function onKey(event) {
    const input = event.target;
    const table = input.closest("table.ent");
    if (!table || !input.matches(CELL) || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      takeBack(input);
      return;
    }
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
    lineUnder(table, "paste").textContent = `Đã dán ${filled} ô.${rest}`;
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(CELL)) entered.set(event.target, event.target.value);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(CELL)) check(event.target);
  });
  // A question that came with the page gets its two buttons instead of choices to tick.
  document.querySelectorAll(CELL).forEach((input) => {
    if (input.parentElement.querySelector("[data-readings]")) check(input);
  });
})();
