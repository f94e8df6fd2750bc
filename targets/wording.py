"""Targets and figures in the words of a plan: "ít nhất 07 xã", "trên 3 điểm %"."""

from core.columns import vietnamese_number

from .figures import Standing
from .models import Operator

MOST_DECIMALS = 4


def number_words(value, decimals=0):
    """Below ten, whole counts are written with two digits, as plans do."""
    if value is None:
        return "–"
    if value == value.to_integral_value() and not decimals and 0 < value < 10:
        return f"{int(value):02d}"
    return vietnamese_number(round(value, MOST_DECIMALS))


def condition_words(target):
    """Operator, value and unit; a milestone or a quality says what it is."""
    if not target.is_numeric:
        return Operator(target.operator).label
    shown = number_words(target.value, target.indicator.decimals)
    words = f"{Operator(target.operator).label} {shown} {target.indicator.measure_unit}"
    return words.strip()


def cumulative_words(target):
    """The total that the increase must lead to: "lũy kế 42 xã (67 %)"."""
    total = share = ""
    if target.cumulative is not None:
        count = number_words(target.cumulative, target.indicator.decimals)
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
    measured = len(lines) - count[Standing.IN_WORDS]
    parts = [f"{count[Standing.MET]} trên {measured} chỉ tiêu định lượng đã đạt"]
    if count[Standing.NOT_YET]:
        parts.append(f"{count[Standing.NOT_YET]} chưa đạt")
    if count[Standing.NO_FIGURE]:
        parts.append(f"{count[Standing.NO_FIGURE]} chưa có số liệu")
    if count[Standing.IN_WORDS]:
        in_words = "chỉ tiêu định tính, mốc hoàn thành theo dõi bằng lời"
        parts.append(f"{count[Standing.IN_WORDS]} {in_words}")
    return "; ".join(parts) + "."
