"""Charts of the start page of those who run or read the whole, with finding and figures."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from django.urls import reverse

from core.charts import (
    BarChart,
    BarRow,
    BulletChart,
    BulletRow,
    Frame,
    HeatRow,
    HeatTable,
    Line,
    LineChart,
    Series,
)
from core.money import format_decimal, format_rate
from programs.models import Program
from targets.figures import TargetLine
from targets.models import Target

from . import figures
from .figures import Money, PlaceLine
from .wording import data_day, million, target_words

SHOWN_PLACES = 20
MARK_LABEL = "mốc tiến độ đều"
# Of the mark: at it, a little, clearly and far below it.
STEPS = (Decimal(1), Decimal("0.85"), Decimal("0.7"))
NEAR = Decimal("0.01")


def province_charts(
    programs: list[Program],
    program: str,
    money: Money,
    lines: list[PlaceLine],
    targets: list[TargetLine],
) -> list[Frame]:
    """What there is to draw, in the order of the page."""
    charts: list[Frame] = []
    if lines:
        charts.append(places_chart(money, lines))
    if money.closed_on:
        charts.append(months_chart(money))
    if money.closed_on and not program and len(lines) > 1 and len(programs) > 1:
        charts.append(programs_chart(programs, money, lines))
    if targets:
        charts.append(targets_chart(targets, money.mark))
    return [chart.at(partial(file_url, chart.name, program)) for chart in charts]


def file_url(name: str, program: str, file_format: str) -> str:
    query = f"?ct={program}" if program else ""
    return reverse("dashboards:chart", args=[name, file_format]) + query


def thresholds(mark: Decimal) -> tuple[Decimal, ...]:
    return tuple((mark * step).quantize(NEAR) for step in STEPS)


def places_chart(money: Money, lines: list[PlaceLine]) -> Frame:
    rows = tuple(BarRow(line.unit.label, line.rate) for line in lines[-SHOWN_PLACES:])
    limits = thresholds(money.mark)
    return Frame(
        "dia-ban",
        BarChart(places_title(lines, money.mark), rows, money.mark, MARK_LABEL, thresholds=limits),
        f"% vốn được chi trong năm, theo địa bàn, đơn vị · {data_day(money.closed_on)}",
        ("Địa bàn, đơn vị", "Kế hoạch (triệu đồng)", "Giải ngân (triệu đồng)", "Tỷ lệ (%)"),
        [
            Line(
                (
                    str(line.unit),
                    million(line.figure.to_spend),
                    million(line.figure.paid),
                    format_decimal(line.rate, 2),
                ),
                line.url,
            )
            for line in lines
        ],
        note="Mẫu số: kế hoạch năm, kể cả vốn kéo dài. Cột có sọc: dưới 70 % của mốc.",
    )


def places_title(lines: Iterable[PlaceLine], mark: Decimal) -> str:
    known = [line.rate for line in lines if line.rate is not None]
    behind = sum(rate < mark for rate in known)
    return f"{behind} trên {len(known)} nơi dưới mốc tiến độ đều"


def months_chart(money: Money) -> Frame:
    lines = figures.month_lines(money)
    series = (
        Series(MARK_LABEL, tuple(line.mark for line in lines), plan=True),
        Series("thực hiện", tuple(line.rate for line in lines)),
    )
    return Frame(
        "theo-thang",
        LineChart(months_title(lines), series, tuple(line.label for line in lines), shape=0.6),
        f"% vốn được chi, lũy kế từ đầu năm · {data_day(money.closed_on)}",
        ("Tháng", "Lũy kế (triệu đồng)", "Tỷ lệ (%)", "Mốc tiến độ đều (%)"),
        [
            Line(
                (
                    line.label,
                    million(line.paid),
                    format_decimal(line.rate, 2),
                    format_decimal(line.mark, 2),
                )
            )
            for line in lines
        ],
        note="Mẫu số: kế hoạch năm, kể cả vốn kéo dài.",
    )


def months_title(lines: list[figures.MonthLine]) -> str:
    known = [(line, line.rate) for line in lines if line.rate is not None]
    if not known:
        return "Chưa có số liệu giải ngân theo tháng"
    last, reached = known[-1]
    words = "dưới" if reached < last.mark else "không dưới"
    return f"Lũy kế {last.label} đạt {format_decimal(reached, 2)} %, {words} mốc tiến độ đều"


def programs_chart(programs: list[Program], money: Money, lines: list[PlaceLine]) -> Frame:
    """Places down, programmes across; a place without money of a programme has a dash there."""
    rates, names = figures.program_rates(money, lines), [one.short_name for one in programs]
    rows = tuple(
        HeatRow(line.unit.label, tuple(rates.get((line.unit.pk, one.pk)) for one in programs))
        for line in lines
    )
    title, limits = programs_title(rows, names, money.mark), thresholds(money.mark)
    return Frame(
        "chuong-trinh-theo-dia-ban",
        HeatTable(title, tuple(names), rows, thresholds=limits),
        f"% vốn được chi trong năm của từng chương trình · {data_day(money.closed_on)}",
        ("Địa bàn, đơn vị", *(f"{name} (%)" for name in names)),
        [
            Line((str(line.unit), *(format_decimal(rate, 2) for rate in row.values)), line.url)
            for line, row in zip(lines, rows, strict=True)
        ],
        note=(
            f"Mốc tiến độ đều {format_rate(money.mark)}; ô có tam giác: dưới 70 % của mốc. "
            "Dấu “–”: nơi không có vốn của chương trình."
        ),
    )


def programs_title(rows: Iterable[HeatRow], names: list[str], mark: Decimal) -> str:
    """The programme that is furthest behind, by the number of places under the mark."""
    behind = [0] * len(names)
    known = [0] * len(names)
    for row in rows:
        for at, rate in enumerate(row.values):
            known[at] += rate is not None
            behind[at] += rate is not None and rate < mark
    worst = max(range(len(names)), key=lambda at: (behind[at], -at))
    if not behind[worst]:
        return "Không chương trình nào có nơi dưới mốc tiến độ đều"
    return f"{names[worst]}: {behind[worst]} trên {known[worst]} nơi dưới mốc tiến độ đều"


def targets_chart(lines: list[TargetLine], mark: Decimal) -> Frame:
    rows = [(line, line.target) for line in lines if line.target]
    bullets = tuple(
        BulletRow(target.indicator.name, line.percent, target_figure(line, target))
        for line, target in rows
    )
    return Frame(
        "chi-tieu",
        BulletChart(targets_title(lines, mark), bullets, mark, MARK_LABEL),
        "Mức đạt so với mục tiêu năm; vạch đậm là mục tiêu",
        ("Chỉ tiêu", "Thực hiện trên mục tiêu", "Tỷ lệ (%)", "Số liệu"),
        [
            Line(
                (
                    target.indicator.name,
                    target_figure(line, target),
                    format_decimal(line.percent, 2),
                    "chưa có số liệu" if line.reached.value is None else target_words(line),
                ),
                reverse("targets:detail", args=[target.pk]),
            )
            for line, target in rows
        ],
    )


def target_figure(line: TargetLine, target: Target) -> str:
    places = target.indicator.decimals
    reached = format_decimal(line.reached.value, places)
    goal = format_decimal(target.value, places)
    return f"{reached} trên {goal} {target.indicator.measure_unit}"


def targets_title(lines: Iterable[TargetLine], mark: Decimal) -> str:
    known = [line.percent for line in lines if line.percent is not None]
    if not known:
        return "Chỉ tiêu năm chưa có số liệu"
    behind = sum(percent < mark for percent in known)
    if not behind:
        return f"Cả {len(known)} chỉ tiêu cộng dồn đều từ mốc tiến độ đều trở lên"
    return f"{behind} trên {len(known)} chỉ tiêu cộng dồn dưới mốc tiến độ đều"
