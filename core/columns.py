"""Column specs: one check of a value, whichever door it comes through (form, paste, workbook)."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .money import BILLION, MILLION, UNITS, parse_decimal
from .text import search_key

LARGEST = 9_000_000_000_000_000_000
ABSURD = 10**40
EXCEL_DIGITS = 15
BLANK_MARKS = {"", "-", "–", "—"}
SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
UNWANTED = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", re.IGNORECASE)
VIETNAMESE = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?")
ONE_DOT = re.compile(r"([+-]?[0-9]+)\.([0-9]+)")
SPACED = re.compile(r"[+-]?[0-9]{1,3}( [0-9]{3})+(,[0-9]+)?")
DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})([T ][0-9:.]+)?")


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CODE = "code"


TEXT, INTEGER, DECIMAL, MONEY, DATE, CHOICE, CODE = Kind
NUMBERS = {INTEGER, DECIMAL, MONEY}
DONG = 1
NUMBER_LETTERS = re.compile(r"[0-9.,+\-− ]*")


class ColumnError(ValueError):
    """A value that does not fit its column; the message is for the person who typed it."""


@dataclass(frozen=True)
class Column:
    """`minimum`/`maximum` bound the value (MONEY: in đồng; TEXT and CODE: the length).

    `unit` is what one entered unit is worth in đồng, or its name in core.money.UNITS.
    """

    name: str
    label: str
    kind: Kind = TEXT
    required: bool = False
    minimum: Any = None
    maximum: Any = None
    choices: Any = None
    unit: int | str | None = None
    aliases: tuple[str, ...] = ()
    computed: bool = False
    _options: dict = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        pairs = self.choices.items() if isinstance(self.choices, dict) else self.choices or ()
        for value, label in (p if isinstance(p, tuple) else (p, p) for p in pairs):
            self._options[search_key(str(label))] = (value, str(label))
            self._options.setdefault(search_key(str(value)), (value, str(label)))

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    @property
    def factor(self) -> int:
        return UNITS[self.unit] if isinstance(self.unit, str) else self.unit or DONG

    def options(self) -> list[tuple[Any, str]]:
        return list(dict.fromkeys(self._options.values()))

    def check(self, raw: Any) -> Any:
        """The value for the database, or None when nothing was entered."""
        raw = _clean(raw)
        if raw is None or (raw in BLANK_MARKS and self.kind is not TEXT):
            if self.required:
                raise ColumnError(f"Chưa nhập “{self.label}”.")
            return None
        value = CHECKS[self.kind](self, raw)
        self._check_bounds(value)
        return value

    def display(self, value: Any) -> str:
        """What `check` reads back as the same value: money in its unit, dates day first."""
        if value is None:
            return ""
        if self.kind is MONEY:
            return vietnamese_number(Decimal(value) / self.factor)
        if self.kind is DECIMAL:
            # Without dots: "1.234" in a decimal field would be refused as doubtful.
            return vietnamese_number(value).replace(".", "")
        return vietnamese_number(value) if self.kind is INTEGER else _shown(value)

    def _check_bounds(self, value: Any) -> None:
        measured = len(value) if self.kind in (TEXT, CODE) else value
        if self.is_number and abs(value) > LARGEST:
            raise ColumnError(f"“{self.label}” quá lớn. Hãy kiểm tra lại đơn vị tính.")
        if self.kind is CHOICE:
            return
        if self.minimum is not None and measured < self.minimum:
            raise ColumnError(self._bound_message("nhỏ hơn", "ít nhất", self.minimum))
        if self.maximum is not None and measured > self.maximum:
            raise ColumnError(self._bound_message("lớn hơn", "nhiều nhất", self.maximum))

    def _bound_message(self, compared: str, bound_word: str, bound: Any) -> str:
        if self.kind in (TEXT, CODE):
            return f"“{self.label}” phải có {bound_word} {bound} ký tự."
        if self.kind is DATE:
            word = "trước" if compared == "nhỏ hơn" else "sau"
            return f"“{self.label}” không được {word} ngày {bound:%d/%m/%Y}."
        if self.kind is MONEY:
            shown = f"{vietnamese_number(Decimal(bound) / self.factor)} {UNIT_WORDS[self.factor]}"
            return f"“{self.label}” không được {compared} {shown}."
        return f"“{self.label}” không được {compared} {vietnamese_number(bound)}."


UNIT_WORDS = {DONG: "đồng", 1000: "nghìn đồng", MILLION: "triệu đồng", BILLION: "tỷ đồng"}


def vietnamese_number(value: int | Decimal) -> str:
    """1274696.5 → "1.274.696,5"."""
    whole, _, part = f"{Decimal(value):,f}".partition(".")
    part = part.rstrip("0")
    return whole.replace(",", ".") + (f",{part}" if part else "")


def _clean(raw: Any) -> Any:
    """NFC text without invisible marks; a bool or a float becomes something the checks know."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if isinstance(raw, int | Decimal):
        return _finite(raw)
    if not isinstance(raw, str):
        return raw
    if CONTROL.search(raw):
        raise ColumnError("Nội dung có ký tự không hợp lệ. Hãy gõ lại bằng bàn phím.")
    return unicodedata.normalize("NFC", UNWANTED.sub("", raw)).strip() or None


def _finite(number: Any) -> Any:
    """Not-a-numbers become text for the checks to name; absurd sizes stop before costing time."""
    if isinstance(number, Decimal) and not number.is_finite():
        return str(number)
    if abs(number) > ABSURD:
        raise ColumnError("Số quá lớn. Hãy kiểm tra lại số liệu và đơn vị tính.")
    return number


def _shown(raw: Any) -> str:
    if isinstance(raw, date):
        return f"{raw:%d/%m/%Y}"
    text = vietnamese_number(raw) if isinstance(raw, int | Decimal) else str(raw)
    return text if len(text) <= 60 else text[:57] + "…"


def _refuse_excel_error(raw: Any) -> None:
    if isinstance(raw, str) and EXCEL_ERROR.fullmatch(raw):
        raise ColumnError(f"Ô đang báo lỗi {raw} của Excel. Hãy nhập lại giá trị.")


def _text(column: Column, raw: Any) -> str:
    _refuse_excel_error(raw)
    return _shown(raw) if not isinstance(raw, str) else raw


def _code(column: Column, raw: Any) -> str:
    """A code kept as a number in Excel loses its leading zeros, but a whole one can be read."""
    if isinstance(raw, Decimal | date):
        raise ColumnError(
            f"“{_shown(raw)}” không phải mã. Hãy định dạng ô là Văn bản (Text) rồi nhập lại mã."
        )
    _refuse_excel_error(raw)
    code = SPACES.sub(" ", str(raw))
    if len(code) > 64:
        raise ColumnError(f"“{_shown(code)}” quá dài. Mã có nhiều nhất 64 ký tự.")
    return code


def _not_a_number(raw: Any) -> ColumnError:
    _refuse_excel_error(raw)
    return ColumnError(f"“{_shown(raw)}” không phải số. Hãy nhập số, ví dụ 1.274.696.")


def _without_noise(number: Decimal) -> Decimal:
    """Excel keeps 15 digits; what a formula leaves beyond them is noise of binary fractions."""
    return Decimal(f"{number:.{EXCEL_DIGITS}g}")


def _integer(column: Column, raw: Any) -> int:
    if isinstance(raw, int):
        return raw
    number = _without_noise(raw) if isinstance(raw, Decimal) else _typed_number(raw, whole=True)
    if number != number.to_integral_value():
        raise ColumnError(f"“{_shown(raw)}” không phải số nguyên. Hãy nhập số không có phần lẻ.")
    return int(number)


def _decimal(column: Column, raw: Any) -> Decimal:
    if isinstance(raw, int):
        return Decimal(raw)
    return _without_noise(raw) if isinstance(raw, Decimal) else _typed_number(raw)


def _typed_number(raw: Any, whole: bool = False) -> Decimal:
    """Vietnamese writing: dot between thousands, comma before decimals. Doubts are refused."""
    if not isinstance(raw, str) or len(raw) > 60:
        raise _not_a_number(raw)
    text = SPACES.sub(" ", raw).replace("−", "-")
    if SPACED.fullmatch(text):
        text = text.replace(" ", "")
    dotted = ONE_DOT.fullmatch(text)
    if dotted and not (whole and VIETNAMESE.fullmatch(text)):
        raise ColumnError(_doubt(text, *dotted.groups()))
    if whole and re.fullmatch(r"[+-]?[0-9]{1,3},[0-9]{3}", text):
        raise ColumnError(_doubt(text, *text.split(",")))
    if not VIETNAMESE.fullmatch(text):
        raise _not_a_number(raw)
    return Decimal(text.replace(".", "").replace(",", "."))


def _doubt(text: str, whole: str, part: str) -> str:
    if len(part) == 3 and len(whole.lstrip("+-")) <= 3:
        readings = f"{whole}{part} hoặc {whole},{part}"
        return f"“{text}” có thể là {readings}. Hãy viết rõ: {readings}."
    return (
        f"“{text}” dùng dấu chấm cho phần lẻ; hệ thống hiểu là {whole},{part}. "
        f"Hãy viết {whole},{part} (dấu phẩy)."
    )


def _money(column: Column, raw: Any) -> int:
    if isinstance(raw, date):
        raise _not_a_number(raw)
    amount = (_typed_money(raw) if isinstance(raw, str) else Decimal(raw)) * column.factor
    if amount != amount.to_integral_value():
        amount = _without_noise(amount)
    if amount != amount.to_integral_value():
        raise ColumnError(
            f"“{_shown(raw)}” {UNIT_WORDS[column.factor]} lẻ dưới một đồng. Hãy làm tròn đến đồng."
        )
    return int(amount)


def _typed_money(raw: str) -> Decimal:
    text = SPACES.sub(" ", raw).replace("−", "-")
    if len(raw) > 60 or not NUMBER_LETTERS.fullmatch(text):
        raise _not_a_number(raw)
    try:
        return parse_decimal(text.replace(" ", "") if SPACED.fullmatch(text) else text)
    except ValueError as error:
        raise ColumnError(str(error)) from None


def _date(column: Column, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = SPACES.sub("", raw) if isinstance(raw, str) else ""
    found = DAY_FIRST.fullmatch(text)
    year_first = YEAR_FIRST.fullmatch(raw) if isinstance(raw, str) else None
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        if year_first:
            return date(*map(int, year_first.groups()[:3]))
    except ValueError:
        raise ColumnError(f"“{_shown(raw)}” không có trong lịch. Hãy xem lại ngày.") from None
    raise ColumnError(f"“{_shown(raw)}” không phải ngày. Hãy nhập ngày/tháng/năm, ví dụ 30/6/2023.")


def _choice(column: Column, raw: Any) -> Any:
    found = column._options.get(search_key(_shown(raw)))
    if found:
        return found[0]
    labels = [label for _, label in column.options()]
    more = "…" if len(labels) > 8 else ""
    raise ColumnError(
        f"“{_shown(raw)}” không có trong danh mục. Hãy chọn: {'; '.join(labels[:8])}{more}."
    )


CHECKS = {
    TEXT: _text,
    INTEGER: _integer,
    DECIMAL: _decimal,
    MONEY: _money,
    DATE: _date,
    CHOICE: _choice,
    CODE: _code,
}
