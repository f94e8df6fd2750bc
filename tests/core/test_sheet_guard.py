"""Hostile, broken and honest workbooks: each gets a verdict from the closed list."""

import io
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from core.sheet_guard import EXTRACT, REPORT, Code, inspect
from core.sheets import CHILD, SheetRefused, SheetUnreadable, read_book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def sheet_xml(rows: str, tail: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **more: str) -> dict[str, str]:
    """A minimal workbook as another programme might write it; `more` replaces or adds parts."""
    files = {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{SHEET_TYPE}.worksheet+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
            '<sheet name="Biểu 02" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": sheet_xml(rows),
    }
    return files | more


def zipped(files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def saved(tmp_path):
    def save(content, name="bieu.xlsx"):
        path = tmp_path / name
        path.write_bytes(zipped(content) if isinstance(content, dict | list) else content)
        return path

    return save


def cell(reference: str, value: str = "1", row: int | None = None) -> str:
    number = row or int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return f'<row r="{number}"><c r="{reference}"><v>{value}</v></c></row>'


def with_part(name: str, content: str = "x") -> dict[str, str]:
    return parts(**{name: content})


def with_shared(text: str) -> dict[str, str]:
    return with_part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>')


def encrypted() -> bytes:
    raw = bytearray(zipped(parts()))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    return bytes(raw)


def twice_named() -> bytes:
    files = [*parts().items(), ("xl/worksheets/SHEET1.xml", sheet_xml(""))]
    return zipped(files)


def wrong_checksum() -> bytes:
    raw = bytearray(zipped(parts()))
    good = zlib.crc32(parts()["xl/worksheets/sheet1.xml"].encode()).to_bytes(4, "little")
    place = raw.index(good)
    raw[place] ^= 0xFF
    place = raw.index(good)
    raw[place] ^= 0xFF
    return bytes(raw)


DOCTYPE = '<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL_TEMPLATE = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" TargetMode="External" '
    f'Type="{RELS}/attachedTemplate" Target="http://example.org/x"/></Relationships>'
)
MANY_CELLS = "".join(
    f'<row r="{r}">' + f"<c><v>{r * 7919}</v></c>" * 100 + "</row>" for r in range(1, 5_002)
)
MANY_STYLES = "".join(f'<xf a="{n * 7919}"/>' for n in range(300_001))
HOSTILE = {
    "sixty MB of spaces": (
        lambda: with_part("xl/worksheets/sheet1.xml", sheet_xml(" " * 60_000_000)),
        Code.UNPACKS_TOO_LARGE,
    ),
    "doctype": (
        lambda: with_part("xl/worksheets/sheet1.xml", DOCTYPE + sheet_xml("")),
        Code.UNSAFE_XML,
    ),
    "doctype in a picture": (
        lambda: with_part("xl/media/image1.png", DOCTYPE + "<worksheet/>"),
        Code.UNSAFE_XML,
    ),
    "utf-16 part": (
        lambda: with_part("xl/worksheets/sheet1.xml", sheet_xml("").encode("utf-16")),
        Code.UNSAFE_XML,
    ),
    "utf-7 part": (
        lambda: with_part("xl/extra.xml", '<?xml version="1.0" encoding="utf-7"?><a/>'),
        Code.UNSAFE_XML,
    ),
    "endless attribute": (
        lambda: with_part("xl/extra.xml", '<a b="' + "0123456789abcdef" * 200_000 + '"/>'),
        Code.UNSAFE_XML,
    ),
    "macro": (lambda: with_part("xl/vbaProject.bin"), Code.FORBIDDEN_PART),
    "macro content type": (
        lambda: with_part(
            "[Content_Types].xml",
            '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled"/></Types>',
        ),
        Code.FORBIDDEN_PART,
    ),
    "external link": (
        lambda: with_part("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
        Code.FORBIDDEN_PART,
    ),
    "external template": (
        lambda: with_part("xl/_rels/x.xml.rels", EXTERNAL_TEMPLATE),
        Code.FORBIDDEN_PART,
    ),
    "activeX": (lambda: with_part("xl/activeX/activeX1.xml", "<a/>"), Code.FORBIDDEN_PART),
    "embedding": (lambda: with_part("xl/embeddings/a.docx"), Code.FORBIDDEN_PART),
    "other binary": (lambda: with_part("xl/data.bin"), Code.FORBIDDEN_PART),
    "sparse corner": (lambda: parts(cell("A1") + cell("XFD1048576")), Code.TOO_MANY_ROWS),
    "row two thousand million": (lambda: parts(cell("A2000000000")), Code.TOO_MANY_ROWS),
    "far column": (lambda: parts(cell("CW1")), Code.TOO_MANY_COLUMNS),
    "too many cells": (lambda: parts(MANY_CELLS), Code.TOO_MANY_CELLS),
    "merge of everything": (
        lambda: with_part(
            "xl/worksheets/sheet1.xml",
            sheet_xml("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        ),
        Code.TOO_MANY_CELLS,
    ),
    "styles bomb": (
        lambda: with_part("xl/styles.xml", f"<styleSheet>{MANY_STYLES}</styleSheet>"),
        Code.TOO_MANY_STYLES,
    ),
    "rows out of order": (lambda: parts(cell("A5") + cell("A3")), Code.DAMAGED),
    "cell in another row": (lambda: parts(cell("A9", row=2)), Code.DAMAGED),
    "huge shared string": (lambda: with_shared("ấ" * 32_768), Code.TEXT_TOO_LONG),
    "html renamed": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", Code.NOT_A_TABLE),
    "csv renamed": (lambda: "Mã,Tên\n1,Xã".encode(), Code.NOT_A_TABLE),
    "other zip": (lambda: {"readme.xml": "<a/>"}, Code.NOT_A_TABLE),
    "old xls": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, Code.OLD_OR_LOCKED),
    "encrypted": (encrypted, Code.OLD_OR_LOCKED),
    "parent folder": (lambda: with_part("xl/../../etc/x.xml", "<a/>"), Code.BAD_NAME),
    "absolute name": (lambda: with_part("/xl/x.xml", "<a/>"), Code.BAD_NAME),
    "duplicate names": (twice_named, Code.BAD_NAME),
    "too many parts": (
        lambda: parts(**{f"xl/x{n}.xml": "<a/>" for n in range(500)}),
        Code.TOO_MANY_PARTS,
    ),
    "heavy directory": (
        lambda: {f"{n}" + "x" * 60_000: "" for n in range(20)},
        Code.TOO_MANY_PARTS,
    ),
    "truncated": (lambda: zipped(parts())[:-200], Code.DAMAGED),
    "wrong checksum": (wrong_checksum, Code.DAMAGED),
    "unclosed tag": (lambda: with_part("xl/extra.xml", "<a><b></a>"), Code.DAMAGED),
    "empty": (lambda: b"", Code.EMPTY),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gets_its_verdict_and_a_message(saved, name):
    build, code = HOSTILE[name]
    path = saved(build())
    verdict = inspect(path)
    assert verdict.code is code
    assert verdict.status in (413, 415, 422)
    assert "{" not in verdict.message and verdict.message.endswith(".")
    with pytest.raises(SheetRefused) as refused:
        read_book(path)
    assert refused.value.verdict.code is code


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


@pytest.mark.parametrize("text", ["NaN", "1e999", "-inf", "1_000", "0x10"])
def test_a_false_number_stays_text_and_the_rest_is_read(saved, text):
    path = saved(parts(cell("A1", text) + cell("A2", "5")))
    assert read_book(path).sheets[0].rows == [[text], [5]]


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
