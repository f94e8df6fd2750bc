"""From a checked form to rows, and from submitted rows to official figures."""

from organizations.models import Unit
from periods.models import PeriodLock, why_locked
from targets.models import Progress

from .models import Narrative, ReportedMoney


def why_not_now(report, today):
    """Why a report cannot be sent on that day, in words; empty when it can."""
    return why_locked(report.unit, report.round.period, today) or report.round.why_not_yet(today)


def submit_report(report, sheet, user, *, on):
    """Freezes what was typed and appends its figures; the sheet must have passed its check."""
    report.submit(
        user, on=on, write_rows=lambda sent: write_rows(sent, sheet, user), frozen=sheet.frozen()
    )


def write_rows(report, sheet, user):
    for row in sheet.targets:
        Progress.objects.record(
            indicator=row.target.indicator,
            unit=report.unit,
            period=report.round.period,
            value=row.value.value,
            note=row.note.value or "",
            as_of=report.round.figures_on,
            user=user,
            submission=report.submission,
        )
    ReportedMoney.objects.bulk_create(
        ReportedMoney(
            submission=report.submission,
            revision=report.revision,
            program=row.program,
            nature=row.nature,
            paid=row.reported.value,
            forecast=row.forecast.value,
        )
        for row in sheet.money
    )
    Narrative.objects.bulk_create(
        Narrative(
            submission=report.submission,
            revision=report.revision,
            section=row.section,
            text=row.cell.value,
        )
        for row in sheet.texts
        if row.cell.value
    )


def latest_progress(report):
    """The rows of the last submission: of each figure the newest revision it wrote."""
    newest = {}
    rows = Progress.objects.filter(submission=report.submission).order_by("revision")
    for row in rows.select_related("indicator"):
        newest[row.indicator_id] = row
    return list(newest.values())


def accept_report(report, user, *, on):
    report.accept(user, on=on, publish=lambda taken: publish(taken, user))


def publish(report, user):
    """Makes exactly what was submitted official, and closes the period for the unit."""
    Progress.objects.make_official(latest_progress(report))
    for rows in (report.submission.money, report.submission.narratives):
        rows.update(is_official=False)
        rows.filter(revision=report.revision).update(is_official=True)
    PeriodLock.objects.get_or_create(
        period=report.round.period,
        unit=Unit.objects.get(pk=report.obligation.unit_id),
        defaults={"reason": "báo cáo của kỳ này đã được chấp nhận", "locked_by": user},
    )
