"""The allotment chain: what was shared out below a unit never exceeds what it was assigned.

Compared by programme, source, nature, origin year and funding, since the upper rungs assign by
programme and only the project list names components.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from organizations.models import Unit, UnitParent, UnitScope, Via
from organizations.models.units import valid_on

from .models import STOCK, LedgerEntry

KEY = ("component__program__code", *STOCK)


@dataclass(frozen=True)
class ChainBreak:
    unit: Unit
    key: tuple
    rung: str
    assigned: int
    shared: int


@dataclass(frozen=True)
class ChainCheck:
    checked: int
    breaks: list[ChainBreak]


def chain_breaks(plan_year: int, as_of: date | None = None) -> list[ChainBreak]:
    return check_chain(plan_year, as_of).breaks


def check_chain(plan_year: int, as_of: date | None = None) -> ChainCheck:
    """Each assigned sum against the units directly below and against the projects inside."""
    day = min(as_of or date(plan_year, 12, 31), date(plan_year, 12, 31))
    entries = LedgerEntry.objects.for_year(plan_year)
    if as_of:
        entries = entries.as_of(as_of)
    assigned = entries.on_rungs().total_by("unit", *KEY)
    below = {
        "đơn vị trực tiếp bên dưới": _to_parents(assigned, day),
        "danh mục công trình": _to_ancestors(
            entries.on_projects().total_by("project__unit", *KEY), day
        ),
    }
    units = Unit.objects.in_bulk({unit for unit, *_ in assigned})
    breaks = [
        ChainBreak(units[unit], tuple(key), rung, total, shared[(unit, *key)])
        for (unit, *key), total in assigned.items()
        for rung, shared in below.items()
        if shared[(unit, *key)] > total
    ]
    return ChainCheck(len(assigned) * len(below), breaks)


def _to_parents(sums: dict[Any, int], day: date) -> dict[Any, int]:
    parents = dict(UnitParent.objects.filter(valid_on(day)).values_list("unit", "parent"))
    out: dict[Any, int] = defaultdict(int)
    for (unit, *key), total in sums.items():
        out[(parents.get(unit), *key)] += total
    return out


def _to_ancestors(sums: dict[Any, int], day: date) -> dict[Any, int]:
    above = defaultdict(list)
    scopes = UnitScope.objects.filter(
        valid_on(day), via=Via.TREE, descendant__in={unit for unit, *_ in sums}
    )
    for ancestor, descendant in scopes.values_list("ancestor", "descendant"):
        above[descendant].append(ancestor)
    out: dict[Any, int] = defaultdict(int)
    for (unit, *key), total in sums.items():
        for ancestor in above[unit]:
            out[(ancestor, *key)] += total
    return out
