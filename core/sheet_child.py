"""Reads one guarded file and writes JSON lines to its own pipe; run as `python -I sheet_child.py`.

Stands alone: no import from the project, so a crash, a leak or a kill here costs the site nothing.
The result has its own pipe: what a library prints by itself must not end up in it.
"""

import itertools
import json
import math
import os
import resource
import sys
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import python_calamine

MEMORY_BYTES = 768 * 1024 * 1024
LARGEST_WHOLE = 2**53
LARGEST = 1e30
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def limit_self(cpu_seconds: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def number(value: float) -> Any:
    """Whole numbers stay whole; what is not a finite number stays text, for the checks to name.

    Beyond 53 bits a workbook keeps no exact whole number: it stays a decimal, so that nobody
    takes it for a code.
    """
    if value.is_integer() and -LARGEST_WHOLE < value < LARGEST_WHOLE:
        return int(value)
    if not math.isfinite(value) or abs(value) >= LARGEST:
        return "NaN" if math.isnan(value) else str(value)
    return {"d": repr(value)}


def text(value: str) -> str | None:
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "")
    return value or None


# One cell as JSON: text, a whole number, {"d": decimal}, {"t": ISO date} or null.
PLAIN: dict[type, Any] = {
    str: text,
    float: number,
    int: lambda value: number(float(value)),
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: lambda value: {"t": value.date().isoformat()},
    date: lambda value: {"t": value.isoformat()},
    type(None): lambda value: None,
}


def plain(value: Any) -> Any:
    return PLAIN.get(value.__class__, str)(value)


def trimmed(cells: Iterable[Any]) -> list[Any]:
    values = [plain(cell) for cell in cells]
    while values and values[-1] is None:
        values.pop()
    return values


def workbook_lines(path: str, limits: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Both formats of Excel; which one it is, the content says."""
    with open(path, "rb") as file:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
    for place, about in enumerate(book.sheets_metadata[: limits["sheets"]]):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        is_hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
        yield {"sheet": about.name, "hidden": is_hidden}
        rows = book.get_sheet_by_index(place).iter_rows()
        most = limits["columns"]
        yield from numbered(row[:most] for row in itertools.islice(rows, limits["rows"]))


def document_lines(path: str, limits: dict[str, int]) -> Iterator[dict[str, Any]]:
    import docx  # Word alone needs it, and it takes longer to load than a table to read

    document = docx.Document(path)
    tables = document.element.body.iter(W + "tbl")
    for number, table in enumerate(tables, start=1):
        yield {"sheet": f"Bảng {number}", "hidden": False}
        rows = (row_texts(row, limits["columns"]) for row in table.iterchildren(W + "tr"))
        yield from numbered(rows)


def numbered(rows: Iterable[Iterable[Any]]) -> Iterator[dict[str, Any]]:
    for number, cells in enumerate(rows, start=1):
        values = trimmed(cells)
        if values:
            yield {"r": number, "v": values}


def row_texts(row: Any, most_columns: int) -> list[str | None]:
    """A merged cell gives its text once, at its first place; the places it covers stay empty."""
    texts: list[str | None] = [None] * min(number_in(row, "trPr/gridBefore", 0), most_columns)
    for cell in row.iter(W + "tc"):
        if next(cell.iterancestors(W + "tr")) is not row:
            continue
        span = number_in(cell, "tcPr/gridSpan", 1)
        texts.append(None if is_continued(cell) else cell_text(cell))
        texts += [None] * min(span - 1, most_columns)
        if len(texts) >= most_columns:
            break
    return texts[:most_columns]


def number_in(element: Any, path: str, default: int) -> int:
    found = element.find("/".join(W + step for step in path.split("/")))
    text = found.get(W + "val", "") if found is not None else ""
    return int(text) if text.isascii() and text.isdigit() else default


def is_continued(cell: Any) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(W + "val", "continue") == "continue"


def cell_text(cell: Any) -> str:
    own = (p for p in cell.iter(W + "p") if next(p.iterancestors(W + "tc")) is cell)
    return "\n".join(paragraph_text(p) for p in own).strip()


BREAKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}


def paragraph_text(paragraph: Any) -> str:
    """The text as it stands: tracked insertions are in, deletions and moved-away text are out."""
    words = []
    for element in paragraph.iter(W + "t", *BREAKS):
        if next(element.iterancestors(W + "moveFrom", W + "tabs"), None) is not None:
            continue
        words.append(BREAKS.get(element.tag) or element.text or "")
    return "".join(words)


READERS = {"xlsx": workbook_lines, "xls": workbook_lines, "docx": document_lines}


def main(kind: str, path: str, descriptor: str, limits_json: str) -> None:
    limits = json.loads(limits_json)
    limit_self(limits["cpu_seconds"])
    warnings.simplefilter("ignore")
    with os.fdopen(int(descriptor), "w", encoding="utf-8", errors="replace") as out:
        where = ""
        try:
            for line in READERS[kind](path, limits):
                where = line.get("sheet", where)
                out.write(json.dumps(line) + "\n")
            out.write('{"end": true}\n')
        except MemoryError:
            out.write(json.dumps({"error": "memory", "sheet": where}) + "\n")
        except BaseException:
            # Any fault of a parser, a panic of compiled code too, means the same to the sender:
            # this file cannot be read.
            out.write(json.dumps({"error": "damaged", "sheet": where}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
