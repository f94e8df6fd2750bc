"""What a file of allotments may not take away, corrected or undone: money that was paid since."""

from collections import defaultdict
from decimal import Decimal

from core.columns import MILLION, vietnamese_number
from core.transitions import InvalidTransition

from .models import VINTAGE, LedgerEntry, Payment

LINE = ("project__code", *VINTAGE)
VINTAGE_OF_PROJECT = ("project", "plan_year", *VINTAGE)


def refuse_below_paid(pairs, year, faults):
    """`pairs`: checked rows with what they say; rows of one vintage are weighed together."""
    change = defaultdict(int)
    for _, out in pairs:
        change[line_of(out)] += out["amount"] - (out["known"] or 0)
    lowered = {line: by for line, by in change.items() if by < 0}
    codes = {line[0] for line in lowered}
    plans, paid = (
        model.objects.for_year(year).filter(project__code__in=codes).total_by(*LINE)
        for model in (LedgerEntry, Payment)
    )
    for row, out in pairs:
        line = line_of(out)
        left = plans.get(line, 0) + lowered.get(line, 0)
        is_cut = line in lowered and out["amount"] < (out["known"] or 0)
        if is_cut and paid.get(line, 0) > left:
            faults.error(row, "amount", message(paid[line], left))


def line_of(out):
    return tuple(out[name] for name in ("code", *VINTAGE))


def message(paid, left):
    return (
        f"Đã giải ngân {millions(paid)} triệu đồng từ vốn này, nhiều hơn {millions(left)} "
        "triệu đồng còn lại sau đính chính. Hãy xem lại số tiền hoặc số giải ngân."
    )


def millions(amount):
    return vietnamese_number(Decimal(amount) / MILLION)


def check_undo(entries, batch):
    """Refused when something recorded later rests on this money."""
    if not entries:
        return
    mine = {vintage_key(entry) for entry in entries}
    rows = LedgerEntry.objects.filter(project__in={entry.project_id for entry in entries})
    later = rows.filter(
        pk__gt=max(entry.pk for entry in entries), reverses=None, reversed_by=None
    ).exclude(batch=batch)
    if mine & set(later.values_list(*VINTAGE_OF_PROJECT)):
        raise InvalidTransition(
            "Chưa hoàn tác được: đã có bút toán ghi sau trên cùng nguồn vốn của công trình. "
            "Hãy hoàn tác các đợt sau trước."
        )
    left = rows.total_by(*VINTAGE_OF_PROJECT)
    for entry in entries:
        left[vintage_key(entry)] -= entry.amount
    paid = Payment.objects.filter(project__in=rows.values("project"))
    paid = paid.total_by(*VINTAGE_OF_PROJECT)
    if any(paid.get(key, 0) > left[key] for key in mine):
        raise InvalidTransition(
            "Chưa hoàn tác được: đã có thanh toán từ vốn của đợt nhập này. "
            "Hãy hoàn tác đợt nhập giải ngân trước."
        )


def vintage_key(row):
    return (row.project_id, *(getattr(row, name) for name in VINTAGE_OF_PROJECT[1:]))
