"""A table whatever its sender calls the columns: recognised, remembered, or asked about.

`open_table` gives the sheet with its header, where each column stands and what its money is counted
in. What it cannot know it asks by raising ColumnsAsked; the answer comes back as `Book.layout`.
"""

import difflib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from .account_unit import guess_unit, unit_above, unit_in
from .column_rows import (
    HEADER_ROWS,
    CheckedRow,
    HeaderNotFound,
    Issue,
    bare_title,
    each_row,
    find_header,
    match_titles,
    titles_of,
)
from .columns import CODE, MONEY, Column
from .sheet_watch import column_letters
from .sheets import Book, Sheet
from .text import search_key

GUIDE_SHEET = "huong dan"
SAMPLES = 3
TELL_EVERY = 1000
LOOKED_AT = 200
ALIKE = 0.62
ALL = "*"
# How the portal knows the unit of a column.
TITLE, ABOVE, CONFIRMED, REMEMBERED, UNKNOWN = "title", "above", "confirmed", "remembered", ""


class ColumnsAsked(Exception):
    """Somebody has to say which column is which, or what the money is counted in.

    `question` is what the page shows, as `Table.described` makes it.
    """

    def __init__(self, question: dict[str, Any], message: str):
        super().__init__(message)
        self.question = question


@dataclass
class Table:
    """One sheet, understood: `columns` carry their own unit of account."""

    sheet: Sheet
    columns: list[Column]
    header: int
    height: int
    places: dict[str, int]
    known_by: dict[str, str]
    tell: Callable[[int, int], None] = lambda done, total: None

    def rows(self) -> Iterator[tuple[CheckedRow, list[Issue]]]:
        """Each row with its faults; a row with some holds its right cells only."""
        total = len(self.sheet.rows) - self.header - 1
        rows = each_row(self.sheet, self.columns, self.header, self.places)
        for done, found in enumerate(rows, start=1):
            if done % TELL_EVERY == 0:
                self.tell(done, total)
            yield found

    def titles(self) -> list[str]:
        first = self.header - self.height + 1
        return [
            " / ".join(dict.fromkeys(readings)) if readings else ""
            for readings in _written(self.sheet.rows[first : self.header + 1])
        ]

    @property
    def signature(self) -> str:
        """The same header gives the same signature, in whatever file it stands."""
        words = "\n".join(bare_title(search_key(title)) for title in self.titles())
        return hashlib.sha256(words.encode()).hexdigest()

    def samples(self, place: int) -> list[Any]:
        return self._values(place)[:SAMPLES]

    def _values(self, place: int) -> list[Any]:
        rows = self.sheet.rows[self.header + 1 : self.header + 1 + LOOKED_AT]
        return [row[place] for row in rows if place < len(row) and row[place] is not None]

    def described(self) -> dict[str, Any]:
        """Headers with samples, columns with their places and units: JSON for page and batch."""
        return {
            "sheet": self.sheet.name,
            "header": self.header,
            "height": self.height,
            "signature": self.signature,
            "titles": [
                {
                    "index": place,
                    "letters": column_letters(place + 1),
                    "title": title,
                    "samples": [_as_text(value) for value in self.samples(place)],
                }
                for place, title in enumerate(self.titles())
                if title or self._values(place)
            ],
            "columns": [self._column(column) for column in self.columns],
        }

    def _column(self, column: Column) -> dict[str, Any]:
        place = self.places.get(column.name)
        about: dict[str, Any] = {
            "name": column.name,
            "label": column.label,
            "required": column.required,
            "place": place,
            "is_money": column.kind is MONEY,
        }
        if column.kind is MONEY and place is not None:
            numbers = [v for v in self._values(place) if isinstance(v, int | Decimal)]
            about |= {
                "known_by": self.known_by[column.name],
                "unit": column.factor if self.known_by[column.name] else None,
                "guess": guess_unit(numbers),
                "sample": _as_text(numbers[0]) if numbers else "1250",
            }
        return about


def open_table(book: Book, columns_in: Callable[[int], list[Column]]) -> Table | None:
    """The table of the book, or None when there is no sheet; ColumnsAsked when it must be asked."""
    columns = columns_in(1)
    sheet, found = main_sheet(book, columns)
    if sheet is None:
        return None
    table, is_found = _placed(book, sheet, columns, found)
    table.tell = book.tell
    _set_units(book, table)
    book.table = table.described()
    missing = [c.label for c in columns if c.required and c.name not in table.places]
    unknown = [name for name, how in table.known_by.items() if not how]
    if missing or not is_found:
        raise ColumnsAsked(book.table, _ask_columns(missing))
    if unknown:
        labels = [c.label for c in columns if c.name in unknown]
        raise ColumnsAsked(book.table, _ask_units(labels))
    return table


Found = tuple[int, dict[str, int]]


def main_sheet(book: Book, columns: Sequence[Column]) -> tuple[Sheet | None, Found | None]:
    """The first visible sheet whose header is known, with it; else the first but the guide."""
    sheets = [s for s in book.visible() if search_key(s.name) != GUIDE_SHEET]
    wanted = book.layout.get("sheet")
    for sheet in sheets:
        found = _header_of(sheet, columns) if wanted is None else None
        if found or sheet.name == wanted:
            return sheet, found
    return next((s for s in sheets if s.rows), sheets[0] if sheets else None), None


def _header_of(sheet: Sheet, columns: Sequence[Column]) -> Found | None:
    try:
        return find_header(sheet.rows, columns)
    except HeaderNotFound:
        return None


def _placed(
    book: Book, sheet: Sheet, columns: list[Column], found: Found | None
) -> tuple[Table, bool]:
    """By what was confirmed for this file, by what is remembered, by the words of the header."""
    said = book.layout
    if "places" in said:
        return Table(sheet, columns, said["header"], said["height"], said["places"], {}), True
    is_found = found is not None
    if found:
        header, places = found
        height = _height(sheet, header, places, columns)
    else:
        header, height = likely_header(sheet)
        places = {}
    table = Table(sheet, columns, header, height, places, {})
    kept = book.remembered.get(table.signature)
    if kept:
        table.places, is_found = dict(kept["places"]), True
    elif not is_found:
        table.places = guessed_places(sheet, header, height, columns)
    return table, is_found


def _height(sheet: Sheet, header: int, places: dict[str, int], columns: list[Column]) -> int:
    """Whether the header needed the row above it too."""
    alone = match_titles(titles_of(sheet.rows[header : header + 1]), columns)
    return 1 if alone == places or header == 0 else 2


def likely_header(sheet: Sheet) -> tuple[int, int]:
    """The row with the most titles, taken with the row below it when that one fills its gaps."""
    rows = sheet.rows[:HEADER_ROWS]
    counts = [sum(isinstance(cell, str) and len(cell) < 200 for cell in row) for row in rows]
    if not any(counts):
        return 0, 1
    place = max(range(len(rows)), key=lambda index: (counts[index], -index))
    below = rows[place + 1] if place + 1 < len(rows) else []
    fills = [i for i, cell in enumerate(below) if isinstance(cell, str) and _is_gap(rows[place], i)]
    is_double = bool(fills) and not any(isinstance(cell, int | Decimal) for cell in below)
    return (place + 1, 2) if is_double else (place, 1)


def _is_gap(row: Sequence[Any], place: int) -> bool:
    return place >= len(row) or row[place] is None


def guessed_places(
    sheet: Sheet, header: int, height: int, columns: Sequence[Column]
) -> dict[str, int]:
    """What the titles say outright, then what they come close to and the values agree with."""
    titles = titles_of(sheet.rows[header - height + 1 : header + 1])
    found = match_titles(titles, columns)
    body = sheet.rows[header + 1 : header + 1 + LOOKED_AT]
    is_number = [_holds_numbers(body, place) for place in range(len(titles))]
    pairs = sorted(
        (
            (_likeness(readings, column), column.name, place)
            for column in columns
            for place, readings in enumerate(titles)
            if column.name not in found and place not in found.values()
            if column.kind is CODE or column.is_number is is_number[place]
        ),
        reverse=True,
    )
    for likeness, name, place in pairs:
        if likeness >= ALIKE and name not in found and place not in found.values():
            found[name] = place
    _only_amount(columns, found, is_number)
    return found


def _only_amount(
    columns: Sequence[Column], found: dict[str, int], is_number: Sequence[bool]
) -> None:
    """One sum is wanted and one column of figures is left: that one it is, most likely."""
    wanted = [c.name for c in columns if c.kind is MONEY and c.required and c.name not in found]
    left = [p for p, is_it in enumerate(is_number) if is_it and p not in found.values()]
    if len(wanted) == len(left) == 1:
        found[wanted[0]] = left[0]


def _holds_numbers(rows: Sequence[Sequence[Any]], place: int) -> bool:
    """Figures, and not just the numbers of the rows."""
    values = [row[place] for row in rows if place < len(row) and row[place] is not None]
    numbers = [v for v in values if isinstance(v, int | Decimal)]
    is_numbering = numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 2
    return len(numbers) * 2 > len(values) and not is_numbering


def _likeness(readings: Sequence[str], column: Column) -> float:
    words = [bare_title(search_key(word)) for word in (column.label, *column.aliases)]
    return max(
        (_alike(bare_title(reading), word) for reading in readings if reading for word in words),
        default=0.0,
    )


def _alike(title: str, word: str) -> float:
    """ "KH vốn năm 2023" holds all of "KH vốn"; else as many letters as they share."""
    if len(word) > 3 and set(word.split()) <= set(title.split()):
        return 0.9
    return difflib.SequenceMatcher(None, title, word).ratio()


def _set_units(book: Book, table: Table) -> None:
    said = book.layout.get("units", {})
    kept = book.remembered.get(table.signature, {}).get("units", {})
    first = table.header - table.height + 1
    above = unit_above(table.sheet.rows[:first])
    titles = table.titles()
    for number, column in enumerate(table.columns):
        place = table.places.get(column.name)
        if column.kind is not MONEY or place is None:
            continue
        title = unit_in(titles[place], is_title=True) if place < len(titles) else None
        unit, how = next(
            (unit, how)
            for unit, how in (
                (said.get(column.name) or said.get(ALL), CONFIRMED),
                (title, TITLE),
                (above, ABOVE),
                (kept.get(column.name), REMEMBERED),
                (1, UNKNOWN),
            )
            if unit
        )
        table.columns[number] = replace(column, unit=unit)
        table.known_by[column.name] = how


def _written(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """What stands in the header above each column, from top to bottom; a merged title counts."""
    width = max((len(row) for row in rows), default=0)
    out: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(rows):
        over = ""
        for place in range(width):
            cell = row[place] if place < len(row) else None
            text = " ".join(str(cell).split()) if cell is not None else ""
            is_last = depth == len(rows) - 1
            over = text or ("" if is_last else over)
            if over and (text or _has_below(rows, depth, place)):
                out[place].append(over)
    return out


def _has_below(rows: Sequence[Sequence[Any]], depth: int, place: int) -> bool:
    return any(place < len(row) and row[place] is not None for row in rows[depth + 1 :])


def _as_text(value: Any) -> str:
    text = f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _ask_columns(missing: Sequence[str]) -> str:
    names = ", ".join(f"“{label}”" for label in missing)
    named = f": {names}" if names else ""
    return (
        f"Chưa nhận ra đủ các cột của bảng{named}. Hãy ghép cột một lần, cổng sẽ nhớ cho lần sau."
    )


def _ask_units(labels: Sequence[str]) -> str:
    names = ", ".join(f"“{label}”" for label in labels)
    return (
        f"Tệp không ghi đơn vị tính của {names}. Hãy chọn đơn vị tính trước khi kiểm tra số liệu."
    )
