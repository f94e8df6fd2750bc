"""What every chart is drawn with: words, boxes, dots, and the frame of the SVG.

Only presentation attributes are used, so the strict content policy of the pages holds; on a page
the classes let the stylesheet take over. The `<title>` of a part is what charts.js says of it
under the pointer or the arrow keys.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from .palette import BRAND, INK_SOFT, WHITE

PHONE_WIDTH = 340  # drawn as wide as a phone shows it, so that its letters keep their size
GLYPH_WIDTH = 0.54  # mean advance of a letter in ems, Tinos and Be Vietnam Pro alike
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Drawing:
    parts: list[str]
    width: float
    height: float


class Drawn:
    """A kind of chart: its numbers are its fields, `draw` puts them on a sheet."""

    title: str

    @abstractmethod
    def draw(self, width: int, size: int) -> Drawing:
        """The chart at a width, in letters of a size."""

    def svg(self, width: int = 620, *, font_family: str = "", font_size: int = 12) -> str:
        return sheet(self.draw(width, font_size), self.title, font_family, font_size)


def sheet(drawing: Drawing, title: str, font_family: str = "", size: int = 12) -> str:
    family = f' font-family="{escape(font_family)}"' if font_family else ""
    width, height = f"{drawing.width:g}", f"{drawing.height:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(title)}"{family} '
        f'font-size="{size}">{"".join(drawing.parts)}</svg>'
    )


def reading(words: str, x: float, y: float, width: float, height: float) -> list[str]:
    """The opening of one part that can be read out, with the ground that takes the pointer."""
    return [
        f'<g class="rd"><title>{escape(words)}</title>',
        f'<rect class="hit" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
        f'height="{max(height, 0):.1f}" fill="none" pointer-events="all"/>',
    ]


def rect(
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


def stripes(x: float, y: float, width: float, height: float) -> str:
    """Upright light lines over a bar: the mark of the worst step for who sees no colours."""
    starts = range(4, int(width), 6)
    path = "".join(f"M{x + at:.1f} {y + 1:.1f}v{height - 2:.1f}" for at in starts)
    return f'<path d="{path}" fill="none" stroke="{WHITE}" stroke-opacity="0.7"/>' if path else ""


def dot(x: float, y: float, radius: int, colour: str = BRAND) -> str:
    return f'<circle class="b1" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'


def text(
    words: str,
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
        f"{escape(words)}</text>"
    )


def text_width(texts: Sequence[str], size: int) -> float:
    return max((len(words) for words in texts), default=0) * size * GLYPH_WIDTH


def after_figure(unit: str) -> str:
    """A unit as it follows its figure on every page: 52,19 %."""
    return f" {unit}" if unit else ""


def cut(words: str, width: float, size: int) -> str:
    """As much of the words as fits, an ellipsis for the rest."""
    room = int(width / (size * GLYPH_WIDTH)) + 2
    return words if len(words) <= room else words[: room - 1].rstrip() + "…"


def wrapped(words: str, width: float, size: int, most: int) -> list[str]:
    """The words on lines of a width, at most so many of them."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width([longer], size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width, size)]
    return lines


def beside(lines: Sequence[str], x: float, middle: float, size: int, anchor: str) -> list[str]:
    """The lines of a name, their block centred on the middle of its row."""
    first = middle + size * 0.35 - (size + 2) * (len(lines) - 1) / 2
    return [
        text(line, x, first + (size + 2) * number, anchor=anchor)
        for number, line in enumerate(lines)
    ]


def room_of(lines: Sequence[str], least: int, size: int) -> int:
    """How high a row is that holds these lines."""
    return max(least, (size + 2) * len(lines) + 6)


def ceiling(values: Sequence[Decimal | None]) -> Decimal:
    """A round top of the axis, 100 at least for rates that stay below it."""
    highest = max((value for value in values if value is not None), default=Decimal(0))
    if highest <= 100:
        return Decimal(100)
    scale = Decimal(1).scaleb(highest.adjusted())
    return next(scale * step for step in STEPS if scale * step >= highest)


def ticks(maximum: Decimal) -> list[Decimal]:
    return [maximum * quarter / 4 for quarter in range(5)]


def places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))
