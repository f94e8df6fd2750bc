"""Invariants of the money: each check says what it looked at and what is broken."""

from django.db.models import F

from .chain import check_chain
from .models import VINTAGE, LedgerEntry, Payment

LINE = ("project__code", "plan_year", *VINTAGE)


def integrity_checks():
    return [
        chain_holds(),
        no_negative_balance(),
        paid_within_plan_or_flagged(),
        reversed_pairs_sum_to_zero(),
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
    totals = LedgerEntry.objects.filter(project__isnull=False).total_by(*LINE)
    broken = [label(line, total) for line, total in totals.items() if total < 0]
    return outcome("capital_balance_not_negative", len(totals), broken)


def paid_within_plan_or_flagged():
    """Above the plan only what the Treasury reported so, and then it carries the flag."""
    plans = LedgerEntry.objects.filter(project__isnull=False).total_by(*LINE)
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


def label(line, amount):
    return f"{'/'.join(map(str, line))}: {amount} đồng"


def outcome(name, checked, broken):
    return {"name": name, "ok": not broken, "checked": checked, "broken": broken}
