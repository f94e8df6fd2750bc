"""Annotated copy of an uploaded workbook: what is wrong stands in the cell that is wrong."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .column_rows import Issue
from .sheet_guard import REPORT, Limits
from .sheets import ISSUE_SHEET

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
