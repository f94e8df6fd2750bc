"""What a file of allotments may not take away, corrected or undone: money that was paid since."""

from decimal import Decimal

from django.urls import reverse

from core.columns import MILLION, vietnamese_number
from jobs.imports import HangsOn

from .entry_writing import live_entries
from .models import VINTAGE, LedgerEntry, Payment, Project

LINE = ("project__code", *VINTAGE)
PROJECT_LINE = ("project", "plan_year", *VINTAGE)
MOST_LISTED = 50
LATER = (
    "Chưa hoàn tác được: đã có bút toán ghi sau trên cùng nguồn vốn của công trình. "
    "Hãy hoàn tác các đợt sau trước."
)
PAID = (
    "Chưa hoàn tác được: đã có thanh toán từ vốn của đợt nhập này. "
    "Hãy hoàn tác đợt nhập giải ngân trước."
)


def below_paid(lowered, year):
    """{line: message} of the lines that a change (đồng, negative) brings below what was paid."""
    codes = {line[0] for line in lowered}
    plans, paid = (
        model.objects.for_year(year).filter(project__code__in=codes).total_by(*LINE)
        for model in (LedgerEntry, Payment)
    )
    out = {}
    for line, by in lowered.items():
        left = plans.get(line, 0) + by
        if paid.get(line, 0) > left:
            out[line] = message(paid[line], left)
    return out


def message(paid, left):
    return (
        f"Đã giải ngân {millions(paid)} triệu đồng từ vốn này, nhiều hơn {millions(left)} "
        "triệu đồng còn lại sau đính chính. Hãy xem lại số tiền hoặc số giải ngân."
    )


def millions(amount):
    return vietnamese_number(Decimal(amount) / MILLION)


def check_undo(batch):
    """Refused, with the list, when something recorded later rests on this money."""
    mine = live_entries(batch).total_by(*PROJECT_LINE)
    if not mine:
        return
    projects = batch.entries.values("project")
    last = batch.entries.order_by("-pk").values_list("pk", flat=True)[0]
    rows = LedgerEntry.objects.filter(project__in=projects)
    later = rows.filter(pk__gt=last, reverses=None, reversed_by=None).exclude(batch=batch)
    hanging = [(key, words_of(entry)) for *key, entry in lines_of(later) if tuple(key) in mine]
    if hanging:
        raise HangsOn(LATER, listed(hanging))
    left = rows.total_by(*PROJECT_LINE)
    paid = Payment.objects.filter(project__in=projects).total_by(*PROJECT_LINE)
    taken = [
        (key, f"đã giải ngân {millions(paid[key])} triệu đồng")
        for key, amount in mine.items()
        if paid.get(key, 0) > left.get(key, 0) - amount
    ]
    if taken:
        raise HangsOn(PAID, listed(taken))


def lines_of(entries):
    for entry in entries.select_related("batch__file"):
        yield (*(getattr(entry, name) for name in ("project_id", *PROJECT_LINE[1:])), entry)


def words_of(entry):
    source = f"đợt nhập {entry.batch_id}" if entry.batch_id else "ghi tay"
    return (
        f"{entry.get_kind_display().lower()} {millions(entry.amount)} triệu đồng, {source}, "
        f"ngày {entry.effective_on:%d/%m/%Y}"
    )


def listed(hanging):
    """(words, address) of each, by the page of its project."""
    shown = hanging[:MOST_LISTED]
    codes = Project.objects.in_bulk({key[0] for key, _ in shown})
    items = [
        (f"{codes[key[0]].code}: {words}", reverse("disbursement:project", args=[key[0]]))
        for key, words in shown
    ]
    if len(hanging) > MOST_LISTED:
        items.append((f"và {len(hanging) - MOST_LISTED} dòng khác", ""))
    return items
