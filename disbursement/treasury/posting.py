"""From the Treasury's cumulative figure to our books (ADR 9, ADR 27).

A line kept by snapshots alone is posted as the difference. Where people typed vouchers nothing is
adjusted in silence: the difference stands on the reconciliation page until a person decides.
"""

from ..models import VINTAGE, LedgerEntry, Payment, PaymentKind

LINE = ("project", *VINTAGE)
# What a row of an extract may come to.
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
HELD, WAITING = "held", "waiting"


def key_of(row):
    """Of a row as read, or of a TreasuryLine."""
    if isinstance(row, dict):
        return tuple(row[name] for name in LINE)
    return (row.project_id, *(getattr(row, name) for name in VINTAGE))


def live(payments):
    """Neither a reversal nor reversed."""
    return payments.filter(reverses=None, reversed_by=None)


def typed(payments):
    """Vouchers, whoever wrote them: rows that are not the Treasury's cumulative word."""
    return live(payments).exclude(kind=PaymentKind.CUMULATIVE)


class KnownPayments:
    """What was recorded before, line by line: totals up to the day, reports at and after it."""

    def __init__(self, year, day, project=None):
        rows = Payment.objects.for_year(year)
        if project is not None:
            rows = rows.filter(project=project)
        self.totals = rows.as_of(day).total_by(*LINE)
        self.typed = set(typed(rows).order_by().values_list(*LINE).distinct())
        reports = live(rows).filter(reported_cumulative__isnull=False).order_by("paid_on", "pk")
        said = reports.filter(paid_on=day).values_list(*LINE, "reported_cumulative")
        self.at_day = {tuple(key): total for *key, total in said}
        self.later = {}
        for *key, paid_on, total in reports.filter(paid_on__gt=day).values_list(
            *LINE, "paid_on", "reported_cumulative"
        ):
            held = self.later.setdefault(tuple(key), (paid_on, total))
            # Of several reports for that day the last one holds.
            if held[0] == paid_on:
                self.later[tuple(key)] = (paid_on, total)

    def compare(self, row):
        """Notes in the row what is known and what the figure will come to."""
        key = key_of(row)
        row["known"] = self.totals.get(key)
        row["state"] = self._state(row, key)

    def _state(self, row, key):
        if row["project"] is None:
            return WAITING
        if key in self.typed:
            return UNCHANGED if row["known"] == row["cumulative"] else HELD
        if key not in self.at_day:
            return CREATED
        is_same = row["known"] == row["cumulative"] == self.at_day[key]
        return UNCHANGED if is_same else UPDATED

    def next_after(self, key):
        """(day, reported total) of the first later report on this line, or None."""
        return self.later.get(key)


def payments_of(line, known, *, user, is_over_plan):
    """The difference of the line's day and, when a later report stands, its counterpart there."""
    key = key_of(line)
    difference = line.cumulative - (known.totals.get(key) or 0)
    first = payment_for(line, difference, user, is_over_plan=is_over_plan)
    later = known.next_after(key)
    if not later or not difference:
        return [first]
    counter = payment_for(line, -difference, user)
    counter.paid_on, counter.reported_cumulative = later
    counter.reported_advance = None
    return [first, counter]


def payment_for(line, amount, user, **given):
    """One row of the line: a difference, with the Treasury's own figures beside it."""
    facts = {name: getattr(line, name) for name in VINTAGE} | {
        "project_id": line.project_id,
        "plan_year": line.plan_year,
        "kind": PaymentKind.CUMULATIVE,
        "paid_on": line.as_of,
        "reported_cumulative": line.cumulative,
        "reported_advance": line.advance or 0,
        "batch_id": line.batch_id,
        "treasury_line": line,
        "recorded_by": user,
    }
    return Payment(**facts | {"amount": amount} | given)


def plans_of(year, **narrow):
    """{line: plan in đồng} of a year, to flag what the Treasury paid above it."""
    entries = LedgerEntry.objects.for_year(year).filter(project__isnull=False, **narrow)
    return entries.total_by(*LINE)


def reversal_of(payment, user, note=""):
    names = ("project_id", "kind", "plan_year", "paid_on", "batch_id", "treasury_line_id", *VINTAGE)
    copied = {name: getattr(payment, name) for name in names}
    return Payment(**copied, amount=-payment.amount, reverses=payment, recorded_by=user, note=note)


def later_reports(payments):
    """Reports that were compared with these rows: on the same line, written after them."""
    newest = {}
    for payment in payments:
        key = (payment.plan_year, *key_of(payment))
        newest[key] = max(newest.get(key, 0), payment.pk)
    own = {payment.pk for payment in payments}
    after = live(Payment.objects).filter(
        project__in={payment.project_id for payment in payments},
        pk__gt=min(newest.values(), default=0),
        reported_cumulative__isnull=False,
    )
    return [
        row
        for row in after.select_related("project").order_by("pk")
        if row.pk not in own and row.pk > newest.get((row.plan_year, *key_of(row)), row.pk)
    ]
