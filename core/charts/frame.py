"""A chart with the words and figures around it: on a page, as a table file, as a picture."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Self

from django.utils.safestring import SafeString, mark_safe

from .drawing import PHONE_WIDTH, Drawing, Drawn, sheet, text, wrapped
from .palette import INK

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
PICTURE_WIDTH, MARGIN = 760, 20
FORMATS = ("csv", "png")


@dataclass(frozen=True)
class Line:
    """One row of the figures behind a chart; the first cell is a name, `url` opens its rows."""

    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Frame:
    """`name` is its word in addresses and file names; the chart's title is the finding."""

    name: str
    chart: Drawn
    measure: str
    columns: tuple[str, ...]
    lines: Sequence[Line]
    note: str = ""
    width: int = 620
    font_size: int = 13  # room for the words; the stylesheet prints them at 12
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.chart.title

    def at(self, address: Callable[[str], str]) -> Self:
        """The same with the addresses of its files."""
        return replace(self, urls={name: address(name) for name in FORMATS})

    @property
    def svg(self) -> SafeString:
        return self._drawn(self.width)

    @property
    def svg_phone(self) -> SafeString:
        return self._drawn(PHONE_WIDTH)

    def _drawn(self, width: int) -> SafeString:
        # Drawn by our own modules, every word in it escaped there.
        return mark_safe(self.chart.svg(width, font_size=self.font_size))

    def csv(self) -> str:
        """Semicolons and a byte mark: what a Vietnamese Excel opens with a double click."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow([_harmless(self.title)])
        writer.writerow([_harmless(self.measure)])
        writer.writerow(map(_harmless, self.columns))
        writer.writerows(map(_harmless, line.cells) for line in self.lines)
        return BOM + out.getvalue()

    def picture(self, font_family: str, size: int = 15) -> str:
        """The chart with its finding above and its measure below, to be pasted elsewhere."""
        inner = PICTURE_WIDTH - 2 * MARGIN
        heads = wrapped(self.title, inner, size + 5, 3)
        feet = wrapped(self.measure, inner, size, 3) + wrapped(self.note, inner, size, 3)
        drawing = self.chart.draw(inner, size)
        top = MARGIN + len(heads) * (size + 10) + 6
        bottom = top + drawing.height + 8
        parts = [
            f'<g font-size="{size + 5}">',
            *(
                text(line, MARGIN, MARGIN + (size + 10) * at + size, colour=INK, bold=True)
                for at, line in enumerate(heads)
            ),
            f'</g><g transform="translate({MARGIN} {top})">',
            *drawing.parts,
            "</g>",
            *(
                text(line, MARGIN, bottom + (size + 6) * (at + 1) - 6)
                for at, line in enumerate(feet)
            ),
        ]
        whole = Drawing(parts, PICTURE_WIDTH, bottom + (size + 6) * len(feet) + MARGIN)
        return sheet(whole, self.title, font_family, size)


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is marked as text; figures stay figures."""
    words = str(cell)
    if words.startswith(FORMULA_SIGNS) and not _is_number(words):
        return f"'{words}"
    return words


def _is_number(words: str) -> bool:
    digits = words.replace(".", "").replace(",", ".")
    try:
        return Decimal(digits).is_finite()
    except ArithmeticError:
        return False
