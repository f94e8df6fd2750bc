"""The copy a sender gets back: faults marked in place, nothing in it can run."""

import io
import zipfile

import docx
import openpyxl
import pytest

from core.annotated import annotate_workbook, safe_text
from core.column_rows import Issue
from core.sheet_guard import inspect
from core.sheets import ISSUE_SHEET, SheetUnreadable, read_book

ISSUES = [
    Issue("error", "Biểu 02", "B2", "“1.234,5x” không phải số."),
    Issue("error", "Biểu 02", "B2", "Lỗi thứ hai."),
    Issue("warning", "Biểu 02", "B5", "=Ô trong vùng gộp."),
    Issue("error", "Không có", "A1", "Trang tính lạ."),
    Issue("error", "Biểu 02", "", "Thiếu cột."),
]


@pytest.fixture
def uploaded(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 02"
    sheet["A1"], sheet["B2"] = "=1+1", "1.234,5x"
    sheet["A2"] = "=HYPERLINK()"
    sheet["A2"].data_type = "s"
    sheet["A4"] = "Gộp"
    sheet.merge_cells("A4:C6")
    path = tmp_path / "bieu.xlsx"
    book.save(path)
    return path


def test_faulty_cells_are_filled_and_listed(uploaded):
    book = openpyxl.load_workbook(io.BytesIO(annotate_workbook(uploaded, ISSUES)))
    cell = book["Biểu 02"]["B2"]
    assert cell.fill.fgColor.rgb == "FFF4CCCC"
    assert "Lỗi thứ hai." in cell.comment.text and "không phải số" in cell.comment.text
    listed = [[c.value for c in row] for row in book[ISSUE_SHEET].iter_rows(min_row=2)]
    assert listed[0] == ["Lỗi", "Biểu 02", "B2", "“1.234,5x” không phải số."]
    assert len(listed) == len(ISSUES)


def test_nothing_in_the_copy_is_a_formula(uploaded):
    raw = annotate_workbook(uploaded, ISSUES)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/s")]
    assert sheets and not any(b"<f>" in sheet for sheet in sheets)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book["Biểu 02"]["A2"].value == "=HYPERLINK()"
    assert book["Biểu 02"]["A2"].data_type == "s"


def test_the_copy_may_come_back_and_its_list_is_not_data(uploaded, tmp_path):
    again = tmp_path / "lai.xlsx"
    again.write_bytes(annotate_workbook(uploaded, ISSUES))
    assert inspect(again).ok
    assert [sheet.name for sheet in read_book(again).sheets] == ["Biểu 02"]
    twice = openpyxl.load_workbook(io.BytesIO(annotate_workbook(again, ISSUES[:1])))
    assert twice.sheetnames == [ISSUE_SHEET, "Biểu 02"]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-cmd", "@SUM(A1)", " =1", "\t=1"])
def test_risky_text_is_disarmed_for_exports(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Xã A", "", "1-2", -5, None])
def test_other_values_are_left_alone(value):
    assert safe_text(value) == value


def test_word_appendix_tables(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Nhiệm vụ"
    table.cell(0, 2).text = "Thời hạn"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Sở A"
    table.cell(1, 1).text = "Dòng một\nDòng hai"
    table.cell(1, 1).add_paragraph("Đoạn hai")
    table.cell(2, 2).text = "Quý IV/2022"
    document.add_table(rows=1, cols=1).cell(0, 0).text = "Khác"
    path = tmp_path / "phu-luc.docx"
    document.save(path)
    book = read_book(path, "docx")
    assert book.sheets[0].rows == [
        ["Nhiệm vụ", None, "Thời hạn"],
        ["Sở A", "Dòng một\nDòng hai\nĐoạn hai"],
        [None, None, "Quý IV/2022"],
    ]
    assert book.sheets[1].rows == [["Khác"]]


def test_word_file_with_a_broken_body_is_told(tmp_path):
    path = tmp_path / "hong.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(SheetUnreadable, match="Không đọc được tệp"):
        read_book(path, "docx")
