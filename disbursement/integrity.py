"""Invariants of the money: each check says what it looked at and what is broken."""

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Abs

from organizations.models import UnitScope, Via

from .cells import cell_faults
from .chain import check_chain
from .medium_term import envelopes
from .models import (
    VINTAGE,
    EntryKind,
    LedgerEntry,
    MediumTermEntry,
    Movement,
    Payment,
    YearClosing,
)

LINE = ("project__code", "plan_year", *VINTAGE)


def integrity_checks():
    return [
        chain_holds(),
        no_negative_balance(),
        paid_within_plan_or_flagged(),
        reversed_pairs_sum_to_zero(),
        cells_equal_rows(),
        movements_sum_to_zero(),
        years_within_medium_term(),
        closed_years_untouched(),
    ]


def chain_holds():
    years = LedgerEntry.objects.order_by().values_list("plan_year", flat=True).distinct()
    results = [(year, check_chain(year)) for year in years]
    broken = [
        f"{b.unit.code} {year} {'/'.join(map(str, b.key))}: {b.rung} {b.shared} > {b.assigned}"
        for year, result in results
        for b in result.breaks
    ]
    return outcome("capital_children_within_parent", sum(r.checked for _, r in results), broken)


def no_negative_balance():
    """Every project × vintage of the ledger sums to nothing less than zero."""
    totals = LedgerEntry.objects.on_projects().total_by(*LINE)
    broken = [label(line, total) for line, total in totals.items() if total < 0]
    return outcome("capital_balance_not_negative", len(totals), broken)


def paid_within_plan_or_flagged():
    """Above the plan only what the Treasury reported so, and then it carries the flag."""
    plans = LedgerEntry.objects.on_projects().total_by(*LINE)
    paid = Payment.objects.total_by(*LINE)
    flagged = set(
        Payment.objects.filter(is_over_plan=True).order_by().values_list(*LINE).distinct()
    )
    broken = [
        label(line, total - plans.get(line, 0))
        for line, total in paid.items()
        if total > plans.get(line, 0) and line not in flagged
    ]
    return outcome("payments_within_plan_or_flagged", len(paid), broken)


def reversed_pairs_sum_to_zero():
    checked, broken = 0, []
    for model in (LedgerEntry, Payment):
        pairs = model.objects.filter(reverses__isnull=False)
        checked += pairs.count()
        wrong = pairs.exclude(amount=0 - F("reverses__amount"))
        broken += [f"{model._meta.model_name} {pk}" for pk in wrong.values_list("pk", flat=True)]
    return outcome("reversals_sum_to_zero", checked, broken)


def cells_equal_rows():
    return outcome("capital_cells_equal_rows", *cell_faults())


def movements_sum_to_zero():
    """Between projects, and from project to province, nothing is made or lost. The rungs that go
    along carry the same amount; where one side keeps fewer of them, these alone do not cancel."""
    ends = LedgerEntry.objects.filter(movement__isnull=False)
    of_projects = ends.filter(Q(project__isnull=False) | Q(kind=EntryKind.RECOVERED))
    sums = of_projects.total_by("movement")
    sizes = dict(
        ends.order_by()
        .values_list("movement")
        .annotate(kinds=Count(Abs("amount"), distinct=True))
        .filter(kinds__gt=1)
    )
    one_sided = ends.order_by().values("movement").annotate(low=Min("amount"), high=Max("amount"))
    lonely = one_sided.filter(Q(low__gte=0) | Q(high__lte=0)).values_list("movement", flat=True)
    broken = {pk for pk, total in sums.items() if total} | set(sizes) | set(lonely)
    checked = Movement.objects.count()
    return outcome("movements_sum_to_zero", checked, [f"movement {pk}" for pk in sorted(broken)])


def years_within_medium_term():
    """Yearly plans of a period, not counting carried money, within the plan of that period."""
    found = envelopes(MediumTermEntry.objects.all())
    broken = [
        f"{e.project or e.unit}/{e.program}/{e.first_year}-{e.last_year}: {e.given} > {e.amount}"
        for e in found
        if e.left < 0
    ]
    return outcome("years_within_medium_term", len(found), broken)


def closed_years_untouched():
    """No row of a plan year was recorded between its closing and its reopening."""
    checked, broken = 0, []
    for closing in YearClosing.objects.select_related("unit"):
        inside = UnitScope.objects.filter(ancestor=closing.unit, via=Via.TREE).values("descendant")
        for rows, place in ((LedgerEntry.objects, "unit"), (Payment.objects, "project__unit")):
            late = rows.for_year(closing.plan_year).filter(
                **{f"{place}__in": inside}, recorded_at__gt=closing.closed_at
            )
            if closing.reopened_at:
                late = late.filter(recorded_at__lt=closing.reopened_at)
            broken += [
                f"{late.model._meta.model_name} {pk}"
                for pk in late.values_list("pk", flat=True)[:100]
            ]
        checked += 1
    return outcome("closed_years_untouched", checked, broken)


def label(line, amount):
    return f"{'/'.join(map(str, line))}: {amount} đồng"


def outcome(name, checked, broken):
    return {"name": name, "ok": not broken, "checked": checked, "broken": broken}
