"""The money calendar: what each rule of a plan year finds on a day, as known at a moment.

A rule day counts to its end: `last_day` itself is still the day to act ("due"), the day after the
rule has its effect ("effective"), and all is over once the year's money has lapsed ("closed").
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from organizations.models import DISTRICT_KINDS, Unit, UnitScope, Via
from organizations.models.units import valid_on

from .models import (
    CalendarRule,
    LedgerEntry,
    Moment,
    Nature,
    Payment,
    PaymentKind,
    Project,
    RuleKind,
)


class Stage(models.TextChoices):
    UPCOMING = "upcoming", "Chưa đến"
    DUE = "due", "Hôm nay là ngày cuối"
    EFFECTIVE = "effective", "Đã có hiệu lực"
    CLOSED = "closed", "Đã khép lại"


@dataclass(frozen=True)
class Item:
    """One thing a rule found: a project with its money, or a commune without any."""

    unit: str
    unit_id: int
    district: str
    project: str | None = None
    project_id: int | None = None
    name: str = ""
    reason: str = ""
    plan: int | None = None
    paid: int | None = None
    remaining: int | None = None


@dataclass(frozen=True)
class Found:
    rule: CalendarRule
    last_day: date
    stage: Stage
    items: list[Item] = field(default_factory=list)
    is_evaluated: bool = True

    @property
    def remaining(self) -> int | None:
        known = [item.remaining for item in self.items if item.remaining is not None]
        return sum(known) if known else None

    @property
    def totals(self) -> dict[str, int | None]:
        return {"count": len(self.items), "remaining": self.remaining}

    def days_left(self, day: date) -> int:
        return (self.last_day - day).days


def stage_on(last_day: date, plan_year: int, as_of: date) -> Stage:
    # Money of a plan year is paid until 31/01 of the next one; nothing can be moved after.
    if as_of > date(plan_year + 1, 1, 31):
        return Stage.CLOSED
    if as_of > last_day:
        return Stage.EFFECTIVE
    return Stage.DUE if as_of == last_day else Stage.UPCOMING


def evaluate(
    rule: CalendarRule | RuleKind,
    as_of: date,
    known_at: datetime | None = None,
    user: Any = None,
) -> Found | None:
    """What the rule finds; a kind stands for that rule of the day's plan year, None when unset.

    With a user, only what that person may read.
    """
    if not isinstance(rule, CalendarRule):
        rule = CalendarRule.objects.filter(kind=rule, plan_year=plan_year_of(as_of)).first()
        if rule is None:
            return None
    last_day = last_day_of(rule)
    stage = stage_on(last_day, rule.plan_year, as_of)
    look = EVALUATORS.get(rule.kind)
    if look is None:
        return Found(rule, last_day, stage, is_evaluated=False)
    return Found(rule, last_day, stage, look(rule, as_of, known_at, user))


def last_day_of(rule: CalendarRule) -> date:
    """The stop starts the day after the review it follows from, however its own day is written."""
    if rule.kind != RuleKind.TREASURY_STOP:
        return rule.last_day
    review = CalendarRule.objects.filter(
        unit=rule.unit_id, plan_year=rule.plan_year, kind=RuleKind.ZERO_REVIEW
    ).first()
    return min(rule.last_day, review.last_day) if review else rule.last_day


def zero_items(rule, as_of, known_at, user):
    rows = zero_projects(rule, as_of, known_at, user)
    return [
        Item(
            unit=p.unit.name,
            unit_id=p.unit_id,
            district=p.district or "",
            project=p.code,
            project_id=p.pk,
            name=p.name,
            reason=p.difficulty,
            plan=p.start_plan,
            paid=p.paid_by_day,
            remaining=p.left,
        )
        for p in rows
    ]


def zero_projects(
    rule: CalendarRule, as_of: date, known_at: datetime | None = None, user: Any = None
) -> QuerySet:
    """Projects whose money given at the start of the year stands at exactly 0 % on the rule's day.

    Only START money of the plan year's own origin counts: neither carried-in money nor what was
    added during the year, in the plan as in the payments. An advance counts as paid.
    """
    money = {"plan_year": rule.plan_year, "origin_year": rule.plan_year, "moment": Moment.START}
    mine = money | {"project": OuterRef("pk")}
    plan = LedgerEntry.objects.filter(**mine).as_of(as_of, known_at)
    until = min(as_of, last_day_of(rule))
    paid_by_day = Payment.objects.filter(**mine).as_of(until, known_at)
    # An advance given and taken back is no longer money out, but the works did start. Asked once
    # for all projects: asked project by project, SQLite goes through every payment for each.
    vouchers = Payment.objects.filter(**money).as_of(until, known_at)
    started = vouchers.filter(
        kind__in=(PaymentKind.ADVANCE, PaymentKind.VOLUME), reverses=None, reversed_by=None
    )
    paid_since = Payment.objects.filter(**mine).as_of(as_of, known_at)
    base = Project.objects.all() if user is None else Project.objects.for_user(user)
    inside = UnitScope.objects.tree(rule.unit, tree_day(rule, as_of))
    return (
        base.filter(unit__in=inside)
        .annotate(
            start_plan=total_of(plan, "project"),
            paid_by_day=total_of(paid_by_day, "project"),
            left=F("start_plan") - total_of(paid_since, "project"),
            district=district_of("unit", tree_day(rule, as_of)),
        )
        .filter(
            ~Q(pk__in=started.values("project")), start_plan__gt=0, paid_by_day__lte=0, left__gt=0
        )
        .select_related("unit")
        .order_by("district", "unit__sort_key", "code")
    )


def out_of_scope(rule: CalendarRule, as_of: date, user: Any = None) -> dict[str, int]:
    """How many other projects stand at 0 % without any START money of the year, and why."""
    day = min(as_of, rule.last_day)
    mine = {"project": OuterRef("pk"), "plan_year": rule.plan_year}
    entries = LedgerEntry.objects.filter(**mine).as_of(as_of)
    base = Project.objects.all() if user is None else Project.objects.for_user(user)
    rows = (
        base.order_by()
        .annotate(
            start_plan=total_of(
                entries.filter(origin_year=rule.plan_year, moment=Moment.START), "project"
            ),
            carried=total_of(entries.filter(origin_year__lt=rule.plan_year), "project"),
            later=total_of(
                entries.filter(origin_year=rule.plan_year, moment=Moment.LATER), "project"
            ),
            all_paid=total_of(Payment.objects.filter(**mine).as_of(day), "project"),
        )
        .filter(start_plan__lte=0, all_paid__lte=0)
    )
    return {
        "carried": rows.filter(carried__gt=0, later__lte=0).count(),
        "later": rows.filter(later__gt=0).count(),
    }


def total_of(rows, by):
    """Sum of the rows of one parent, 0 when there is none; no join, so nothing is multiplied."""
    total = rows.order_by().values(by).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def district_of(path, day):
    above = UnitScope.objects.filter(
        valid_on(day), descendant=OuterRef(path), via=Via.TREE, ancestor__kind__in=DISTRICT_KINDS
    )
    return Subquery(above.values("ancestor__name")[:1])


def plan_year_of(day: date) -> int:
    """In January money of the year before is still paid out (until 31/01)."""
    return day.year - 1 if day.month == 1 else day.year


def tree_day(rule, as_of):
    return min(as_of, date(rule.plan_year, 12, 31))


def stop_items(rule, as_of, known_at, user):
    """The Treasury is asked to stop paying, from the day after the review, what it had found."""
    if as_of <= last_day_of(rule):
        return []
    return zero_items(rule, as_of, known_at, user)


def unallotted_items(rule, as_of, known_at, user):
    """Communes still without any works holding investment money given at the year's start."""
    day = min(as_of, rule.last_day)
    mine = LedgerEntry.objects.filter(
        plan_year=rule.plan_year,
        origin_year=rule.plan_year,
        moment=Moment.START,
        nature=Nature.INVESTMENT,
        unit=OuterRef("pk"),
    ).as_of(day, known_at)
    communes = Unit.objects.below(rule.unit, tree_day(rule, as_of)).communes()
    if user is not None:
        communes = communes.filter(pk__in=Unit.objects.for_user(user).order_by().values("pk"))
    missing = communes.filter(~Exists(mine.filter(project__isnull=False))).annotate(
        district=district_of("pk", tree_day(rule, as_of))
    )
    return [
        Item(unit=unit.name, unit_id=unit.pk, district=unit.district or "")
        for unit in missing.order_by("district", "sort_key")
    ]


EVALUATORS: dict[str, Callable[..., list[Item]]] = {
    RuleKind.ZERO_REVIEW: zero_items,
    RuleKind.TREASURY_STOP: stop_items,
    RuleKind.ALLOCATION_COMPLETE: unallotted_items,
}


def rules_in_play(as_of: date, plan_year: int | None = None) -> QuerySet:
    """Rules of the day's year; in January those of the year before, whose money still runs."""
    years = [plan_year] if plan_year else [as_of.year, *([as_of.year - 1] * (as_of.month == 1))]
    return CalendarRule.objects.filter(plan_year__in=years).select_related("unit", "legal_basis")


def as_json(found: Found) -> dict[str, Any]:
    """The stable shape of `evaluate_rules`; amounts in đồng."""
    return {
        "rule": found.rule.kind,
        "date": found.last_day.isoformat(),
        "stage": found.stage.value,
        "plan_year": found.rule.plan_year,
        "effective_from": (found.last_day + timedelta(days=1)).isoformat(),
        "evaluated": found.is_evaluated,
        "items": [
            {
                "project": item.project,
                "project_name": item.name,
                "unit": item.unit,
                "district": item.district,
                "plan": item.plan,
                "paid": item.paid,
                "remaining": item.remaining,
            }
            for item in found.items
        ],
        "totals": found.totals,
    }
