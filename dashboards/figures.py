"""Figures of the start pages: plain functions over what a person may read.

The even mark ("mốc tiến độ đều") is the share of the plan year gone by on the day of the money
figures. It is a measure to compare places by, not a plan; the province's own plan is a target.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse

from assignments.models import Assignment
from core.deadlines import DeadlineStage
from core.money import rate
from disbursement.calendar import Stage, plan_year_of, stage_on, zero_projects
from disbursement.figures import (
    Books,
    Figure,
    by_place,
    crossed,
    cumulative_by_month,
    grouped,
    open_books,
)
from disbursement.models import CalendarRule, Payment, Project, RuleKind
from organizations.models import Unit, UnitScope, Via
from organizations.models.units import valid_on
from programs.models import PlanState
from reporting.models import Obligation, Round
from targets.figures import TargetLine, target_lines
from targets.models import NUMERIC, Aggregation, Target

SHOWN_TARGETS = 12


def even_mark(day: date, plan_year: int) -> Decimal:
    """Per cent of the plan year gone by at the end of a day."""
    if day.year != plan_year:
        return Decimal(100) if day.year > plan_year else Decimal(0)
    days = (date(plan_year, 12, 31) - date(plan_year, 1, 1)).days + 1
    return rate((day - date(plan_year, 1, 1)).days + 1, days) or Decimal(0)


def short_of(figure: Figure, mark: Decimal) -> int | None:
    """Đồng missing to the mark; None when nothing is known, negative when ahead."""
    if figure.to_spend is None or figure.paid is None:
        return None
    return int(figure.to_spend * mark / 100) - figure.paid


@dataclass(frozen=True)
class PlaceLine:
    """One place of the table and the chart, with the reason it gave itself."""

    unit: Unit
    figure: Figure
    mark: Decimal
    zero_count: int = 0
    reason: str = ""

    @property
    def rate(self) -> Decimal | None:
        return self.figure.rate()

    @property
    def short(self) -> int | None:
        return short_of(self.figure, self.mark)

    @property
    def url(self) -> str:
        return reverse("disbursement:unit", args=[self.unit.pk])

    @property
    def topic(self) -> str:
        return f"money:{self.unit.pk}"


@dataclass(frozen=True)
class Zero:
    """The rule of 30/6 around its day: projects at 0 %, the money at stake, days left."""

    rule: CalendarRule
    projects: list[Project]
    days: int

    @property
    def amount(self) -> int:
        return sum(project.left for project in self.projects)

    @property
    def rule_day(self) -> date:
        return self.rule.last_day


@dataclass(frozen=True)
class Money:
    """The year's money of an area on the day the payments are known to."""

    area: Unit
    books: Books
    total: Figure
    closed_on: date | None
    mark: Decimal

    @property
    def rate(self) -> Decimal | None:
        return self.total.rate()

    @property
    def gap(self) -> Decimal | None:
        """Percentage points above (or below) the mark."""
        return None if self.rate is None else self.rate - self.mark


def money_of(user: Any, area: Unit, today: date, program: str = "") -> Money:
    year = plan_year_of(today)
    books = open_books(year, today, user=user).of_unit(area)
    if program:
        books = books.of_program(program)
    # One day for everybody: a commune that was paid nothing is not measured by an older mark.
    known = Payment.objects.for_year(year).as_of(today)
    closed_on = known.aggregate(last=Max("paid_on"))["last"]
    return Money(area, books, books.total(), closed_on, even_mark(closed_on or today, year))


def place_lines(money: Money, area: Unit, zero: Zero | None) -> list[PlaceLine]:
    """Places right below the area, highest rate first."""
    places = by_place(money.books, area)
    above = place_above([place.unit for place in places if place.unit != area], money.books)
    above[area.pk] = area.pk
    zeros: dict[int, int] = {}
    for project in zero.projects if zero else []:
        place = above.get(project.unit_id, 0)
        zeros[place] = zeros.get(place, 0) + 1
    reasons = reasons_by_place(money.books, above)
    lines = [
        PlaceLine(p.unit, p.figure, money.mark, zeros.get(p.unit.pk, 0), reasons.get(p.unit.pk, ""))
        for p in places
    ]
    return sorted(lines, key=lambda line: (line.rate is None, -(line.rate or 0)))


def place_above(units: Iterable[Unit], books: Books) -> dict[int, int]:
    """{unit: the place of the list it lies in}."""
    rows = UnitScope.objects.filter(valid_on(books.tree_day), ancestor__in=units, via=Via.TREE)
    return dict(rows.values_list("descendant", "ancestor"))


def reasons_by_place(books: Books, above: dict[int, int]) -> dict[int, str]:
    """Of each place the difficulty stated for the project with the most money left."""
    figures = grouped(books.where(project__difficulty__gt=""), "project")
    reasons: dict[int, tuple[int, str]] = {}
    for project in Project.objects.in_bulk(figures).values():
        left = figures[project.pk].remaining or 0
        place = above.get(project.unit_id, 0)
        reasons[place] = max(reasons.get(place, (0, "")), (left, project.difficulty))
    return {place: reason for place, (_, reason) in reasons.items()}


def worst(lines: Iterable[PlaceLine], count: int = 5) -> list[PlaceLine]:
    """Most money short against the mark first; places at or above it are not listed."""
    short = [line for line in lines if (line.short or 0) > 0]
    return sorted(short, key=lambda line: -(line.short or 0))[:count]


def zero_review(user: Any, today: date, program: str = "", unit: Unit | None = None) -> Zero | None:
    """From the rule's days of warning until the year's money lapses; None outside or when empty."""
    rule = (
        CalendarRule.objects.filter(kind=RuleKind.ZERO_REVIEW, plan_year=plan_year_of(today))
        .select_related("unit")
        .first()
    )
    if rule is None or stage_on(rule.last_day, rule.plan_year, today) == Stage.CLOSED:
        return None
    days = (rule.last_day - today).days
    if days > rule.warn_days:
        return None
    rows = zero_projects(rule, today, user=user)
    if program:
        rows = rows.filter(component__program__code=program)
    if unit is not None:
        rows = rows.filter(unit__in=UnitScope.objects.tree(unit, today))
    projects = list(rows)
    return Zero(rule, projects, days) if projects else None


@dataclass(frozen=True)
class Tasks:
    total: int
    overdue: int
    soon: int


def tasks_given(user: Any, today: date, program: str = "") -> Any:
    """Each task once, with the stage of its first open day; tasks of drafts are not given."""
    seen = Assignment.objects.for_user(user).filter(plan__state=PlanState.PUBLISHED)
    if program:
        seen = seen.filter(program__code=program)
    return Assignment.objects.filter(pk__in=seen.order_by().values("pk")).with_stage(today)


def task_counts(user: Any, today: date, program: str = "") -> Tasks:
    rows = tasks_given(user, today, program)
    counts = dict(rows.order_by().values_list("stage").annotate(n=Count("pk")))
    return Tasks(
        sum(counts.values()),
        counts.get(DeadlineStage.OVERDUE, 0),
        counts.get(DeadlineStage.DUE_SOON, 0),
    )


@dataclass(frozen=True)
class Sent:
    """Reports of the latest round that a person may see."""

    round: Round
    owed: int
    sent: int
    days: int


def reports_sent(user: Any, today: date) -> Sent | None:
    rows = Obligation.objects.for_user(user).owed()
    row = rows.filter(round__opened_on__lte=today).select_related("round")
    first = row.order_by("-round__due_on", "-round__pk").first()
    if first is None:
        return None
    done = list(rows.filter(round=first.round).values_list("done_on", flat=True))
    return Sent(
        first.round,
        len(done),
        sum(day is not None for day in done),
        (first.round.due_on - today).days,
    )


def counted_targets(user: Any, area: Unit, today: date, program: str = "") -> list[TargetLine]:
    """The year's targets that are counted up through the year, in programme order."""
    rows = Target.objects.for_user(user).filter(
        unit=area,
        period=str(plan_year_of(today)),
        operator__in=NUMERIC,
        indicator__aggregation=Aggregation.SUM,
    )
    if program:
        rows = rows.filter(program__code=program)
    rows = rows.select_related("indicator", "program", "unit").order_by("program__order", "order")
    return target_lines(rows[:SHOWN_TARGETS], today)


def headlines(lines: Iterable[TargetLine], program: str = "", count: int = 2) -> list[TargetLine]:
    """The first counted target of each programme (or the first ones of the programme chosen)."""
    chosen: list[TargetLine] = []
    seen: set[int] = set()
    for line in lines:
        if line.target and (program or line.target.program_id not in seen):
            seen.add(line.target.program_id)
            chosen.append(line)
    return chosen[:count]


def program_rates(
    money: Money, lines: Iterable[PlaceLine]
) -> dict[tuple[int, int], Decimal | None]:
    """{(place, programme): rate} of the places of the list, each from its own sums."""
    area = money.area
    above = place_above([line.unit for line in lines if line.unit != area], money.books)
    above[area.pk] = area.pk
    sums: dict[tuple[int, int], Figure] = {}
    for (unit, program), figure in crossed(money.books, "unit", "program").items():
        if unit in above:
            key = (above[unit], program)
            sums[key] = sums.get(key, Figure()) + figure
    return {key: figure.rate() for key, figure in sums.items()}


@dataclass(frozen=True)
class MonthLine:
    label: str
    paid: int | None
    rate: Decimal | None
    mark: Decimal


def month_lines(money: Money) -> list[MonthLine]:
    """Twelve months: paid up to each month's end, its share, and the even mark.

    Months after the day of the figures are not known, however far today is.
    """
    year, whole = money.books.plan_year, money.total.to_spend
    known_to = money.closed_on or date.min
    lines = []
    for point in cumulative_by_month(money.books):
        if point.year == year:
            paid = point.paid if date(year, point.month, 1) <= known_to else None
            mark = rate(point.month, 12) or Decimal(0)
            lines.append(MonthLine(f"T{point.month}", paid, rate(paid, whole), mark))
    return lines
