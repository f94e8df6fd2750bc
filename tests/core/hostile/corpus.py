"""The hostile and broken workbooks: name → how to make it, and its verdict from the closed list.

A file that the guard lets through gets its verdict from the reading: READ or UNREADABLE.
"""

import gzip
import io
import itertools
import zipfile

from core.sheet_guard import Code
from tests.core.hostile.making import (
    EXTERNAL_TEMPLATE,
    MAIN,
    RELS,
    SHEET_TYPE,
    cell,
    encrypted,
    parts,
    sheet_xml,
    twice_named,
    with_part,
    with_shared,
    wrong_checksum,
    zipped,
)

READ, UNREADABLE = "read", "unreadable"
VERDICTS = {*Code, READ, UNREADABLE}
SHEET = "xl/worksheets/sheet1.xml"

DOCTYPE = '<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
MANY_CELLS = "".join(
    f'<row r="{r}">' + f"<c><v>{r * 7919}</v></c>" * 100 + "</row>" for r in range(1, 5_002)
)
MANY_STYLES = "".join(f'<xf a="{n * 7919}"/>' for n in range(300_001))


def sheet(content: str | bytes) -> dict[str, str | bytes]:
    return with_part(SHEET, content)


def laughing(root: str) -> str:
    names = "abcdefghij"
    steps = "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">'
        for before, name in itertools.pairwise(names)
    )
    return f'<!DOCTYPE {root} [<!ENTITY a "ha">{steps}]><{root} xmlns="{MAIN}">&j;</{root}>'


def outside(kind: str, target: str) -> str:
    return EXTERNAL_TEMPLATE.replace("attachedTemplate", kind).replace(
        "http://example.org/x", target
    )


def packed(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
    return out.getvalue()


def wrong_size() -> bytes:
    """The directory says that the sheet unpacks to one byte more than it does."""
    raw = bytearray(zipped(parts()))
    size = len(parts()[SHEET].encode()).to_bytes(4, "little")
    place = raw.rindex(size)
    raw[place] ^= 1
    return bytes(raw)


def overlapping() -> bytes:
    """Two entries of the directory share one packed content, as in the bombs without nesting."""
    raw = bytearray(zipped(parts() | {"xl/worksheets/sheet2.xml": sheet_xml("")}))
    first = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02"))
    last = raw.rindex(b"PK\x01\x02")
    raw[last + 42 : last + 46] = raw[first + 42 : first + 46]
    return bytes(raw)


def with_styles(body: str, row: str) -> dict[str, str]:
    """A workbook whose styles part is wired in, as the reader needs it to look into it."""
    rels = parts()["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{RELS}/styles" Target="styles.xml"/></Relationships>',
    )
    types = parts()["[Content_Types].xml"].replace(
        "</Types>",
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/></Types>',
    )
    more = {"xl/_rels/workbook.xml.rels": rels, "[Content_Types].xml": types}
    return parts(row) | more | {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{body}</styleSheet>'}


def renamed_target(target: str) -> dict[str, str]:
    rels = parts()["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", target)
    return with_part("xl/_rels/workbook.xml.rels", rels)


def sheetless() -> dict[str, str]:
    return with_part("xl/workbook.xml", f'<workbook xmlns="{MAIN}"><sheets/></workbook>')


def without(name: str) -> dict[str, str]:
    return {part: content for part, content in parts().items() if part != name}


DEEP = "<a>" * 20_000 + "</a>" * 20_000
MERGES = "".join(f'<mergeCell ref="A{n}:CV{n + 200}"/>' for n in range(1, 200))
FORMULAS = "".join(f'<row r="{r}">' + "<c><f>1</f></c>" * 100 + "</row>" for r in range(1, 502))
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
    # Bombs
    "billion laughs in a sheet": (lambda: sheet(laughing("worksheet")), Code.UNSAFE_XML),
    "billion laughs in the shared strings": (
        lambda: with_part("xl/sharedStrings.xml", laughing("sst")),
        Code.UNSAFE_XML,
    ),
    "billion laughs in the workbook": (
        lambda: with_part("xl/workbook.xml", laughing("workbook")),
        Code.UNSAFE_XML,
    ),
    "one huge shared string": (lambda: with_shared("a" * 40_000_000), Code.TEXT_TOO_LONG),
    "long text in a cell": (
        lambda: parts(f'<row r="1"><c t="inlineStr"><is><t>{"a" * 32_768}</t></is></c></row>'),
        Code.TEXT_TOO_LONG,
    ),
    "fifty thousand formulas": (lambda: parts(FORMULAS), Code.TOO_MANY_FORMULAS),
    "many merges of many cells": (
        lambda: sheet(sheet_xml("", f"<mergeCells>{MERGES}</mergeCells>")),
        Code.TOO_MANY_CELLS,
    ),
    "elements within elements": (lambda: with_part("xl/extra.xml", DEEP), READ),
    "endless comment": (
        lambda: with_part("xl/extra.xml", "<a><!--" + "0123456789abcdef" * 200_000 + "--></a>"),
        Code.UNSAFE_XML,
    ),
    "thirty-one sheets": (
        lambda: parts(**{f"xl/worksheets/sheet{n}.xml": sheet_xml("") for n in range(2, 33)}),
        Code.TOO_MANY_SHEETS,
    ),
    # Reaching outside
    "entity of a file": (
        lambda: sheet(
            '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + sheet_xml("<row>&x;</row>")
        ),
        Code.UNSAFE_XML,
    ),
    "entity of an address": (
        lambda: sheet('<!DOCTYPE w [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>' + sheet_xml("")),
        Code.UNSAFE_XML,
    ),
    "parameter entity": (
        lambda: sheet(
            '<!DOCTYPE w [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]>' + sheet_xml("")
        ),
        Code.UNSAFE_XML,
    ),
    "doctype in the properties": (
        lambda: with_part("docProps/core.xml", DOCTYPE + "<coreProperties/>"),
        Code.UNSAFE_XML,
    ),
    "object of another server": (
        lambda: with_part(
            "xl/worksheets/_rels/sheet1.xml.rels", outside("oleObject", "http://x.vn/a")
        ),
        Code.FORBIDDEN_PART,
    ),
    "picture of another server": (
        lambda: with_part("xl/drawings/_rels/d.xml.rels", outside("image", "http://x.vn/a.png")),
        Code.FORBIDDEN_PART,
    ),
    "sheet outside the archive": (lambda: renamed_target("file:///etc/passwd"), UNREADABLE),
    "sheet above the archive": (lambda: renamed_target("../../../etc/passwd"), UNREADABLE),
    "macro in capitals": (lambda: with_part("XL/VBAPROJECT.BIN"), Code.FORBIDDEN_PART),
    "macro sheet": (lambda: with_part("xl/macrosheets/sheet1.xml", "<a/>"), Code.FORBIDDEN_PART),
    "command as a formula": (
        lambda: parts('<row r="1"><c r="A1"><f>cmd|\' /C calc\'!A0</f><v>1</v></c></row>'),
        READ,
    ),
    # Broken archives
    "wrong size in the directory": (wrong_size, Code.DAMAGED),
    "overlapping entries": (overlapping, Code.DAMAGED),
    "bzip2 inside": (lambda: packed(zipfile.ZIP_BZIP2), Code.DAMAGED),
    "lzma inside": (lambda: packed(zipfile.ZIP_LZMA), Code.DAMAGED),
    "backslashes in a name": (lambda: with_part("xl\\extra.xml", "<a/>"), Code.BAD_NAME),
    "drive in a name": (lambda: with_part("C:/extra.xml", "<a/>"), Code.BAD_NAME),
    "line break in a name": (lambda: with_part("xl/ex\ntra.xml", "<a/>"), Code.BAD_NAME),
    "empty archive": (lambda: zipped({}), Code.NOT_A_TABLE),
    "two letters": (lambda: b"PK", Code.DAMAGED),
    "rubbish after two letters": (lambda: b"PK" + bytes(range(256)) * 400, Code.DAMAGED),
    "rubbish before the archive": (lambda: b"MZ" * 64 + zipped(parts()), Code.NOT_A_TABLE),
    # Other things under the name of a workbook
    "gzip": (lambda: gzip.compress(zipped(parts())), Code.NOT_A_TABLE),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3", Code.NOT_A_TABLE),
    "ods": (lambda: {"content.xml": "<document-content/>", "mimetype": "x"}, Code.NOT_A_TABLE),
    "word document": (lambda: {"word/document.xml": "<document/>"}, Code.NOT_A_TABLE),
    # Broken content
    "wrong letters": (lambda: sheet(sheet_xml("").encode() + b"\xff\xfe"), Code.DAMAGED),
    "attribute twice": (lambda: with_part("xl/extra.xml", '<a b="1" b="2"/>'), Code.DAMAGED),
    "row nought": (lambda: parts('<row r="0"><c r="A0"><v>1</v></c></row>'), Code.DAMAGED),
    "row below nought": (lambda: parts('<row r="-1"><c><v>1</v></c></row>'), Code.DAMAGED),
    "column of four letters": (lambda: parts(cell("ZZZZ1")), Code.DAMAGED),
    "cells out of order": (
        lambda: parts('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
        Code.DAMAGED,
    ),
    "no sheet at all": (sheetless, READ),
    "sheet that is not there": (lambda: without(SHEET), UNREADABLE),
    "no table of contents": (lambda: without("[Content_Types].xml"), READ),
    "no relations": (lambda: without("xl/_rels/workbook.xml.rels"), UNREADABLE),
    "shared string that is not there": (
        lambda: parts('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        UNREADABLE,
    ),
    "style that is not there": (
        lambda: with_styles("", '<row r="1"><c r="A1" s="99"><v>1</v></c></row>'),
        READ,
    ),
    "impossible day": (
        lambda: with_styles(
            '<cellXfs><xf numFmtId="14"/></cellXfs>',
            '<row r="1"><c r="A1" s="0"><v>99999999999</v></c></row>',
        ),
        READ,
    ),
    "lying dimension": (
        lambda: sheet(
            sheet_xml(cell("A1")).replace(
                "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
            )
        ),
        READ,
    ),
    "numbers that are none": (lambda: parts(cell("A1", "NaN") + cell("A2", "1e999")), READ),
    "truth that is none": (
        lambda: parts('<row r="1"><c r="A1" t="b"><v>x</v></c></row>'),
        UNREADABLE,
    ),
}
