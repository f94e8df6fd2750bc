"""Honest workbooks as the programmes of offices leave them; every one of these is read."""

import io
from datetime import date

import openpyxl
import xlsxwriter

from tests.core.hostile.making import MAIN, PACKAGE, RELS, parts, sheet_xml, zipped

ROWS = [["Tên xã", "Số hộ", "Ngày"], ["Xã An Bình", 1274, date(2023, 6, 30)]]
BINARY = "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_excel() -> bytes:
    """Theme, shared strings, styles, a comment, a chart: as Excel itself writes them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet, day = book.add_worksheet("Biểu 02"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ROWS[0])
    sheet.write_row(1, 0, ROWS[1][:2])
    sheet.write_datetime(1, 2, ROWS[1][2], day)
    sheet.write_comment("A2", "Xã mới sáp nhập")
    sheet.merge_range("E1:G3", "Ghi chú chung")
    sheet.data_validation("B2", {"validate": "integer", "criteria": ">", "value": 0})
    sheet.conditional_format("B2:B9", {"type": "data_bar"})
    sheet.write_url("E5", "https://example.org/", string="Hướng dẫn")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Biểu 02'!$B$2:$B$2"})
    sheet.insert_chart("E8", chart)
    book.close()
    return out.getvalue()


def by_excel_with_a_printer() -> dict[str, str | bytes]:
    """What Excel adds once a sheet has been printed, and the order in which it calculates."""
    rels = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELS}/printerSettings" Target="../printerSettings/printerSettings1.bin"/>'
        "</Relationships>"
    )
    types = parts()["[Content_Types].xml"].replace(
        "<Override", f'<Default Extension="bin" ContentType="{BINARY}"/><Override', 1
    )
    tail = '<pageSetup paperSize="9" orientation="landscape" r:id="rId1"/>'
    named = sheet_xml(FIRST_ROWS, tail).replace("<worksheet ", f'<worksheet xmlns:r="{RELS}" ')
    return parts() | {
        "[Content_Types].xml": types,
        "xl/worksheets/sheet1.xml": named,
        "xl/worksheets/_rels/sheet1.xml.rels": rels,
        "xl/printerSettings/printerSettings1.bin": b"\x01\x04\x00\xdc" * 200,
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="B2" i="1"/></calcChain>',
    }


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


FIRST_ROWS = (
    f'<row r="1">{"".join(map(text_cell, ROWS[0]))}</row>'
    f'<row r="2">{text_cell("Xã An Bình")}<c><v>1274</v></c>{text_cell("30/6/2023")}</row>'
)


def by_google() -> dict[str, str]:
    """No dimension, an empty drawing at every sheet, properties missing."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    return parts(FIRST_ROWS) | {"xl/drawings/drawing1.xml": f'<xdr:wsDr xmlns:xdr="{drawing}"/>'}


def by_wps() -> dict[str, str]:
    """WPS keeps its own properties and cell pictures beside the standard parts."""
    custom = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    wps = "http://www.wps.cn/officeDocument/2017/etCustomData"
    return parts(FIRST_ROWS) | {
        "docProps/custom.xml": f'<Properties xmlns="{custom}"/>',
        "customXml/item1.xml": f'<s:customData xmlns:s="{wps}"/>',
        "xl/cellimages.xml": f'<etc:cellImages xmlns:etc="{wps}"/>',
    }


def by_libreoffice() -> dict[str, str]:
    """Streams rows without references, and keeps empty formatted rows far below."""
    rows = FIRST_ROWS.replace(' r="1"', "").replace(' r="2"', "")
    return parts(rows + '<row r="1048576" customFormat="1"><c r="A1048576" s="0"/></row>')


HONEST = {
    "openpyxl": by_openpyxl,
    "Excel": by_excel,
    "Excel with a printer": by_excel_with_a_printer,
    "Google": by_google,
    "WPS": by_wps,
    "LibreOffice": by_libreoffice,
}


def raw(name: str) -> bytes:
    made = HONEST[name]()
    return made if isinstance(made, bytes) else zipped(made)
