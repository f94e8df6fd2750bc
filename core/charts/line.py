"""Cumulative lines over named points, a plan beside a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..money import format_decimal
from .drawing import (
    Drawing,
    Drawn,
    after_figure,
    ceiling,
    dot,
    places,
    reading,
    text,
    text_width,
    ticks,
)
from .palette import BRAND, LINE, PLAN

LOWEST = 210


@dataclass(frozen=True)
class Series:
    """One line; a plan is drawn dashed and named in the middle, a result at its last point."""

    label: str
    values: tuple[Decimal | None, ...]
    plan: bool = False


@dataclass(frozen=True)
class LineChart(Drawn):
    """A missing value is a gap, never a fall to zero."""

    title: str
    series: tuple[Series, ...]
    points: tuple[str, ...]
    unit: str = "%"
    decimals: int = 2
    maximum: Decimal | None = None
    shape: float = 0.34  # height for a width, but never lower than can be read

    def draw(self, width: int, size: int) -> Drawing:
        height = max(LOWEST, round(width * self.shape))
        top = self.maximum or ceiling([value for line in self.series for value in line.values])
        axis = [
            f"{format_decimal(tick, places(tick))}{after_figure(self.unit)}" for tick in ticks(top)
        ]
        frame = _Frame(
            left=text_width(axis, size) + 10,
            right=width - 18,
            top=size + 6,
            bottom=height - size * 2,
            maximum=top,
            count=len(self.points),
            size=size,
        )
        parts = _grid(frame, self.points, axis)
        for line in sorted(self.series, key=lambda line: not line.plan):
            parts += _polyline(line, frame)
        for line in self.series:
            parts += self._label(line, frame)
        for index in range(len(self.points)):
            parts += [*self._reading(index, frame), "</g>"]
        return Drawing(parts, width, height)

    def figure(self, value: Decimal | None) -> str:
        return format_decimal(value, self.decimals) + (
            after_figure(self.unit) if value is not None else ""
        )

    def _reading(self, index: int, frame: "_Frame") -> list[str]:
        said = ", ".join(
            f"{line.label} {self.figure(line.values[index])}"
            for line in self.series
            if index < len(line.values)
        )
        half = frame.step / 2
        left = max(frame.x(index) - half, frame.left)
        right = min(frame.x(index) + half, frame.right)
        height = frame.bottom - frame.top
        return reading(f"{self.points[index]}: {said}", left, frame.top, right - left, height)

    def _label(self, line: Series, frame: "_Frame") -> list[str]:
        known = [(index, value) for index, value in enumerate(line.values) if value is not None]
        if not known:
            return []
        # A plan runs to the end of the year: its name stands where it has the middle to itself.
        index, value = known[len(known) * 3 // 4] if line.plan else known[-1]
        others = [other for other in self.series if other is not line]
        rivals = [other.values[index] for other in others if index < len(other.values)]
        above = all(rival is None or value >= rival for rival in rivals)
        words = line.label if line.plan else f"{self.figure(value)} {line.label}"
        x, y, anchor = _label_place(words, frame.x(index), frame.y(value), above, frame)
        if line.plan:
            return [text(words, x, y, anchor=anchor)]
        label = text(words, x, y, anchor=anchor, colour=BRAND, css="k", bold=True)
        return [dot(frame.x(index), frame.y(value), 5), label]


@dataclass(frozen=True)
class _Frame:
    left: float
    right: float
    top: float
    bottom: float
    maximum: Decimal
    count: int
    size: int

    @property
    def step(self) -> float:
        return (self.right - self.left) / max(self.count - 1, 1)

    def x(self, index: int) -> float:
        return self.left + self.step * index

    def y(self, value: Decimal) -> float:
        return self.bottom - (self.bottom - self.top) * float(value / self.maximum)


def _label_place(
    words: str, x: float, y: float, above: bool, frame: _Frame
) -> tuple[float, float, str]:
    width, size = text_width([words], frame.size), frame.size
    if above:
        text_y = max(y - 8, size)
        return (
            (frame.left + 4, text_y, "start")
            if x - 8 - width < frame.left
            else (x - 8, text_y, "end")
        )
    text_y = min(y + size + 6, frame.bottom - 4)
    return (
        (frame.right, text_y, "end")
        if x + 8 + width > frame.right + 16
        else (x + 8, text_y, "start")
    )


def _grid(frame: _Frame, points: Sequence[str], axis: Sequence[str]) -> list[str]:
    parts = []
    for tick, label in zip(ticks(frame.maximum), axis, strict=True):
        y = frame.y(tick)
        parts.append(
            f'<path class="ax" d="M{frame.left:.1f} {y:.1f}H{frame.right:.1f}" fill="none" '
            f'stroke="{LINE}"/>'
        )
        parts.append(text(label, frame.left - 6, y + frame.size * 0.35, anchor="end"))
    # Where the names would touch, every other one is left out.
    every = 2 if text_width(points, frame.size) + 4 > frame.step else 1
    for index in range(0, len(points), every):
        parts.append(
            text(points[index], frame.x(index), frame.bottom + frame.size * 1.5, anchor="middle")
        )
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
        parts += [dot(frame.x(i), frame.y(v), 3, colour) for i, v in run if not line.plan]
    return parts


def _runs(values: Sequence[Decimal | None]) -> list[list[tuple[int, Decimal]]]:
    runs: list[list[tuple[int, Decimal]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
