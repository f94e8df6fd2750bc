"""Closed books: no entry and no payment of a plan year, until somebody opens them with a reason."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.transitions import InvalidTransition
from jobs.models import AuditEntry
from organizations.models import Unit, UnitScope, Via

from .models import YearClosing


def why_closed(unit, plan_year) -> str:
    """Why nothing may be written for the unit in that plan year; "" while the books are open.

    A unit's books are closed with those of any unit above it, whenever it stood there.
    """
    closing = closing_of(unit, plan_year)
    if closing is None:
        return ""
    day = timezone.localtime(closing.closed_at)
    return (
        f"Sổ năm kế hoạch {plan_year} đã khóa ngày {day:%d/%m/%Y} ({closing.reason}). "
        "Muốn ghi tiếp, cơ quan thường trực phải mở lại sổ và nêu lý do."
    )


def refuse_closed(unit, plan_year):
    if reason := why_closed(unit, plan_year):
        raise InvalidTransition(reason)


def closing_of(unit, plan_year):
    above = UnitScope.objects.filter(descendant=unit, via=Via.TREE).values("ancestor")
    return (
        YearClosing.objects.filter(Q(unit=unit) | Q(unit__in=above))
        .filter(plan_year=plan_year, reopened_at=None)
        .order_by("pk")
        .first()
    )


def lock_books(*units):
    """Row locks on the units and all above them, in one order: whoever writes money here waits.

    Without touching their keys, so that rows which only point at a unit are written meanwhile.
    """
    pks = {unit.pk if isinstance(unit, Unit) else unit for unit in units}
    above = UnitScope.objects.filter(descendant__in=pks, via=Via.TREE).values("ancestor")
    rows = Unit.objects.filter(Q(pk__in=pks) | Q(pk__in=above)).order_by("pk")
    return list(rows.select_for_update(no_key=True))


@transaction.atomic
def close_year(unit, plan_year, *, reason, user):
    lock_books(unit)
    if already := why_closed(unit, plan_year):
        raise InvalidTransition(already)
    closing = YearClosing.objects.create(
        unit=unit, plan_year=plan_year, reason=reason, closed_by=user
    )
    note(closing, "year.close", user, reason)
    return closing


@transaction.atomic
def reopen_year(closing, *, reason, user):
    lock_books(closing.unit)
    moved = YearClosing.objects.filter(pk=closing.pk, reopened_at=None).update(
        reopened_at=timezone.now(), reopened_by=user, reopened_reason=reason
    )
    if not moved:
        raise InvalidTransition("Sổ của năm này đã được mở lại trước đó.")
    note(closing, "year.reopen", user, reason)


def note(closing, action, user, reason):
    AuditEntry.objects.create(
        action=action,
        actor=user,
        unit=closing.unit,
        object_label=str(closing),
        detail={"plan_year": closing.plan_year, "reason": reason},
    )
