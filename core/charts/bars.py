"""Ranked bars with a mark across them, and bullets: what was reached against what was aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..money import format_decimal
from .drawing import (
    Drawing,
    Drawn,
    after_figure,
    beside,
    ceiling,
    reading,
    rect,
    room_of,
    stripes,
    text,
    text_width,
    wrapped,
)
from .palette import BRAND, INK, SCALE, THRESHOLDS, TRACK, WORST, step_of

NAME_LINES = 4


@dataclass(frozen=True)
class BarRow:
    label: str
    value: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class BarChart(Drawn):
    """Horizontal bars, one a row, in the order given, with the plan's mark across them."""

    title: str
    rows: tuple[BarRow, ...]
    mark: Decimal | None = None
    mark_label: str = ""
    unit: str = "%"
    decimals: int = 2
    maximum: Decimal | None = None
    thresholds: Sequence[Decimal] = THRESHOLDS
    row_height: int = 22

    def draw(self, width: int, size: int) -> Drawing:
        figures = [self.figure(row) for row in self.rows]
        left = min(text_width([row.label for row in self.rows], size), width * 0.42) + 8
        right = text_width(figures, size) + 10
        y = top = size + 12 if self.mark is not None else 4
        highest = self.maximum or ceiling([row.value for row in self.rows] + [self.mark])
        plot = _Plot(left, width - right, highest)
        parts: list[str] = []
        for row, figure in zip(self.rows, figures, strict=True):
            name = wrapped(row.label, left - 8, size, NAME_LINES)
            room = room_of(name, self.row_height, size)
            parts += reading(f"{row.label}: {figure}", 0, y, width, room)
            parts += beside(name, left - 6, y + room / 2, size, "end")
            parts += [*self._bar(row, figure, plot, y + room / 2, size), "</g>"]
            y += room
        height = y + 4
        if self.mark is not None:
            parts += _mark(self.mark, self.mark_label, plot, (top, height, width), size)
        return Drawing(parts, width, height)

    def figure(self, row: BarRow) -> str:
        unit = after_figure(self.unit) if row.value is not None else ""
        return f"{format_decimal(row.value, self.decimals)}{unit} {row.note}".strip()

    def _bar(self, row: BarRow, figure: str, plot: "_Plot", middle: float, size: int) -> list[str]:
        thick = self.row_height * 0.6
        bar_y = middle - thick / 2
        parts = [text(figure, plot.right + 6, middle + size * 0.35, colour=INK)]
        if row.value is not None:
            parts.append(rect(plot.left, bar_y, plot.right - plot.left, thick, TRACK, css="b0"))
        if row.value is not None and row.value > 0:
            step, length = step_of(row.value, self.thresholds), plot.x(row.value) - plot.left
            parts.append(rect(plot.left, bar_y, length, thick, SCALE[step], INK, f"s-{step + 1}"))
            parts += [stripes(plot.left, bar_y, length, thick)] if step == WORST else []
        return parts


@dataclass(frozen=True)
class BulletRow:
    """`percent` of the aim; `figure` says the same in the measure's own unit."""

    label: str
    percent: Decimal | None
    figure: str


@dataclass(frozen=True)
class BulletChart(Drawn):
    """Each row its own measure: the bar is the share of the aim, the tick at its end the aim.

    The dashed mark is what the day asks for.
    """

    title: str
    rows: tuple[BulletRow, ...]
    mark: Decimal | None = None
    mark_label: str = ""
    row_height: int = 44

    def draw(self, width: int, size: int) -> Drawing:
        y = size + 8 if self.mark is not None else 4
        plot = _Plot(2, width - 4, ceiling([row.percent for row in self.rows]))
        parts: list[str] = []
        for row in self.rows:
            room = plot.right - plot.left - text_width([row.figure], size) - size
            name = wrapped(row.label, room, size, NAME_LINES)
            more = (size + 3) * (len(name) - 1)
            parts += reading(f"{row.label}: {row.figure}", 0, y, width, self.row_height + more)
            parts += [
                text(line, plot.left, y + size + 2 + (size + 3) * number, colour=INK)
                for number, line in enumerate(name)
            ]
            parts += [*self._bullet(row, plot, y + more, size), "</g>"]
            y += self.row_height + more
        if self.mark is not None:
            parts.append(_mark_label(self.mark, self.mark_label, plot, size, width, size))
        return Drawing(parts, width, y + 4)

    def _bullet(self, row: BulletRow, plot: "_Plot", y: float, size: int) -> list[str]:
        bar_y, aim = y + size + 10, plot.x(Decimal(100))
        parts = [
            text(row.figure, plot.right, y + size + 2, anchor="end", colour=INK, bold=True),
            rect(plot.left, bar_y, aim - plot.left, 10, TRACK, css="b0"),
        ]
        if row.percent:
            length = plot.x(row.percent) - plot.left
            parts.append(rect(plot.left, bar_y + 2, length, 6, BRAND, css="b1"))
        parts.append(rect(aim - 1.5, bar_y - 2, 3, 14, INK, css="b2"))
        if self.mark is not None:
            parts.append(_mark_line(plot.x(self.mark), bar_y - 3, bar_y + 14))
        return parts


@dataclass(frozen=True)
class _Plot:
    left: float
    right: float
    maximum: Decimal

    def x(self, value: Decimal) -> float:
        share = min(max(value / self.maximum, Decimal(0)), Decimal(1))
        return self.left + (self.right - self.left) * float(share)


def _mark(
    mark: Decimal, label: str, plot: _Plot, box: tuple[float, float, float], size: int
) -> list[str]:
    top, height, width = box
    return [
        _mark_line(plot.x(mark), top - 2, height - 2),
        _mark_label(mark, label, plot, top - 7, width, size),
    ]


def _mark_line(x: float, top: float, bottom: float) -> str:
    return (
        f'<path class="mk" d="M{x:.1f} {top:.1f}V{bottom:.1f}" fill="none" stroke="{INK}" '
        'stroke-width="1.2" stroke-dasharray="4 3"/>'
    )


def _mark_label(mark: Decimal, label: str, plot: _Plot, y: float, width: float, size: int) -> str:
    half = text_width([label], size) / 2
    return text(label, min(max(plot.x(mark), half), width - half), y, anchor="middle")
