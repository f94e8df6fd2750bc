"""The story of a project: its own fields, each movement of capital, each payment."""

from dataclasses import replace

from django.urls import reverse

from core.money import format_amount
from core.timeline import MOST, Happening, changes, tells
from jobs.history import of_batch

from .models import Contract, CounterpartRule, Project
from .treasury.history import treasury_happenings


@tells(
    "disbursement.Project",
    "disbursement.LedgerEntry",
    "disbursement.Movement",
    "disbursement.Payment",
    "disbursement.ConstructionArrears",
    "disbursement.Contract",
)
def project_happenings(project):
    entries = project.entries.select_related("decision", "batch", "movement")
    versions = Project.history.filter(id=project.pk)
    contracts = Contract.history.filter(project_id=project.pk)
    return [
        *changes(versions, "công trình, hoạt động"),
        *map(entry_happening, newest(entries)),
        *map(payment_happening, newest(project.payments.select_related("batch"))),
        *map(medium_term_happening, newest(project.medium_term.select_related("decision"))),
        *map(arrears_happening, newest(project.arrears)),
        *changes(contracts, lambda row: f"hợp đồng {row.number}", skip=("project",)),
        *treasury_happenings(project),
    ]


@tells("disbursement.MediumTermEntry")
def medium_term_happenings(rows):
    """Of the plans a person may read, whether of a programme or of a project."""
    return map(medium_term_happening, newest(rows.select_related("decision", "batch")))


@tells("disbursement.CounterpartRule")
def counterpart_happenings(rules):
    versions = CounterpartRule.history.filter(id__in=rules.values("pk"))
    return changes(versions, lambda row: f"mức đối ứng năm {row.plan_year}")


def medium_term_happening(row):
    return Happening(
        row.recorded_at,
        f"Kế hoạch trung hạn {row.first_year}–{row.last_year}",
        row.recorded_by_id,
        new=f"{format_amount(row.amount)} đồng",
        detail=" · ".join(filter(None, [f"theo {row.decision}" if row.decision else "", row.note])),
        **of_batch(row.batch),
    )


def arrears_happening(row):
    return Happening(
        row.recorded_at,
        f"Nợ đọng đến {row.as_of:%d/%m/%Y}",
        row.recorded_by_id,
        new=f"{format_amount(row.amount)} đồng",
        detail=row.note,
    )


def newest(rows):
    return rows.order_by("-recorded_at", "-pk")[:MOST]


def entry_happening(entry):
    detail = [
        f"năm kế hoạch {entry.plan_year}",
        f"hiệu lực {entry.effective_on:%d/%m/%Y}",
        f"theo {entry.decision}" if entry.decision else "",
        entry.note,
    ]
    told = money_happening(entry, entry.get_kind_display(), detail)
    if entry.movement_id is None:
        return told
    address = reverse("disbursement:movement", args=[entry.movement_id])
    return replace(told, file_url=address, file_label="các vế của lần điều chỉnh")


def payment_happening(payment):
    detail = [
        f"năm kế hoạch {payment.plan_year}",
        f"ngày thanh toán {payment.paid_on:%d/%m/%Y}",
        f"chứng từ {payment.voucher}" if payment.voucher else "",
        payment.note,
    ]
    return money_happening(payment, payment.get_kind_display(), detail)


def money_happening(row, kind, detail):
    return Happening(
        row.recorded_at,
        f"Đảo: {kind}" if row.reverses_id else kind,
        row.recorded_by_id,
        new=f"{format_amount(row.amount)} đồng",
        detail=" · ".join(filter(None, detail)),
        **of_batch(row.batch),
    )
