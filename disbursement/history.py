"""The story of a project: its own fields, each movement of capital, each payment."""

from core.money import format_amount
from core.timeline import MOST, Happening, changes, tells
from jobs.history import of_batch

from .models import Project


@tells("disbursement.Project", "disbursement.LedgerEntry", "disbursement.Payment")
def project_happenings(project):
    return [
        *changes(Project.history.filter(id=project.pk), "công trình, hoạt động"),
        *map(entry_happening, newest(project.entries.select_related("decision", "batch"))),
        *map(payment_happening, newest(project.payments.select_related("batch"))),
    ]


def newest(rows):
    return rows.order_by("-recorded_at", "-pk")[:MOST]


def entry_happening(entry):
    detail = [
        f"năm kế hoạch {entry.plan_year}",
        f"hiệu lực {entry.effective_on:%d/%m/%Y}",
        f"theo {entry.decision}" if entry.decision else "",
        entry.note,
    ]
    return money_happening(entry, entry.get_kind_display(), detail)


def payment_happening(payment):
    detail = [
        f"năm kế hoạch {payment.plan_year}",
        f"ngày thanh toán {payment.paid_on:%d/%m/%Y}",
        f"chứng từ {payment.voucher}" if payment.voucher else "",
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
