"""Annotated copy of an uploaded workbook: what is wrong stands in the cell that is wrong."""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .column_rows import Issue
from .later import Later
from .sheet_guard import REPORT, Limits
from .sheets import ISSUE_SHEET

xlsxwriter = Later("xlsxwriter")
SEVERITIES = {"error": "Lỗi", "ask": "Cần xác nhận", "warning": "Cần xem lại"}
CHILD = Path(__file__).with_name("annotate_child.py")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class NotAnnotated(Exception):
    """The copy could not be made within the limits; the list of faults still stands on the page."""


def safe_text(value: Any) -> Any:
    """For CSV and pasted exports: text that a spreadsheet would run gets a leading apostrophe."""
    is_risky = isinstance(value, str) and value.lstrip(" \n").startswith(FORMULA_STARTS)
    return f"'{value}" if is_risky else value


def write_text(cell: Any, value: str) -> None:
    """Write a string that stays a string, whatever it starts with."""
    cell.value = value
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(FORMULA_STARTS)


def annotate_workbook(path: str | Path, issues: Sequence[Issue], limits: Limits = REPORT) -> bytes:
    """Copy of a guarded file holding values only, faulty cells marked; made in its own process."""
    told = {"title": ISSUE_SHEET, "issues": [issue.as_json() for issue in issues]}
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as out:
        arguments = [os.fspath(Path(path).absolute()), str(out.fileno()), str(limits.cpu_seconds)]
        try:
            subprocess.run(
                [sys.executable, "-I", str(CHILD), *arguments],
                input=json.dumps(told).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(out.fileno(),),
                env={"LANG": "C.UTF-8", "OPENPYXL_LXML": "False", "TMPDIR": scratch},
                timeout=limits.seconds,
                check=True,
            )
        except (subprocess.SubprocessError, OSError):
            raise NotAnnotated(str(path)) from None
        out.seek(0)
        return out.read()


def list_of_faults(issues: Sequence[Issue]) -> bytes:
    """A workbook of the faults alone, where the sender's own cannot be opened to write into it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet(ISSUE_SHEET), book.add_format({"bold": True})
        sheet.write_row(0, 0, ("Mức độ", "Trang tính", "Ô", "Nội dung"), bold)
        for number, issue in enumerate(issues, start=1):
            words = (SEVERITIES[issue.severity], issue.sheet, issue.cell, issue.message)
            for place, text in enumerate(words):
                sheet.write_string(number, place, text)
        for place, width in enumerate((14, 24, 8, 100)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
