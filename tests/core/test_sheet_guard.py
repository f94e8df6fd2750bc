"""The gate at its limits, and what a child process may do; hostile files are in hostile/."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from core.sheet_guard import EXTRACT, REPORT, Code, inspect
from core.sheets import CHILD, SheetUnreadable, read_book
from tests.core.hostile.making import (
    EXTERNAL_TEMPLATE,
    cell,
    parts,
    sheet_xml,
    with_part,
    zipped,
)


@pytest.fixture
def saved(tmp_path):
    def save(content, name="bieu.xlsx"):
        path = tmp_path / name
        path.write_bytes(zipped(content) if isinstance(content, dict | list) else content)
        return path

    return save


def test_too_large_file_is_refused_by_its_size(saved):
    verdict = inspect(saved(b"PK" * 600_000), replace(REPORT, file_bytes=1024 * 1024))
    assert (verdict.code, verdict.status) == (Code.TOO_LARGE, 413)
    assert verdict.message.startswith("Tệp 1,2 MB vượt giới hạn 1 MB.")


def test_sparse_corner_is_told_where(saved):
    verdict = inspect(saved(parts(cell("XFD1048576"))))
    assert "dòng 1.048.576, cột XFD" in verdict.message
    assert "20.000 dòng" in verdict.message


@pytest.mark.parametrize(("row", "code"), [(20_000, Code.OK), (20_001, Code.TOO_MANY_ROWS)])
def test_rows_at_the_limit(saved, row, code):
    assert inspect(saved(parts(cell(f"A{row}")))).code is code


def test_an_extract_may_be_longer_than_a_report(saved):
    assert inspect(saved(parts(cell("A200000"))), EXTRACT).ok


@pytest.mark.parametrize(("count", "code"), [(30, Code.OK), (31, Code.TOO_MANY_SHEETS)])
def test_sheets_at_the_limit(saved, count, code):
    more = {f"xl/worksheets/sheet{n}.xml": sheet_xml("") for n in range(2, count + 1)}
    assert inspect(saved(parts(**more))).code is code


def test_formatted_empty_cells_far_away_are_forgiven(saved):
    rows = cell("A1", "7") + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    path = saved(parts(rows))
    assert read_book(path).sheets[0].rows == [[7]]


def test_printer_settings_of_real_excel_are_allowed(saved):
    assert inspect(saved(with_part("xl/printerSettings/printerSettings1.bin", "\x01\x02"))).ok


def test_hyperlink_to_a_web_page_is_allowed(saved):
    link = EXTERNAL_TEMPLATE.replace("attachedTemplate", "hyperlink")
    assert inspect(saved(with_part("xl/worksheets/_rels/sheet1.xml.rels", link))).ok


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("file:///C:\\Users\\vp\\Normal.dotm", Code.OK),
        ("file://server/share/Normal.dotm", Code.FORBIDDEN_PART),
        ("file:///\\\\server\\Normal.dotm", Code.FORBIDDEN_PART),
    ],
)
def test_the_senders_own_template_file_is_no_outside_link(saved, target, code):
    rels = EXTERNAL_TEMPLATE.replace("http://example.org/x", target)
    path = saved({"word/document.xml": "<document/>", "word/_rels/settings.xml.rels": rels})
    assert inspect(path, kind="docx").code is code


def test_a_word_file_is_not_a_workbook(saved):
    path = saved({"word/document.xml": "<document/>"})
    assert inspect(path).code is Code.NOT_A_TABLE
    assert inspect(path, kind="docx").ok


def test_formulas_are_noted_by_sheet_name(saved):
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="C1"><f/></c></row>'
    assert inspect(saved(parts(rows))).formulas == {"Biểu 02": ["A1", "C1"]}


def test_too_many_formulas_are_refused_rather_than_forgotten(saved):
    rows = '<row r="1">' + "<c><f>1</f></c>" * 3 + "</row>"
    verdict = inspect(saved(parts(rows)), replace(REPORT, formulas=2))
    assert verdict.code is Code.TOO_MANY_FORMULAS


@pytest.mark.parametrize(
    ("text", "kept"),
    [("NaN", "NaN"), ("1e999", "inf"), ("-inf", "-inf"), ("1_000", "1_000"), ("0x10", "0x10")],
)
def test_a_false_number_stays_text_and_the_rest_is_read(saved, text, kept):
    path = saved(parts(cell("A1", text) + cell("A2", "5")))
    assert read_book(path).sheets[0].rows == [[kept], [5]]


def test_an_error_value_is_told_and_not_taken_for_an_empty_cell(saved):
    row = '<row r="1"><c r="A1"><v>5</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
    assert read_book(saved(parts(row))).sheets[0].rows == [[5, None, "#N/A"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2455212000000123", 2455212000000123),
        ("2.455212000000123E+15", 2455212000000123),
        ("1274696.5500000001", Decimal("1274696.55")),
        ("1274.0", 1274),
        ("-0.5", Decimal("-0.5")),
    ],
)
def test_numbers_keep_their_last_dong(saved, text, value):
    found = read_book(saved(parts(cell("A1", text)))).sheets[0].rows[0][0]
    assert found == value and type(found) is type(value)


def test_a_broken_part_is_named_and_the_parent_lives(saved):
    rows = '<row r="1"><c r="A1" t="s"><v>99</v></c></row>'
    with pytest.raises(SheetUnreadable, match="Biểu 02"):
        read_book(saved(parts(rows)))


def test_a_slow_child_is_ended(saved):
    with pytest.raises(SheetUnreadable, match="không đọc xong"):
        read_book(saved(parts()), timeout=0.01)


@pytest.mark.parametrize(
    "script",
    [
        "import os; os.kill(os.getpid(), 11)",
        "import os, sys\nwhile True: os.write(int(sys.argv[3]), b'{} {} {}')",
        "import os, sys; os.write(int(sys.argv[3]), b'[' * 9000 + b'\\n')",
        'import os, sys; os.write(int(sys.argv[3]), b\'{"r": 1, "v": [1]}\\n\')',
        "raise SystemExit(1)",
    ],
    ids=["killed", "endless", "nested", "row before sheet", "silent"],
)
def test_whatever_the_child_does_the_parent_lives(saved, tmp_path, monkeypatch, script):
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr("core.sheets.CHILD", child)
    with pytest.raises(SheetUnreadable):
        read_book(saved(parts()), timeout=0.5)


def test_the_child_sets_its_own_limits(saved, tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text(CHILD.read_text().replace('where = ""', "where = 'a' * 800_000_000"))
    monkeypatch.setattr("core.sheets.CHILD", child)
    with pytest.raises(SheetUnreadable):
        read_book(saved(parts()))


def test_an_honest_workbook_keeps_places_and_kinds(saved):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 01"
    sheet["A1"] = "ỦY BAN NHÂN DÂN"
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet["B4"], sheet["C4"], sheet["D4"] = 12, 0.5, date(2023, 6, 30)
    sheet["E4"] = True
    hidden = book.create_sheet("_id")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "mau-02"
    out = io.BytesIO()
    book.save(out)
    read = read_book(saved(out.getvalue()))
    assert read.sheets[0].rows == [
        ["ỦY BAN NHÂN DÂN"],
        [],
        [],
        [None, 12, Decimal("0.5"), date(2023, 6, 30), "TRUE"],
    ]
    assert [s.name for s in read.visible()] == ["Biểu 01"]
    assert read.sheet("_id").rows == [["mau-02"]]


def test_a_workbook_without_references_is_read_like_libreoffice_streams(saved):
    rows = '<row><c t="inlineStr"><is><t>Xã</t></is></c><c><v>3</v></c></row>'
    assert read_book(saved(parts(rows))).sheets[0].rows == [["Xã", 3]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tab_separated_text(saved, encoding):
    path = saved('Tên\tSố\r\n"Hai\ndòng"\t1.234\t\r\n'.encode(encoding), "bieu.txt")
    assert read_book(path, "tsv").sheets[0].rows == [["Tên", "Số"], ["Hai\ndòng", "1.234"]]


@pytest.mark.parametrize("raw", [b"\xff\x00\x81", b"a\x00b", b"PK\x03\x04aaaaaaaa"])
def test_binary_renamed_as_text_is_refused(saved, raw):
    assert inspect(saved(raw, "bieu.txt"), kind="tsv").code is Code.NOT_A_TABLE


def test_text_with_too_many_columns_is_refused(saved):
    with pytest.raises(SheetUnreadable, match="quá 100 cột"):
        read_book(saved(b"\tx" * 101, "bieu.txt"), "tsv")
