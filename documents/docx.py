"""Word file of an official document: real tables, headers and sections that staff can edit on."""

from datetime import datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from .content import (
    MOTTO,
    NATIONAL_NAME,
    Block,
    BulletList,
    Chart,
    Footnote,
    Heading,
    Layout,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
)
from .docx_tables import add_data_table, borderless_table
from .pdf import render_png

FONT = "Times New Roman"
CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
MM_PER_POINT = 25.4 / 72
# Widths in ems of a bold Times line: measured on the motto, and the mean of bold letters.
MOTTO_EMS = 12.1
CAPITAL_EMS, LETTER_EMS = 0.70, 0.51


def render_docx(document: OfficialDocument) -> bytes:
    document = document.printable()
    layout = document.layout
    file = Document()
    _set_style(file, layout)
    _set_properties(file, document)
    _set_section(file.sections[0], layout, landscape=False)
    _add_head(file, document)
    _add_title(file, document)
    for block in document.blocks:
        _add_block(file, block, layout, _text_width(layout, False))
    _add_close(file, document)
    for index, annex in enumerate(document.annexes):
        _set_section(file.add_section(WD_SECTION.NEW_PAGE), layout, annex.landscape)
        _line(file, document.annex_label(index), 14, CENTER, bold=True)
        _line(file, annex.title, layout.title_size, CENTER, bold=True)
        _line(file, document.annex_line, 13, CENTER, italic=True, after=8)
        for block in annex.blocks:
            _add_block(file, block, layout, _text_width(layout, annex.landscape))
    output = BytesIO()
    file.save(output)
    return output.getvalue()


def _set_style(file: DocxDocument, layout: Layout) -> None:
    style = file.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(layout.body_size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    style.element.get_or_add_rPr().append(_element("w:lang", val="vi-VN", eastAsia="vi-VN"))
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.widow_control = True


def _set_properties(file: DocxDocument, document: OfficialDocument) -> None:
    properties = file.core_properties
    properties.title = f"{document.kind_name} {document.abstract}".strip().replace("\n", " ")
    properties.author = document.layout.agency_name.replace("\n", " ")
    properties.comments = ""
    properties.language = "vi-VN"
    if document.issued_on:
        properties.created = properties.modified = datetime.combine(document.issued_on, time())


def _set_section(section: Section, layout: Layout, landscape: bool) -> None:
    """Page size, margins and a page count of its own, shown from its second page on."""
    sides = (PAGE_HEIGHT, PAGE_WIDTH) if landscape else (PAGE_WIDTH, PAGE_HEIGHT)
    section.page_width, section.page_height = Mm(sides[0]), Mm(sides[1])
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(layout.margin_top), Mm(layout.margin_bottom)
    section.left_margin, section.right_margin = Mm(layout.margin_left), Mm(layout.margin_right)
    section.header_distance = Mm(layout.margin_top / 2 - 2)
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    section.header.is_linked_to_previous = False
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    _add_page_field(number, layout.page_number_size)
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    section._sectPr.append(_element("w:pgNumType", start="1"))


def _add_page_field(paragraph: DocxParagraph, size: float) -> None:
    for part in ("begin", "PAGE", "end"):
        run = paragraph.add_run()
        run.font.size = Pt(size)
        if part == "PAGE":
            instruction = OxmlElement("w:instrText")
            instruction.text = part
            run._r.append(instruction)
        else:
            run._r.append(_element("w:fldChar", fldCharType=part))


def _add_head(file: DocxDocument, document: OfficialDocument) -> None:
    layout = document.layout
    right_width = _text_width(layout, False) - layout.head_left
    table = borderless_table(file, 2, (layout.head_left, right_width))
    left, right = table.rows[0].cells
    if layout.agency_parent:
        _line(left, layout.agency_parent, layout.agency_size, CENTER)
    _line(left, layout.agency_name, layout.agency_size, CENTER, bold=True)
    _rule(left, layout.head_left, _name_width(layout.agency_name, layout.agency_size) * 0.4)
    _line(right, NATIONAL_NAME, layout.national_size, CENTER, bold=True)
    _line(right, MOTTO, layout.motto_size, CENTER, bold=True)
    _rule(right, right_width, MOTTO_EMS * layout.motto_size * MM_PER_POINT)
    left, right = table.rows[1].cells
    _line(left, document.symbol_line, layout.symbol_size, CENTER, before=4)
    if document.is_letter:
        _line(left, f"V/v {document.abstract}", 12, CENTER)
    _line(right, document.place_line, layout.place_size, CENTER, italic=True, before=4)


def _add_title(file: DocxDocument, document: OfficialDocument) -> None:
    layout = document.layout
    width = _text_width(layout, False)
    if document.is_letter:
        _gap(file, 10)
    else:
        _line(file, document.kind_name, layout.title_size, CENTER, bold=True, before=14)
        _line(file, document.abstract, layout.title_size, CENTER, bold=True)
        _rule(file, width, _name_width(document.abstract, layout.title_size) * 0.4, after=10)
    if len(document.addressed_to) == 1:
        text = f"Kính gửi: {document.addressed_to[0]}"
        _line(file, text, layout.body_size, CENTER, after=8)
    elif document.addressed_to:
        _line(file, "Kính gửi:", layout.body_size, LEFT, indent=width * 0.22, after=2)
        for line in document.addressed_to:
            _line(file, f"- {line}", layout.body_size, LEFT, indent=width * 0.3)
        file.paragraphs[-1].paragraph_format.space_after = Pt(8)


def _add_block(file: DocxDocument, block: Block, layout: Layout, width: float) -> None:
    if isinstance(block, Heading):
        paragraph = _body(file, block.text, layout, bold=True, italic=block.level > 2)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(4)
    elif isinstance(block, Paragraph):
        _body(file, block.text, layout, italic=block.basis)
    elif isinstance(block, BulletList):
        for item in block.items:
            _body(file, f"{block.marker} {item}", layout)
    elif isinstance(block, Footnote):
        _line(file, block.text, 12, LEFT, italic=True, after=4)
    elif isinstance(block, Chart):
        _add_chart(file, block, width)
    else:
        _add_table(file, block, layout, width)


def _add_chart(file: DocxDocument, chart: Chart, width: float) -> None:
    paragraph = _line(file, "", 13, CENTER, before=4)
    paragraph.paragraph_format.keep_with_next = bool(chart.caption)
    picture = paragraph.add_run().add_picture(BytesIO(render_png(chart.svg)), width=Mm(width))
    picture._inline.docPr.set("descr", chart.caption)
    if chart.caption:
        _line(file, chart.caption, 13, CENTER, italic=True, after=8)


def _add_table(file: DocxDocument, table: Table, layout: Layout, width: float) -> None:
    if table.title:
        line = _line(file, table.title, 13, CENTER, bold=True, before=6)
        line.paragraph_format.keep_with_next = True
    if table.unit_note:
        line = _line(file, table.unit_note, 12, RIGHT, italic=True, after=2)
        line.paragraph_format.keep_with_next = True
    add_data_table(file, table, width, layout.table_size)
    for note in table.notes:
        _line(file, note, 12, LEFT, italic=True, before=3)
    _gap(file, 4)


def _add_close(file: DocxDocument, document: OfficialDocument) -> None:
    """Recipients on the left, signature on the right, kept with the last words of the body."""
    layout = document.layout
    if document.blocks:
        file.paragraphs[-1].paragraph_format.keep_with_next = True
    half = _text_width(layout, False) / 2
    table = borderless_table(file, 1, (half, half))
    left, right = table.rows[0].cells
    if document.counterpart:
        _add_signature(left, document.counterpart, layout)
    elif document.recipients:
        _line(left, "Nơi nhận:", 12, LEFT, bold=True, italic=True, before=10)
    for line in () if document.counterpart else document.recipient_lines():
        _line(left, line, 11, LEFT)
    _add_signature(right, document.signature, layout)


def _add_signature(cell: _Cell, signature: Signature, layout: Layout) -> None:
    for index, line in enumerate(signature.lines):
        _line(cell, line, layout.signature_size, CENTER, bold=True, before=0 if index else 10)
    _line(cell, signature.name, layout.signature_size, CENTER, bold=True, before=68)


def _body(
    file: DocxDocument, text: str, layout: Layout, bold: bool = False, italic: bool = False
) -> DocxParagraph:
    paragraph = _line(file, text, layout.body_size, JUSTIFY, bold=bold, italic=italic)
    form = paragraph.paragraph_format
    form.first_line_indent = Mm(layout.first_indent)
    form.space_after = Pt(layout.paragraph_gap)
    # The PDF's spacing counts from the size of the letters, Word's from the line of the font.
    form.line_spacing = max(1.0, layout.line_spacing / 1.15)
    return paragraph


def _line(
    parent: DocxDocument | _Cell,
    text: str,
    size: float,
    alignment: int,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    indent: float = 0,
) -> DocxParagraph:
    """A paragraph; the empty one that every new cell brings is used up first."""
    fresh = isinstance(parent, _Cell) and len(parent.paragraphs) == 1
    unused = fresh and not parent.paragraphs[0].runs
    paragraph = parent.paragraphs[0] if unused else parent.add_paragraph()
    paragraph.alignment = alignment
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.left_indent = Mm(indent) if indent else None
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    return paragraph


def _gap(parent: DocxDocument | _Cell, height: float) -> DocxParagraph:
    """An empty paragraph of an exact height, whatever the font's own size."""
    paragraph = _line(parent, "", 1, CENTER)
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(height)
    return paragraph


def _rule(parent: DocxDocument | _Cell, width: float, length: float, after: float = 0) -> None:
    """A solid line of the given length in mm, centred: the upper border of a flat paragraph."""
    paragraph = _gap(parent, 2)
    form = paragraph.paragraph_format
    form.space_after = Pt(after)
    side = max((width - length) / 2, 0)
    form.left_indent = form.right_indent = Mm(side)
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:top", val="single", sz="6", space="1", color="000000"))
    # The schema wants the borders before spacing and indents.
    spacing = paragraph._p.get_or_add_pPr().find(qn("w:spacing"))
    spacing.addprevious(borders)


def _name_width(text: str, size: float) -> float:
    line = max(text.split("\n"), key=len)
    ems = CAPITAL_EMS if line.isupper() else LETTER_EMS
    return len(line) * ems * size * MM_PER_POINT


def _text_width(layout: Layout, landscape: bool) -> float:
    page = PAGE_HEIGHT if landscape else PAGE_WIDTH
    return page - layout.margin_left - layout.margin_right


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
