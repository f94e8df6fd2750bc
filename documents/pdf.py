"""PDF of an official document by WeasyPrint, and pictures of its charts by resvg.

Nothing outside the document's own fonts, stylesheet and charts can be read while it is made: a
name typed into a report must not open a file of the server or a page of the network.
"""

from functools import lru_cache
from pathlib import Path

import resvg_py
from django.template import Context, Engine

from core.later import Later

from .content import (
    MOTTO,
    NATIONAL_NAME,
    Annex,
    Block,
    BulletList,
    Chart,
    Footnote,
    Heading,
    Layout,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Table,
    cell_text,
    header_cells,
    leaf_columns,
)

weasyprint = Later("weasyprint")
ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts" / "tinos"
STYLESHEET = ROOT / "static" / "css" / "official.css"
CHART_FONTS = [str(FONTS / "Tinos-Regular.ttf"), str(FONTS / "Tinos-Bold.ttf")]
# A name that never resolves (RFC 2606): documents refer to their own parts below it.
OWN = "https://documents.invalid"
ENGINE = Engine(dirs=[str(ROOT / "templates")])
MEDIA_TYPES = {".svg": "image/svg+xml", ".woff2": "font/woff2", ".css": "text/css"}
BLOCK_KINDS = {Heading: "heading", Paragraph: "paragraph", Footnote: "footnote"}


class PdfUnavailable(Exception):
    """The machine lacks a system library; the message says so in Vietnamese."""


class Forbidden(ValueError):
    """The document asked for something that is not its own."""


class OwnPartsOnly:
    """Serves the parts it was given by their exact names and refuses everything else."""

    _fail_on_errors = False  # read by WeasyPrint: a refusal leaves a gap, not an error page

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.refused: list[str] = []

    def __call__(self, url: str) -> "weasyprint.urls.URLFetcherResponse":
        if url not in self.parts:
            self.refused.append(url)
            raise Forbidden(f"not a part of this document: {url}")
        media_type = MEDIA_TYPES[Path(url).suffix]
        return weasyprint.urls.URLFetcherResponse(
            url, self.parts[url], {"Content-Type": media_type}
        )


@lru_cache(maxsize=1)
def load_error() -> str:
    """What keeps WeasyPrint from loading: Pango or HarfBuzz is not on this machine."""
    try:
        return "" if weasyprint.HTML else "weasyprint"
    except OSError as error:
        return str(error)


def pdf_available() -> tuple[bool, str]:
    """Whether PDF can be made here, and if not, what the operator has to install."""
    if not load_error():
        return True, ""
    return False, (
        "Máy chủ thiếu thư viện để tạo tệp PDF (Debian/Ubuntu: libpango-1.0-0, "
        f"libpangoft2-1.0-0, libharfbuzz-subset0). Chi tiết: {load_error()}"
    )


def render_pdf(document: OfficialDocument) -> bytes:
    ready, reason = pdf_available()
    if not ready:
        raise PdfUnavailable(reason)
    document = document.printable()
    fetcher = OwnPartsOnly({**_own_files(), **_chart_parts(document)})
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheets = [
        weasyprint.CSS(
            string=text, base_url=f"{OWN}/css/official.css", url_fetcher=fetcher, font_config=fonts
        )
        for text in (STYLESHEET.read_text(encoding="utf-8"), _layout_css(document))
    ]
    page = weasyprint.HTML(string=render_html(document), base_url=f"{OWN}/", url_fetcher=fetcher)
    # The widths of columns are attributes of each table: "presentational hints".
    return page.write_pdf(stylesheets=sheets, font_config=fonts, presentational_hints=True)


def render_html(document: OfficialDocument) -> str:
    """The page that becomes the PDF; all text in it is escaped by the template."""
    charts = {id(chart): _chart_url(index) for index, chart in enumerate(document.charts())}
    annexes = [
        {
            "label": document.annex_label(index),
            "title": annex.title,
            "page": _page_name(index),
            "blocks": [_block(block, charts) for block in annex.blocks],
        }
        for index, annex in enumerate(document.annexes)
    ]
    context = {
        "document": document,
        "layout": document.layout,
        "title": f"{document.kind_name} {document.abstract}".strip().replace("\n", " "),
        "national_name": NATIONAL_NAME,
        "motto": MOTTO,
        "body": [_block(block, charts) for block in document.blocks],
        "recipients": document.recipient_lines(),
        "annexes": annexes,
    }
    return ENGINE.get_template("documents/official.html").render(Context(context, use_l10n=False))


def render_png(svg: str, width: int = 1860) -> bytes:
    """A chart as a picture, drawn with the document's own font and no other."""
    # The drawing program opens the files an SVG names and cannot be told not to.
    if "href" in svg.lower():
        raise Forbidden("a chart refers to something outside itself")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=CHART_FONTS,
            font_family="Tinos",
            serif_family="Tinos",
            sans_serif_family="Tinos",
        )
    )


@lru_cache(maxsize=1)
def _own_files() -> dict[str, bytes]:
    return {f"{OWN}/fonts/tinos/{path.name}": path.read_bytes() for path in FONTS.glob("*.woff2")}


def _chart_url(index: int) -> str:
    return f"{OWN}/charts/{index}.svg"


def _chart_parts(document: OfficialDocument) -> dict[str, bytes]:
    return {_chart_url(index): chart.svg.encode() for index, chart in enumerate(document.charts())}


def _page_name(index: int) -> str:
    return f"annex{index + 1}"


def _layout_css(document: OfficialDocument) -> str:
    layout = document.layout
    variables = {
        "head-left": f"{layout.head_left:g}mm",
        "indent": f"{layout.first_indent:g}mm",
        "gap": f"{layout.paragraph_gap:g}pt",
        "spacing": f"{layout.line_spacing:g}",
        "agency": f"{layout.agency_size:g}pt",
        "national": f"{layout.national_size:g}pt",
        "motto": f"{layout.motto_size:g}pt",
        "symbol": f"{layout.symbol_size:g}pt",
        "place": f"{layout.place_size:g}pt",
        "title": f"{layout.title_size:g}pt",
        "body": f"{layout.body_size:g}pt",
        "signature": f"{layout.signature_size:g}pt",
        "table": f"{layout.table_size:g}pt",
    }
    declared = "".join(f"--{name}:{value};" for name, value in variables.items())
    pages = "".join(
        _annex_css(_page_name(index), annex, layout) for index, annex in enumerate(document.annexes)
    )
    return f":root{{{declared}}}@page{{{_page_css(layout)}}}@page:first{{{NO_NUMBER}}}{pages}"


NO_NUMBER = "@top-center{content:none}"


def _page_css(layout: Layout, orientation: str = "portrait") -> str:
    margins = (layout.margin_top, layout.margin_right, layout.margin_bottom, layout.margin_left)
    return (
        f"size:A4 {orientation};margin:{' '.join(f'{side:g}mm' for side in margins)};"
        f"@top-center{{content:counter(page);font:{layout.page_number_size:g}pt Tinos}}"
    )


def _annex_css(name: str, annex: Annex, layout: Layout) -> str:
    """Each annex counts its own pages; like the document, its first page shows no number."""
    orientation = "landscape" if annex.landscape else "portrait"
    return (
        f"#{name}{{page:{name}}}"
        f"@page {name}{{{_page_css(layout, orientation)}}}"
        f"@page :nth(1 of {name}){{counter-reset:page 1;{NO_NUMBER}}}"
    )


def _block(block: Block, charts: dict[int, str]) -> dict[str, object]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return {"kind": "chart", "url": charts[id(block)], "caption": block.caption}
    if isinstance(block, BulletList):
        return {"kind": "list", "items": block.items, "marker": block.marker}
    return {"kind": BLOCK_KINDS[type(block)], **vars(block)}


def _table(table: Table) -> dict[str, object]:
    leaves = leaf_columns(table.columns)
    total = sum(column.width for column in leaves)
    cells = header_cells(table.columns)
    return {
        "kind": "table",
        "title": table.title,
        "unit_note": table.unit_note,
        "notes": table.notes,
        "shares": [f"{column.width / total * 100:.3f}" for column in leaves],
        "head": [
            [cell for cell in cells if cell.row == row]
            for row in range(1 + max(cell.row for cell in cells))
        ],
        "rows": [_row(row, table) for row in table.rows],
    }


def _row(row: Row, table: Table) -> dict[str, object]:
    leaves = leaf_columns(table.columns)
    if row.kind == RowKind.SECTION and len(row.cells) == 1:
        cells = [{"text": row.cells[0], "css": "text", "span": len(leaves)}]
        return {"kind": row.kind, "cells": cells}
    first_text = next((i for i, column in enumerate(leaves) if column.kind == "text"), -1)
    cells = [
        {
            "text": cell_text(value, column),
            "css": column.kind + (f" level{row.level}" if row.level and i == first_text else ""),
        }
        for i, (value, column) in enumerate(zip(row.cells, leaves, strict=True))
    ]
    return {"kind": row.kind, "cells": cells}
