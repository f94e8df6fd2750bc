"""The list of works and activities: filtered, searched without diacritics, read page by page by
key, so that the last page of two hundred thousand costs what the first costs."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from core.annotated import safe_text
from core.later import Later
from core.text import printable
from organizations.models import Unit, UnitScope
from programs.models import Program

from .calendar import plan_year_of
from .figures import Denominator, Figure, grouped, open_books
from .forms import year_choices
from .models import LedgerEntry, Project, ProjectKind

xlsxwriter = Later("xlsxwriter")
PAGE = 50
MOST_COUNTED = 10_000
CHUNK = 2000


class RegisterFilter(forms.Form):
    """Every choice stands in the address; what it misspells counts as not chosen."""

    q = forms.CharField(label="Mã hoặc tên", required=False, max_length=100)
    ct = forms.ChoiceField(label="Chương trình", required=False)
    dv = forms.ChoiceField(label="Địa bàn, đơn vị", required=False)
    nam = forms.TypedChoiceField(label="Có vốn năm", coerce=int, required=False)
    loai = forms.ChoiceField(
        label="Loại", required=False, choices=[("", "Mọi loại"), *ProjectKind.choices]
    )

    def __init__(self, data: Any, *, user: Any, today: date):
        super().__init__({"nam": plan_year_of(today)} | data)
        self.today = today
        programs = Program.objects.order_by("order").values_list("code", "short_name")
        self.fields["ct"].choices = [("", "Mọi chương trình"), *programs]
        units = Unit.objects.for_user(user).order_by("sort_key").values_list("code", "name")
        self.fields["dv"].choices = [("", "Mọi địa bàn"), *units]
        self.fields["nam"].choices = year_choices(today)
        self.is_valid()

    @property
    def year(self) -> int:
        return self.cleaned_data.get("nam") or plan_year_of(self.today)

    def narrow(self, projects: Any) -> QuerySet[Project]:
        said = self.cleaned_data
        money = LedgerEntry.objects.for_year(self.year).filter(project=OuterRef("pk"))
        projects = projects.filter(Exists(money))
        if said.get("q"):
            projects = projects.matching(said["q"])
        if said.get("ct"):
            projects = projects.filter(component__program__code=said["ct"])
        if said.get("loai"):
            projects = projects.filter(kind=said["loai"])
        if said.get("dv"):
            unit = Unit.objects.get(code=said["dv"])
            day = min(self.today, date(self.year, 12, 31))
            projects = projects.filter(unit__in=UnitScope.objects.tree(unit, day))
        return projects


@dataclass(frozen=True)
class RegisterLine:
    """One project with its year: sums in đồng, the rate over the plan with what was carried in."""

    project: Project
    figure: Figure
    rate: Decimal | None

    @property
    def is_zero(self) -> bool:
        return bool(self.figure.to_spend) and self.figure.paid == 0


@dataclass(frozen=True)
class RegisterPage:
    lines: list[RegisterLine]
    # Counted once, on the first page, and not beyond what anybody pages through.
    count: int | None
    after: str
    before: str

    @property
    def is_more(self) -> bool:
        return self.count is not None and self.count > MOST_COUNTED

    @property
    def counted(self) -> int | None:
        return MOST_COUNTED if self.is_more else self.count


def register_page(projects: Any, year: int, day: date, user: Any, query: Any) -> RegisterPage:
    """`query["sau"]` is the code the page begins after, `query["truoc"]` the one it ends before."""
    after, before = printable(query.get("sau", "")), printable(query.get("truoc", ""))
    if before:
        rows = list(loaded(projects.filter(code__lt=before).order_by("-code"))[: PAGE + 1])
        has_before, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        has_after = True
    else:
        rows = list(loaded(projects.filter(code__gt=after).order_by("code"))[: PAGE + 1])
        has_before, has_after, rows = bool(after), len(rows) > PAGE, rows[:PAGE]
    return RegisterPage(
        with_money(rows, year, day, user),
        None if after or before else projects.order_by()[: MOST_COUNTED + 1].count(),
        rows[-1].code if rows and has_after else "",
        rows[0].code if rows and has_before else "",
    )


def loaded(projects: Any) -> Any:
    return projects.select_related("unit", "owner", "component__program")


def with_money(projects: list[Project], year: int, day: date, user: Any) -> list[RegisterLine]:
    """Two queries for any number of projects."""
    books = open_books(year, day, user=user).where(project__in=[row.pk for row in projects])
    figures = grouped(books, "project")
    lines = [(project, figures.get(project.pk, Figure())) for project in projects]
    return [RegisterLine(project, figure, figure.rate()) for project, figure in lines]


COLUMNS = (
    ("Mã dự án", 14),
    ("Tên công trình, hoạt động", 52),
    ("Loại", 18),
    ("Địa bàn, đơn vị", 28),
    ("Chủ đầu tư", 28),
    ("Chương trình", 22),
    ("Thành phần", 12),
    ("Tổng mức đầu tư", 18),
    ("Kế hoạch năm", 18),
    ("Vốn kéo dài", 18),
    ("Tổng vốn được chi", 18),
    ("Đã giải ngân", 18),
    ("Còn lại", 18),
    ("Tỷ lệ (%)", 10),
)
FIRST_AMOUNT, RATE = 7, 13
KINDS = dict(ProjectKind.choices)


def register_workbook(projects: Any, year: int, day: date, user: Any) -> bytes:
    """Every project of the list in whole đồng; memory stays flat however many there are."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Công trình, hoạt động")
        edge = {"border": 1, "valign": "top"}
        head = book.add_format(edge | {"bold": True, "bg_color": "#eaeff3", "text_wrap": True})
        text, amount = book.add_format(edge), book.add_format(edge | {"num_format": "#,##0"})
        share = book.add_format(edge | {"num_format": "0.00"})
        for place, (_, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, f"Công trình, hoạt động có vốn năm {year}")
        over = Denominator.WITH_CARRY.label
        sheet.write_string(1, 0, f"Đến ngày {day:%d/%m/%Y}; đơn vị tính: đồng; tỷ lệ trên {over}")
        for place, (label, _) in enumerate(COLUMNS):
            sheet.write_string(2, place, label, head)
        formats = [text] * FIRST_AMOUNT + [amount] * (RATE - FIRST_AMOUNT) + [share]
        for row, values in enumerate(register_rows(projects, year, day, user), start=3):
            write_row(sheet, row, values, formats)
        sheet.freeze_panes(3, 2)
    return out.getvalue()


def write_row(sheet: Any, row: int, values: tuple, formats: list) -> None:
    for place, (value, look) in enumerate(zip(values, formats, strict=True)):
        if value is None or value == "":
            sheet.write_blank(row, place, None, look)
        elif isinstance(value, str):
            sheet.write_string(row, place, value, look)
        else:
            sheet.write_number(row, place, value, look)


EXPORTED = (
    *("pk", "code", "name", "kind", "unit__name", "owner__name"),
    *("component__program__short_name", "component__code", "total_investment"),
)


def register_rows(projects: Any, year: int, day: date, user: Any) -> Iterator[tuple]:
    """A part of the projects at a time, so that only its figures are held."""
    books = open_books(year, day, user=user)
    rows = projects.order_by("code").values_list(*EXPORTED).iterator(CHUNK)
    while part := list(islice(rows, CHUNK)):
        figures = grouped(books.where(project__in=[pk for pk, *_ in part]), "project")
        for row in part:
            yield exported(row, figures.get(row[0], Figure()))


def exported(row: tuple, figure: Figure) -> tuple:
    _, code, name, kind, unit, owner, program, component, investment = row
    words = (code, name, KINDS[kind], unit, owner or "", program, component)
    sums = (figure.planned, figure.carried, figure.to_spend, figure.paid, figure.remaining)
    return (*map(safe_text, words), investment, *sums, figure.rate())


def address(query: Any, **changes: str) -> str:
    """The list with the same filters, elsewhere in it."""
    kept = query.copy()
    for name in ("sau", "truoc"):
        kept.pop(name, None)
    for name, value in changes.items():
        kept[name] = value
    base = reverse("disbursement:register")
    return f"{base}?{kept.urlencode()}" if kept else base
