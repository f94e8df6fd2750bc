"""The unit of account of a column of money: read from its title or a line above, never assumed."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from .money import BILLION, MILLION
from .numbers import vietnamese_number
from .text import search_key

THOUSAND = 1000
FACTORS = {"trieu": MILLION, "nghin": THOUSAND, "ngan": THOUSAND, "ty": BILLION, "ti": BILLION}
# What a command or the API may say, and the words of a page.
NAMED = {"dong": 1, "nghin": THOUSAND, "trieu": MILLION, "ty": BILLION}
WORDS = {1: "đồng", THOUSAND: "nghìn đồng", MILLION: "triệu đồng", BILLION: "tỷ đồng"}
# "Đơn vị tính: đồng", "ĐVT: triệu đồng", "(đồng)", "(triệu)"; "hội đồng" is another word.
UNIT_LINE = re.compile(
    r"(?:\b(?:don vi tinh|don vi|dvt)\s*:?\s*\(?|\(\s*)"
    r"(?:(trieu|nghin|ngan|ty|ti)(?:\s*dong|\s*vnd|\s*d)?|dong|vnd|d)\b"
)
# In the title of a column the bare word is enough: "Kế hoạch vốn triệu đồng", "Số tiền - tỷ đồng".
UNIT_WORD = re.compile(r"\b(trieu|nghin|ngan|ty|ti)\s*dong\b")


def unit_in(text: Any, *, is_title: bool = False) -> int | None:
    """What one written unit is worth in đồng, or None when the text does not say."""
    if not isinstance(text, str):
        return None
    key = search_key(text)
    found = UNIT_LINE.search(key) or (UNIT_WORD.search(key) if is_title else None)
    if found is None:
        return None
    return FACTORS[found[1]] if found[1] else 1


def unit_above(rows: Iterable[Sequence[Any]]) -> int | None:
    """The unit written in one of the rows above the table."""
    return next((unit for row in rows for cell in row if (unit := unit_in(cell)) is not None), None)


def guess_unit(values: Iterable[Any]) -> int:
    """The likeliest unit of works and activities, by their middle size; only ever a proposal."""
    sizes = sorted(abs(Decimal(v)) for v in values if isinstance(v, int | Decimal) and v)
    if not sizes:
        return MILLION
    middle = sizes[len(sizes) // 2]
    if middle >= 10**7:
        return 1
    if middle >= 10**5:
        return THOUSAND
    return MILLION if middle >= 5 else BILLION


def example(value: int | Decimal, factor: int) -> str:
    """1250, triệu → "1.250 → 1.250 triệu đồng = 1.250.000.000 đồng"."""
    shown = vietnamese_number(value)
    if factor == 1:
        return f"{shown} → {shown} đồng"
    full = vietnamese_number(value * factor)
    return f"{shown} → {shown} {WORDS[factor]} = {full} đồng"
