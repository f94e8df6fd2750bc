"""Reads one guarded file and writes JSON lines to its own pipe; run as `python -I sheet_child.py`.

Stands alone: no import from the project, so a crash, a leak or a kill here costs the site nothing.
The result has its own pipe because openpyxl prints to stdout on some bad dates.
"""

import json
import os
import re
import resource
import sys
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import docx
import openpyxl
from openpyxl.worksheet import _reader

MEMORY_BYTES = 768 * 1024 * 1024
LARGEST_EXPONENT = 30
PLAIN_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
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


def exact_number(text: str) -> int | float | str:
    """Whole numbers stay whole; what is not a finite number stays text, for the checks to name."""
    if not PLAIN_NUMBER.fullmatch(text.strip()):
        return text
    number = Decimal(text.strip())
    if number and abs(number.adjusted()) > LARGEST_EXPONENT:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def use_exact_numbers(reader: Any) -> None:
    """openpyxl gives up on the whole file for one NaN; here that cell alone stays text."""
    from_excel = reader.from_excel

    def date_or_error(value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            raise ValueError(value)
        return from_excel(value, *args, **kwargs)

    reader._cast_number = exact_number
    reader.from_excel = date_or_error


def plain(value: Any) -> Any:
    """One cell as JSON: text, a whole number, {"d": decimal}, {"t": ISO date} or null."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return {"d": repr(value)}
    if isinstance(value, datetime):
        return {"t": value.date().isoformat()}
    if isinstance(value, date):
        return {"t": value.isoformat()}
    return str(value).replace("_x000D_", "").replace("\r\n", "\n")


def trimmed(cells: Iterable[Any]) -> list[Any]:
    values = [plain(cell) for cell in cells]
    while values and values[-1] is None:
        values.pop()
    return values


def workbook_lines(path: str, limits: dict[str, int]) -> Iterator[dict[str, Any]]:
    use_exact_numbers(_reader)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets[: limits["sheets"]]:
        yield {"sheet": sheet.title, "hidden": sheet.sheet_state != "visible"}
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=limits["rows"], max_col=limits["columns"], values_only=True)
        yield from numbered(rows)


def document_lines(path: str, limits: dict[str, int]) -> Iterator[dict[str, Any]]:
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


READERS = {"xlsx": workbook_lines, "docx": document_lines}


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
        except Exception:
            # Any fault of a parser means the same to the sender: this file cannot be read.
            out.write(json.dumps({"error": "damaged", "sheet": where}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
