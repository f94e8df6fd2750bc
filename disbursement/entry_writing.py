"""Entries of an import: what the ledger holds already, what is written, what is taken back."""

from datetime import date

from django.db.models import Case, F, Sum, When
from django.utils import timezone

from core.copying import copy_rows
from core.planner import refresh_statistics

from .closing import lock_books, refuse_closed
from .decisions import new_decision, stored
from .models import VINTAGE, EntryKind, LedgerEntry, Moment, MoneyCell

MONEY_KEY = (*VINTAGE, "decision", "decided_on")
NAMES = (
    *("kind", "project", "unit", "component", *VINTAGE, "plan_year", "amount", "decision"),
    *("effective_on", "batch", "recorded_by", "recorded_at", "reverses", "note"),
)
ABSTRACT = "Giao vốn theo danh mục công trình, hoạt động"


def known_sums(rows, *place):
    """{(place…, vintage, decision, day): đồng in the ledger}; what was undone sums to 0."""
    day = Case(When(decision=None, then="effective_on"), default="decision__issued_on")
    sums = (
        rows.order_by()
        .values_list(*place, *VINTAGE, "decision__number", day)
        .annotate(total=Sum("amount"))
    )
    return {
        (*key, number or "", issued.isoformat() if issued else ""): total
        for *key, number, issued, total in sums
        if total
    }


def money_key(row):
    return tuple(row[name] for name in MONEY_KEY)


def decided_on(day, number, year):
    """Without a number nothing keeps the day but the entry itself, which has one in any case."""
    if not day and not number:
        day = date(year, 1, 1)
    return day.isoformat() if day else ""


def open_for(batch):
    """Two imports of one province never compare and write at the same time."""
    lock_books(batch.unit)
    refuse_closed(batch.unit, batch.params["year"])


class Decisions:
    """Decisions named in a file, found or noted down; no number means no document."""

    def __init__(self, unit):
        self.unit, self.found = unit, {}

    def of(self, row):
        number, day = row["decision"], row["decided_on"]
        if not number:
            return None
        if (number, day) not in self.found:
            issued = date.fromisoformat(day) if day else None
            document = stored(new_decision(number, issued, self.unit, ABSTRACT))
            self.found[number, day] = document.pk
        return self.found[number, day]


def kind_of(row, year, known):
    if known is not None:
        return EntryKind.CORRECTION
    if row["origin_year"] < year:
        return EntryKind.CARRY_IN
    return EntryKind.SUPPLEMENT if row["moment"] == Moment.LATER else EntryKind.ALLOTMENT


def write_entries(rows, batch, user):
    """`rows`: (row as read, project or None, unit, component, what the ledger held); appended."""
    year, now, decisions = batch.params["year"], timezone.now(), Decisions(batch.unit)
    by = user.pk if user else None

    def values():
        for row, project, unit, component, known in rows:
            day = row["decided_on"] or date(year, 1, 1).isoformat()
            yield (
                str(kind_of(row, year, known)),
                *(project, unit, component),
                *(row[name] for name in VINTAGE),
                *(year, row["amount"] - (known or 0), decisions.of(row), day),
                *(batch.pk, by, now, None, ""),
            )

    # All decisions first: nothing else may use the connection while COPY runs.
    count = copy_rows(LedgerEntry, NAMES, list(values()))
    MoneyCell.objects.take_in("planned", batch.entries.filter(recorded_at=now))
    refresh_statistics(LedgerEntry)
    return count


def live_entries(batch):
    return batch.entries.filter(reverses=None, reversed_by=None)


def reverse_entries(batch, user, note="Hoàn tác đợt nhập"):
    """Every live entry of the batch taken back by one of the opposite amount."""
    now, by = timezone.now(), user.pk if user else None
    kept = [
        name for name in NAMES if name not in ("recorded_by", "recorded_at", "reverses", "note")
    ]
    rows = live_entries(batch).annotate(opposite=0 - F("amount"))
    wanted = ["opposite" if name == "amount" else name for name in kept]
    values = [(*row, by, now, pk, note) for *row, pk in rows.values_list(*wanted, "pk")]
    copy_rows(LedgerEntry, (*kept, "recorded_by", "recorded_at", "reverses", "note"), values)
    MoneyCell.objects.take_in("planned", batch.entries.filter(recorded_at=now))
    return len(values)
