"""Which units a person may look at, and where they start."""

from django.db.models import Case, Value, When
from django.http import Http404

from organizations.models import COMMUNE_KINDS, DISTRICT_KINDS, Unit, UnitKind

from .models import Target


def units_with_targets(user, day):
    """The province first, then districts; communes only for people of a commune,
    agencies only for their own."""
    rows = Unit.objects.for_user(user).valid_on(day)
    above = rows.filter(kind__in=(UnitKind.PROVINCE, *DISTRICT_KINDS))
    if not above.exists():
        communes = rows.filter(kind__in=COMMUNE_KINDS)
        return communes if communes.exists() else rows.filter(pk__in=Target.objects.values("unit"))
    is_province = When(kind=UnitKind.PROVINCE, then=Value(0))
    return above.annotate(rank=Case(is_province, default=Value(1))).order_by("rank", "sort_key")


def chosen_unit(units, code):
    """The unit of the address (404 when it is not theirs), else the highest they may see."""
    if not code:
        return units.first()
    # PostgreSQL refuses a NUL in a text; no code has one.
    found = units.filter(code=code).first() if code.isprintable() else None
    if found is None:
        raise Http404
    return found
