"""Tables as the rest of the portal sees them: guarded, read in a child process, exact values."""

import csv
import io
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .sheet_guard import REPORT, Code, Limits, Verdict, inspect
from .sheet_watch import COORDINATE, column_number

Value = str | int | Decimal | date | None

CHILD = Path(__file__).with_name("sheet_child.py")
# The list of faults added to an annotated copy; skipped when that copy comes back.
ISSUE_SHEET = "Lỗi kiểm tra"
PIPE_BYTES = 64 * 1024
# One row at its limits: 100 cells of 32,767 letters, each up to six bytes of JSON.
LINE_BYTES = 32 * 1024 * 1024


class SheetRefused(Exception):
    """The guard said no; the verdict carries code, HTTP status and message."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict.message)
        self.verdict = verdict


class SheetUnreadable(Exception):
    """The guard passed the file, but reading it failed or took too much."""

    status = 422


@dataclass
class Sheet:
    """`rows[i]` is sheet row i + 1; rows have no trailing blanks, an empty row is an empty list."""

    name: str
    hidden: bool = False
    rows: list[list[Value]] = field(default_factory=list)
    formulas: frozenset[str] = frozenset()
    # What was answered when the table was asked about: by cell, by column name, or "*" for all.
    answers: dict[str, str] = field(default_factory=dict)


@dataclass
class Book:
    """`layout` is what a person said about this table, `remembered` what was said about tables
    with the same header before, `table` what `core.tables` made of it."""

    sheets: list[Sheet] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)
    remembered: dict[str, dict[str, Any]] = field(default_factory=dict)
    table: dict[str, Any] = field(default_factory=dict)
    # Told (rows done, rows of all) from time to time.
    tell: Callable[[int, int], None] = lambda done, total: None

    def take_answers(self, answers: dict[str, dict[str, str]]) -> None:
        """{sheet name, or "*" for every sheet: its answers}."""
        for sheet in self.sheets:
            sheet.answers = answers.get("*", {}) | answers.get(sheet.name, {})

    def visible(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if not sheet.hidden]

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def read_book(
    path: str | Path, kind: str = "xlsx", limits: Limits = REPORT, timeout: float | None = None
) -> Book:
    """Read a file of kind "xlsx", "xls" (either), "docx" or "tsv" (also .txt).

    The guard first, then the child.
    """
    verdict = inspect(path, limits, kind)
    if not verdict.ok:
        raise SheetRefused(verdict)
    if kind == "tsv":
        return Book([read_text(_decoded(path), limits)])
    lines = _child_lines(path, kind, limits, timeout or limits.seconds)
    book = _assembled(lines)
    for sheet in book.sheets:
        sheet.formulas = frozenset(verdict.formulas.get(sheet.name, ()))
        for cell, text in verdict.errors.get(sheet.name, {}).items():
            _put(sheet, cell, text)
    return book


def _put(sheet: Sheet, cell: str, text: str) -> None:
    """The reader leaves a cell with an error value empty; here it says so again."""
    match = COORDINATE.fullmatch(cell)
    if match is None:
        return
    row, column = int(match[2]), column_number(match[1])
    sheet.rows.extend([] for _ in range(row - len(sheet.rows)))
    cells = sheet.rows[row - 1]
    cells.extend(None for _ in range(column - len(cells)))
    cells[column - 1] = text


def read_text(text: str, limits: Limits = REPORT) -> Sheet:
    """Tab-separated text, from a file or pasted straight from a spreadsheet."""
    sheet = Sheet("Dữ liệu dán")
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t"):
            sheet.rows.append(_trimmed(row))
            cells += len(row)
            _check_text_shape(len(sheet.rows), len(sheet.rows[-1]), cells, limits)
    except csv.Error:
        raise SheetUnreadable("Văn bản có ô quá dài hoặc thiếu dấu ngoặc kép đóng.") from None
    return sheet


def _check_text_shape(rows: int, columns: int, cells: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise SheetUnreadable(f"Văn bản có quá {limits.rows:,} dòng.".replace(",", "."))
    if columns > limits.columns:
        raise SheetUnreadable(f"Dòng {rows} có quá {limits.columns} cột.")
    if cells > limits.cells:
        raise SheetUnreadable(f"Văn bản có quá {limits.cells:,} ô.".replace(",", "."))


def _trimmed(row: list[str]) -> list[Value]:
    values: list[Value] = [cell.strip() or None for cell in row]
    while values and values[-1] is None:
        values.pop()
    return values


def _decoded(path: str | Path) -> str:
    """Excel saves "Unicode Text" as UTF-16 with a mark; everything else is UTF-8."""
    raw = Path(path).read_bytes()
    is_utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    return raw.decode("utf-16" if is_utf16 else "utf-8-sig")


def _child_lines(
    path: str | Path, kind: str, limits: Limits, timeout: float
) -> Iterator[dict[str, Any]]:
    reading, writing = os.pipe()
    arguments = [kind, os.fspath(Path(path).absolute()), str(writing), json.dumps(asdict(limits))]
    try:
        child = subprocess.Popen(
            [sys.executable, "-I", str(CHILD), *arguments],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
        )
    except OSError:
        os.close(reading)
        raise SheetUnreadable("Máy chủ đang bận, chưa đọc được tệp. Hãy thử lại sau.") from None
    finally:
        os.close(writing)
    try:
        yield from _lines(reading, time.monotonic() + timeout)
    finally:
        os.close(reading)
        child.kill()
        child.wait()


def _lines(descriptor: int, until: float) -> Iterator[dict[str, Any]]:
    """Complete lines as they come; silence past the deadline ends the wait."""
    waiting = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while piece := _piece(selector, descriptor, until):
            waiting += piece
            if len(waiting) > LINE_BYTES:
                raise SheetUnreadable(TOO_COMPLEX)
            if b"\n" not in piece:
                continue
            *whole, waiting = waiting.split(b"\n")
            yield from map(_parsed, whole)


def _parsed(line: bytes | bytearray) -> dict[str, Any]:
    """The child has read hostile content: what it says is checked like any other input."""
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        raise SheetUnreadable(DAMAGED_FILE) from None
    if not isinstance(parsed, dict):
        raise SheetUnreadable(DAMAGED_FILE)
    return parsed


def _piece(selector: selectors.BaseSelector, descriptor: int, until: float) -> bytes:
    left = until - time.monotonic()
    if left <= 0 or not selector.select(left):
        raise SheetUnreadable(TOO_COMPLEX)
    return os.read(descriptor, PIPE_BYTES)


TOO_COMPLEX = (
    "Tệp quá phức tạp, hệ thống không đọc xong trong thời gian cho phép. "
    "Hãy chép số liệu sang biểu mẫu trống rồi tải lên lại."
)
DAMAGED = (
    "Không đọc được trang tính “{sheet}”: nội dung tệp bị hỏng. "
    "Hãy mở bằng Excel, lưu lại dạng .xlsx rồi tải lên lại."
)
DAMAGED_FILE = "Không đọc được tệp: nội dung tệp bị hỏng. Hãy mở tệp, lưu lại rồi tải lên lại."


def _assembled(lines: Iterable[dict[str, Any]]) -> Book:
    book = Book()
    is_whole = False
    for line in lines:
        if "r" in line and book.sheets:
            _add_row(book.sheets[-1], line)
        elif "sheet" in line and "error" not in line:
            book.sheets.append(Sheet(line["sheet"], line["hidden"]))
        elif "error" in line:
            raise SheetUnreadable(_reason(line))
        else:
            is_whole = line == {"end": True}
    if not is_whole:
        raise SheetUnreadable(TOO_COMPLEX)
    book.sheets = [sheet for sheet in book.sheets if sheet.name != ISSUE_SHEET]
    return book


def _reason(line: dict[str, Any]) -> str:
    if line["error"] == "memory":
        return TOO_COMPLEX
    return DAMAGED.format(sheet=line["sheet"]) if line["sheet"] else DAMAGED_FILE


def _add_row(sheet: Sheet, line: dict[str, Any]) -> None:
    blank = line["r"] - len(sheet.rows) - 1
    sheet.rows.extend([] for _ in range(blank))
    cells = [value if value.__class__ is not dict else _typed(value) for value in line["v"]]
    sheet.rows.append(cells)


def _typed(value: dict[str, str]) -> Value:
    return Decimal(value["d"]) if "d" in value else date.fromisoformat(value["t"])


def refusal_is_suspicious(verdict: Verdict) -> bool:
    """Worth a security event: shapes that an office programme does not produce by accident."""
    return verdict.code in SUSPICIOUS


SUSPICIOUS = {
    Code.TOO_MANY_PARTS,
    Code.UNPACKS_TOO_LARGE,
    Code.FORBIDDEN_PART,
    Code.UNSAFE_XML,
    Code.BAD_NAME,
}
