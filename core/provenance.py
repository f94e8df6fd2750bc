"""Where a figure comes from: what it counts, of which day, over what, and the rows it adds up.

A page that shows a figure gives it as a Source; the Source's address shows a RowSet, whose lines
add up to the figure exactly. A rate has no rows of its own: it names its part and its whole.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from .annotated import safe_text
from .later import Later
from .money import format_amount, format_decimal

xlsxwriter = Later("xlsxwriter")
PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = int | Decimal | None


@dataclass(frozen=True)
class Source:
    """One figure as a page shows it. `unit` is "đồng" for money, else what is counted."""

    label: str
    value: Value
    unit: str
    url: str = ""
    as_of: date | None = None
    denominator: str = ""
    decimals: int = 0
    group: str = ""

    @property
    def shown(self) -> str:
        return value_shown(self.value, self.decimals)

    @property
    def exact(self) -> str:
        """For the page's data: the figure without rounding or separators."""
        return "" if self.value is None else format(self.value, "f")


@dataclass(frozen=True)
class SourceGroup:
    """Sources that stand under one heading; what all of them share is said once, in the heading."""

    title: str
    sources: Sequence[Source]

    @property
    def unit(self) -> str:
        return self._shared("unit")

    @property
    def as_of(self) -> date | None:
        return self._shared("as_of")

    @property
    def denominator(self) -> str:
        return self._shared("denominator")

    def _shared(self, name: str) -> Any:
        found = {getattr(source, name) for source in self.sources}
        return found.pop() if len(found) == 1 else None


def under(group: str, sources: Iterable[Source]) -> list[Source]:
    """The same sources under a heading of the page that lists them."""
    return [replace(source, group=group) for source in sources]


def in_groups(sources: Iterable[Source]) -> list[SourceGroup]:
    """By heading, in the order in which the headings first come."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(source.group, []).append(source)
    return [SourceGroup(title, found) for title, found in groups.items()]


@dataclass(frozen=True)
class RowLine:
    """One row behind a figure, with the address of the thing it is."""

    name: str
    value: int | Decimal
    url: str = ""
    note: str = ""
    day: date | None = None

    @property
    def exact(self) -> str:
        return format(self.value, "f")


class LazyRows(Sequence[RowLine]):
    """Rows read a page at a time: a province's payments of a year are many."""

    def __init__(self, rows: QuerySet[Any], line: Callable[[Any], RowLine]):
        self.rows, self.line = rows, line

    @cached_property
    def _count(self) -> int:
        return self.rows.count()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        found = self.rows[place]
        return [self.line(row) for row in found] if isinstance(place, slice) else self.line(found)

    def __iter__(self) -> Iterator[RowLine]:
        return map(self.line, self.rows.iterator(chunk_size=2_000))


@dataclass(frozen=True)
class RowSet:
    """All rows behind one figure; their sum is the figure.

    `stated` is the sum as the database adds it, for rows that are read a page at a time.
    """

    title: str
    unit: str
    rows: Sequence[RowLine] = field(default_factory=list)
    as_of: date | None = None
    denominator: str = ""
    decimals: int = 0
    note: str = ""
    stated: int | None = None

    @property
    def terms(self) -> str:
        """What a sheet of paper must say for itself: unit, day, denominator."""
        day = f"số liệu đến ngày {self.as_of:%d/%m/%Y}" if self.as_of else ""
        over = f"mẫu số: {self.denominator}" if self.denominator else ""
        return "; ".join(filter(None, [f"Đơn vị tính: {self.unit}", day, over, self.note]))

    @property
    def total(self) -> int | Decimal:
        return self.stated if self.stated is not None else sum((row.value for row in self.rows), 0)

    @property
    def shown(self) -> str:
        return value_shown(self.total, self.decimals)

    @property
    def exact(self) -> str:
        return format(self.total, "f")


def rows_page(found: RowSet, query: QueryDict) -> dict[str, Any]:
    """What the page of rows needs: one page of them, and the way to all as a workbook."""
    page = Paginator(found.rows, PAGE).get_page(query.get("page"))
    export = query.copy()
    export.pop("page", None)
    export["tep"] = "xlsx"
    return {
        "found": found,
        "page_obj": page,
        "page_rows": [(row, value_shown(row.value, found.decimals)) for row in page.object_list],
        "export_url": f"?{export.urlencode()}",
    }


def rows_reply(request: HttpRequest, found: RowSet) -> HttpResponse:
    """The page of a figure's rows, or the same rows as a workbook."""
    if request.GET.get("tep") != "xlsx":
        return render(request, "provenance/rows.html", rows_page(found, request.GET))
    reply = HttpResponse(rows_workbook(found), content_type=XLSX)
    reply["Content-Disposition"] = 'attachment; filename="nguon-so-lieu.xlsx"'
    return reply


def value_shown(value: Value, decimals: int) -> str:
    if isinstance(value, Decimal):
        return format_decimal(value, decimals)
    return format_amount(value)


def counted(title: str, unit: str, rows: Iterable[RowLine], as_of: date | None = None) -> RowSet:
    """A figure that counts its rows: each is one."""
    return RowSet(title, unit, list(rows), as_of)


def rows_workbook(found: RowSet) -> bytes:
    """The rows as a workbook with the sum last; text stays text whatever it starts with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Nguồn số liệu")
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.####"})
    sheet.write_string(0, 0, safe_text(found.title), bold)
    sheet.write_string(1, 0, safe_text(found.terms))
    heads = ("TT", "Ngày", "Dòng số liệu", "Ghi chú", f"Giá trị ({found.unit})")
    for column, head in enumerate(heads):
        sheet.write_string(2, column, head, bold)
    for line, row in enumerate(found.rows, start=3):
        sheet.write_number(line, 0, line - 2)
        sheet.write_string(line, 1, f"{row.day:%d/%m/%Y}" if row.day else "")
        sheet.write_string(line, 2, safe_text(row.name))
        sheet.write_string(line, 3, safe_text(row.note))
        sheet.write_number(line, 4, row.value, amount)
    last = len(found.rows) + 3
    sheet.write_string(last, 2, "Cộng", bold)
    sheet.write_number(last, 4, found.total, amount)
    for column, width in enumerate((5, 12, 60, 50, 22)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return out.getvalue()
