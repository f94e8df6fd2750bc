import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from documents.content import Column, Kind, OfficialDocument, Paragraph, Row, Table
from documents.xlsx import render_xlsx
from tests.documents.sample import sample_document


def opened(document):
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(document)))


@pytest.fixture(scope="module")
def book(sample):
    return opened(sample)


def find(sheet, text):
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


def test_one_sheet_for_each_table_and_annex(book):
    assert book.sheetnames == ["Bảng 1", "Phụ lục I", "Phụ lục II"]


def test_official_head_stands_on_each_sheet(book):
    for sheet in book:
        assert find(sheet, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").row == 1
        assert find(sheet, "Độc lập - Tự do - Hạnh phúc").row == 2
        assert find(sheet, "Số: 07/BC-BCĐ").row == 3


def test_figures_are_numbers_with_a_format(book):
    row = find(book["Bảng 1"], "Thành phố Mẫu Sơn").row
    plan, rate = book["Bảng 1"].cell(row, 3), book["Bảng 1"].cell(row, 5)
    assert (plan.value, plan.data_type, plan.number_format) == (31760, "n", "#,##0")
    assert rate.value == pytest.approx(78.4950, abs=0.0001)
    assert rate.number_format == "#,##0.00"


def test_missing_figure_is_a_dash_and_not_zero(book):
    row = find(book["Bảng 1"], "Huyện Tây Mẫu").row
    assert [book["Bảng 1"].cell(row, column).value for column in (4, 5)] == ["–", "–"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://x.vn", "007"])
def test_text_is_never_a_formula_link_or_number(text):
    cell_kinds = Table((Column(text), Column("b", Kind.NUMBER)), (Row((text, text)),), text, text)
    sheet = opened(sample_document(blocks=(cell_kinds,), annexes=(), abstract=text)).active
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert len(found) == 6
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.hyperlink is None for cell in found)


def test_print_setup(book):
    sheet = book["Phụ lục I"]
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    # One page wide is the default of the format, so the file does not name it.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.useFirstPageNumber
    assert sheet.oddHeader.center.text == "&P"
    assert book["Phụ lục II"].page_setup.orientation != "landscape"


def test_table_head_is_frozen_and_repeated(book):
    sheet = book["Bảng 1"]
    first = find(sheet, "Các địa phương").row
    assert sheet.freeze_panes == f"A{first}"
    assert sheet.print_title_rows == f"${find(sheet, 'TT').row}:${first - 1}"


def test_groups_of_columns_are_merged(book):
    sheet = book["Bảng 1"]
    top = find(sheet, "TT").row
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {f"C{top}:E{top}", f"A{top}:A{top + 2}", f"D{top + 1}:E{top + 1}"} <= merged


def test_frozen_document_gives_the_same_bytes(sample):
    assert render_xlsx(OfficialDocument.from_json(sample.to_json())) == render_xlsx(sample)


def test_large_money_is_kept_to_the_dong():
    amount = 2_455_212_000_000_123
    table = Table((Column("Đồng", Kind.NUMBER),), (Row((amount,)), Row((Decimal(1),))))
    sheet = opened(sample_document(blocks=(table,), annexes=())).active
    assert amount in [cell.value for row in sheet.iter_rows() for cell in row]


def test_narrow_table_still_holds_the_head():
    table = Table((Column("A"),), (Row(("x",)),))
    sheet = opened(sample_document(blocks=(table,), annexes=())).active
    assert find(sheet, "Độc lập - Tự do - Hạnh phúc")
    assert find(sheet, "x")


def test_document_without_tables_gives_its_text(sample):
    document = replace(sample, blocks=(Paragraph("Nội dung."),), annexes=())
    sheet = opened(document).active
    assert sheet.title == "Văn bản"
    assert find(sheet, "Nội dung.")
