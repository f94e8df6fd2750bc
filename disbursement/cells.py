"""Reading the roll-ups, and holding them against the rows they were added up from."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum

from core.periods import month_end

from .models import LedgerEntry, MoneyCell, Payment
from .models.cells import DIMENSIONS, MoneyCellQuerySet, summed

OF_YEAR = Q(origin_year=F("plan_year"))
CARRIED = Q(origin_year__lt=F("plan_year"))
# What a cell is narrowed by, under the names that rows use.
CELL_PATHS = {"project__unit": "unit", "project__owner": "owner", "project__component": "component"}
CELL_FIELDS = {"source", "nature", "origin_year", "funding"}
PARTS = {"planned": LedgerEntry, "paid": Payment}


def cells_as_of(plan_year: int, as_of: date) -> MoneyCellQuerySet | None:
    """Whole months up to the day's; None when something of that month came after the day."""
    rest = (as_of + timedelta(days=1), month_end(as_of.year, as_of.month))
    later = (
        LedgerEntry.objects.for_year(plan_year).filter(effective_on__range=rest),
        Payment.objects.for_year(plan_year).filter(paid_on__range=rest),
    )
    if rest[0] <= rest[1] and any(rows.exists() for rows in later):
        return None
    return MoneyCell.objects.filter(plan_year=plan_year, month__lte=as_of)


def cell_lookups(lookups: dict[str, Any]) -> dict[str, Any] | None:
    """The lookups in the names of cells; None when one of them is not kept there."""
    out = {}
    for path, value in lookups.items():
        known = next((old for old in CELL_PATHS if path == old or path.startswith(f"{old}__")), "")
        if known:
            out[CELL_PATHS[known] + path[len(known) :]] = value
        elif path.split("__")[0] in CELL_FIELDS:
            out[path] = value
        else:
            return None
    return out


def cell_sums(rows):
    """(*key, (planned of the year, carried), (paid of each)); None where there is no row."""
    for *key, planned, carried, paid, paid_of_carried in rows.annotate(**_split_cells()):
        yield *key, (planned, carried), (paid, paid_of_carried)


def cell_totals(cells):
    sums = cells.aggregate(**_split_cells())
    return (
        (sums["planned_year"], sums["planned_carried"]),
        (sums["paid_year"], sums["paid_carried"]),
    )


def _split_cells():
    """A part without rows is missing, not 0."""
    return {
        f"{part}_{name}": Sum(part, filter=condition & Q(**{f"{part}_rows__gt": 0}))
        for part in ("planned", "paid")
        for name, condition in (("year", OF_YEAR), ("carried", CARRIED))
    }


def cell_faults():
    """(number of cells, [what differs]): each cell against the rows of its month and place."""
    stored = {
        part: {
            tuple(key): (total, count)
            for *key, total, count in MoneyCell.objects.order_by().values_list(
                *DIMENSIONS, part, f"{part}_rows"
            )
        }
        for part in PARTS
    }
    faults = []
    for part, model in PARTS.items():
        facts = {key: tuple(found) for key, found in summed(model.objects.all()).items()}
        faults += [
            f"{part} {'/'.join(map(str, key))}: {stored[part].get(key, (0, 0))} {facts.get(key)}"
            for key in sorted({*stored[part], *facts}, key=str)
            if stored[part].get(key, (0, 0)) != facts.get(key, (0, 0))
        ]
    return len(stored["planned"]), faults


@transaction.atomic
def rebuild_cells():
    """All cells made anew; only for a database that was filled past the models."""
    MoneyCell.objects.all().delete()
    for part, model in PARTS.items():
        MoneyCell.objects.take_in(part, model.objects.all())
