"""First gate for the old .xls: container and records are walked before anything parses them.

Says no to passwords, macros, embedded objects and links to other files, counts cells, and notes
where formulas and error values stand, as sheet_guard does for .xlsx. No Django here.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .sheet_watch import LimitPassed, column_letters

HEADER = bytes.fromhex("d0cf11e0a1b11ae1")
END = 0xFFFFFFFA
MINI_SECTOR = 64
ENTRY = 128
MOST_ENTRIES = 2_000
BOOKS = ("workbook", "book")
LOCKED_NAMES = {"encryptedpackage", "encryptioninfo", "\x06dataspaces"}
MACRO_NAMES = ("_vba_project", "vba", "macros", "objectpool", "mbd", "\x01ole10native")
BOF, FILEPASS, BOUNDSHEET, SUPBOOK = 0x0809, 0x002F, 0x0085, 0x01AE
FORMULA, BOOLERR, MULRK = 0x0006, 0x0205, 0x00BD
ONE_CELL = {0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6, FORMULA, BOOLERR}
INSIDE = (0x0401, 0x3A01)
WORKSHEET_TYPES = {0, 2}
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class OleLog:
    """What was learned: names of sheets by where they begin, formulas and errors by cell."""

    def __init__(self, limits: Any):
        self.limits = limits
        self.sheets: dict[int, str] = {}
        self.sheet = ""
        self.cells = self.formula_count = 0
        self.formulas: dict[str, list[str]] = {}
        self.errors: dict[str, dict[str, str]] = {}


def watch_ole(path: str | Path, limits: Any) -> OleLog:
    """Raises LimitPassed with the code of the verdict; a file cut short is "damaged"."""
    raw = Path(path).read_bytes()
    log = OleLog(limits)
    try:
        for place, kind, record in records(book_stream(raw)):
            _see(log, place, kind, record)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise LimitPassed("damaged") from None
    if not log.sheets:
        raise LimitPassed("damaged")
    return log


def book_stream(raw: bytes) -> bytes:
    """The stream of the workbook, after the names in the container were looked at."""
    size = 1 << struct.unpack_from("<H", raw, 30)[0]
    if size not in (512, 4096):
        raise LimitPassed("damaged")
    fat = _fat(raw, size)
    entries = list(_entries(_chain(raw, fat, struct.unpack_from("<I", raw, 48)[0], size)))
    _check_names({name for name, *_ in entries})
    found = next((e for wanted in BOOKS for e in entries if e[0] == wanted), None)
    if found is None:
        raise LimitPassed("not_a_table")
    return _stream(raw, fat, size, found, entries[0])


def _stream(raw: bytes, fat: list[int], size: int, entry: Any, root: Any) -> bytes:
    _, start, length = entry
    if length >= struct.unpack_from("<I", raw, 56)[0]:
        return _whole(_chain(raw, fat, start, size), length)
    first_mini = struct.unpack_from("<I", raw, 60)[0]
    table = _chain(raw, fat, first_mini, size)
    mini_fat = list(struct.unpack(f"<{len(table) // 4}I", table))
    holder = _chain(raw, fat, root[1], size)
    return _whole(_chain(holder, mini_fat, start, MINI_SECTOR, offset=0), length)


def _whole(content: bytes, length: int) -> bytes:
    if len(content) < length:
        raise LimitPassed("damaged")
    return content[:length]


def _fat(raw: bytes, size: int) -> list[int]:
    """The table of sectors, whose own sectors are listed in the header and then in a chain."""
    places = [p for p in struct.unpack_from("<109I", raw, 76) if p < END]
    following = struct.unpack_from("<I", raw, 68)[0]
    for _ in range(len(raw) // size + 1):
        if following >= END:
            break
        *more, following = struct.unpack_from(f"<{size // 4}I", raw, (following + 1) * size)
        places += [p for p in more if p < END]
    if len(places) > len(raw) // size + 1:
        raise LimitPassed("damaged")
    out: list[int] = []
    for place in places:
        out += struct.unpack_from(f"<{size // 4}I", raw, (place + 1) * size)
    return out


def _chain(raw: bytes, table: list[int], start: int, size: int, offset: int = 1) -> bytes:
    """Sectors one after the other; a chain that comes back to itself is no chain."""
    pieces: list[bytes] = []
    most = len(raw) // size + 1
    while start < END:
        piece = raw[(start + offset) * size : (start + offset + 1) * size]
        if not piece or len(pieces) > most:
            raise LimitPassed("damaged")
        pieces.append(piece)
        start = table[start]
    return b"".join(pieces)


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    """(name, first sector, length); the first one is the root."""
    if len(directory) > MOST_ENTRIES * ENTRY:
        raise LimitPassed("too_many_parts")
    for place in range(0, len(directory) - ENTRY + 1, ENTRY):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        if directory[place + 66] and 2 <= length <= 64:
            name = directory[place : place + length - 2].decode("utf-16-le")
            yield name.casefold(), *struct.unpack_from("<II", directory, place + 116)


def _check_names(names: set[str]) -> None:
    if names & LOCKED_NAMES:
        raise LimitPassed("locked")
    if any(name.startswith(MACRO_NAMES) for name in names):
        raise LimitPassed("forbidden_part")


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(where it begins, kind, content) of every record of a BIFF stream."""
    place, end = 0, len(stream)
    while place + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == 0 and length == 0:
            return
        if place + 4 + length > end:
            raise LimitPassed("damaged")
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _see(log: OleLog, place: int, kind: int, record: bytes) -> None:
    if kind == BOF:
        log.sheet = log.sheets.get(place, "")
    elif kind in ONE_CELL:
        _see_cell(log, kind, record)
    elif kind == MULRK:
        row, first = struct.unpack_from("<HH", record)
        last = struct.unpack_from("<H", record, len(record) - 2)[0]
        _count(log, row, last, last - first + 1)
    elif kind == FILEPASS:
        raise LimitPassed("locked")
    elif kind == BOUNDSHEET:
        _see_sheet(log, record)
    elif kind == SUPBOOK and struct.unpack_from("<H", record, 2)[0] not in INSIDE:
        raise LimitPassed("forbidden_part")


def _see_sheet(log: OleLog, record: bytes) -> None:
    begins, _, kind, length = struct.unpack_from("<IBBB", record)
    if kind not in WORKSHEET_TYPES:
        raise LimitPassed("forbidden_part")
    is_wide = len(record) > 7 and record[7] & 1
    text = record[8:]
    name = text[: 2 * length].decode("utf-16-le") if is_wide else text[:length].decode("latin-1")
    log.sheets[begins] = name
    if len(log.sheets) > log.limits.sheets:
        raise LimitPassed("too_many_sheets")


def _see_cell(log: OleLog, kind: int, record: bytes) -> None:
    row, column = struct.unpack_from("<HH", record)
    _count(log, row, column, 1)
    error = None
    if kind == FORMULA:
        log.formula_count += 1
        if log.formula_count > log.limits.formulas:
            raise LimitPassed("too_many_formulas")
        log.formulas.setdefault(log.sheet, []).append(_cell(row, column))
        if record[6] == 2 and record[12:14] == b"\xff\xff":
            error = record[8]
    elif kind == BOOLERR and record[7]:
        error = record[6]
    if error is not None:
        found = log.errors.setdefault(log.sheet, {})
        found[_cell(row, column)] = ERRORS.get(error, "#N/A")


def _count(log: OleLog, row: int, column: int, cells: int) -> None:
    if row >= log.limits.rows:
        raise LimitPassed("too_many_rows", f"dòng {row + 1}")
    if column >= log.limits.columns:
        raise LimitPassed("too_many_columns", f"cột {column_letters(column + 1)}")
    log.cells += cells
    if log.cells > log.limits.cells:
        raise LimitPassed("too_many_cells")


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column + 1)}{row + 1}"
