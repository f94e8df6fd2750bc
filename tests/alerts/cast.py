"""Rows that alerts and start pages are made from: projects with money, tasks, reports owed."""

from datetime import date

from assignments.models import Assignment, AssignmentParty, Occurrence, Part
from disbursement.models import (
    CalendarRule,
    EntryKind,
    LedgerEntry,
    Moment,
    Nature,
    Payment,
    Project,
    RuleKind,
    Source,
)
from programs.models import Component, ComponentKind, PlanState, Program, ProgramKind, WorkPlan
from reporting.models import Obligation, Round

MILLION = 1_000_000
RULE_DAY = date(2023, 6, 30)
VINTAGE = {
    "source": Source.CENTRAL,
    "nature": Nature.INVESTMENT,
    "plan_year": 2023,
    "origin_year": 2023,
    "moment": Moment.START,
}


def make_programme(code="NTM", name="Nông thôn mới", order=1):
    program = Program.objects.create(
        code=code,
        name=f"Chương trình {name}",
        short_name=name,
        kind=ProgramKind.NATIONAL,
        generation="2021-2025",
        valid_from=date(2021, 1, 1),
        order=order,
    )
    return Component.objects.create(
        program=program, code=f"{code}-02", name="Hạ tầng", kind=ComponentKind.CONTENT
    )


def make_rule(unit, last_day=RULE_DAY, warn_days=30):
    return CalendarRule.objects.create(
        unit=unit,
        plan_year=last_day.year,
        kind=RuleKind.ZERO_REVIEW,
        wording="trước 30/6",
        last_day=last_day,
        warn_days=warn_days,
    )


def make_project(code, unit, component, planned=1_000 * MILLION, **extra):
    project = Project.objects.create(
        code=code, name=f"Công trình {code}", kind="works", unit=unit, component=component, **extra
    )
    if planned:
        LedgerEntry.objects.create(
            kind=EntryKind.ALLOTMENT,
            project=project,
            unit=unit,
            component=component,
            amount=planned,
            effective_on=date(2023, 1, 5),
            **VINTAGE,
        )
    return project


def pay(project, amount, on, recorded_at=None, **extra):
    payment = Payment.objects.create(
        project=project, kind="volume", amount=amount, paid_on=on, **{**VINTAGE, **extra}
    )
    if recorded_at:
        Payment._base_manager.filter(pk=payment.pk).update(recorded_at=recorded_at)
    return payment


def make_plan(issuer, state=PlanState.PUBLISHED, code="KH-1"):
    return WorkPlan.objects.create(
        code=code,
        title="Kế hoạch năm",
        issuer=issuer,
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
        state=state,
    )


def make_task(plan, number, due_on, lead=None):
    """The first occurrence of a new task."""
    task = Assignment.objects.create(
        plan=plan,
        section=["I"],
        number=str(number),
        title=f"Nhiệm vụ số {number}",
        deadline_kind="DATE",
        order=number,
    )
    if lead:
        AssignmentParty.objects.create(assignment=task, part=Part.LEAD, unit=lead)
    return Occurrence.objects.create(assignment=task, sequence=1, due_on=due_on)


def make_round(due_on=date(2023, 7, 10)):
    return Round.objects.create(
        kind="half_year",
        period="2023-H1",
        opened_on=date(2023, 7, 1),
        due_on=due_on,
        figures_on=date(2023, 6, 14),
        money_on=date(2023, 6, 30),
    )


def owe(report_round, unit, reviewer, **extra):
    return Obligation.objects.create(
        round=report_round, unit=unit, reviewer=reviewer, due_on=report_round.due_on, **extra
    )
