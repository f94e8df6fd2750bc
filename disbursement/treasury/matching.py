"""A person says which project of ours a Treasury's code means; it is remembered, and undone."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.transitions import InvalidTransition
from jobs.models import AuditEntry

from ..closing import lock_books, refuse_closed
from ..models import VINTAGE, GapNote, MatchKind, Payment, ProjectAlias, TreasuryLine
from .posting import (
    CREATED,
    UPDATED,
    KnownPayments,
    key_of,
    later_reports,
    live,
    payments_of,
    plans_of,
    reversal_of,
)


@transaction.atomic
def match_line(line, project, user):
    """Every waiting line of this code becomes the project's; returns how many.

    The code is remembered for extracts to come. What snapshots alone keep is posted at once, in
    the order of the days; a line with vouchers beside it waits on the reconciliation page.
    """
    lock_books(line.unit)
    same = TreasuryLine.objects.standing().waiting().filter(unit=line.unit, code=line.code)
    lines = list(same.select_for_update(of=("self",)).order_by("as_of", "pk"))
    if line.pk not in {one.pk for one in lines}:
        raise InvalidTransition(
            f"Dòng mã “{line.code}” vừa được ghép hoặc không còn chờ ghép. Hãy tải lại trang."
        )
    for year in sorted({one.plan_year for one in lines}):
        refuse_closed(project.unit, year)
    check_free(lines, project)
    facts = {"project": project, "matched_by": user, "matched_at": timezone.now()}
    same.exclude(pk=line.pk).update(match=MatchKind.REMEMBERED, **facts)
    same.filter(pk=line.pk).update(match=MatchKind.PERSON, **facts)
    ProjectAlias.objects.update_or_create(
        unit=line.unit,
        text=line.code,
        defaults={"project": project, "confirmed_by": user, "confirmed_at": timezone.now()},
    )
    for one in lines:
        one.project = project
        post_snapshot(one, user)
    note(line, project, "treasury.match", user, len(lines))
    return len(lines)


def check_free(lines, project):
    """One file cannot say two figures about the same money of a project."""
    for line in lines:
        vintage = {name: getattr(line, name) for name in VINTAGE}
        other = TreasuryLine.objects.filter(batch=line.batch_id, project=project, **vintage).first()
        if other:
            raise InvalidTransition(
                f"Dòng {other.number} của đợt nhập {line.batch_id} đã là của {project.code}, cùng "
                "nguồn, tính chất, năm gốc. Hãy chọn công trình khác hoặc bỏ ghép dòng đó."
            )


def post_snapshot(line, user):
    """As at the import itself, had the code been known then."""
    known = KnownPayments(line.plan_year, line.as_of, project=line.project_id)
    row = {"cumulative": line.cumulative, "project": line.project_id}
    row |= {name: getattr(line, name) for name in VINTAGE}
    known.compare(row)
    if row["state"] in (CREATED, UPDATED):
        plan = plans_of(line.plan_year, project=line.project_id).get(key_of(line)) or 0
        is_over = line.cumulative > plan
        for payment in payments_of(line, known, user=user, is_over_plan=is_over):
            payment.save()


@transaction.atomic
def unmatch_line(line, user):
    """Takes back a person's match of a code, while nothing hangs on it; returns how many lines."""
    lock_books(line.unit)
    by_person = Q(match=MatchKind.PERSON) | Q(match=MatchKind.REMEMBERED)
    rows = TreasuryLine.objects.filter(by_person, unit=line.unit, code=line.code)
    lines = list(rows.filter(project=line.project_id).select_for_update(of=("self",)))
    if line.project_id is None or line.pk not in {one.pk for one in lines}:
        raise InvalidTransition(
            "Dòng này không còn ở trạng thái đã ghép bằng tay. Hãy tải lại trang."
        )
    refuse_closed(line.project.unit, line.plan_year)
    payments = list(live(Payment.objects).filter(treasury_line__in=lines).select_related("project"))
    if hanging := hangs_on(lines, payments):
        raise InvalidTransition(
            f"Chưa bỏ ghép được “{line.code}” vì còn: {'; '.join(hanging)}. "
            "Hãy hoàn tác các việc đó trước."
        )
    Payment.objects.bulk_create(
        reversal_of(payment, user, f"bỏ ghép mã {line.code}") for payment in payments
    )
    ProjectAlias.objects.filter(unit=line.unit, text=line.code).delete()
    note(line, line.project, "treasury.unmatch", user, len(lines))
    return rows.filter(pk__in=[one.pk for one in lines]).update(
        project=None, match="", matched_by=None, matched_at=None
    )


def hangs_on(lines, payments):
    """What would lose its ground: posts and reasons of persons, figures compared with these."""
    found = [
        f"bút toán ghi theo Kho bạc ngày {payment.paid_on:%d/%m/%Y}"
        for payment in payments
        if payment.batch_id is None
    ]
    keys = {key_of(line) for line in lines}
    matched = min((line.matched_at for line in lines if line.matched_at), default=None)
    notes = GapNote.objects.filter(project=lines[0].project_id)
    if matched:
        notes = notes.filter(recorded_at__gte=matched)
    found += [
        f"giải trình ngày {timezone.localtime(one.recorded_at):%d/%m/%Y}"
        for one in notes
        if key_of(one) in keys
    ]
    return found + [f"đợt nhập {row.batch_id} ghi sau" for row in later_reports(payments)]


def note(line, project, action, user, count):
    AuditEntry.objects.create(
        action=action,
        actor=user,
        unit=project.unit,
        object_label=project.code,
        detail={"code": line.code, "lines": count, "batch": line.batch_id},
    )
