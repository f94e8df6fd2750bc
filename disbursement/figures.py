"""Plan, payments and rates; every figure can hand out the rows it was added up from.

Conventions
* Money to spend is what stands on projects. Entries without a project are the chain "được giao"
  (what a unit was assigned by the level above): they are compared with what lies below them
  (`chain_breaks`) and may serve as a denominator, but are never added to project rows.
* Carried-in money is that whose origin year lies before the plan year.
* A rate has a named denominator, and its numerator is the part of the payments that came out of
  that denominator: over the plan of the year alone, payments from last year's money do not count.
* What is asked as known now is read from the roll-ups by month (`MoneyCell`) where these can say
  it exactly; what was known earlier, one project, one moment of giving: from the rows.
* Parts are never averaged: each rate is made from its own sums. A missing figure is None; a
  project with a plan and no payment is at 0 only once the year's payments are being recorded.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q, Sum

from core import money
from organizations.models import Unit, UnitScope, Via
from organizations.models.units import valid_on

from .cells import CARRIED, OF_YEAR, cell_lookups, cell_sums, cell_totals, cells_as_of
from .models import (
    VINTAGE,
    LedgerEntry,
    LedgerQuerySet,
    Payment,
    PaymentQuerySet,
    Project,
    TreasuryLine,
)
from .models.cells import MoneyCellQuerySet
from .models.treasury import TreasuryLineQuerySet

# Ways to group; the same path holds for entries and payments.
KEYS = {
    "unit": "project__unit",
    "project": "project",
    "program": "project__component__program",
    "component": "project__component",
    "nature": "nature",
    "source": "source",
}
Key = Any


class Denominator(models.TextChoices):
    WITH_CARRY = "with_carry", "kế hoạch năm, kể cả vốn kéo dài"
    YEAR_PLAN = "year_plan", "kế hoạch năm"
    ASSIGNED = "assigned", "vốn cấp trên giao"
    PROVINCE = "province", "vốn tỉnh giao cho đơn vị"
    PM = "pm", "vốn Thủ tướng Chính phủ giao"


def add(*parts: int | None) -> int | None:
    """Sum of what is known; None when nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class Figure:
    """Sums in đồng; None where there is no row at all."""

    planned: int | None = None
    carried: int | None = None
    paid_of_year: int | None = None
    paid_of_carried: int | None = None
    assigned: int | None = None
    # Rungs of the chain that only some places have; `envelope` reads them when they are asked.
    by_province: int | None = None
    by_pm: int | None = None
    paid_of_pm: int | None = None

    @property
    def to_spend(self) -> int | None:
        return add(self.planned, self.carried)

    @property
    def paid(self) -> int | None:
        return add(self.paid_of_year, self.paid_of_carried)

    @property
    def remaining(self) -> int | None:
        return None if self.to_spend is None else self.to_spend - (self.paid or 0)

    def whole(self, over: str) -> int | None:
        wholes = {
            "year_plan": self.planned,
            "assigned": self.assigned,
            "province": self.by_province,
            "pm": self.by_pm,
        }
        return wholes.get(over, self.to_spend)

    def part(self, over: str) -> int | None:
        parts = {"year_plan": self.paid_of_year, "pm": self.paid_of_pm}
        return parts.get(over, self.paid)

    def rate(self, over: str = Denominator.WITH_CARRY) -> Decimal | None:
        part, whole = self.part(over), self.whole(over)
        return None if part is None or not whole else money.rate(part, whole)

    def __add__(self, other: "Figure") -> "Figure":
        names = self.__dataclass_fields__
        return Figure(*(add(getattr(self, n), getattr(other, n)) for n in names))


@dataclass(frozen=True)
class Books:
    """The rows a figure is made of; narrowing gives the rows of a part."""

    entries: LedgerQuerySet
    payments: PaymentQuerySet
    chain: LedgerQuerySet
    plan_year: int
    as_of: date
    is_reported: bool
    # What the Treasury said of this money.
    lines: TreasuryLineQuerySet
    # The same money rolled up; None where the cells cannot say it exactly.
    cells: MoneyCellQuerySet | None = None

    @property
    def tree_day(self) -> date:
        """Places stand as they stood then: at the latest on the last day of the plan year."""
        return min(self.as_of, date(self.plan_year, 12, 31))

    def where(self, **lookups: Any) -> "Books":
        of_cells = cell_lookups(lookups)
        has_cells = self.cells is not None and of_cells is not None
        return replace(
            self,
            entries=self.entries.filter(**lookups),
            payments=self.payments.filter(**lookups),
            lines=self.lines.filter(**lookups),
            cells=self.cells.filter(**of_cells) if has_cells else None,
        )

    def only(self, by: str, key: Key) -> "Books":
        """The rows behind one group of `grouped(books, by)`."""
        return self.where(**{KEYS[by]: key})

    def of_unit(self, unit: Unit) -> "Books":
        """The unit and all under it in the tree of the day."""
        inside = UnitScope.objects.tree(unit, self.tree_day)
        return replace(self.where(project__unit__in=inside), chain=self.chain.filter(unit=unit))

    def of_program(self, code: str) -> "Books":
        narrowed = self.where(project__component__program__code=code)
        return replace(narrowed, chain=self.chain.filter(component__program__code=code))

    def of_money(self, **vintage: Any) -> "Books":
        """Only one source, nature, origin year or moment."""
        return replace(self.where(**vintage), chain=self.chain.filter(**vintage))

    def payments_only(self, condition: Q) -> "Books":
        """For the curve of what was paid; plans are not narrowed."""
        cells = None if self.cells is None else self.cells.filter(condition)
        return replace(self, payments=self.payments.filter(condition), cells=cells)

    def total(self) -> Figure:
        if self.cells is None:
            return plan_and_paid(self.entries, self.payments, self.is_reported, self.chain)
        planned, paid = cell_totals(self.cells)
        return _figure(planned, paid, self.is_reported, self.chain.total())


def open_books(
    plan_year: int, as_of: date, known_at: datetime | None = None, user: Any = None
) -> Books:
    """The year's rows up to a day, as known at a moment, within what the user may read."""
    entries = LedgerEntry.objects.for_year(plan_year).as_of(as_of, known_at)
    payments = Payment.objects.for_year(plan_year).as_of(as_of, known_at)
    lines = TreasuryLine.objects.standing().matched()
    lines = lines.filter(plan_year=plan_year, as_of__lte=as_of)
    cells = cells_as_of(plan_year, as_of) if known_at is None else None
    is_reported = payments.exists() if cells is None else cells.filter(paid_rows__gt=0).exists()
    if user is not None:
        entries, payments = entries.for_user(user), payments.for_user(user)
        # Through the projects: an extract belongs to the province, its lines to who may read them.
        lines = lines.filter(project__in=Project.objects.for_user(user).order_by().values("pk"))
        cells = None if cells is None else cells.for_user(user)
    return Books(
        entries.filter(project__isnull=False),
        payments,
        entries.on_rungs(),
        plan_year,
        as_of,
        is_reported,
        lines,
        cells,
    )


def plan_and_paid(
    entries: LedgerQuerySet,
    payments: PaymentQuerySet,
    is_reported: bool = True,
    chain: LedgerQuerySet | None = None,
) -> Figure:
    planned, paid = entries.aggregate(**_split()), payments.aggregate(**_split())
    assigned = chain.total() if chain is not None else None
    return _figure(
        (planned["year"], planned["carried"]),
        (paid["year"], paid["carried"]),
        is_reported,
        assigned,
    )


def _figure(planned, paid, is_reported, assigned=None):
    nothing = 0 if is_reported else None
    paid = [
        nothing if part is None and plan is not None else part
        for plan, part in zip(planned, paid, strict=True)
    ]
    return Figure(*planned, *paid, assigned)


def grouped(books: Books, by: str) -> dict[Key, Figure]:
    """{key: figure} by unit, project, program, component, nature or source: two queries."""
    return _by_paths(books, KEYS[by])


def crossed(books: Books, by: str, across: str) -> dict[tuple[Key, Key], Figure]:
    """{(key, key): figure} grouped two ways at once: two queries."""
    return _by_paths(books, KEYS[by], KEYS[across])


def _by_paths(books, *paths):
    names = cell_lookups(dict.fromkeys(paths))
    if books.cells is not None and names is not None:
        return _from_cells(books, list(names))
    planned, paid = _sums(books.entries, *paths), _sums(books.payments, *paths)
    nothing = (None, None)
    return {
        key: _figure(planned.get(key, nothing), paid.get(key, nothing), books.is_reported)
        for key in [*planned, *(key for key in paid if key not in planned)]
    }


def _from_cells(books, names):
    rows = books.cells.order_by().values_list(*names)
    out = {}
    for *key, planned, paid in cell_sums(rows):
        if planned != (None, None) or paid != (None, None):
            figure = _figure(planned, paid, books.is_reported)
            out[key[0] if len(names) == 1 else tuple(key)] = figure
    return out


def _split():
    return {"year": Sum("amount", filter=OF_YEAR), "carried": Sum("amount", filter=CARRIED)}


def _sums(rows, *paths):
    """{key, or tuple of keys: (of the year, carried in)}."""
    sums = rows.order_by().values_list(*paths).annotate(**_split())
    return {row[:-2] if len(paths) > 1 else row[0]: row[-2:] for row in sums}


@dataclass(frozen=True)
class Place:
    """One line of the tree: a unit with all that lies under it."""

    unit: Unit
    figure: Figure
    has_children: bool


def by_place(books: Books, unit: Unit) -> list[Place]:
    """Each unit directly below, then the unit's own projects: four queries at any size."""
    by_unit = grouped(books.of_unit(unit), "unit")
    below = Unit.objects.filter(
        pk__in=unit.child_links.filter(valid_on(books.tree_day)).values("unit")
    )
    children = list(below)
    inside = _descendants(below, books.tree_day)
    places = [
        Place(child, _folded(by_unit, inside[child.pk]), len(inside[child.pk]) > 1)
        for child in children
    ]
    found = [place for place in places if place.figure != Figure()]
    own = by_unit.get(unit.pk)
    return [*found, Place(unit, own, False)] if own else found


def _descendants(units, day):
    inside: dict[int, list[int]] = {}
    scopes = UnitScope.objects.filter(valid_on(day), ancestor__in=units, via=Via.TREE)
    for ancestor, descendant in scopes.values_list("ancestor", "descendant"):
        inside.setdefault(ancestor, []).append(descendant)
    return inside


def _folded(figures, keys: Iterable[int]) -> Figure:
    total = Figure()
    for key in keys:
        total += figures.get(key, Figure())
    return total


def vintages(books: Books) -> dict[tuple, Figure]:
    """{key of VINTAGE: figure} of the rows given."""
    planned, paid = books.entries.total_by(*VINTAGE), books.payments.total_by(*VINTAGE)
    out = {}
    for key in sorted({*planned, *paid}):
        pair, is_carried = (planned.get(key), paid.get(key)), key[2] < books.plan_year
        split = [(None, value) if is_carried else (value, None) for value in pair]
        out[key] = _figure(*split, books.is_reported)
    return out


@dataclass(frozen=True)
class MonthPoint:
    year: int
    month: int
    paid: int | None


def cumulative_by_month(books: Books) -> list[MonthPoint]:
    """Paid up to each month's end, January of the next year included (money is paid until
    31/01); None for months not yet begun."""
    # By day in the database and by month here: taking dates apart is slow on SQLite.
    sums: Counter = Counter()
    if books.cells is None:
        found = books.payments.values_list("paid_on").annotate(Sum("amount"))
    else:
        found = books.cells.filter(paid_rows__gt=0).values_list("month").annotate(Sum("paid"))
    for day, total in found.order_by():
        sums[day.year, day.month] += total
    points = [(books.plan_year, month) for month in range(1, 13)] + [(books.plan_year + 1, 1)]
    out, reached = [], sum(total for key, total in sums.items() if key < points[0])
    for point in points:
        reached += sums[point]
        is_known = books.is_reported and date(*point, 1) <= books.as_of
        out.append(MonthPoint(*point, reached if is_known else None))
    return out
