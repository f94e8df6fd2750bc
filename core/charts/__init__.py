"""Charts as SVG text: one drawing for web pages, pictures and official documents.

A kind of chart is a small dataclass whose fields are its numbers; `svg(width)` draws it. `Frame`
puts the words and the table of figures around it, for the page and for the files.
"""

from .bars import BarChart, BarRow, BulletChart, BulletRow
from .drawing import PHONE_WIDTH
from .frame import FORMATS, PICTURE_WIDTH, Frame, Line
from .heat import HeatRow, HeatTable
from .line import LineChart, Series
from .palette import SCALE, THRESHOLDS, contrast, luminance, step_of

__all__ = [
    "FORMATS",
    "PHONE_WIDTH",
    "PICTURE_WIDTH",
    "SCALE",
    "THRESHOLDS",
    "BarChart",
    "BarRow",
    "BulletChart",
    "BulletRow",
    "Frame",
    "HeatRow",
    "HeatTable",
    "Line",
    "LineChart",
    "Series",
    "contrast",
    "luminance",
    "step_of",
]
