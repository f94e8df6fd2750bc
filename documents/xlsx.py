"""Excel file of a document's tables: typed figures to work on, under the official head."""

from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .content import (
    MISSING,
    MOTTO,
    NATIONAL_NAME,
    Block,
    BulletList,
    Cell,
    Column,
    Footnote,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Table,
    cell_text,
    header_cells,
    leaf_columns,
)

FONT = "Times New Roman"
A4 = 9
MM_PER_INCH = 25.4
EPOCH = datetime(2000, 1, 1)
CHARACTERS_A_PAGE = 125  # readable at 12 points across a landscape A4
CHARACTERS_A_UNIT = (9.5, 13)  # least and most for a column of weight 1
NARROWEST = 5
TEXT_COLUMN = 12
LINE_HEIGHT = 16.5
# Excel turns these away in the name of a sheet.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True)
class _Page:
    """What one sheet holds: its name, the lines above the tables, the tables."""

    name: str
    titles: tuple[str, ...]
    blocks: tuple[Block, ...]
    landscape: bool = True


class _Styles:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple, Format] = {}

    def get(self, **wanted: object) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in self.made:
            base = {"font_name": FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True}
            self.made[key] = self.book.add_format({**base, **wanted})
        return self.made[key]


def render_xlsx(document: OfficialDocument) -> bytes:
    document = document.printable()
    output = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(output, options)
    # A fixed date: the same document must give the same bytes whenever it is printed.
    created = datetime.combine(document.issued_on, time()) if document.issued_on else EPOCH
    title = f"{document.kind_name} {document.abstract}".strip().replace("\n", " ")
    book.set_properties({"title": title, "created": created})
    styles = _Styles(book)
    for page in _pages(document):
        _write_page(book.add_worksheet(page.name), page, document, styles)
    book.close()
    return output.getvalue()


def _pages(document: OfficialDocument) -> list[_Page]:
    titles = (document.kind_name, document.abstract)
    tables = [block for block in document.blocks if isinstance(block, Table)]
    pages = [
        _Page(f"Bảng {index}", titles, (table,)) for index, table in enumerate(tables, start=1)
    ]
    for index, annex in enumerate(document.annexes):
        label = document.annex_label(index)
        lines = (label, annex.title, document.annex_line)
        name = label.translate(FORBIDDEN)
        pages.append(_Page(name, lines, annex.blocks, annex.landscape))
    return pages or [_Page("Văn bản", titles, document.blocks, landscape=False)]


def _write_page(sheet: Worksheet, page: _Page, document: OfficialDocument, styles: _Styles) -> None:
    tables = [block for block in page.blocks if isinstance(block, Table)]
    widths = _widths(tables)
    sheet.set_start_page(1)  # every annex counts its own pages
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    _set_print(sheet, page, document)
    line = _write_head(sheet, page, document, styles, len(widths))
    for block in page.blocks:
        if isinstance(block, Table):
            line, top, bottom = _write_table(sheet, block, line, styles, widths)
            if tables == [page.blocks[0]]:
                sheet.freeze_panes(bottom, 0)
                sheet.repeat_rows(top, bottom - 1)
        else:
            line = _write_text(sheet, block, line, styles, len(widths))


def _set_print(sheet: Worksheet, page: _Page, document: OfficialDocument) -> None:
    layout = document.layout
    sheet.set_paper(A4)
    if page.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sides = (layout.margin_left, layout.margin_right, layout.margin_top, layout.margin_bottom)
    sheet.set_margins(*(side / MM_PER_INCH for side in sides))
    sheet.set_header(f'&C&"{FONT},Regular"&13&P', {"margin": layout.margin_top / 2 / MM_PER_INCH})
    sheet.hide_gridlines(2)


def _write_head(
    sheet: Worksheet, page: _Page, document: OfficialDocument, styles: _Styles, width: int
) -> int:
    """Agency on the left, motto on the right, title below; returns the next free line."""
    middle = max(width // 2 - 1, 0)
    layout = document.layout
    plain = styles.get(align="center", valign="top")
    bold = styles.get(align="center", valign="top", bold=True)
    italic = styles.get(align="center", italic=True)
    parent, agency = layout.agency_parent, layout.agency_name
    rows = [
        (parent.replace("\n", " "), plain, NATIONAL_NAME, bold),
        (agency, bold, MOTTO, bold),
        (document.symbol_line, plain, document.place_line, italic),
    ]
    for line, (left, left_style, right, right_style) in enumerate(rows):
        _span(sheet, line, 0, middle, left, left_style)
        _span(sheet, line, middle + 1, width - 1, right, right_style)
    sheet.set_row(0, 18)
    sheet.set_row(1, LINE_HEIGHT * (agency.count("\n") + 1))
    line = len(rows) + 1
    title, note = styles.get(align="center", bold=True, font_size=14), italic
    for text in filter(None, page.titles):
        style = note if text.startswith("(Kèm theo") else title
        _span(sheet, line, 0, width - 1, text, style)
        sheet.set_row(line, 19 * (text.count("\n") + 1))
        line += 1
    return line + 1


def _write_table(
    sheet: Worksheet, table: Table, line: int, styles: _Styles, widths: list[float]
) -> tuple[int, int, int]:
    """Returns the next free line, and the first and the end line of the table's head."""
    width = len(widths)
    if table.title:
        _span(sheet, line, 0, width - 1, table.title, styles.get(align="center", bold=True))
        line += 1
    if table.unit_note:
        _span(sheet, line, 0, width - 1, table.unit_note, styles.get(align="right", italic=True))
        line += 1
    top = line
    line = bottom = _write_table_head(sheet, table, line, styles, widths)
    for row in table.rows:
        _write_row(sheet, row, line, leaf_columns(table.columns), styles)
        if len(row.cells) > 1:
            texts = map(cell_text, row.cells, leaf_columns(table.columns))
            lines = map(_text_lines, texts, widths)
            sheet.set_row(line, LINE_HEIGHT * max(lines))
        line += 1
    for note in table.notes:
        _span(sheet, line, 0, width - 1, note, styles.get(italic=True))
        line += 1
    return line + 1, top, bottom


def _write_table_head(
    sheet: Worksheet, table: Table, top: int, styles: _Styles, widths: list[float]
) -> int:
    heads = header_cells(table.columns)
    style = styles.get(align="center", bold=True, border=1)
    heights: dict[int, float] = {}
    for head in heads:
        first, right = top + head.row, head.column + head.columns - 1
        _box(sheet, first, head.column, first + head.rows - 1, right, head.label, style)
        lines = _text_lines(head.label, sum(widths[head.column : right + 1]))
        for line in range(first, first + head.rows):
            heights[line] = max(heights.get(line, 1), lines / head.rows)
    for line, share in heights.items():
        sheet.set_row(line, LINE_HEIGHT * share)
    return top + len(heights)


def _text_lines(text: str, width: float) -> int:
    """Lines a text takes in a column: not every program fits the height of a row by itself."""
    return sum(1 + int(len(line) * 1.1 // width) for line in text.split("\n"))


def _write_row(
    sheet: Worksheet, row: Row, line: int, leaves: list[Column], styles: _Styles
) -> None:
    bold = row.kind != RowKind.BODY
    if row.kind == RowKind.SECTION and len(row.cells) == 1:
        style = styles.get(bold=True, border=1, align="left")
        _box(sheet, line, 0, line, len(leaves) - 1, str(row.cells[0]), style)
        return
    first_text = next((i for i, column in enumerate(leaves) if column.kind == Kind.TEXT), -1)
    for index, (value, column) in enumerate(zip(row.cells, leaves, strict=True)):
        look = {"border": 1, "bold": bold, "align": _alignment(column)}
        if row.level and index == first_text:
            look["indent"] = row.level
        _write_cell(sheet, line, index, value, column, look, styles)


def _write_cell(
    sheet: Worksheet,
    line: int,
    index: int,
    value: Cell,
    column: Column,
    look: dict[str, object],
    styles: _Styles,
) -> None:
    """Figures stay figures; text is written as text, so "=1+1" is never calculated."""
    if value is None:
        sheet.write_string(
            line, index, MISSING if column.kind == Kind.NUMBER else "", styles.get(**look)
        )
    elif isinstance(value, str):
        sheet.write_string(line, index, value, styles.get(**look))
    else:
        places = "." + "0" * column.decimals if column.decimals else ""
        sheet.write_number(line, index, value, styles.get(**look, num_format=f"#,##0{places}"))


def _write_text(sheet: Worksheet, block: Block, line: int, styles: _Styles, width: int) -> int:
    if isinstance(block, BulletList):
        texts = [f"{block.marker} {item}" for item in block.items]
    elif isinstance(block, Heading | Paragraph | Footnote):
        texts = [block.text]
    else:  # a chart: its figures are in the tables
        return line
    style = styles.get(bold=isinstance(block, Heading), align="left")
    for text in texts:
        _span(sheet, line, 0, width - 1, text, style)
        sheet.set_row(line, LINE_HEIGHT * _text_lines(text, width * TEXT_COLUMN))
        line += 1
    return line


def _widths(tables: list[Table]) -> list[float]:
    """Column widths that suit the widest of the sheet's tables; plain text gets eight columns."""
    if not tables:
        return [TEXT_COLUMN] * 8
    widest = max((leaf_columns(table.columns) for table in tables), key=len)
    low, high = CHARACTERS_A_UNIT
    unit = min(max(CHARACTERS_A_PAGE / sum(column.width for column in widest), low), high)
    return [max(column.width * unit, NARROWEST) for column in widest]


def _alignment(column: Column) -> str:
    return {Kind.TEXT: "left", Kind.CENTER: "center", Kind.NUMBER: "right"}[Kind(column.kind)]


def _span(sheet: Worksheet, line: int, first: int, last: int, text: str, style: Format) -> None:
    _box(sheet, line, first, line, max(first, last), text, style)


def _box(
    sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str, style: Format
) -> None:
    """One cell or a merged block; the text is written as text in both cases."""
    if (top, left) != (bottom, right):
        sheet.merge_range(top, left, bottom, right, "", style)
    sheet.write_string(top, left, text, style)
