"""The story of a task: given by its plan, reported on; and of a plan: imported, published."""

from django.urls import reverse

from core.timeline import MOST, UNSIGNED, Happening, day_moment, tells
from jobs.history import audited
from jobs.models import AuditEntry, Batch


@tells("assignments.AssignmentUpdate", "assignments.Assignment")
def task_happenings(task, updates):
    """`updates` as the page has loaded them, newest first."""
    before = {row.pk: older for row, older in zip(updates, [*updates[1:], None], strict=False)}
    for update in updates[:MOST]:
        older = before[update.pk]
        yield Happening(
            update.at,
            "Tiến độ",
            update.actor_id,
            old=f"{older.percent} %" if older else "",
            new=f"{update.percent} %",
            detail=" · ".join(filter(None, [update.note, f"đến ngày {update.on:%d/%m/%Y}"])),
            file_url=evidence_url(update) if update.evidence else "",
            file_label=update.evidence.name if update.evidence else "",
            mark="now" if update.percent == 100 else "",
        )
    yield from given(task)


def evidence_url(update):
    return reverse("assignments:evidence", args=[update.assignment_id, update.pk])


def given(task):
    """The first line of every task's story."""
    document = task.plan.document
    if document and document.issued_on:
        yield Happening(
            day_moment(document.issued_on),
            f"Giao nhiệm vụ theo {task.plan.title}",
            UNSIGNED,
            detail=task.place,
        )


@tells("programs.WorkPlan", "jobs.AuditEntry", "jobs.Batch")
def plan_happenings(plan):
    """Only imports that were applied: what was merely looked at changed nothing."""
    batches = Batch.objects.filter(kind="tasks", params__plan=plan.code, applied_at__isnull=False)
    for batch in batches.select_related("file").order_by("-pk")[:MOST]:
        yield Happening(
            batch.applied_at,
            "Nhập phụ lục",
            batch.created_by_id,
            detail=batch.get_state_display(),
            file_url=reverse("jobs:batch", args=[batch.pk]),
            file_label=batch.file.name,
        )
    entries = AuditEntry.objects.filter(action="plan.publish", object_label=plan.code)
    yield from audited(entries, {"publish": "Ban hành kế hoạch"})
