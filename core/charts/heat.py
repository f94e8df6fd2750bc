"""A table whose cells are tinted by their rate: places down, programmes across."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..money import format_decimal
from .drawing import (
    Drawing,
    Drawn,
    after_figure,
    beside,
    reading,
    rect,
    room_of,
    text,
    text_width,
    wrapped,
)
from .palette import INK, SCALE, THRESHOLDS, WORST, readable_on, step_of

HEAD_LINES, NAME_LINES = 6, 4


@dataclass(frozen=True)
class HeatRow:
    label: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class HeatTable(Drawn):
    """Every cell holds its figure; the worst step carries a triangle, a missing one is a dash."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    unit: str = "%"
    decimals: int = 1
    thresholds: Sequence[Decimal] = THRESHOLDS
    row_height: int = 26

    def draw(self, width: int, size: int) -> Drawing:
        labels = [row.label for row in self.rows]
        left = min(text_width(labels, size), width * 0.3) + 8
        column = (width - left) / max(len(self.columns), 1)
        heads = [wrapped(name, column - 4, size, HEAD_LINES) for name in self.columns]
        top = max((len(lines) for lines in heads), default=1) * (size + 3) + 6
        parts = _heads(heads, left, column, top, size)
        y = float(top)
        for row in self.rows:
            name = wrapped(row.label, left - 10, size, NAME_LINES)
            room = room_of(name, self.row_height, size)
            parts += beside(name, left - 8, y + room / 2, size, "end")
            for at, value in enumerate(row.values):
                box = (left + column * at, y, column, room)
                parts += [*self._cell(row.label, at, value, box, size), "</g>"]
            y += room
        key, height = self._key(width, y + 8, size)
        return Drawing(parts + key, width, y + height)

    def figure(self, value: Decimal | None) -> str:
        return format_decimal(value, self.decimals) + (
            after_figure(self.unit) if value is not None else ""
        )

    def _cell(
        self,
        label: str,
        at: int,
        value: Decimal | None,
        box: tuple[float, float, float, float],
        size: int,
    ) -> list[str]:
        x, y, width, height = box
        said = f"{label}, {self.columns[at]}: {self.figure(value)}"
        parts = reading(said, x, y, width, height)
        colour = INK
        if value is not None:
            step = step_of(value, self.thresholds)
            colour = readable_on(SCALE[step])
            parts.append(
                rect(x + 1, y + 1, width - 2, height - 2, SCALE[step], INK, f"s-{step + 1}")
            )
            parts += [_triangle(x + 5, y + 6, colour)] if step == WORST else []
        words = format_decimal(value, self.decimals)
        middle, baseline = x + width / 2, y + height / 2 + size * 0.35
        css = "on-dark" if colour != INK else "on-light"
        return [*parts, text(words, middle, baseline, anchor="middle", colour=colour, css=css)]

    def _key(self, width: float, y: float, size: int) -> tuple[list[str], float]:
        """What each tint stands for, in words, on as many lines as the width asks for."""
        limits = [format_decimal(limit, 1) for limit in self.thresholds]
        words = [f"từ {limit}{after_figure(self.unit)}" for limit in limits]
        words.append(f"dưới {limits[-1]}{after_figure(self.unit)}")
        parts, x, line = [], 1.0, y
        for step, label in enumerate(words):
            need = text_width([label], size) + 34
            if x > 1 and x + need > width:
                x, line = 1.0, line + size + 8
            parts.append(rect(x, line, 18, size + 1, SCALE[step], INK, f"s-{step + 1}"))
            if step == WORST:
                parts.append(_triangle(x + 6, line + 4, readable_on(SCALE[step])))
            parts.append(text(label, x + 23, line + size - 1))
            x += need
        return parts, line - y + size + 12


def _triangle(x: float, y: float, colour: str) -> str:
    return f'<path d="M{x:.1f} {y:.1f}h7l-3.5 6z" fill="{colour}"/>'


def _heads(heads: list[list[str]], left: float, column: float, top: float, size: int) -> list[str]:
    return [
        text(
            line,
            left + column * (at + 0.5),
            top - 6 - (size + 3) * (len(lines) - 1 - number),
            anchor="middle",
        )
        for at, lines in enumerate(heads)
        for number, line in enumerate(lines)
    ]
