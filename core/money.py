"""Money is whole đồng in integers; Vietnamese digits only at the edges. Never a float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MILLION = 1_000_000
BILLION = 1_000_000_000
MISSING = "–"
UNITS = {"đồng": 1, "triệu đồng": MILLION, "tỷ đồng": BILLION}

_SWAP = str.maketrans(",.", ".,")


def rate(part: int | Decimal | None, whole: int | Decimal | None) -> Decimal | None:
    """Percentage, two decimals, half-up; None when a figure is missing or there is no whole."""
    if part is None or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


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
