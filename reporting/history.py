"""The stories of a report, of its period's locks, and of the consolidated report."""

from core.timeline import MOST, Happening, tells
from jobs.history import audited
from jobs.models import AuditEntry, Job, JobState
from periods.models import LockException, PeriodLock

from .models import NarrativeSection
from .wording import PARAGRAPHS

TITLES = PARAGRAPHS | {section.value: section.label for section in NarrativeSection}


@tells("reporting.Report", "reporting.ReportEvent", "periods.Submission")
def report_happenings(report):
    """Each step with the receipt and the reason given."""
    for event in report.events.order_by("-pk")[:MOST]:
        yield Happening(
            event.at,
            event.get_kind_display(),
            event.actor_id,
            new=f"lần nộp {event.revision}",
            detail=" · ".join(
                filter(None, [event.receipt and f"mã {event.receipt}", event.reason])
            ),
            mark="late" if event.kind == "returned" else "",
        )
    if report.submission:
        made = report.submission
        yield Happening(made.created_at, "Bắt đầu bộ số liệu", made.created_by_id)


@tells("periods.PeriodLock", "periods.LockException")
def lock_happenings(unit, period):
    """When the period's figures were closed for the unit, and by whose leave opened again."""
    locks = PeriodLock.objects.filter(period=period, unit=unit)
    for lock in locks:
        yield Happening(lock.locked_at, "Khóa kỳ", lock.locked_by_id, detail=lock.reason)
    for one in LockException.objects.filter(lock__period=period, unit=unit).select_related("lock"):
        yield Happening(
            one.lock.locked_at,
            "Cho phép ghi khi kỳ đã khóa",
            one.granted_by_id,
            new=f"đến hết {one.until:%d/%m/%Y}",
            detail=one.reason,
        )


@tells("reporting.Consolidated", "jobs.AuditEntry", "jobs.Job")
def consolidated_happenings(draft):
    """Built from which state of the sources, reworded from what to what, approved."""
    built = Job.objects.filter(
        kind="build_consolidated", payload__consolidated=draft.pk, state=JobState.DONE
    )
    for job in built.order_by("-pk")[:MOST]:
        yield Happening(job.finished_at, "Tổng hợp số liệu", job.created_by_id)
    edits = AuditEntry.objects.filter(action="consolidated.edit", detail__draft=draft.pk)
    yield from audited(edits, {"edit": "Sửa lời văn"}, edit_words)
    if draft.approved_at:
        yield Happening(draft.approved_at, "Duyệt và chốt báo cáo", draft.approved_by_id)


def edit_words(entry):
    detail = entry.detail
    return {
        "old": short(detail["old"]) or "lời sinh từ số liệu",
        "new": short(detail["new"]) or "lời sinh từ số liệu",
        "detail": TITLES.get(detail["key"], detail["key"]),
    }


def short(text):
    return text if len(text) <= 160 else f"{text[:160].rstrip()}…"
