/* Reading a number as core/numbers.py does: dots between groups of three, one comma for the part.
   tests/core/number_cases.json holds both together. */
(() => {
  "use strict";

  const BLANK = new Set(["", "-", "–", "—"]);
  const LONGEST = 60;
  const UNWANTED = /[\u200b-\u200f\u2060\ufeff]/g;
  const TURNING = /[\u202a-\u202e\u2066-\u2069]/;
  const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
  const PLAIN = /^[+-]?[0-9]+(,[0-9]+)?$/;
  const GROUPED = /^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?$/;
  const SPACED = /^[+-]?[1-9][0-9]{0,2}( [0-9]{3})+(,[0-9]+)?$/;
  const ONE_GROUP = /^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$/;
  const COMMA_GROUP = /^[+-]?[1-9][0-9]{0,2},[0-9]{3}$/;
  const ONE_DOT = /^[+-]?[0-9]+\.[0-9]+$/;
  const PLACES = { "nghìn đồng": 3, "triệu đồng": 6, "tỷ đồng": 9 };

  const refused = (fault) => ({ value: null, fault, readings: [] });

  /** What is typed in a box of this kind ("integer", "decimal", "money") and unit: its value as
      plain digits (null when blank or wrong), its fault in a sentence, or two readings to choose. */
  function readNumber(raw, kind, unit = "") {
    if (CONTROL.test(raw)) return refused("Nội dung có ký tự không hợp lệ. Hãy gõ lại bằng bàn phím.");
    if (TURNING.test(raw)) return refused("Nội dung có dấu ẩn đảo chiều chữ. Hãy gõ lại bằng bàn phím.");
    let text = raw.replace(UNWANTED, "").replace(/[\s\u00a0\u2007\u202f]+/g, " ").trim();
    if (BLANK.has(text)) return refused("");
    text = text.replaceAll("−", "-");
    if (text.length > LONGEST) return refused("Nội dung không phải số. Hãy nhập số, ví dụ 1.274.696.");
    if (SPACED.test(text)) text = text.replaceAll(" ", "");
    const whole = kind === "integer" || (kind === "money" && !(unit in PLACES));
    if (ONE_GROUP.test(text) && !whole) return asked(text, unit);
    if (COMMA_GROUP.test(text) && whole) return refused(commaForThousands(text));
    if (!PLAIN.test(text) && !GROUPED.test(text)) return refused(wrong(text));
    return settled(text, kind, unit);
  }

  function asked(text, unit) {
    const readings = [text.replace(".", ""), text.replace(".", ",")];
    const said = readings.map((reading) => sayReading(reading, unit));
    return { value: null, readings, fault: `“${text}” là ${said.join(" hay ")}? Xin xác nhận.` };
  }

  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ".");

  /** What a reading means, money to the đồng: "1,234 triệu đồng (1.234.000 đồng)". */
  function sayReading(text, unit = "") {
    if (!(unit in PLACES)) return `${text} ${unit}`.trim();
    const [whole, part = ""] = text.replace("+", "").split(",");
    const dong = `${whole}${part.padEnd(PLACES[unit], "0")}`.replace(/^(-?)0+(?=\d)/, "$1");
    return `${grouped(whole)}${part && `,${part}`} ${unit} (${grouped(dong)} đồng)`;
  }

  /** "500,000" of whole đồng: an English hand means five hundred thousand, ours five hundred. */
  function commaForThousands(text) {
    const [whole, part] = text.split(",");
    const unless = part === "000" ? ` Nếu là ${whole}, hãy viết ${whole}.` : "";
    return `“${text}” không phải số nguyên. Nếu là hàng nghìn, hãy viết ${text.replace(",", ".")}.${unless}`;
  }

  function wrong(text) {
    if (!ONE_DOT.test(text)) return `“${text}” không phải số. Hãy nhập số, ví dụ 1.274.696.`;
    const clear = text.replace(".", ",");
    return `“${text}” dùng dấu chấm cho phần lẻ. Hãy viết ${clear} (dấu phẩy).`;
  }

  function settled(text, kind, unit) {
    const [digits, part = ""] = text.replaceAll(".", "").replace("+", "").split(",");
    const places = part.replace(/0+$/, "").length;
    if (kind === "integer" && places) return refused(`“${text}” không phải số nguyên. Hãy nhập số không có phần lẻ.`);
    if (kind === "money" && places > (PLACES[unit] || 0)) {
      return refused(`“${text}” ${unit || "đồng"} lẻ dưới một đồng. Hãy làm tròn đến đồng.`);
    }
    const value = digits.replace(/^(-?)0+(?=[0-9])/, "$1") + (places ? `.${part.slice(0, places)}` : "");
    return { value: value === "-0" ? "0" : value, fault: "", readings: [] };
  }

  globalThis.readNumber = readNumber;
  globalThis.sayReading = sayReading;
})();
