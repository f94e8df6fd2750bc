"""Writes faults into a copy of a guarded workbook; run as `python -I annotate_child.py`.

Stands alone, as sheet_child.py does and for the same reason: the whole workbook is built in memory
here, under limits, and a file that breaks it costs one copy and nothing else.
"""

import io
import json
import os
import re
import resource
import sys
import warnings
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

MEMORY_BYTES = 1024 * 1024 * 1024
# openpyxl writes each sheet to a scratch file first.
LARGEST_FILE = 256 * 1024 * 1024
MOST_COMMENTS = 2_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
ERROR_FILL = PatternFill("solid", fgColor="FFF4CCCC")
WARNING_FILL = PatternFill("solid", fgColor="FFFFF2CC")
SEVERITIES = {"error": "Lỗi", "ask": "Cần xác nhận", "warning": "Cần xem lại"}


def limit_self(cpu_seconds: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def write_text(cell: Any, value: str) -> None:
    """A string stays a string, whatever it starts with."""
    cell.value = value
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(FORMULA_STARTS)


def keep_texts_as_text(sheet: Any) -> None:
    for cell in sheet._cells.values():
        if isinstance(cell.value, str) and cell.data_type != "e":
            write_text(cell, cell.value)


def mark(book: Any, issue: dict[str, str]) -> None:
    if not CELL.fullmatch(issue["cell"]) or issue["sheet"] not in book.sheetnames:
        return
    cell = book[issue["sheet"]][issue["cell"]]
    cell.fill = ERROR_FILL if issue["severity"] == "error" else WARNING_FILL
    if not isinstance(cell, MergedCell):
        before = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(before + issue["message"], "Hệ thống", width=320, height=120)


def list_issues(book: Any, issues: list[dict[str, str]], title: str) -> None:
    sheet = book.create_sheet(title, 0)
    rows = [("Mức độ", "Trang tính", "Ô", "Nội dung")]
    rows += [(SEVERITIES[i["severity"]], i["sheet"], i["cell"], i["message"]) for i in issues]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            write_text(sheet.cell(number, place), text)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (14, 24, 8, 100), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.active = 0


def annotated(path: str, issues: list[dict[str, str]], title: str) -> bytes:
    """The copy holds values only (no formula), faulty cells marked, all faults on a first sheet."""
    book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    if title in book.sheetnames:
        del book[title]
    for sheet in book.worksheets:
        keep_texts_as_text(sheet)
    for issue in issues[:MOST_COMMENTS]:
        mark(book, issue)
    list_issues(book, issues, title)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def main(path: str, descriptor: str, cpu_seconds: str) -> None:
    limit_self(int(cpu_seconds))
    warnings.simplefilter("ignore")
    told = json.load(sys.stdin)
    raw = annotated(path, told["issues"], told["title"])
    with os.fdopen(int(descriptor), "wb") as out:
        out.write(raw)


if __name__ == "__main__":
    main(*sys.argv[1:])
