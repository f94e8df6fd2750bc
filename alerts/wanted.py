"""What should be warned of on a day, rule by rule, and why a warning is no longer true.

Each finder reads data and date alone, never the alerts; each reason is asked only for alerts that
are about to close. The number of queries does not depend on the number of rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, F, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from assignments.models import AssignmentParty, Occurrence, Part
from core.clock import VIETNAM
from disbursement.calendar import Stage, rules_in_play, stage_on, zero_projects
from disbursement.models import Moment, Payment, RuleKind
from programs.models import PlanState
from reporting.models import Obligation

from .models import Alert, AlertRule, Policy

TITLE_ROOM = 400


@dataclass(frozen=True)
class Wanted:
    """An alert that the data of the day call for."""

    subject: str
    due_on: date
    unit_id: int
    title: str
    url: str
    amount: int | None = None
    program_code: str = ""

    @property
    def key(self) -> tuple[str, date]:
        return self.subject, self.due_on


def id_of(subject: str) -> int:
    """ "project:12:2023" -> 12."""
    return int(subject.split(":")[1])


def zero_disbursement(
    today: date, known_at: datetime | None, policy: Policy | None
) -> list[Wanted]:
    """Money given at the start of the year that stands at 0 %, from some days before its day."""
    found = []
    for rule in rules_in_play(today).filter(kind=RuleKind.ZERO_REVIEW):
        days_before = rule.warn_days if policy is None else policy.days_before
        is_closed = stage_on(rule.last_day, rule.plan_year, today) == Stage.CLOSED
        if is_closed or today < rule.last_day - timedelta(days=days_before):
            continue
        found += [
            Wanted(
                f"project:{project.pk}:{rule.plan_year}",
                rule.last_day,
                project.unit_id,
                f"{project.name}: vốn giao đầu năm {rule.plan_year} chưa giải ngân"[:TITLE_ROOM],
                reverse("disbursement:project", args=[project.pk]),
                project.left,
                project.program_code,
            )
            for project in zero_projects(rule, today, known_at).annotate(
                program_code=F("component__program__code")
            )
        ]
    return found


def assignment_overdue(
    today: date, known_at: datetime | None, policy: Policy | None
) -> list[Wanted]:
    """Published tasks past their day; the alert goes to the first lead, else to the issuer."""
    lead = AssignmentParty.objects.filter(
        assignment=OuterRef("assignment"), part=Part.LEAD, unit__isnull=False
    ).order_by("pk")
    rows = (
        Occurrence.objects.filter(assignment__plan__state=PlanState.PUBLISHED)
        .overdue(today + days_of(policy))
        .annotate(
            responsible=Coalesce(
                Subquery(lead.values("unit")[:1]),
                F("assignment__plan__issuer"),
                output_field=BigIntegerField(),
            )
        )
        .values_list(
            "pk",
            "due_on",
            "responsible",
            "assignment",
            "assignment__title",
            "assignment__program__code",
        )
    )
    return [
        Wanted(
            f"occurrence:{pk}",
            due_on,
            unit,
            title[:TITLE_ROOM],
            reverse("assignments:detail", args=[assignment]),
            None,
            program or "",
        )
        for pk, due_on, unit, assignment, title, program in rows
    ]


def report_overdue(today: date, known_at: datetime | None, policy: Policy | None) -> list[Wanted]:
    rows = Obligation.objects.missing(today + days_of(policy)).select_related("round")
    return [
        Wanted(
            f"obligation:{row.pk}",
            row.due_on,
            row.unit_id,
            f"{row.round}: chưa nộp",
            reverse("reporting:fill", args=[row.pk]),
        )
        for row in rows
    ]


def days_of(policy: Policy | None) -> timedelta:
    return timedelta(days=policy.days_before if policy else 0)


def why_money_closed(alerts: Iterable[Alert], today: date) -> dict[int, str]:
    """Paid in time but entered late is said so: the figures of that day did not know it."""
    projects = {id_of(alert.subject) for alert in alerts}
    paid = {
        (project, year): (first_paid, recorded)
        for project, year, first_paid, recorded in Payment.objects.filter(
            project__in=projects, moment=Moment.START, origin_year=F("plan_year"), amount__gt=0
        )
        .order_by()
        .values_list("project", "plan_year")
        .annotate(first_paid=Min("paid_on"), recorded=Min("recorded_at"))
    }
    return {alert.pk: _money_reason(alert, paid) for alert in alerts}


def _money_reason(alert, paid):
    _, project, year = alert.subject.split(":")
    first_paid, recorded = paid.get((int(project), int(year)), (None, None))
    if first_paid is None:
        return "vốn đã được điều chỉnh, không còn phải giải ngân"
    if first_paid > alert.due_on:
        return "đã hết vốn phải giải ngân, hoặc đã khép năm ngân sách"
    late = (recorded.astimezone(VIETNAM).date() - alert.due_on).days
    return f"đã giải ngân (nhập muộn {late} ngày)" if late > 0 else "đã giải ngân"


def why_assignment_closed(alerts: Iterable[Alert], today: date) -> dict[int, str]:
    rows = Occurrence.objects.in_bulk([id_of(alert.subject) for alert in alerts])
    return {
        alert.pk: _deadline_reason(
            rows.get(id_of(alert.subject)),
            alert,
            "đã hoàn thành",
            "không còn trong kế hoạch đã ban hành",
        )
        for alert in alerts
    }


def why_report_closed(alerts: Iterable[Alert], today: date) -> dict[int, str]:
    rows = Obligation.objects.in_bulk([id_of(alert.subject) for alert in alerts])
    return {
        alert.pk: _deadline_reason(
            rows.get(id_of(alert.subject)), alert, "đã nộp", "được miễn báo cáo kỳ này"
        )
        for alert in alerts
    }


def _deadline_reason(row, alert, done, gone):
    if row is None:
        return gone
    if row.done_on:
        return f"{done} ngày {row.done_on:%d/%m/%Y}"
    if row.due_on is None:
        return "thời hạn đã bỏ"
    if row.due_on != alert.due_on:
        return f"thời hạn đã đổi thành {row.due_on:%d/%m/%Y}"
    return gone


FINDERS = {
    AlertRule.ZERO_DISBURSEMENT: (zero_disbursement, why_money_closed),
    AlertRule.ASSIGNMENT_OVERDUE: (assignment_overdue, why_assignment_closed),
    AlertRule.REPORT_OVERDUE: (report_overdue, why_report_closed),
}
