"""A frozen document as parts of a web page: the same words and figures as the printed files."""

import base64

from .content import (
    Block,
    BulletList,
    Chart,
    Footnote,
    Heading,
    OfficialDocument,
    Paragraph,
    RowKind,
    Table,
    cell_text,
    header_cells,
    leaf_columns,
)


def preview_parts(document: OfficialDocument) -> list[dict]:
    """[{"title", "blocks"}]: the body, then each annex."""
    body = {"title": "", "blocks": [web_block(block) for block in document.blocks]}
    annexes = [
        {
            "title": f"{document.annex_label(index)}. {annex.title}",
            "blocks": [web_block(block) for block in annex.blocks],
        }
        for index, annex in enumerate(document.annexes)
    ]
    return [body, *annexes]


def web_block(block: Block) -> dict:
    return WRITERS[type(block)](block)


def heading(block):
    return {"kind": "heading", "level": block.level, "text": block.text}


def paragraph(block):
    return {"kind": "paragraph", "text": block.text}


def bullets(block):
    return {"kind": "list", "items": block.items}


def chart(block):
    """As a picture: nothing in it can act on the page."""
    data = base64.b64encode(block.svg.encode()).decode()
    return {"kind": "chart", "url": f"data:image/svg+xml;base64,{data}", "caption": block.caption}


def table(block):
    columns = leaf_columns(block.columns)
    head: dict[int, list] = {}
    for cell in header_cells(block.columns):
        head.setdefault(cell.row, []).append(cell)
    return {
        "kind": "table",
        "title": block.title,
        "unit_note": block.unit_note,
        "notes": block.notes,
        "head": list(head.values()),
        "width": len(columns),
        "rows": [web_row(row, columns) for row in block.rows],
    }


def web_row(row, columns):
    spans = row.kind == RowKind.SECTION and len(row.cells) == 1
    pairs = [(row.cells[0], columns[0])] if spans else zip(row.cells, columns, strict=True)
    return {
        "css": {RowKind.SECTION: "grp", RowKind.SUM: "sum"}.get(row.kind, ""),
        "span": spans,
        "cells": [(cell_text(value, column), column.kind == "number") for value, column in pairs],
    }


WRITERS = {
    Heading: heading,
    Paragraph: paragraph,
    Footnote: paragraph,
    BulletList: bullets,
    Chart: chart,
    Table: table,
}
