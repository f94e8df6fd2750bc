"""Making workbooks by hand, part by part, as an attacker or another programme would."""

import io
import zipfile
import zlib

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


EXTERNAL_TEMPLATE = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" TargetMode="External" '
    f'Type="{RELS}/attachedTemplate" Target="http://example.org/x"/></Relationships>'
)
