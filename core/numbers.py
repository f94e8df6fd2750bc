"""Reading a number as it is typed in Vietnam; what has two readings is asked about, never guessed.

The browser reads alike (static/js/numbers.js); tests/core/number_cases.json holds both together.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

LONGEST = 60
SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
PLAIN = re.compile(r"[+-]?[0-9]+(,[0-9]+)?")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?")
SPACED = re.compile(r"[+-]?[1-9][0-9]{0,2}( [0-9]{3})+(,[0-9]+)?")
ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
# "500,000" of whole đồng: an English hand means five hundred thousand, ours five hundred.
COMMA_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
ONE_DOT = re.compile(r"[+-]?[0-9]+\.[0-9]+")
ENGLISH = re.compile(r"[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
MARKS_ONLY = re.compile(r"[0-9., +-]*[0-9][0-9., +-]*")
SCIENTIFIC = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")

THOUSANDS, DECIMALS = "thousands", "decimals"
# What a reading means for a whole column.
WAYS = {
    THOUSANDS: "Dấu chấm ngăn hàng nghìn: 1.234 là 1234",
    DECIMALS: "Dấu chấm ngăn phần lẻ: 1.234 là 1,234",
    "tcvn3": "Chữ gõ bằng phông TCVN3 (ABC): đổi sang Unicode",
    "vni": "Chữ gõ bằng phông VNI: đổi sang Unicode",
}


@dataclass(frozen=True)
class Reading:
    """One way to understand what was typed: `text` says the same beyond doubt, `said` in full."""

    key: str
    text: str
    said: str = field(default="", compare=False)

    def in_unit(self, word: str, factor: int) -> "Reading":
        """With what it means, money to the đồng: "1,234 triệu đồng (1.234.000 đồng)"."""
        said = f"{self.text} {word}".strip()
        if factor != 1:
            number = read_number(self.text, is_whole=False)
            shown = self.text if "," in self.text else vietnamese_number(number)
            said = f"{shown} {word} ({vietnamese_number(number * factor)} đồng)"
        return replace(self, said=said)

    def as_json(self) -> dict[str, str]:
        way = WAYS.get(self.key, self.text)
        return {"key": self.key, "text": self.text, "way": way, "said": self.said}


class NotANumber(ValueError):
    """The message shows how the text would have been read."""


class TwoReadings(NotANumber):
    def __init__(self, message: str, readings: Sequence[Reading]):
        super().__init__(message)
        self.readings = tuple(readings)


def read_number(raw: str, *, is_whole: bool) -> Decimal:
    """Dots between groups of three, one comma for the part; `is_whole`: there is no part at all."""
    text = SPACES.sub(" ", raw).strip().replace("−", "-")
    if len(text) > LONGEST:
        raise NotANumber(_no_number(raw))
    if SPACED.fullmatch(text):
        text = text.replace(" ", "")
    if ONE_GROUP.fullmatch(text) and not is_whole:
        raise _asked(text)
    if COMMA_GROUP.fullmatch(text) and is_whole:
        raise NotANumber(_comma_for_thousands(text))
    if PLAIN.fullmatch(text) or GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise NotANumber(_refusal(raw, text))


def _asked(text: str) -> TwoReadings:
    readings = Reading(THOUSANDS, text.replace(".", "")), Reading(DECIMALS, text.replace(".", ","))
    words = " hoặc ".join(reading.text for reading in readings)
    return TwoReadings(f"“{text}” có thể là {words}", readings)


def _comma_for_thousands(text: str) -> str:
    whole, _, part = text.partition(",")
    unless = f" Nếu là {whole}, hãy viết {whole}." if part == "000" else ""
    dotted = text.replace(",", ".")
    return f"“{text}” không phải số nguyên. Nếu là hàng nghìn, hãy viết {dotted}.{unless}"


def _refusal(raw: str, text: str) -> str:
    if ONE_DOT.fullmatch(text):
        clear = text.replace(".", ",")
        return (
            f"“{text}” dùng dấu chấm cho phần lẻ; hệ thống hiểu là {clear}. "
            f"Hãy viết {clear} (dấu phẩy)."
        )
    if ENGLISH.fullmatch(text):
        clear = vietnamese_number(Decimal(text.replace(",", "")))
        return (
            f"“{text}” viết kiểu Anh, nếu nhận sẽ được đọc là {clear}. Nếu đúng, hãy viết {clear}."
        )
    if SCIENTIFIC.fullmatch(text):
        return f"“{_short(text)}” viết kiểu khoa học. Hãy viết đủ các chữ số."
    plain = unicodedata.normalize("NFKC", text)
    if plain != text and MARKS_ONLY.fullmatch(plain):
        return f"“{_short(text)}” dùng chữ số khác bàn phím thường, đọc là {plain}. Hãy gõ lại."
    if MARKS_ONLY.fullmatch(text):
        joined = vietnamese_number(Decimal(re.sub("[^0-9]", "", text)))
        return (
            f"“{text}” không đúng cách viết số, bỏ dấu đi sẽ được đọc là {joined}. Hàng nghìn viết "
            "bằng dấu chấm từng nhóm ba chữ số, phần lẻ sau một dấu phẩy: 1.274.696,5."
        )
    return _no_number(raw)


def _no_number(raw: str) -> str:
    return f"“{_short(raw)}” không phải số. Hãy nhập số, ví dụ 1.274.696."


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "…"


def vietnamese_number(value: int | Decimal) -> str:
    """1274696.5 → "1.274.696,5"."""
    whole, _, part = f"{Decimal(value):,f}".partition(".")
    part = part.rstrip("0")
    return whole.replace(",", ".") + (f",{part}" if part else "")


def number_to_type(value: int | Decimal, *, is_whole: bool) -> str:
    """As `vietnamese_number`, but never a text that `read_number` would have to ask about: where a
    part may follow, "32.577" is written "32.577,0"."""
    shown = vietnamese_number(value)
    is_doubtful = ONE_GROUP.fullmatch(shown) and not is_whole
    return f"{shown},0" if is_doubtful else shown
