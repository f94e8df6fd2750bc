"""Tables of a Word file: the borderless frame of the head and the ruled tables of figures."""

from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell, _Row

from .content import Cell, Column, Kind, Row, RowKind, Table, cell_text, header_cells, leaf_columns

ALIGNMENTS = {
    Kind.TEXT: WD_ALIGN_PARAGRAPH.LEFT,
    Kind.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Kind.NUMBER: WD_ALIGN_PARAGRAPH.RIGHT,
}
LEVEL_INDENT = 3.5  # mm
CELL_PADDING = {"top": 30, "left": 70, "bottom": 30, "right": 70}  # twentieths of a point


def borderless_table(file: DocxDocument, rows: int, widths: tuple[float, ...]) -> DocxTable:
    table = file.add_table(rows=rows, cols=len(widths))
    _fix_widths(table, widths)
    _set_padding(table, dict.fromkeys(CELL_PADDING, 0))
    for row in table.rows:
        _mark_row(row, "w:cantSplit")
    return table


def add_data_table(file: DocxDocument, table: Table, width: float, size: float) -> DocxTable:
    leaves = leaf_columns(table.columns)
    total = sum(column.width for column in leaves)
    heads = header_cells(table.columns)
    depth = 1 + max(cell.row for cell in heads)
    grid = file.add_table(rows=depth + len(table.rows), cols=len(leaves))
    grid.style = "Table Grid"
    _fix_widths(grid, [column.width / total * width for column in leaves])
    _set_padding(grid, CELL_PADDING)
    # Asking python-docx for single cells of a large table is quadratic: one pass over its rows.
    lines = [list(row.cells) for row in grid.rows]
    for row in grid.rows:
        _mark_row(row, "w:cantSplit")
    for row in list(grid.rows)[:depth]:
        _mark_row(row, "w:tblHeader")
    for head in heads:
        last = lines[head.row + head.rows - 1][head.column + head.columns - 1]
        cell = lines[head.row][head.column].merge(last)
        _fill(cell, head.label, WD_ALIGN_PARAGRAPH.CENTER, size, bold=True)
    for row, cells in zip(table.rows, lines[depth:], strict=True):
        _fill_row(row, cells, leaves, size)
    return grid


def _fill_row(row: Row, cells: list[_Cell], leaves: list[Column], size: float) -> None:
    bold = row.kind != RowKind.BODY
    if row.kind == RowKind.SECTION and len(row.cells) == 1:
        title = cells[0].merge(cells[-1])
        _fill(title, str(row.cells[0]), ALIGNMENTS[Kind.TEXT], size, bold=True)
        title.paragraphs[0].paragraph_format.keep_with_next = True
        return
    first_text = next((i for i, column in enumerate(leaves) if column.kind == Kind.TEXT), -1)
    for index, (cell, value, column) in enumerate(zip(cells, row.cells, leaves, strict=True)):
        level = row.level if index == first_text else 0
        _fill_value(cell, value, column, size, bold, level)


def _fill_value(
    cell: _Cell, value: Cell, column: Column, size: float, bold: bool, level: int
) -> None:
    _fill(cell, cell_text(value, column), ALIGNMENTS[Kind(column.kind)], size, bold)
    if level:
        cell.paragraphs[0].paragraph_format.left_indent = Mm(LEVEL_INDENT * level)


def _fill(cell: _Cell, text: str, alignment: int, size: float, bold: bool = False) -> None:
    for spare in cell.paragraphs[1:]:  # a merge leaves one empty paragraph a cell
        spare._p.getparent().remove(spare._p)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = alignment
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _fix_widths(table: DocxTable, widths: list[float] | tuple[float, ...]) -> None:
    """Fixed layout: the columns stay as given, whatever is typed into them."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _set_padding(table: DocxTable, padding: dict[str, int]) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, width in padding.items():
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)


def _mark_row(row: _Row, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
