"""Rows behind a sum of money: which entries or payments a figure was added up from."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.provenance import LazyRows, RowLine, RowSet, Source
from organizations.models import Unit
from programs.models import Component

from .figures import CARRIED, OF_YEAR, Books, Denominator, Figure, open_books
from .models import Funding, Nature
from .models import Source as MoneySource

DONG = "đồng"
# Field of an address -> what it narrows.
NAMES = {
    "ct": "program",
    "tp": "component",
    "tinh_chat": "nature",
    "nguon": "source",
    "goc": "origin_year",
    "von": "funding",
    "da": "project",
}


class Part(models.TextChoices):
    PLANNED = "planned", "Kế hoạch giao trong năm"
    CARRIED = "carried", "Vốn các năm trước kéo dài"
    TO_SPEND = "to_spend", "Tổng vốn được chi"
    PAID = "paid", "Đã giải ngân"
    PAID_OF_YEAR = "paid_of_year", "Đã giải ngân từ vốn giao trong năm"
    ASSIGNED = "assigned", "Vốn được cấp trên giao"


@dataclass(frozen=True)
class Where:
    """Which money: place, year, day, and what it is narrowed to; all of it fits an address."""

    unit: Unit
    year: int
    day: date
    known_at: datetime | None = None
    program: str = ""
    nature: str = ""
    source: str = ""
    is_own: bool = False
    component: str = ""
    origin_year: int | None = None
    funding: str = ""
    project: int | None = None

    def open(self, user) -> Books:
        """The money in question wherever it lies."""
        books = open_books(self.year, self.day, self.known_at, user)
        if self.program:
            books = books.of_program(self.program)
        if self.component:
            books = of_component(books, self.component)
        vintage = {
            "nature": self.nature,
            "source": self.source,
            "origin_year": self.origin_year,
            "funding": self.funding,
        }
        narrow = {name: value for name, value in vintage.items() if value}
        return books.of_money(**narrow) if narrow else books

    def books(self, user) -> Books:
        books = self.open(user)
        if self.project:
            # Wherever its unit stands in the tree of the day: it may have ended since.
            return books.where(project=self.project, project__unit=self.unit)
        books = books.of_unit(self.unit)
        return books.where(project__unit=self.unit) if self.is_own else books

    @property
    def query(self) -> dict[str, object]:
        """What this is narrowed to, as the fields of an address."""
        out = {field: getattr(self, name) for field, name in NAMES.items() if getattr(self, name)}
        if self.known_at:
            out["biet"] = self.known_at.isoformat()
        return out | ({"rieng": "1"} if self.is_own else {})

    def url(self, part: str) -> str:
        query = {"so": part, "nam": self.year, "den": self.day.isoformat(), **self.query}
        return f"{reverse('disbursement:rows', args=[self.unit.pk])}?{urlencode(query)}"

    def figure_source(self, part: str, figure: Figure, label: str = "") -> Source:
        """A figure of this place as a page shows it, with the way to its rows."""
        value = getattr(figure, part)
        over = Denominator.WITH_CARRY.label if part in (Part.PAID, Part.TO_SPEND) else ""
        name = f"{label or self.unit.label}: {Part(part).label.lower()}"
        return Source(name, value, DONG, self.url(part), self.day, over)


def of_component(books: Books, code: str) -> Books:
    """The component and all below it; the three trees are three levels deep at most."""
    inside = Component.objects.filter(
        Q(code=code) | Q(parent__code=code) | Q(parent__parent__code=code)
    ).values("pk")
    narrowed = books.where(project__component__in=inside)
    return replace(narrowed, chain=books.chain.filter(component__in=inside))


def money_sources(where: Where, figure: Figure, parts=(Part.TO_SPEND, Part.PAID), label=""):
    """Only what is known: a missing figure has no rows."""
    return [
        where.figure_source(part, figure, label)
        for part in parts
        if getattr(figure, part) is not None
    ]


def money_rows(where: Where, part: str, user) -> RowSet:
    books = where.books(user)
    title = f"{Part(part).label} năm {where.year}: {where.unit.name}"
    narrow = filter(None, [where.program, where.nature and Nature(where.nature).label])
    title = ", ".join([title, *narrow])
    is_payment = part in (Part.PAID, Part.PAID_OF_YEAR)
    rows = payments_of(books, part) if is_payment else entries_of(books, part)
    lines = LazyRows(rows, payment_line if is_payment else entry_line)
    return RowSet(title, DONG, lines, where.day, stated=rows.total() or 0)


def entries_of(books: Books, part: str):
    wanted = {Part.PLANNED: OF_YEAR, Part.CARRIED: CARRIED}.get(part, models.Q())
    found = books.chain if part == Part.ASSIGNED else books.entries
    rows = found.filter(wanted).select_related("project__unit", "unit", "decision")
    return rows.order_by("-effective_on", "-pk")


def entry_line(row) -> RowLine:
    basis = f"theo {row.decision}" if row.decision else ""
    return line_of(row, basis, row.effective_on)


def payments_of(books: Books, part: str):
    wanted = OF_YEAR if part == Part.PAID_OF_YEAR else models.Q()
    rows = books.payments.filter(wanted).select_related("project", "project__unit")
    return rows.order_by("-paid_on", "-pk")


def payment_line(row) -> RowLine:
    return line_of(row, f"chứng từ {row.voucher}" if row.voucher else "", row.paid_on)


def line_of(row, basis: str, day: date) -> RowLine:
    if row.project_id is None:
        return RowLine(row.unit.name, row.amount, "", noted(row, "", basis), day)
    url = reverse("disbursement:project", args=[row.project_id])
    place = f"{row.project.code} · {row.project.unit.label}"
    return RowLine(row.project.name, row.amount, url, noted(row, place, basis), day)


def noted(row, place: str, basis: str) -> str:
    batch = f"đợt nhập {row.batch_id}" if row.batch_id else ""
    return " · ".join(filter(None, [place, row.get_kind_display(), basis, batch]))


class RowsForm(forms.Form):
    """What an address of rows may say; anything else is refused."""

    so = forms.ChoiceField(choices=Part.choices)
    nam = forms.IntegerField(min_value=2000, max_value=2100)
    den = forms.DateField(input_formats=["%Y-%m-%d"])
    biet = forms.CharField(required=False, max_length=40)
    ct = forms.CharField(required=False, max_length=32)
    tp = forms.CharField(required=False, max_length=32)
    tinh_chat = forms.ChoiceField(required=False, choices=[("", ""), *Nature.choices])
    nguon = forms.ChoiceField(required=False, choices=[("", ""), *MoneySource.choices])
    goc = forms.IntegerField(required=False, min_value=2000, max_value=2100)
    von = forms.ChoiceField(required=False, choices=[("", ""), *Funding.choices])
    da = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    rieng = forms.BooleanField(required=False)

    def clean_biet(self):
        text = self.cleaned_data["biet"]
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            moment = None
        if text and (moment is None or moment.tzinfo is None):
            raise forms.ValidationError("Thời điểm chưa đúng.")
        return moment

    def where(self, unit: Unit) -> Where:
        data = self.cleaned_data
        narrow = {name: data[field] for field, name in NAMES.items()}
        where = Where(unit, data["nam"], data["den"], data["biet"], is_own=data["rieng"])
        return replace(where, **narrow)
