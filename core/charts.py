"""Charts as SVG text: one drawing for web pages and for official documents.

Only presentation attributes are used, so the strict content policy of the pages holds; on a page
the classes (`chart`, `ax`, `ln`, `pl`, `k`, `b0`, `b1`) let the stylesheet take over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from .money import format_decimal

INK, INK_SOFT, LINE, TRACK = "#16242f", "#465561", "#d3dce3", "#e2e8ed"
BRAND, PLAN = "#0f4c81", "#74828e"
# Best to worst. Colour is the second signal: the figure always stands beside its bar.
SCALE = ("#17634b", "#5d9c80", "#d99a2b", "#b5402c")
THRESHOLDS = (Decimal(70), Decimal(60), Decimal(50))
PHONE_WIDTH = 340  # drawn as wide as a phone shows it, so that its letters keep their size
GLYPH_WIDTH = 0.54  # mean advance of a letter in ems, Tinos and Be Vietnam Pro alike
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class BarRow:
    label: str
    value: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class Series:
    """One line; a plan is drawn dashed and named in the middle, a result at its last point."""

    label: str
    values: tuple[Decimal | None, ...]
    plan: bool = False


def bar_chart(
    rows: Sequence[BarRow],
    mark: Decimal | None = None,
    mark_label: str = "",
    *,
    title: str,
    width: int = 620,
    row_height: int = 22,
    font_family: str = "",
    font_size: int = 12,
    decimals: int = 2,
    unit: str = "%",
    maximum: Decimal | None = None,
    thresholds: Sequence[Decimal] = THRESHOLDS,
) -> str:
    """Horizontal bars, one a row, in the order given, with the plan's mark across them."""
    figures = [_figure(row, decimals, unit) for row in rows]
    left = min(_text_width([row.label for row in rows], font_size), width * 0.42) + 8
    right = _text_width(figures, font_size) + 10
    top = font_size + 12 if mark is not None else 4
    top_value = maximum or _ceiling([row.value for row in rows] + [mark])
    plot = _Plot(left, width - right, top_value)
    height = top + row_height * len(rows) + 4
    parts: list[str] = []
    for index, (row, figure) in enumerate(zip(rows, figures, strict=True)):
        y = top + row_height * index
        parts += _bar(row, figure, plot, y, row_height, font_size, thresholds)
    if mark is not None:
        parts += _mark(mark, mark_label, plot, top, height, width, font_size)
    return _svg(parts, width, height, title, font_family, font_size)


def line_chart(
    series: Sequence[Series],
    points: Sequence[str],
    *,
    title: str,
    width: int = 620,
    height: int = 210,
    font_family: str = "",
    font_size: int = 12,
    decimals: int = 2,
    unit: str = "%",
    maximum: Decimal | None = None,
) -> str:
    """Cumulative lines over named points; a missing value is a gap, never a fall to zero."""
    top_value = maximum or _ceiling([value for line in series for value in line.values])
    axis = [f"{format_decimal(tick, _places(tick))}{unit}" for tick in _ticks(top_value)]
    frame = _Frame(
        left=_text_width(axis, font_size) + 10,
        right=width - 18,
        top=font_size + 6,
        bottom=height - font_size * 2,
        maximum=top_value,
        count=len(points),
    )
    parts = _grid(frame, points, axis, font_size)
    for line in sorted(series, key=lambda line: not line.plan):
        parts += _polyline(line, frame)
    for line in series:
        others = [other for other in series if other is not line]
        parts += _line_label(line, others, frame, font_size, decimals, unit)
    return _svg(parts, width, height, title, font_family, font_size)


@dataclass(frozen=True)
class _Plot:
    left: float
    right: float
    maximum: Decimal

    def x(self, value: Decimal) -> float:
        share = min(max(value / self.maximum, Decimal(0)), Decimal(1))
        return self.left + (self.right - self.left) * float(share)


@dataclass(frozen=True)
class _Frame:
    left: float
    right: float
    top: float
    bottom: float
    maximum: Decimal
    count: int

    def x(self, index: int) -> float:
        return self.left + (self.right - self.left) * index / max(self.count - 1, 1)

    def y(self, value: Decimal) -> float:
        return self.bottom - (self.bottom - self.top) * float(value / self.maximum)


def _bar(
    row: BarRow,
    figure: str,
    plot: _Plot,
    y: float,
    row_height: int,
    size: int,
    thresholds: Sequence[Decimal],
) -> list[str]:
    thickness = row_height * 0.6
    bar_y, baseline = y + row_height * 0.2, y + row_height / 2 + size * 0.35
    room = int((plot.left - 8) / (size * GLYPH_WIDTH)) + 2
    label = row.label if len(row.label) <= room else row.label[: room - 1].rstrip() + "…"
    parts = [
        f"<g><title>{escape(f'{row.label}: {figure}')}</title>",
        _text(label, plot.left - 6, baseline, anchor="end"),
        _text(figure, plot.right + 6, baseline, colour=INK),
    ]
    if row.value is not None:
        parts.append(_rect(plot.left, bar_y, plot.right - plot.left, thickness, TRACK, css="b0"))
    if row.value is not None and row.value > 0:
        fill = scale_colour(row.value, thresholds)
        parts.append(_rect(plot.left, bar_y, plot.x(row.value) - plot.left, thickness, fill, INK))
    return [*parts, "</g>"]


def _figure(row: BarRow, decimals: int, unit: str) -> str:
    shown = format_decimal(row.value, decimals) + (unit if row.value is not None else "")
    return f"{shown} {row.note}".strip()


def scale_colour(value: Decimal, thresholds: Sequence[Decimal] = THRESHOLDS) -> str:
    """The colour of a rate on the four-step scale of charts and maps."""
    passed = (colour for limit, colour in zip(thresholds, SCALE, strict=False) if value >= limit)
    return next(passed, SCALE[-1])


def _mark(
    mark: Decimal,
    label: str,
    plot: _Plot,
    top: float,
    height: float,
    width: float,
    size: int,
) -> list[str]:
    x = plot.x(mark)
    half = _text_width([label], size) / 2
    centre = min(max(x, half), width - half)
    return [
        f'<path d="M{x:.1f} {top - 2:.1f}V{height - 2:.1f}" fill="none" stroke="{INK}" '
        'stroke-width="1.2" stroke-dasharray="4 3"/>',
        _text(label, centre, top - 7, anchor="middle"),
    ]


def _grid(frame: _Frame, points: Sequence[str], axis: Sequence[str], size: int) -> list[str]:
    parts = []
    for tick, label in zip(_ticks(frame.maximum), axis, strict=True):
        y = frame.y(tick)
        parts.append(
            f'<path class="ax" d="M{frame.left:.1f} {y:.1f}H{frame.right:.1f}" fill="none" '
            f'stroke="{LINE}"/>'
        )
        parts.append(_text(label, frame.left - 6, y + size * 0.35, anchor="end"))
    for index, point in enumerate(points):
        parts.append(_text(point, frame.x(index), frame.bottom + size * 1.5, anchor="middle"))
    return parts


def _polyline(line: Series, frame: _Frame) -> list[str]:
    css, colour, width, dash = ("ln", BRAND, "2.5", "")
    if line.plan:
        css, colour, width, dash = ("pl", PLAN, "2", ' stroke-dasharray="5 4"')
    parts = []
    for run in _runs(line.values):
        path = " ".join(f"{frame.x(index):.1f},{frame.y(value):.1f}" for index, value in run)
        parts.append(
            f'<polyline class="{css}" points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"{dash}/>'
        )
        parts += [_dot(frame.x(i), frame.y(v), 3, colour) for i, v in run if not line.plan]
    return parts


def _line_label(
    line: Series,
    others: Sequence[Series],
    frame: _Frame,
    size: int,
    decimals: int,
    unit: str,
) -> list[str]:
    known = [(index, value) for index, value in enumerate(line.values) if value is not None]
    if not known:
        return []
    # A plan runs to the end of the year: its name stands where it has the middle to itself.
    index, value = known[len(known) * 3 // 4] if line.plan else known[-1]
    rivals = [other.values[index] for other in others if index < len(other.values)]
    above = all(rival is None or value >= rival for rival in rivals)
    x, y = frame.x(index), frame.y(value)
    text = line.label if line.plan else f"{format_decimal(value, decimals)}{unit} {line.label}"
    text_y = max(y - 8, size) if above else min(y + size + 6, frame.bottom - 4)
    anchor = "end" if above else "start"
    text_x = x - 8 if above else x + 8
    if not above and text_x + _text_width([text], size) > frame.right + 16:
        text_x, anchor = frame.right, "end"
    if above and text_x - _text_width([text], size) < frame.left:
        text_x, anchor = frame.left + 4, "start"
    if line.plan:
        return [_text(text, text_x, text_y, anchor=anchor)]
    label = _text(text, text_x, text_y, anchor=anchor, colour=BRAND, css="k", bold=True)
    return [_dot(x, y, 5, BRAND), label]


def _runs(values: Sequence[Decimal | None]) -> list[list[tuple[int, Decimal]]]:
    runs: list[list[tuple[int, Decimal]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _ceiling(values: Sequence[Decimal | None]) -> Decimal:
    """A round top of the axis, 100 at least for rates that stay below it."""
    highest = max((value for value in values if value is not None), default=Decimal(0))
    if highest <= 100:
        return Decimal(100)
    scale = Decimal(1).scaleb(highest.adjusted())
    return next(scale * step for step in STEPS if scale * step >= highest)


def _ticks(maximum: Decimal) -> list[Decimal]:
    return [maximum * quarter / 4 for quarter in range(5)]


def _places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def _text_width(texts: Sequence[str], size: int) -> float:
    return max((len(text) for text in texts), default=0) * size * GLYPH_WIDTH


def _rect(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    edge: str = "",
    css: str = "",
) -> str:
    stroke = f' stroke="{edge}" stroke-width="0.8"' if edge else ""
    name = f' class="{css}"' if css else ""
    return (
        f'<rect{name} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{fill}"{stroke}/>'
    )


def _dot(x: float, y: float, radius: int, colour: str) -> str:
    return f'<circle class="b1" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'


def _text(
    text: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    colour: str = INK_SOFT,
    css: str = "",
    bold: bool = False,
) -> str:
    name = f' class="{css}"' if css else ""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{escape(text)}</text>"
    )


def _svg(
    parts: Sequence[str],
    width: float,
    height: float,
    title: str,
    font_family: str,
    size: int,
) -> str:
    family = f' font-family="{escape(font_family)}"' if font_family else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{escape(title)}"{family} '
        f'font-size="{size}">{"".join(parts)}</svg>'
    )
