"""An official document as plain values, whatever the file format it will be printed in.

The values can be frozen as JSON when a document is issued, so that the same document can be
produced again years later. Layout and components follow Nghị định 30/2020/NĐ-CP, annex I.
"""

import json
import unicodedata
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from core.money import MISSING, format_decimal

NATIONAL_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
BANNED = ("Cc", "Cs")  # control signs and lone surrogates
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# Filled in by the province's document system when it gives the number.
NUMBER_FIELD, PLACE_FIELD = "#SoKyHieuVanBan", "#DiaDiemNgayBanHanh"
NO_BREAK = "\u00a0"
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))

Cell = str | int | Decimal | None


class Kind(StrEnum):
    """What a column holds; it decides alignment and the type of the cell in Excel."""

    TEXT = "text"
    CENTER = "center"
    NUMBER = "number"


class RowKind(StrEnum):
    BODY = "body"
    SECTION = "section"
    SUM = "sum"


@dataclass(frozen=True)
class Layout:
    """The layout profile of an agency: names, margins in millimetres, sizes in points."""

    agency_name: str
    agency_parent: str = ""
    agency_full_name: str = ""
    margin_top: float = 20
    margin_bottom: float = 20
    margin_left: float = 30
    margin_right: float = 15
    head_left: float = 75
    agency_size: float = 12
    national_size: float = 12
    motto_size: float = 13
    symbol_size: float = 13
    place_size: float = 13
    title_size: float = 14
    body_size: float = 14
    signature_size: float = 14
    page_number_size: float = 13
    table_size: float = 11
    line_spacing: float = 1.2
    paragraph_gap: float = 6
    first_indent: float = 10
    keeps_fields: bool = False

    def problems(self) -> list[str]:
        """Measures outside the ranges of the decree, in words for the profile's form."""
        found = []
        for name, label, low, high in RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                found.append(
                    f"{label}: {format_decimal(Decimal(str(value)), 1)} nằm ngoài khoảng "
                    f"{low}–{high} của Nghị định 30/2020/NĐ-CP"
                )
        return found


RANGES = (
    ("margin_top", "Lề trên (mm)", 20, 25),
    ("margin_bottom", "Lề dưới (mm)", 20, 25),
    ("margin_left", "Lề trái (mm)", 30, 35),
    ("margin_right", "Lề phải (mm)", 15, 20),
    ("agency_size", "Cỡ chữ tên cơ quan", 12, 13),
    ("national_size", "Cỡ chữ Quốc hiệu", 12, 13),
    ("motto_size", "Cỡ chữ Tiêu ngữ", 13, 14),
    ("symbol_size", "Cỡ chữ số, ký hiệu", 13, 13),
    ("place_size", "Cỡ chữ địa danh, ngày", 13, 14),
    ("title_size", "Cỡ chữ tên loại, trích yếu", 13, 14),
    ("body_size", "Cỡ chữ nội dung", 13, 14),
    ("signature_size", "Cỡ chữ khối ký", 13, 14),
    ("page_number_size", "Cỡ chữ số trang", 13, 14),
    ("paragraph_gap", "Khoảng cách đoạn (pt)", 6, 24),
)


@dataclass(frozen=True)
class Heading:
    """Level 1 "I. …" bold capitals, level 2 "1. …" bold, level 3 "a) …" bold italic."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Body text; `basis` is a "Căn cứ …;" line, in italics."""

    text: str
    basis: bool = False


@dataclass(frozen=True)
class BulletList:
    items: tuple[str, ...]
    marker: str = "-"


@dataclass(frozen=True)
class Footnote:
    text: str


@dataclass(frozen=True)
class Chart:
    """The SVG is kept whole: the Word file and the PDF print the same drawing."""

    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Column:
    label: str
    kind: Kind = Kind.TEXT
    width: float = 1.0
    decimals: int = 0


@dataclass(frozen=True)
class ColumnGroup:
    """A heading over columns or over further groups."""

    label: str
    columns: tuple["Column | ColumnGroup", ...]


@dataclass(frozen=True)
class Row:
    """One line of a table; a section may give its title alone and then spans the table."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.BODY
    level: int = 0


@dataclass(frozen=True)
class Table:
    columns: tuple[Column | ColumnGroup, ...]
    rows: tuple[Row, ...]
    title: str = ""
    unit_note: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        width = len(leaf_columns(self.columns))
        for row in self.rows:
            spans = row.kind == RowKind.SECTION and len(row.cells) == 1
            if len(row.cells) != width and not spans:
                raise ValueError(f"a row has {len(row.cells)} cells for {width} columns")


Block = Heading | Paragraph | BulletList | Table | Chart | Footnote


@dataclass(frozen=True)
class Signature:
    """`mode` is the authority before the first title: "", TM., KT., TL., TUQ., Q. (art. 13)."""

    titles: tuple[str, ...]
    name: str = ""
    mode: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return (f"{self.mode} {self.titles[0]}".strip(), *self.titles[1:])


@dataclass(frozen=True)
class Annex:
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = True


@dataclass(frozen=True)
class OfficialDocument:
    layout: Layout
    kind_name: str
    abstract: str
    symbol: str
    place: str
    signature: Signature
    blocks: tuple[Block, ...] = ()
    number: str = ""
    issued_on: date | None = None
    addressed_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    # Minutes are signed by both sides: the other one stands where recipients would.
    counterpart: Signature | None = None

    @property
    def is_letter(self) -> bool:
        """An official letter (công văn) has no kind: its subject stands under the number."""
        return not self.kind_name

    @property
    def symbol_line(self) -> str:
        if self.layout.keeps_fields and not self.number:
            return f"Số: {NUMBER_FIELD}"
        return f"Số: {self._number_or_blank()}/{self.symbol}"

    @property
    def place_line(self) -> str:
        if self.layout.keeps_fields and self.issued_on is None:
            return PLACE_FIELD
        return f"{self.place}, {long_date(self.issued_on)}"

    @property
    def annex_line(self) -> str:
        kind = self.kind_name.capitalize() or "Công văn"
        agency = self.layout.agency_full_name or self.layout.agency_name.replace("\n", " ")
        return (
            f"(Kèm theo {kind} số {self._number_or_blank()}/{self.symbol} "
            f"{long_date(self.issued_on)} của {agency})"
        )

    def annex_label(self, index: int) -> str:
        return "Phụ lục" if len(self.annexes) == 1 else f"Phụ lục {roman(index + 1)}"

    def recipient_lines(self) -> tuple[str, ...]:
        """ "- …;" for each, a full stop after the last, as the decree prints them."""
        last = len(self.recipients) - 1
        return tuple(
            f"- {text.rstrip(';. ')}{'.' if index == last else ';'}"
            for index, text in enumerate(self.recipients)
        )

    def charts(self) -> list[Chart]:
        blocks = [*self.blocks, *(block for annex in self.annexes for block in annex.blocks)]
        return [block for block in blocks if isinstance(block, Chart)]

    def to_data(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return _encode(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return _decode(data)

    def to_json(self) -> str:
        return json.dumps(self.to_data(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.from_data(json.loads(text))

    def printable(self) -> Self:
        """The same document with text that every format can hold."""
        return self.from_data(self.to_data())

    def _number_or_blank(self) -> str:
        return self.number.zfill(2) if self.number else NO_BREAK * 8


def long_date(day: date | None) -> str:
    """Days under 10 and the months 1 and 2 take a leading zero; a draft leaves blanks."""
    if day is None:
        gap = NO_BREAK * 5
        return f"ngày{gap}tháng{gap}năm{gap}{gap}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def roman(number: int) -> str:
    for value, sign in ROMAN:
        if number >= value:
            return sign + roman(number - value)
    return ""


def leaf_columns(columns: tuple[Column | ColumnGroup, ...]) -> list[Column]:
    leaves: list[Column] = []
    for column in columns:
        leaves += [column] if isinstance(column, Column) else leaf_columns(column.columns)
    return leaves


def cell_text(value: Cell, column: Column) -> str:
    """What is printed: figures in the Vietnamese way, a missing figure as an en dash."""
    if value is None:
        return MISSING if column.kind == Kind.NUMBER else ""
    if isinstance(value, str):
        return value
    return format_decimal(value, column.decimals)


@dataclass(frozen=True)
class HeaderCell:
    """One cell of a table's head, placed on the grid of its columns."""

    label: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


def header_cells(columns: tuple[Column | ColumnGroup, ...]) -> list[HeaderCell]:
    """Cells from left to right, top to bottom; a column without group reaches down to the rows."""
    depth = _depth(columns)
    cells = _place(columns, 0, 0, depth)
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


def _depth(columns: tuple[Column | ColumnGroup, ...]) -> int:
    groups = [column.columns for column in columns if isinstance(column, ColumnGroup)]
    return 1 + max((_depth(inner) for inner in groups), default=0)


def _place(
    columns: tuple[Column | ColumnGroup, ...], row: int, start: int, depth: int
) -> list[HeaderCell]:
    cells: list[HeaderCell] = []
    for column in columns:
        if isinstance(column, Column):
            cells.append(HeaderCell(column.label, row, start, rows=depth - row))
            start += 1
        else:
            width = len(leaf_columns(column.columns))
            cells.append(HeaderCell(column.label, row, start, columns=width))
            cells += _place(column.columns, row + 1, start, depth)
            start += width
    return cells


# What a frozen document is made of; the name is the "type" in its JSON and must not change.
PARTS: dict[str, type[Any]] = {
    part.__name__: part
    for part in (
        OfficialDocument,
        Layout,
        Signature,
        Annex,
        Heading,
        Paragraph,
        BulletList,
        Footnote,
        Chart,
        Table,
        Column,
        ColumnGroup,
        Row,
    )
}


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        parts = {item.name: _encode(getattr(value, item.name)) for item in fields(value)}
        return {"type": type(value).__name__, **parts}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Decimal):
        return {"type": "Decimal", "value": str(value)}
    if isinstance(value, date):
        return {"type": "date", "value": value.isoformat()}
    return _printable(value) if isinstance(value, str) else value


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    name, parts = value["type"], {k: _decode(v) for k, v in value.items() if k != "type"}
    if name == "Decimal":
        return Decimal(parts["value"])
    return date.fromisoformat(parts["value"]) if name == "date" else PARTS[name](**parts)


def _printable(text: str) -> str:
    """NFC, because old files decompose letters; no signs that XML cannot hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in BANNED)
