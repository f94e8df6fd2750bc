import io
import struct
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from documents.content import Annex, Chart, Paragraph
from documents.docx import render_docx
from documents.pdf import render_html, render_png
from tests.documents.sample import bars


@pytest.fixture(scope="module")
def file(sample):
    return docx.Document(io.BytesIO(render_docx(sample)))


def all_paragraphs(file):
    cells = [cell for table in file.tables for row in table.rows for cell in row.cells]
    return [*file.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]


def test_sections_have_the_paper_and_margins_of_the_decree(file):
    first, wide, last = file.sections
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert (round(wide.page_width.mm), round(wide.page_height.mm)) == (297, 210)
    assert (round(last.page_width.mm), round(last.page_height.mm)) == (210, 297)
    for section in file.sections:
        margins = (
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
        assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]


def test_page_number_from_page_two_and_from_one_again_in_each_annex(file):
    for section in file.sections:
        assert section.different_first_page_header_footer
        assert "".join(p.text for p in section.first_page_header.paragraphs) == ""
        assert "PAGE" in section.header._element.xml
        assert section.header.paragraphs[0].alignment == 1
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_font_is_times_new_roman_for_every_script(file):
    style = file.styles["Normal"]
    fonts = style.element.rPr.rFonts
    names = {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")}
    assert names == {"Times New Roman"}
    assert style.font.size.pt == 14
    assert {run.font.name for p in all_paragraphs(file) for run in p.runs} == {None}


@pytest.mark.parametrize(
    ("text", "size", "bold", "italic"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False),
        ("Độc lập - Tự do - Hạnh phúc", 13, True, False),
        ("Số: 07/BC-BCĐ", 13, False, False),
        ("Mẫu Sơn, ngày 05 tháng 7 năm 2023", 13, False, True),
        ("BÁO CÁO", 14, True, False),
        ("Nơi nhận:", 12, True, True),
        ("- Như trên;", 11, False, False),
        ("KT. TRƯỞNG BAN", 14, True, False),
    ],
)
def test_size_and_style_of_each_part(file, text, size, bold, italic):
    run = next(p.runs[0] for p in all_paragraphs(file) if p.text == text)
    assert (run.font.size.pt, bool(run.font.bold), bool(run.font.italic)) == (size, bold, italic)


def test_head_is_a_table_without_borders(file):
    head = file.tables[0]
    assert len(head.columns) == 2
    assert head.style.name == "Normal Table"
    assert head._tbl.tblPr.find(qn("w:tblBorders")) is None
    assert "w:pBdr" in head.rows[0].cells[0]._tc.xml, "the line under the agency"
    assert "w:pBdr" in head.rows[0].cells[1]._tc.xml, "the line under the motto"


def test_head_rows_repeat_and_groups_are_merged(file):
    table = file.tables[1]
    marked = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert marked[:4] == [True, True, True, False]
    first = table.rows[0].cells
    assert first[2]._tc is first[3]._tc is first[4]._tc
    assert first[0]._tc is table.rows[2].cells[0]._tc
    assert [cell.text for cell in table.rows[4].cells[:4]] == [
        "1",
        "Thành phố Mẫu Sơn",
        "31.760",
        "24.930",
    ]


def test_missing_figure_is_a_dash(file):
    row = next(row for row in file.tables[1].rows if row.cells[1].text == "Huyện Tây Mẫu")
    assert [row.cells[3].text, row.cells[4].text] == ["–", "–"]


def test_word_and_pdf_print_the_same_drawing(sample, file):
    pictures = [
        part.blob for part in file.part.package.iter_parts() if part.content_type == "image/png"
    ]
    assert {render_png(chart.svg) for chart in sample.charts()} == set(pictures)
    assert render_html(sample).count(".svg") == len(sample.charts()) == 2


def test_picture_is_drawn_with_letters():
    """An SVG of text alone must leave ink: without the bundled font nothing would be drawn."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30">{}</svg>'
    letter = drawing.format('<text y="20" font-family="Tinos">Ễ</text>')
    assert len(render_png(letter)) > len(render_png(drawing.format("")))
    width, height = struct.unpack(">II", render_png(bars().svg)[16:24])
    assert width == 1860
    assert height > 300


def test_hostile_text_is_kept_as_text(sample):
    hostile = "A & B <w:p/> \x00 {{ 1 }}"
    document = replace(sample, abstract=hostile, blocks=(Paragraph(hostile),), annexes=())
    file = docx.Document(io.BytesIO(render_docx(document)))
    assert [p.text for p in file.paragraphs].count("A & B <w:p/>  {{ 1 }}") == 2


def test_document_without_blocks_annexes_or_recipients(sample):
    bare = replace(sample, blocks=(), annexes=(), recipients=(), addressed_to=())
    assert len(docx.Document(io.BytesIO(render_docx(bare))).sections) == 1


def test_chart_in_a_landscape_annex_spans_its_text(sample):
    annex = Annex("BIỂU ĐỒ", (Chart(bars().svg, "Hình 1"),))
    file = docx.Document(io.BytesIO(render_docx(replace(sample, blocks=(), annexes=(annex,)))))
    assert round(file.inline_shapes[0].width.mm) == 297 - 30 - 15
