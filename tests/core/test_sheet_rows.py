"""Headers found by meaning; all faults of a sheet at once, each with its cell."""

import pytest

from core.column_rows import HeaderNotFound, check_rows, find_header
from core.columns import CODE, DECIMAL, MONEY, TEXT, Column
from core.sheets import Sheet

CODE_COLUMN = Column("code", "Mã dự án", CODE, required=True)
NAME = Column("name", "Tên dự án", TEXT, aliases=("Danh mục dự án",))
PLAN = Column("plan", "Kế hoạch vốn", MONEY, unit=1_000_000, required=True)
PAID = Column("paid", "Giải ngân lũy kế", MONEY, unit=1_000_000)
RATE = Column("rate", "Tỷ lệ", DECIMAL, computed=True)
COLUMNS = [CODE_COLUMN, NAME, PLAN, PAID, RATE]


def form(*rows):
    header = [
        "STT",
        "Mã dự án",
        "Danh mục dự án",
        "KẾ HOẠCH VỐN (triệu đồng)",
        "Giải ngân lũy kế đến 30/6",
        "Tỷ lệ",
    ]
    return Sheet("Biểu 02", rows=[["ỦY BAN NHÂN DÂN"], [], ["Biểu số 02"], header, *rows])


def test_header_in_row_four_with_extra_column_alias_and_unit():
    row, places = find_header(form().rows, COLUMNS)
    assert row == 3
    assert places == {"code": 1, "name": 2, "plan": 3, "paid": 4, "rate": 5}


def test_header_of_two_merged_rows():
    rows = [
        ["Mã dự án", "Tên dự án", "Kế hoạch", None, "Giải ngân"],
        [None, None, "Vốn", "Khác", "Lũy kế"],
        ["A1", "Đường", 10, 2, 5],
    ]
    columns = [CODE_COLUMN, NAME, PLAN, PAID]
    assert find_header(rows, columns) == (1, {"code": 0, "name": 1, "plan": 2, "paid": 4})


def test_two_row_header_tells_same_titles_apart():
    rows = [
        ["Mã dự án", "Vốn đầu tư", None, "Vốn sự nghiệp", None],
        [None, "Kế hoạch", "Giải ngân", "Kế hoạch", "Giải ngân"],
    ]
    columns = [
        CODE_COLUMN,
        Column("current", "Vốn sự nghiệp – Giải ngân", MONEY, aliases=("Vốn sự nghiệp Giải ngân",)),
        Column("capital", "Vốn đầu tư – Giải ngân", MONEY, aliases=("Vốn đầu tư Giải ngân",)),
    ]
    assert find_header(rows, columns)[1] == {"code": 0, "current": 4, "capital": 2}


def test_title_above_the_table_is_not_its_header():
    rows = [["Kế hoạch vốn năm 2023"], ["Mã dự án", "Kế hoạch vốn"], ["A1", 5]]
    assert find_header(rows, [CODE_COLUMN, PLAN]) == (1, {"code": 0, "plan": 1})


def test_missing_required_column_is_named():
    with pytest.raises(HeaderNotFound, match="“Kế hoạch vốn”"):
        find_header([["Mã dự án", "Tên dự án"]], COLUMNS)
    many = Column("plan", "Kế hoạch", MONEY, required=True, aliases=("Số vốn", "Vốn giao", "Vốn"))
    with pytest.raises(HeaderNotFound, match="cột “Kế hoạch” \\(hay “Số vốn” hoặc “Vốn giao”\\) t"):
        find_header([["Mã dự án", "Tên dự án"]], [many])
    rows, issues = check_rows(Sheet("Trống"), COLUMNS)
    assert rows == [] and issues[0].cell == "" and "Mã dự án" in issues[0].message


def test_all_faults_at_once_and_good_rows_keep_their_number():
    sheet = form(
        [1, "A1", "Đường", 10, 5, 50],
        [],
        [2, None, "Cầu", "1.234,5x", 5],
        [3, "A3", "Trường", 7],
    )
    rows, issues = check_rows(sheet, COLUMNS)
    assert [(row.number, row["plan"]) for row in rows] == [(5, 10_000_000), (8, 7_000_000)]
    assert rows[1]["paid"] is None and rows[0].cells["plan"] == "D5"
    assert [(i.severity, i.cell) for i in issues] == [("error", "B7"), ("error", "D7")]
    assert str(issues[1]).startswith("Trang tính “Biểu 02”, ô D7: “1.234,5x” không phải số.")


def test_formula_in_a_number_is_refused_unless_computed():
    sheet = form([1, "A1", "Đường", 10, 5, 50])
    sheet.formulas = frozenset({"C5", "D5", "F5"})
    _, issues = check_rows(sheet, COLUMNS)
    assert [i.message for i in issues] == [
        "Ô D5 là công thức. Hãy dán giá trị (Dán đặc biệt → Giá trị)."
    ]
    assert check_rows(sheet, COLUMNS, formulas=())[1] == []


@pytest.mark.parametrize("title", ["Tổng cộng", "TỔNG CỘNG (I+II)", "Cộng:", "Tổng số"])
def test_sum_rows_are_skipped(title):
    rows, issues = check_rows(form([1, "A1", "Đường", 10], [None, None, title, 10]), COLUMNS)
    assert len(rows) == 1 and issues == []


@pytest.mark.parametrize("title", ["Cộng đồng dân cư", "Tổng số hộ nghèo", "Tổng kết"])
def test_rows_that_only_begin_like_a_sum_are_kept(title):
    rows, _ = check_rows(form([1, "A1", title, 10]), COLUMNS)
    assert rows[0]["name"] == title


def test_row_of_column_numbers_under_the_header_is_skipped():
    rows, issues = check_rows(
        form(["A", "B", "(1)", "(2)", "(3)", "4=3:2"], [1, "A1", "Đường", 10]), COLUMNS
    )
    assert [row.number for row in rows] == [6] and issues == []


def test_a_sheet_with_only_a_header_is_told():
    assert check_rows(form(), COLUMNS)[1][0].message == "Biểu chưa có dòng số liệu nào."
