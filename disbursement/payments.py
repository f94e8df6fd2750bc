"""Hand-typed payments: one voucher at a time, never above what the vintage still has."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from core.columns import MILLION, vietnamese_number
from core.transitions import InvalidTransition

from .models import VINTAGE, LedgerEntry, Payment, PaymentKind, Project


def sums_of_vintage(project, plan_year, vintage):
    """(plan of the year, carried in, paid) of one project's vintage, everything recorded."""
    rows = {"project": project, "plan_year": plan_year, **vintage}
    planned = LedgerEntry.objects.filter(**rows).total() or 0
    paid = Payment.objects.filter(**rows).total() or 0
    is_carried = vintage["origin_year"] < plan_year
    return (0, planned, paid) if is_carried else (planned, 0, paid)


def outstanding_advance(project, plan_year, vintage):
    rows = Payment.objects.filter(project=project, plan_year=plan_year, **vintage)
    kinds = (PaymentKind.ADVANCE, PaymentKind.RECOVERY)
    return rows.filter(kind__in=kinds).aggregate(total=Sum("amount"))["total"] or 0


@transaction.atomic
def record_payment(project, *, kind, amount, paid_on: date, plan_year, user, voucher="", **vintage):
    """Appends one payment; an advance taken back (thu hồi) is kept as a negative amount."""
    Project.objects.select_for_update().get(pk=project.pk)
    facts = {"kind": kind, "paid_on": paid_on, "voucher": voucher, "plan_year": plan_year}
    _check_once(project, **facts, **vintage)
    _check_not_in_extract(project, paid_on, plan_year, vintage)
    if kind == PaymentKind.RECOVERY:
        _check_recovery(outstanding_advance(project, plan_year, vintage), amount)
        amount = -amount
    else:
        _check_plan(*sums_of_vintage(project, plan_year, vintage), amount)
    return Payment.objects.create(
        project=project,
        kind=kind,
        amount=amount,
        paid_on=paid_on,
        plan_year=plan_year,
        recorded_by=user,
        voucher=voucher,
        **{name: vintage[name] for name in VINTAGE},
    )


def _check_once(project, *, voucher, **facts):
    """A second click, or the same voucher typed by two people, is not a second payment."""
    same = Payment.objects.filter(
        project=project, voucher=voucher, reverses=None, reversed_by=None, **facts
    )
    if voucher and same.exists():
        raise InvalidTransition(f"Chứng từ {voucher} của công trình này đã được ghi trước đó.")


def _check_not_in_extract(project, paid_on, plan_year, vintage):
    """What the Treasury's cumulative figure already holds is not added a second time."""
    extract = (
        Payment.objects.filter(
            project=project,
            plan_year=plan_year,
            paid_on__gte=paid_on,
            reported_cumulative__isnull=False,
            reverses=None,
            reversed_by=None,
            **vintage,
        )
        .order_by("paid_on")
        .first()
    )
    if extract:
        raise InvalidTransition(
            f"Số lũy kế của Kho bạc chốt ngày {extract.paid_on:%d/%m/%Y} đã gồm các khoản chi đến "
            f"ngày đó, nên không ghi thêm chứng từ ngày {paid_on:%d/%m/%Y}."
        )


def _check_plan(planned, carried, paid, amount):
    if paid + amount <= planned + carried:
        return
    raise InvalidTransition(
        f"Giải ngân lũy kế {_millions(paid + amount)} triệu đồng vượt kế hoạch "
        f"{_millions(planned + carried)} triệu đồng (gồm {_millions(carried)} chuyển nguồn). "
        f"Số còn được chi là {_millions(planned + carried - paid)} triệu đồng."
    )


def _check_recovery(outstanding, amount):
    if amount > outstanding:
        raise InvalidTransition(
            f"Thu hồi tạm ứng {_millions(amount)} triệu đồng lớn hơn số tạm ứng chưa thu hồi "
            f"{_millions(outstanding)} triệu đồng. Hãy xem lại chứng từ."
        )


def _millions(amount):
    """Exact: thousands with dots, đồng kept as decimals of a million."""
    return vietnamese_number(Decimal(amount) / MILLION)
