"""When the demo's events were recorded: on the days they tell of, not on the day of the seeding.

The portal writes such rows once and never edits them; the seeding gives them their past while it
makes them, through querysets without that guard.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from assignments.models import AssignmentUpdate
from documents.models import IssuedDocument
from jobs.models import AuditEntry
from notices.models import Notice, NoticeKind
from periods.models import PeriodLock, Submission
from reporting.models import Consolidated, Report, ReportEvent, ReportState, Round
from targets.models import Progress

HALF_YEAR_ENDS = date(2023, 6, 30)
URGED = date(2023, 7, 3)


def moment(day, hour, minutes=0):
    return timezone.make_aware(datetime.combine(day, time(hour))) + timedelta(minutes=minutes)


def tell_the_past():
    past(AssignmentUpdate, lambda row: {"at": moment(row.on, 16, row.pk % 50)})
    past(ReportEvent, lambda row: {"at": moment(row.on, 14, row.pk % 170)})
    begun = {row.submission_id: row for row in Report.objects.exclude(submission=None)}
    past(Submission, lambda row: {"created_at": begun_at(begun.get(row.pk))})
    past(Progress, lambda row: {"recorded_at": progress_at(row, begun.get(row.submission_id))})
    past(Report, lambda row: {"saved_at": begun_at(row)})
    past(PeriodLock, lock_moment)
    past(Consolidated, lambda row: approval_of(row) if row.document else {})
    documents = {row.pk: row for row in IssuedDocument.objects.exclude(issued_on=None)}
    past(IssuedDocument, lambda row: {"created_at": moment(row.issued_on, 9)}, documents)
    past(AuditEntry, lambda row: entry_moment(row, documents, begun))
    past(Notice, notice_moments)


def past(model, moments, only=None):
    """Gives each row its moments; the model's own queryset may forbid it."""
    rows = QuerySet(model)
    for row in rows if only is None else rows.filter(pk__in=only):
        if changes := moments(row):
            rows.filter(pk=row.pk).update(**changes)


def step_of(report, kind=ReportState.SUBMITTED):
    return report.events.filter(kind=kind).first() if report else None


def begun_at(report):
    """A report is begun in the morning of the day it is sent, or of the last day of its period."""
    sent = step_of(report)
    return moment(sent.on if sent else HALF_YEAR_ENDS, 8, 5)


def progress_at(row, report):
    sent = step_of(report)
    return sent.at if sent else moment(row.as_of, 17)


def lock_moment(lock):
    """A report's acceptance closes its period for the unit."""
    reports = Report.objects.filter(submission__unit=lock.unit, submission__period=lock.period)
    accepted = step_of(reports.first(), ReportState.ACCEPTED)
    return {"locked_at": accepted.at} if accepted else {}


def approval_of(draft):
    day = draft.document.issued_on
    return {"built_at": moment(day, 8, 30), "approved_at": moment(day, 9)} if day else {}


def entry_moment(entry, documents, begun):
    document = documents.get(entry.detail.get("document"))
    if document:
        return {"at": moment(document.issued_on, 9 if entry.action == "document.issue" else 10)}
    report = next((row for row in begun.values() if row.pk == entry.detail.get("report")), None)
    return {"at": begun_at(report)} if report else {}


def notice_moments(notice):
    """An opening is announced on its day; what the head and the reviewer wrote stands in 7/2023."""
    if notice.kind == NoticeKind.OPENED:
        rounds = {str(row): row.due_on - timedelta(days=28) for row in Round.objects.all()}
        day = next((day for name, day in rounds.items() if name in notice.subject), HALF_YEAR_ENDS)
    else:
        day = date(2023, 7, 1) if notice.kind == NoticeKind.RETURNED else URGED
    at = moment(day, 8, notice.pk % 40)
    return {"created_at": at} | ({"read_at": at + timedelta(hours=6)} if notice.read_at else {})
