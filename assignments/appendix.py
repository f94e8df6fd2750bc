"""Reads the appendix of a plan: a table of tasks under headings of any depth.

Columns are found by their titles, in any order and again at each page break. A task is known by
(section path, number): numbers may restart under each heading or run on.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.column_rows import SUM_ROW, Issue
from core.legacy_encodings import FONT_NAMES, unicode_of
from core.sheet_watch import column_letters
from core.sheets import Book, Sheet, Value
from core.text import nfc, search_key

from .labels import BULLETS, Outline, split_label

COLUMNS = {
    "number": re.compile(r"(s?tt|so tt|so thu tu|muc)"),
    "lead": re.compile(r".*\b(chu tri|chu quan)\b.*|(co quan|don vi) (thuc hien|dau moi)"),
    "coordinating": re.compile(r".*\bphoi hop\b.*"),
    "deadline": re.compile(r"(thoi (han|gian|diem)|han|tien do|ngay hoan thanh)\b.*"),
    "title": re.compile(r".*\b(noi dung|nhiem vu|cong viec)\b.*"),
}
REQUIRED = ("title", "lead")
TASK_MARKS = ("lead", "coordinating", "deadline")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Line:
    """One row of the table with its values by meaning."""

    sheet: str
    row: int
    label: str
    title: str
    values: dict[str, str]
    cells: dict[str, str]

    @property
    def has_marks(self) -> bool:
        return any(self.values.get(name) for name in TASK_MARKS)


@dataclass(frozen=True)
class TaskRow:
    section: list[str]
    headings: list[str]
    number: str
    title: str
    lead_text: str
    coordinating_text: str
    deadline_text: str
    sheet: str
    cells: dict[str, str]


@dataclass
class Appendix:
    tasks: list[TaskRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def read_appendix(book: Book) -> Appendix:
    """Every task of every visible sheet; what cannot be placed is an issue with its cell."""
    result = Appendix()
    lines = list(table_lines(book.visible()))
    if not lines:
        result.issues.append(Issue("error", "", "", NO_TABLE))
    outline, last_digit = Outline(), ""
    for place, line in enumerate(lines):
        following = next((later.label for later in lines[place + 1 :] if later.label), "")
        if not line.label:
            _take_unnumbered(line, result)
        elif is_heading(line, following):
            outline.enter(line.label, line.title)
            last_digit = ""
        else:
            number = line.label if line.label[0].isdigit() else f"{last_digit} {line.label}".strip()
            last_digit = line.label if line.label[0].isdigit() else last_digit
            result.tasks.append(_task(line, number, outline))
    result.issues += list(_repeated(result.tasks)) + list(_old_fonts(book.visible()))
    return result


def _old_fonts(sheets: Iterable[Sheet]) -> Iterator[Issue]:
    """Text of an old font is read as Unicode, and every sheet that has some says so once."""
    for sheet in sheets:
        texts = (value for row in sheet.rows for value in row if isinstance(value, str))
        font, text = next(filter(any, map(unicode_of, texts)), ("", ""))
        if font:
            yield Issue(
                "warning",
                sheet.name,
                "",
                f"Nội dung gõ bằng phông chữ cũ {FONT_NAMES[font]} đã được đổi sang Unicode, "
                f"ví dụ “{text[:60]}”. Hãy xem lại trước khi áp dụng.",
            )


NO_TABLE = (
    "Không tìm thấy bảng phân công. Bảng cần một dòng tiêu đề có cột “Nội dung, nhiệm vụ” "
    "và cột “Cơ quan chủ trì”."
)


def table_lines(sheets: Iterable[Sheet]) -> Iterator[Line]:
    """Rows under a header; a table cut by a page break goes on with the columns before it."""
    columns: dict[str, int] = {}
    for sheet in sheets:
        skip = 0
        if columns and not _goes_on(sheet, columns):
            columns = {}
        for index, row in enumerate(sheet.rows):
            found, height = find_columns(sheet.rows[index : index + 2])
            if found:
                columns, skip = found, index + height
            if columns and index >= skip and any(value is not None for value in row):
                yield _line(sheet, index, row, columns)


def _goes_on(sheet, columns):
    """Without a header of its own, the first row must carry a label where labels were."""
    if any(find_columns(sheet.rows[index : index + 2])[0] for index in range(len(sheet.rows))):
        return True
    first = next((row for row in sheet.rows if row), [])
    place = columns.get("number", 0)
    return len(first) > place and bool(split_label(text_of(first[place]))[0])


def find_columns(rows: Sequence[Sequence[Value]]) -> tuple[dict[str, int], int]:
    """Meaning → place and the header's height (one or two rows); nothing when it is no header."""
    if not rows:
        return {}, 0
    first = [_header_key(value) for value in rows[0]]
    found = _meanings(first)
    if all(name in found for name in REQUIRED):
        return found, 1
    if len(rows) > 1 and found:
        second = [_header_key(value) for value in rows[1]]
        width = max(len(first), len(second))
        first += [""] * (width - len(first))
        second += [""] * (width - len(second))
        both = _meanings([below or above for above, below in zip(first, second, strict=True)])
        if all(name in both for name in REQUIRED) and len(both) > len(found):
            return both, 2
    return {}, 0


def _header_key(value):
    return search_key(re.sub(r"[/,;:.()\s]+", " ", text_of(value)))


def _meanings(titles):
    """Titles are short: a sentence that happens to say "chủ trì" is no header."""
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        name = next((n for n, p in COLUMNS.items() if len(title) < 60 and p.fullmatch(title)), None)
        if name:
            found.setdefault(name, place)
    return found


def text_of(value: Value) -> str:
    """A cell as a document prints it, without markup and doubled spaces."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = " ".join(nfc(TAG.sub("", str(value))).split())
    return unicode_of(text)[1] or text


def _line(sheet, index, row, columns):
    def at(place):
        return text_of(row[place]) if place < len(row) else ""

    values = {name: at(place) for name, place in columns.items()}
    cells = {name: f"{column_letters(place + 1)}{index + 1}" for name, place in columns.items()}
    label, words = split_label(values.get("number", ""))
    title = values["title"] or words
    if not label and not values.get("number") and "number" not in columns:
        label, title = split_label(title)
    if not label and words and not values["title"] and words not in BULLETS:
        title = words
    return Line(sheet.name, index + 1, label, title, values, cells)


def is_heading(line: Line, following: str) -> bool:
    """No agency and no date: a heading, unless it is a plain number with nothing inside it."""
    if line.has_marks or not line.title:
        return False
    if not line.label[0].isdigit():
        return True
    inner = following.startswith(f"{line.label}.") or (
        bool(following) and following.rstrip(")").isalpha() and following[0].islower()
    )
    return inner or following == "1"


def _take_unnumbered(line, result):
    """A total or a signature is passed over; a row with an agency needs a number."""
    if line.has_marks:
        result.issues.append(
            Issue(
                "error",
                line.sheet,
                line.cells.get("number", line.cells["title"]),
                "Dòng có cơ quan hoặc thời hạn nhưng không có số thứ tự. Hãy ghi số thứ tự.",
            )
        )
    elif line.title and result.tasks and not SUM_ROW.fullmatch(search_key(line.title)):
        result.issues.append(
            Issue(
                "warning",
                line.sheet,
                line.cells["title"],
                f"Dòng không có số thứ tự nên không được đọc thành nhiệm vụ: “{line.title[:80]}”.",
            )
        )


def _task(line, number, outline):
    return TaskRow(
        section=outline.section,
        headings=outline.titles,
        number=number,
        title=line.title,
        lead_text=line.values.get("lead", ""),
        coordinating_text=line.values.get("coordinating", ""),
        deadline_text=line.values.get("deadline", ""),
        sheet=line.sheet,
        cells=line.cells,
    )


def _repeated(tasks) -> Iterator[Issue]:
    seen: dict[tuple, TaskRow] = {}
    for task in tasks:
        key = (*task.section, task.number)
        if key in seen:
            path = " › ".join(task.section) or "ngoài mục"
            yield Issue(
                "error",
                task.sheet,
                task.cells.get("number", task.cells["title"]),
                f"Số {task.number} của mục {path} đã có ở ô "
                f"{seen[key].cells.get('number', '')}. Mỗi số chỉ dùng một lần trong một mục.",
            )
        seen[key] = task
