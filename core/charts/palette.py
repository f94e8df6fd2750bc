"""The colours of charts, read from the tokens of the stylesheet, where they are named once.

A colour is the second signal. The worst step of the scale is also striped (or carries a small
triangle), so that dark green and red are told apart without seeing colours.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

STYLESHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "portal.css"
TOKEN = re.compile(r"^\s*--([a-z0-9-]+):\s*(#[0-9a-f]{3,6});", re.MULTILINE)


def tokens() -> dict[str, str]:
    """{"brand": "#0f4c81", …}: the first value of each name, colours written out in six digits."""
    found: dict[str, str] = {}
    for name, colour in TOKEN.findall(STYLESHEET.read_text(encoding="utf-8")):
        full = colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])
        found.setdefault(name, full)
    return found


_NAMED = tokens()
WHITE, INK, INK_SOFT = _NAMED["surface"], _NAMED["ink"], _NAMED["ink-2"]
LINE, TRACK = _NAMED["line"], _NAMED["track"]
BRAND, PLAN = _NAMED["brand"], _NAMED["field"]
# Best to worst.
SCALE = tuple(_NAMED[f"scale-{step}"] for step in (1, 2, 3, 4))
WORST = len(SCALE) - 1
THRESHOLDS = (Decimal(70), Decimal(60), Decimal(50))


def step_of(value: Decimal, thresholds: Sequence[Decimal] = THRESHOLDS) -> int:
    """The step of a rate, 0 the best: a limit itself belongs to the better side."""
    passed = (step for step, limit in enumerate(thresholds) if value >= limit)
    return next(passed, WORST)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(ground: str) -> str:
    """White or ink, whichever reads better on a ground."""
    return max((WHITE, INK), key=lambda colour: contrast(colour, ground))
