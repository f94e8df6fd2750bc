"""Column specs over a whole sheet: find the header wherever it is, report every fault at once."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .columns import UNSURE, Column, ColumnDoubt, ColumnError
from .legacy_encodings import unicode_of
from .numbers import Reading
from .sheet_watch import column_letters
from .sheets import Sheet, Value
from .text import search_key

Row = Sequence[Value]
HEADER_ROWS = 30
ERROR, WARNING = "error", "warning"
# Neither wrong nor right: somebody has to say which of the readings is meant.
ASK = "ask"
ALL = "*"
PUNCTUATION = re.compile(r"\W+")
IN_BRACKETS = re.compile(r"\([^)]*\)")
NOT_LETTERS = " .,:;*-+()0123456789"
SUM_STARTS = ("T", "t", "C", "c")
SUM_ROW = re.compile(r"(tong cong\b.*|tong so|tong|cong)")
NUMBERING = re.compile(r"\(?([0-9]{1,2}|[A-Za-z])\)?(\s*=.*)?")


class HeaderNotFound(Exception):
    """No header row holds all required columns; the message names those missing."""


@dataclass(frozen=True)
class Issue:
    """An ASK names its column and the readings of the cell beside the message."""

    severity: str
    sheet: str
    cell: str
    message: str
    column: str = ""
    readings: tuple[Reading, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The four parts everybody knows; what is asked stands only where something is."""
        asked = {
            "column": self.column,
            "readings": [reading.as_json() for reading in self.readings],
        }
        return {
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "message": self.message,
        } | (asked if self.readings else {})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Issue":
        readings = tuple(
            Reading(r["key"], r["text"], r.get("said", "")) for r in kept.get("readings", ())
        )
        return cls(**{**kept, "readings": readings})

    def __str__(self) -> str:
        place = f"Trang tính “{self.sheet}”" + (f", ô {self.cell}" if self.cell else "")
        return f"{place}: {self.message}"


@dataclass(slots=True)
class CheckedRow:
    """One row of a sheet; `number` is its row there, `letters` where each column stands.

    `values` holds every column of a row without errors, else only those that passed.
    """

    number: int
    values: dict[str, Any]
    letters: dict[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def cell(self, name: str) -> str:
        """Where the column stands in this row; "" when the sheet has no such column."""
        letters = self.letters.get(name)
        return f"{letters}{self.number}" if letters else ""

    @property
    def cells(self) -> dict[str, str]:
        """{column: its cell}."""
        return {name: f"{letters}{self.number}" for name, letters in self.letters.items()}


def find_header(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[int, dict[str, int]]:
    """Index of the last header row and where each column is, by meaning and not by place."""
    best: tuple[int, int, dict[str, int]] = (0, -1, {})
    for index in range(min(len(rows), HEADER_ROWS)):
        for height in (1, 2):
            last = index + height - 1
            found = match_titles(titles_of(rows[index : last + 1]), columns)
            if last < len(rows) and len(found) > best[0]:
                best = (len(found), last, found)
        if len(best[2]) == len(columns):
            break
    missing = [column for column in columns if column.required and column.name not in best[2]]
    if missing or not best[2]:
        raise HeaderNotFound(
            f"Không tìm thấy cột {', '.join(map(_called, missing or columns))} "
            f"trong {HEADER_ROWS} dòng đầu. Hãy giữ nguyên dòng tiêu đề của biểu mẫu."
        )
    return best[1], best[2]


def _called(column: Column) -> str:
    """The column's name and at most two others it is known by."""
    others = " hoặc ".join(f"“{name}”" for name in column.aliases[:2])
    return f"“{column.label}”" + (f" (hay {others})" if others else "")


def titles_of(rows: Sequence[Row]) -> list[list[str]]:
    """Readings of each column's title, the most exact first; a merged title covers its right."""
    width = max((len(row) for row in rows), default=0)
    upper = [_key(rows[0], column) for column in range(width)]
    if len(rows) == 1:
        return [[title] for title in upper]
    lower = [_key(rows[1], column) for column in range(width)]
    titles, over = [], ""
    for above, below in zip(upper, lower, strict=True):
        over = above or (over if below else "")
        titles.append([f"{over} {below}".strip(), below] if below else [above])
    return titles


def _key(row: Row, column: int) -> str:
    """A title typed with an old font is known all the same."""
    value = row[column] if column < len(row) else None
    if not isinstance(value, str):
        return ""
    return search_key(unicode_of(value)[1] or value)


def _wanted(column: Column) -> list[str]:
    return [_word(name) for name in (column.label, *column.aliases, column.name)]


# The words of a column are compared with thirty rows, and with every sheet.
_word = lru_cache(maxsize=5_000)(search_key)


def match_titles(titles: list[list[str]], columns: Sequence[Column]) -> dict[str, int]:
    found: dict[str, int] = {}
    if not any(title for readings in titles for title in readings):
        return found
    for exactness in (_same, _same_without_brackets, _starts):
        for column in columns:
            if column.name in found:
                continue
            place = _place(titles, _wanted(column), exactness, found.values())
            if place is not None:
                found[column.name] = place
    return found


def _place(
    titles: list[list[str]],
    wanted: list[str],
    is_like: Callable[[str, str], bool],
    taken: Collection[int],
) -> int | None:
    for name in wanted:
        for index, readings in enumerate(titles):
            if index not in taken and any(is_like(title, name) for title in readings if title):
                return index
    return None


def _same(title: str, name: str) -> bool:
    return title == name


def _same_without_brackets(title: str, name: str) -> bool:
    return bare_title(title) == bare_title(name) != ""


def _starts(title: str, name: str) -> bool:
    """ "Giải ngân lũy kế đến 30/6" is the column "Giải ngân lũy kế"."""
    return len(name) >= 7 and bare_title(title).startswith(bare_title(name) + " ")


@lru_cache(maxsize=20_000)
def bare_title(title: str) -> str:
    return " ".join(PUNCTUATION.sub(" ", IN_BRACKETS.sub(" ", title)).split())


def check_rows(
    sheet: Sheet, columns: Sequence[Column], formulas: Collection[str] | None = None
) -> tuple[list[CheckedRow], list[Issue]]:
    """Rows without errors, and all issues at once; `formulas` defaults to those of the sheet."""
    rows, _, issues = check_all_rows(sheet, columns, formulas)
    return rows, issues


def check_all_rows(
    sheet: Sheet, columns: Sequence[Column], formulas: Collection[str] | None = None
) -> tuple[list[CheckedRow], list[CheckedRow], list[Issue]]:
    """Rows without errors, rows with some (holding their right cells only), and all issues.

    An importer looks up what it can of the broken rows too, so that every fault is told at once.
    """
    formulas = sheet.formulas if formulas is None else frozenset(formulas)
    try:
        header, places = find_header(sheet.rows, columns)
    except HeaderNotFound as missing:
        return [], [], [Issue(ERROR, sheet.name, "", str(missing))]
    rows: list[CheckedRow] = []
    broken: list[CheckedRow] = []
    issues: list[Issue] = []
    for row, faults in each_row(sheet, columns, header, places, formulas):
        issues += faults
        (broken if faults else rows).append(row)
    if not rows and not issues:
        issues.append(Issue(ERROR, sheet.name, "", NO_ROWS))
    return rows, broken, issues


NO_ROWS = "Biểu chưa có dòng số liệu nào."


def each_row(
    sheet: Sheet,
    columns: Sequence[Column],
    header: int,
    places: dict[str, int],
    formulas: Collection[str] | None = None,
) -> Iterator[tuple[CheckedRow, list[Issue]]]:
    """Row by row below the header, each with its faults; nothing is kept of rows gone by."""
    formulas = sheet.formulas if formulas is None else formulas
    letters = {name: column_letters(place + 1) for name, place in places.items()}
    checks = [(column, places.get(column.name), column.checker()) for column in columns]
    for index in range(header + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        if _is_skipped(cells, places, first=index == header + 1):
            continue
        values, faults = _checked(sheet, index + 1, cells, checks, letters, formulas)
        yield CheckedRow(index + 1, values, letters), faults


def _is_skipped(cells: Row, places: dict[str, int], first: bool) -> bool:
    if not cells:
        return True
    width = len(cells)
    if not any(place < width and cells[place] is not None for place in places.values()):
        return True
    return _is_sum(cells) or (first and _is_numbering(cells))


def _is_sum(cells: Row) -> bool:
    texts = (cell for cell in cells if isinstance(cell, str) and len(cell.strip()) > 2)
    text = next(texts, "").lstrip(NOT_LETTERS)
    # Most rows begin with a code or a name: only what may be a sum is put into plain letters.
    if text[:1] not in SUM_STARTS:
        return False
    return bool(SUM_ROW.fullmatch(bare_title(search_key(text))))


def _is_numbering(cells: Row) -> bool:
    """The row "(1) (2) (3)" or "A B 1 2 3=1+2" which official forms put under the header."""
    marks = [NUMBERING.fullmatch(str(cell).strip()) for cell in cells if cell is not None]
    if len(marks) < 2 or not all(marks):
        return False
    names = [mark[1].upper() for mark in marks if mark]
    numbers = [int(name) for name in names if name.isdigit()]
    letters = [name for name in names if not name.isdigit()]
    return numbers == list(range(1, len(numbers) + 1)) and letters == [
        chr(65 + i) for i in range(len(letters))
    ]


def _checked(
    sheet: Sheet,
    number: int,
    cells: Row,
    checks: Sequence[tuple[Column, int | None, Callable[[Any], Any]]],
    letters: dict[str, str],
    formulas: Collection[str],
) -> tuple[dict[str, Any], list[Issue]]:
    """The short way for what is right at once, the long one for what must be named."""
    values: dict[str, Any] = {}
    faults: list[Issue] = []
    width = len(cells)
    for column, place, check in checks:
        if place is None:
            values[column.name] = None
            continue
        raw = cells[place] if place < width else None
        if not formulas or not column.is_number:
            value = check(raw)
            if value is not UNSURE:
                values[column.name] = value
                continue
        cell = f"{letters[column.name]}{number}"
        try:
            _refuse_formula(column, cell, formulas)
            values[column.name] = column.check(raw, _answer(sheet, cell, column))
        except ColumnDoubt as doubt:
            faults.append(Issue(ASK, sheet.name, cell, str(doubt), column.name, doubt.readings))
        except ColumnError as error:
            faults.append(Issue(ERROR, sheet.name, cell, str(error)))
    return values, faults


def _answer(sheet: Sheet, cell: str, column: Column) -> str:
    """What was said about this cell counts before what was said about its column."""
    answers = sheet.answers
    return answers.get(cell) or answers.get(column.name) or answers.get(ALL) or ""


def _refuse_formula(column: Column, cell: str, formulas: Collection[str]) -> None:
    if column.is_number and not column.computed and cell in formulas:
        raise ColumnError(f"Ô {cell} là công thức. Hãy dán giá trị (Dán đặc biệt → Giá trị).")
