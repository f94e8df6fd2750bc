"""Hand-typed payments: one voucher at a time, never above what the vintage still has."""

from datetime import date

from django.db import transaction
from django.db.models import Sum

from core.transitions import InvalidTransition

from .acts import last_day
from .closing import lock_books, refuse_closed
from .limits import millions, minus, paid_of_line, plan_of_line, plus, shortfall
from .models import VINTAGE, Funding, Payment, PaymentKind, Project


def outstanding_advance(project, plan_year, vintage):
    rows = Payment.objects.filter(project=project, plan_year=plan_year, **vintage)
    kinds = (PaymentKind.ADVANCE, PaymentKind.RECOVERY)
    return rows.filter(kind__in=kinds).aggregate(total=Sum("amount"))["total"] or 0


@transaction.atomic
def record_payment(project, *, kind, amount, paid_on: date, plan_year, user, voucher="", **vintage):
    """Appends one payment; an advance taken back (thu hồi) is kept as a negative amount."""
    vintage = {"funding": Funding.DOMESTIC} | vintage
    lock_books(project.unit_id)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    _check_open(project.unit_id, plan_year, paid_on)
    facts = {"kind": kind, "paid_on": paid_on, "voucher": voucher, "plan_year": plan_year}
    check_once(project, **facts, **vintage)
    check_not_in_extract(project, paid_on, plan_year, vintage)
    if kind == PaymentKind.RECOVERY:
        _check_recovery(outstanding_advance(project, plan_year, vintage), amount)
        amount = -amount
    else:
        _check_plan((project.pk, plan_year, *(vintage[n] for n in VINTAGE)), paid_on, amount)
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


def check_once(project, *, voucher, **facts):
    """A second click, or the same voucher typed by two people, is not a second payment."""
    same = Payment.objects.filter(
        project=project, voucher=voucher, reverses=None, reversed_by=None, **facts
    )
    if voucher and same.exists():
        raise InvalidTransition(f"Chứng từ {voucher} của công trình này đã được ghi trước đó.")


def check_not_in_extract(project, paid_on, plan_year, vintage):
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


def _check_open(unit, plan_year, paid_on):
    refuse_closed(unit, plan_year)
    if paid_on > last_day(plan_year):
        raise InvalidTransition(
            f"Vốn năm {plan_year} chỉ chi đến hết {last_day(plan_year):%d/%m/%Y}. "
            "Khoản chi sau ngày ấy thuộc vốn đã chuyển nguồn sang năm sau."
        )


def _check_plan(line, paid_on, amount):
    """At the end of the day of payment and of every later day, not only in total."""
    plan, paid = plan_of_line(line), paid_of_line(line)
    left = minus(plan, paid)
    found = shortfall(left, plus(left, {paid_on: -amount}))
    if found is None:
        return
    held = sum(total for day, total in plan.items() if day <= found.day)
    is_carried = line[2 + VINTAGE.index("origin_year")] < line[1]
    raise InvalidTransition(
        f"Giải ngân lũy kế {millions(held - found.after)} triệu đồng vượt kế hoạch "
        f"{millions(held)} triệu đồng (gồm {millions(held if is_carried else 0)} chuyển nguồn) "
        f"đến ngày {found.day:%d/%m/%Y}. Số còn được chi là {millions(found.before)} triệu đồng."
    )


def _check_recovery(outstanding, amount):
    if amount > outstanding:
        raise InvalidTransition(
            f"Thu hồi tạm ứng {millions(amount)} triệu đồng lớn hơn số tạm ứng chưa thu hồi "
            f"{millions(outstanding)} triệu đồng. Hãy xem lại chứng từ."
        )
