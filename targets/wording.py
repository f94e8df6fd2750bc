"""Targets and figures in the words of a plan: "ít nhất 07 xã", "trên 3 điểm %"."""

from core.columns import vietnamese_number

from .figures import Standing
from .models import Operator

MOST_DECIMALS = 4


def number_words(value):
    """A figure as written: no needless decimals, a dash when there is none."""
    return "–" if value is None else vietnamese_number(round(value, MOST_DECIMALS))


def planned_words(value, decimals):
    """Below ten, plans write whole counts with two digits: "07 xã"."""
    is_small_count = not decimals and 0 < value < 10 and value == value.to_integral_value()
    return f"{int(value):02d}" if is_small_count else number_words(value)


def condition_words(target):
    """Operator, value and unit; a milestone or a quality says what it is."""
    if not target.is_numeric:
        return Operator(target.operator).label
    shown = planned_words(target.value, target.indicator.decimals)
    words = f"{Operator(target.operator).label} {shown} {target.indicator.measure_unit}"
    return words.strip()


def cumulative_words(target):
    """The total that the increase must lead to: "lũy kế 42 xã (67 %)"."""
    total = share = ""
    if target.cumulative is not None:
        count = planned_words(target.cumulative, target.indicator.decimals)
        total = f"lũy kế {count} {target.indicator.measure_unit}".strip()
    if target.share is not None:
        share = f"{vietnamese_number(target.share)} %"
    return f"{total} ({share})" if total and share else total or share


def finding_of(lines):
    """The first line of the list: how many targets are met, not yet, or without a figure."""
    if not lines:
        return "Chưa có chỉ tiêu nào được giao trong năm này."
    count = {standing: 0 for standing in Standing}
    for line in lines:
        count[Standing(line.standing)] += 1
    measured = len(lines) - count[Standing.IN_WORDS] - count[Standing.IN_LEDGER]
    parts = [f"{count[Standing.MET]} trên {measured} chỉ tiêu định lượng đã đạt"]
    if count[Standing.NOT_YET]:
        parts.append(f"{count[Standing.NOT_YET]} chưa đạt")
    if count[Standing.MISSED]:
        parts.append(f"{count[Standing.MISSED]} không đạt")
    if count[Standing.NO_FIGURE]:
        parts.append(f"{count[Standing.NO_FIGURE]} chưa có số liệu")
    if count[Standing.IN_LEDGER]:
        parts.append(f"{count[Standing.IN_LEDGER]} theo dõi ở sổ vốn")
    if count[Standing.IN_WORDS]:
        in_words = "chỉ tiêu định tính, mốc hoàn thành theo dõi bằng lời"
        parts.append(f"{count[Standing.IN_WORDS]} {in_words}")
    return "; ".join(parts) + "."
