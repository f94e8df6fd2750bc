"""Publishing a work plan: from then on the agencies see their tasks."""

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from core.transitions import InvalidTransition
from jobs.models import AuditEntry
from programs.models import PlanState, WorkPlan

from .models import STANDING_KINDS, AssignmentParty, Part


def plans_for(user):
    """Plans with what is still open about them."""
    plans = WorkPlan.objects.for_user(user)
    led = AssignmentParty.objects.filter(
        assignment=OuterRef("assignments__pk"), part=Part.LEAD, unit__isnull=False
    )
    undated = Q(
        assignments__occurrences__due_on=None,
        assignments__occurrences__waits_for="",
        assignments__occurrences__isnull=False,
    )
    undated &= ~Q(assignments__deadline_kind__in=STANDING_KINDS)
    counted = plans.select_related("document", "issuer").annotate(
        tasks=Count("assignments", distinct=True),
        ownerless=Count("assignments", filter=~Exists(led), distinct=True),
        undated=Count("assignments", filter=undated, distinct=True),
    )
    for plan in counted:
        plan.publish_text = PUBLISH_TEXT.format(plan)
    return counted


PUBLISH_TEXT = (
    "Các cơ quan sẽ nhìn thấy {0.tasks} nhiệm vụ. Còn {0.ownerless} nhiệm vụ chưa rõ cơ quan "
    "chủ trì, {0.undated} nhiệm vụ thiếu thời hạn. Việc này không hoàn tác được."
)


@transaction.atomic
def publish(plan, user):
    """Only one of two clicks publishes; a plan without tasks has nothing to publish."""
    if not plan.assignments.exists():
        raise InvalidTransition("Kế hoạch chưa có nhiệm vụ nào nên chưa ban hành được.")
    moved = WorkPlan.objects.filter(pk=plan.pk, state=PlanState.DRAFT).update(
        state=PlanState.PUBLISHED
    )
    if not moved:
        raise InvalidTransition("Kế hoạch này đã được ban hành trước đó.")
    plan.refresh_from_db()
    AuditEntry.objects.create(
        action="plan.publish",
        actor=user,
        unit=plan.issuer,
        object_label=plan.code,
        detail={"tasks": plan.assignments.count()},
    )
