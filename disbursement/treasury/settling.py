"""What a person does about a difference: post the Treasury's figure, take it back, explain it."""

from django.db import transaction

from core.transitions import InvalidTransition
from jobs.models import AuditEntry

from ..closing import lock_books, refuse_closed
from ..models import VINTAGE, GapNote, Payment, Project, TreasuryLine
from .gaps import gap_at
from .posting import later_reports, live, payment_for, plans_of, reversal_of

CHANGED = "Số liệu đã thay đổi từ lúc mở trang. Hãy tải lại trang và xem lại chênh lệch."


@transaction.atomic
def post_line(line, *, difference, reason, user):
    """Our books take over the Treasury's figure: one appended payment that names the line.

    `difference` is what the person saw; whoever comes second finds another and is told.
    """
    project = line.project
    if project is None:
        raise InvalidTransition("Dòng chưa ghép với công trình nào nên chưa ghi được.")
    lock_money(project, line.plan_year)
    gap = gap_of_line(line)
    if gap is None or gap.line != line.pk:
        raise InvalidTransition(
            "Kho bạc đã có số mới hơn cho nguồn vốn này. Hãy tải lại trang và ghi theo số mới."
        )
    if gap.difference == 0:
        raise InvalidTransition("Số của cổng đã khớp với Kho bạc, không còn gì để ghi.")
    if gap.difference != difference:
        raise InvalidTransition(CHANGED)
    plan = plans_of(line.plan_year, project=project).get(gap.key) or 0
    payment = payment_for(
        line,
        -gap.difference,
        user,
        batch_id=None,
        note=reason[:300],
        is_over_plan=line.cumulative > plan,
    )
    payment.save()
    noted(project, "treasury.post", user, {"line": line.pk, "amount": payment.amount})
    return payment


@transaction.atomic
def take_back(payment, *, reason, user):
    """A post by the Treasury's figure is reversed; the difference stands again."""
    project = payment.project
    lock_money(project, payment.plan_year)
    held = live(Payment.objects).filter(pk=payment.pk, batch=None, treasury_line__isnull=False)
    if not held.exists():
        raise InvalidTransition("Bút toán này đã được đảo, hoặc không phải ghi theo Kho bạc.")
    if later := later_reports([payment]):
        raise InvalidTransition(
            f"Chưa đảo được: số Kho bạc ngày {later[-1].paid_on:%d/%m/%Y} ghi sau đã tính trên bút "
            "toán này. Hãy hoàn tác số đó trước."
        )
    back = reversal_of(payment, user, reason[:300])
    back.save()
    noted(project, "treasury.take_back", user, {"payment": payment.pk, "amount": back.amount})
    return back


@transaction.atomic
def explain_gap(project, year, vintage, day, *, difference, reason, text, user):
    """A reason for exactly the difference the person saw, standing until that changes."""
    lock_books(project.unit)
    gap = gap_at(project, year, vintage, day)
    if gap is None or gap.difference == 0:
        raise InvalidTransition("Số của cổng đã khớp với Kho bạc, không cần giải trình.")
    if gap.difference != difference:
        raise InvalidTransition(CHANGED)
    return GapNote.objects.create(
        project=project,
        plan_year=year,
        as_of=gap.as_of,
        reported=gap.reported or 0,
        booked=gap.booked or 0,
        reason=reason,
        text=text,
        recorded_by=user,
        **dict(zip(VINTAGE, gap.vintage, strict=True)),
    )


def lock_money(project, year):
    """Whoever writes money of these works waits; a closed year refuses."""
    lock_books(project.unit)
    Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    refuse_closed(project.unit, year)


def gap_of_line(line):
    """Of all that stands today, whatever day the page was opened for."""
    newest = TreasuryLine.objects.standing().filter(
        project=line.project_id, plan_year=line.plan_year
    )
    last = newest.order_by("-as_of").values_list("as_of", flat=True).first()
    key = [getattr(line, name) for name in VINTAGE]
    return gap_at(line.project, line.plan_year, key, last) if last else None


def noted(project, action, user, detail):
    AuditEntry.objects.create(
        action=action, actor=user, unit=project.unit, object_label=project.code, detail=detail
    )
