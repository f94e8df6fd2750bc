"""Annotated copy of an uploaded workbook: what is wrong stands in the cell that is wrong."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from .column_rows import Issue
from .sheets import ISSUE_SHEET

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ERROR_FILL = PatternFill("solid", fgColor="FFF4CCCC")
WARNING_FILL = PatternFill("solid", fgColor="FFFFF2CC")
MOST_COMMENTS = 2_000
SEVERITIES = {"error": "Lỗi", "warning": "Cần xem lại"}


def safe_text(value: Any) -> Any:
    """For CSV and pasted exports: text that a spreadsheet would run gets a leading apostrophe."""
    is_risky = isinstance(value, str) and value.lstrip(" \n").startswith(FORMULA_STARTS)
    return f"'{value}" if is_risky else value


def write_text(cell: Any, value: str) -> None:
    """Write a string that stays a string, whatever it starts with."""
    cell.value = value
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(FORMULA_STARTS)


def annotate_workbook(path: str | Path, issues: Sequence[Issue]) -> bytes:
    """Copy holding values only (no formula), faulty cells marked; for guarded files."""
    book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    if ISSUE_SHEET in book.sheetnames:
        del book[ISSUE_SHEET]
    for sheet in book.worksheets:
        _keep_texts_as_text(sheet)
    for issue in issues[:MOST_COMMENTS]:
        _mark(book, issue)
    _list_issues(book, issues)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _keep_texts_as_text(sheet: Any) -> None:
    for cell in sheet._cells.values():
        if isinstance(cell.value, str) and cell.data_type != "e":
            write_text(cell, cell.value)


def _mark(book: Any, issue: Issue) -> None:
    if not issue.cell or issue.sheet not in book.sheetnames:
        return
    cell = book[issue.sheet][issue.cell]
    cell.fill = ERROR_FILL if issue.severity == "error" else WARNING_FILL
    if not isinstance(cell, MergedCell):
        before = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(before + issue.message, "Hệ thống", width=320, height=120)


def _list_issues(book: Any, issues: Sequence[Issue]) -> None:
    sheet = book.create_sheet(ISSUE_SHEET, 0)
    rows = [("Mức độ", "Trang tính", "Ô", "Nội dung")]
    rows += [(SEVERITIES[i.severity], i.sheet, i.cell, i.message) for i in issues]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            write_text(sheet.cell(number, place), text)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (14, 24, 8, 100), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.active = 0
