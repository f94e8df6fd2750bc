"""Money is whole đồng in integers; Vietnamese digits only at the edges. Never a float."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MILLION = 1_000_000
BILLION = 1_000_000_000
MISSING = "–"
UNITS = {"đồng": 1, "triệu đồng": MILLION, "tỷ đồng": BILLION}

_STRICT = re.compile(r"[-−]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?", re.ASCII)
_ENGLISH = re.compile(r"[-−]?\d{1,3}(?:,\d{3})+\.\d+|[-−]?\d{1,3}(?:,\d{3}){2,}|[-−]?\d+\.\d+")
_SWAP = str.maketrans(",.", ".,")


def rate(part: int | Decimal | None, whole: int | Decimal | None) -> Decimal | None:
    """Percentage, two decimals, half-up; None when a figure is missing or there is no whole."""
    if part is None or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse_decimal(text: str) -> Decimal:
    """Strict Vietnamese number: dots only in groups of three, one comma for decimals."""
    cleaned = text.strip()
    if not _STRICT.fullmatch(cleaned):
        raise ValueError(_refusal(cleaned))
    return Decimal(cleaned.replace(".", "").replace(",", ".").replace("−", "-"))


def parse_amount(text: str, unit: str = "đồng") -> int:
    """'1.274.696,5' in triệu đồng -> 1274696500000 đồng; a part of a đồng is refused."""
    number = parse_decimal(text)
    amount = number * UNITS[unit]
    if amount != int(amount):
        raise ValueError(
            f"“{text.strip()}” được đọc là {_plain(number)} {unit}, không tròn đồng. "
            "Dấu phẩy là phần thập phân; hàng nghìn viết bằng dấu chấm."
        )
    return int(amount)


def _refusal(text: str) -> str:
    if not text:
        return "Ô này đang trống, cần một số."
    if not re.search(r"\d", text):
        return f"“{text}” không phải là số."
    if _ENGLISH.fullmatch(text):
        number = Decimal(text.replace(",", "").replace("−", "-"))
        return (
            f"“{text}” viết kiểu Anh, nếu nhận sẽ được đọc là {_plain(number)}. "
            f"Nếu đúng, hãy viết “{_plain(number)}”."
        )
    digits = re.sub(r"\D", "", text)
    read = format_decimal(Decimal(digits), 0)
    return (
        f"“{text}” không đúng cách viết số, bỏ dấu đi sẽ được đọc là {read}. "
        "Hàng nghìn viết bằng dấu chấm từng nhóm ba chữ số, thập phân bằng một dấu phẩy: 1.274,5."
    )


def _plain(number: Decimal) -> str:
    """All the decimals as written, none added."""
    exponent = number.as_tuple().exponent
    return format_decimal(number, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def format_decimal(value: Decimal | int | None, places: int = 0) -> str:
    """1274696.5 -> '1.274.696,5', half-up; a missing figure is an en dash, never zero."""
    if value is None:
        return MISSING
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0
    return f"{rounded:,f}".translate(_SWAP)


def format_amount(amount: int | None, unit: str = "đồng", places: int = 0) -> str:
    """The figure alone, for a column whose head names the unit."""
    if amount is None:
        return MISSING
    return format_decimal(Decimal(amount) / UNITS[unit], places)


def format_vnd(amount: int | None, unit: str = "đồng", places: int = 0) -> str:
    """The figure with its unit: '1.274.696 triệu đồng'."""
    return MISSING if amount is None else f"{format_amount(amount, unit, places)} {unit}"


def format_rate(value: Decimal | None, places: int = 2) -> str:
    """52.19 -> '52,19 %'."""
    return MISSING if value is None else f"{format_decimal(value, places)} %"


def split_rounding(amounts: Sequence[int], unit: int = MILLION) -> list[int]:
    """Children in whole units that add up to their rounded total (largest remainders first)."""
    total = int((Decimal(sum(amounts)) / unit).quantize(Decimal(1), ROUND_HALF_UP))
    shares = [amount // unit for amount in amounts]
    order = sorted(range(len(amounts)), key=lambda i: -(amounts[i] % unit))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares
