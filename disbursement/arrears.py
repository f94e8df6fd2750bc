"""Nợ đọng xây dựng cơ bản: what was accepted and not paid for, as last stated up to a day."""

from dataclasses import dataclass
from datetime import date

from organizations.models import UnitScope

from .models import ConstructionArrears


@dataclass(frozen=True)
class Arrears:
    """`total` is None where nobody has stated anything, 0 where it was stated that none is left."""

    unit: int
    day: date
    total: int | None
    rows: list[ConstructionArrears]


def arrears_of(unit, day, user=None):
    """The unit's projects and those of all units below it on that day, the largest first."""
    inside = UnitScope.objects.tree(unit, day)
    stated = ConstructionArrears.objects.all() if user is None else readable(user)
    stated = stated.standing(day).filter(project__unit__in=inside)
    rows = list(stated.select_related("project__unit").order_by("-amount", "project__code"))
    total = sum(row.amount for row in rows) if rows else None
    return Arrears(unit.pk, day, total, [row for row in rows if row.amount])


def readable(user):
    return ConstructionArrears.objects.for_user(user)
