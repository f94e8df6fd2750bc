"""Column specs: one check of a value, whichever door it comes through (form, paste, workbook)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .dates import FIRST_YEAR, LAST_YEAR, NotADate, read_date
from .legacy_encodings import FONT_NAMES, unicode_of
from .money import BILLION, MILLION, UNITS
from .numbers import (
    SPACES,
    NotANumber,
    Reading,
    TwoReadings,
    number_to_type,
    read_number,
    vietnamese_number,
)
from .text import nfc, search_key

LARGEST = 9_000_000_000_000_000_000
ABSURD = 10**40
EXCEL_DIGITS = 15
BLANK_MARKS = {"", "-", "–", "—"}
UNWANTED = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# These turn the order of what is shown: a figure must not read otherwise than it is kept.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ENGLISH_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", re.IGNORECASE)


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
# The short check of a column leaves this value to the long one.
UNSURE = object()
REMEMBERED_TEXTS = 20_000


class ColumnError(ValueError):
    """A value that does not fit its column; the message is for the person who typed it."""


class ColumnDoubt(ColumnError):
    """A value that may be understood in more than one way: whoever typed it is asked."""

    def __init__(self, message: str, readings: Sequence[Reading]):
        super().__init__(message)
        self.readings = tuple(readings)


@dataclass(frozen=True)
class Column:
    """`minimum`/`maximum` bound the value (MONEY: in đồng; TEXT and CODE: the length).

    `unit` is what one entered unit is worth in đồng, or its name in core.money.UNITS;
    `measure` is the word after a number that is not money ("%", "km").
    """

    name: str
    label: str
    kind: Kind = TEXT
    required: bool = False
    minimum: Any = None
    maximum: Any = None
    choices: Any = None
    unit: int | str | None = None
    measure: str = ""
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
    def is_year(self) -> bool:
        """2023 is a year: no dot between its thousands."""
        bounds = self.kind is INTEGER and (self.minimum or 0) >= FIRST_YEAR
        return bounds and self.maximum is not None and self.maximum <= LAST_YEAR

    @property
    def factor(self) -> int:
        return UNITS[self.unit] if isinstance(self.unit, str) else self.unit or DONG

    @property
    def is_whole(self) -> bool:
        """Nothing but whole numbers, so a dot stands between thousands and nowhere else."""
        return self.kind is INTEGER or (self.kind is MONEY and self.factor == DONG)

    @property
    def unit_word(self) -> str:
        return UNIT_WORDS[self.factor] if self.kind is MONEY else self.measure

    def options(self) -> list[tuple[Any, str]]:
        return list(dict.fromkeys(self._options.values()))

    def check(self, raw: Any, answer: str = "") -> Any:
        """The value for the database, or None when nothing was entered.

        `answer` settles a doubt: the key or the text of one of its readings.
        """
        try:
            return self._check(raw)
        except ColumnDoubt as doubt:
            text = _answered(doubt, answer)
            if text is None:
                raise
            return self._check(text)

    def settled(self, raw: Any, answer: str) -> Any:
        """What was typed, or its clear wording once the person has said which is meant."""
        try:
            self._check(raw)
        except ColumnDoubt as doubt:
            return _answered(doubt, answer) or raw
        except ColumnError:
            pass
        return raw

    def _check(self, raw: Any) -> Any:
        raw = _clean(self, raw)
        if raw is None or (raw in BLANK_MARKS and self.kind is not TEXT):
            if self.required:
                raise ColumnError(f"Chưa nhập “{self.label}”.")
            return None
        value = CHECKS[self.kind](self, raw)
        self._check_bounds(value)
        return value

    def checker(self) -> Callable[[Any], Any]:
        """The same check without words for the values most rows of a big table have.

        Gives the value, or UNSURE when `check` has to look; it never lets through what `check`
        would refuse or ask about.
        """
        short = _whole_number(self) if self.kind in (INTEGER, MONEY) else _known_text(self)
        if self.required:
            return short
        return lambda raw: None if raw is None else short(raw)

    def shown(self, value: Any) -> str:
        """For reading: money in its unit, dates day first."""
        if value is None:
            return ""
        if self.is_year or not self.is_number:
            return _shown(str(value) if self.is_year else value)
        return vietnamese_number(self._in_unit(value))

    def display(self, value: Any) -> str:
        """For a box: what `check` reads back as the same value, without asking."""
        if value is None or self.is_year or not self.is_number:
            return self.shown(value)
        return number_to_type(self._in_unit(value), is_whole=self.is_whole)

    def _in_unit(self, value: Any) -> int | Decimal:
        return Decimal(value) / self.factor if self.kind is MONEY else value

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
            before = "trước" if compared == "nhỏ hơn" else "sau"
            return f"“{self.label}” không được {before} ngày {bound:%d/%m/%Y}."
        if self.kind is MONEY and bound_word == "ít nhất" and bound == DONG:
            return f"“{self.label}” phải lớn hơn 0."
        if self.kind is MONEY:
            return f"“{self.label}” không được {compared} {self.shown(bound)} {self.unit_word}."
        return f"“{self.label}” không được {compared} {self.shown(bound)}."


def _whole_number(column: Column) -> Callable[[Any], Any]:
    factor = column.factor if column.kind is MONEY else 1
    least = -LARGEST if column.minimum is None else max(column.minimum, -LARGEST)
    most = LARGEST if column.maximum is None else min(column.maximum, LARGEST)

    def check(raw: Any) -> Any:
        if raw.__class__ is int:
            value = raw * factor
            if least <= value <= most:
                return value
        return UNSURE

    return check


def _known_text(column: Column) -> Callable[[Any], Any]:
    """Texts come again and again (sources, units, components): each is looked at once."""
    known: dict[str, Any] = {}

    def check(raw: Any) -> Any:
        if raw.__class__ is not str:
            return UNSURE
        value = known.get(raw, UNSURE)
        if value is UNSURE:
            try:
                value = column.check(raw)
            except ColumnError:
                return UNSURE
            if len(known) < REMEMBERED_TEXTS:
                known[raw] = value
        return value

    return check


UNIT_WORDS = {DONG: "đồng", 1000: "nghìn đồng", MILLION: "triệu đồng", BILLION: "tỷ đồng"}


def _answered(doubt: ColumnDoubt, answer: str) -> str | None:
    return next((r.text for r in doubt.readings if answer and answer in (r.key, r.text)), None)


def _clean(column: Column, raw: Any) -> Any:
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
    if column.kind is not TEXT and TURNING.search(raw):
        raise ColumnError("Nội dung có dấu ẩn đảo chiều chữ. Hãy gõ lại bằng bàn phím.")
    return nfc(UNWANTED.sub("", raw)).strip() or None


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


def _ask_about_font(raw: Any) -> None:
    """Letters of an old font are no Vietnamese to any search; what they mean is shown and asked."""
    font, text = unicode_of(raw) if isinstance(raw, str) else ("", "")
    if font:
        raise ColumnDoubt(
            f"“{_shown(raw)}” gõ bằng phông chữ cũ {FONT_NAMES[font]}, đọc là “{_shown(text)}”. "
            "Xin xác nhận, hoặc chuyển nội dung sang Unicode rồi nhập lại.",
            [Reading(font, text)],
        )


def _text(column: Column, raw: Any) -> str:
    _refuse_excel_error(raw)
    _ask_about_font(raw)
    return _shown(raw) if not isinstance(raw, str) else raw


def _code(column: Column, raw: Any) -> str:
    """A code kept as a number in Excel loses its leading zeros, but a whole one can be read."""
    if isinstance(raw, Decimal | date):
        raise ColumnError(
            f"“{_shown(raw)}” không phải mã. Hãy định dạng ô là Văn bản (Text) rồi nhập lại mã."
        )
    _refuse_excel_error(raw)
    _ask_about_font(raw)
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
    number = _without_noise(raw) if isinstance(raw, Decimal) else _typed_number(column, raw)
    if number != number.to_integral_value():
        told = "Hãy nhập số không có phần lẻ."
        if isinstance(raw, str) and ENGLISH_GROUP.fullmatch(raw):
            told = f"Nếu là hàng nghìn, hãy viết {raw.replace(',', '.')}."
        raise ColumnError(f"“{_shown(raw)}” không phải số nguyên. {told}")
    return int(number)


def _decimal(column: Column, raw: Any) -> Decimal:
    if isinstance(raw, int):
        return Decimal(raw)
    return _without_noise(raw) if isinstance(raw, Decimal) else _typed_number(column, raw)


def _typed_number(column: Column, raw: Any) -> Decimal:
    if not isinstance(raw, str):
        raise _not_a_number(raw)
    _refuse_excel_error(raw)
    try:
        return read_number(raw, is_whole=column.is_whole)
    except TwoReadings as doubt:
        readings = [reading.in_unit(column.unit_word, column.factor) for reading in doubt.readings]
        words = " hay ".join(reading.said for reading in readings)
        raise ColumnDoubt(f"“{_shown(raw)}” là {words}? Xin xác nhận.", readings) from None
    except NotANumber as error:
        raise ColumnError(str(error)) from None


def _money(column: Column, raw: Any) -> int:
    if isinstance(raw, date):
        raise _not_a_number(raw)
    number = _typed_number(column, raw) if isinstance(raw, str) else Decimal(raw)
    amount = number * column.factor
    if amount != amount.to_integral_value():
        amount = _without_noise(amount)
    if amount != amount.to_integral_value():
        raise ColumnError(
            f"“{_shown(raw)}” {UNIT_WORDS[column.factor]} lẻ dưới một đồng. Hãy làm tròn đến đồng."
        )
    return int(amount)


def _date(column: Column, raw: Any) -> date:
    _refuse_excel_error(raw)
    try:
        return read_date(raw, _shown(raw))
    except NotADate as error:
        raise ColumnError(str(error)) from None


def _choice(column: Column, raw: Any) -> Any:
    found = column._options.get(search_key(_shown(raw)))
    if found:
        return found[0]
    _ask_about_font(raw)
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
