"""The consolidated figures of a round: money from the ledger, targets and words from reports.

Every part keeps where it came from (report and unit), so a number on the page opens its source.
Amounts are whole đồng; rates and values are decimal text, so that the dict can be kept as JSON.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Max

from assignments.models import AssignmentUpdate, Occurrence
from core.deadlines import DeadlineStage
from core.money import rate
from core.periods import Period
from disbursement.figures import (
    Denominator,
    by_place,
    cumulative_by_month,
    grouped,
    open_books,
)
from disbursement.models import LedgerEntry, Nature, Payment
from programs.models import PlanState, Program
from targets.models import NUMERIC, Aggregation, Operator, Progress, Target

from .models import (
    Narrative,
    NarrativeSection,
    Obligation,
    Report,
    ReportEvent,
    ReportState,
)

OVER = Denominator.WITH_CARRY


def consolidated_figures(report_round, committee, *, today, known_at):
    """All figures of a committee's report of a round, as JSON-able values."""
    # Read before the figures: what comes in meanwhile shows as newer than they are.
    built_from = source_marks(report_round, committee.unit)
    reports = sent_reports(report_round)
    money = money_figures(report_round, committee.unit, known_at)
    return {
        "period": report_round.period,
        "figures_on": report_round.figures_on.isoformat(),
        "money_on": report_round.money_on.isoformat(),
        "known_at": known_at.isoformat(),
        "built_from": built_from,
        "denominator": OVER.label,
        "money": money,
        "targets": target_figures(report_round, committee.unit, reports, money),
        "tasks": task_figures(committee.unit, report_round.money_on),
        "reports": report_figures(report_round, today),
        "texts": collected_texts(reports),
    }


def source_marks(report_round, unit):
    """How far the rows behind a consolidated report reach: it differs as soon as one is added."""
    year = Period.parse(report_round.period).year
    sources = (
        ReportEvent.objects.filter(report__obligation__round=report_round),
        LedgerEntry.objects.for_year(year),
        Payment.objects.for_year(year),
        Progress.objects.filter(unit=unit, period=report_round.period),
        AssignmentUpdate.objects.filter(assignment__plan__issuer=unit),
    )
    return "-".join(str(rows.aggregate(last=Max("pk"))["last"] or 0) for rows in sources)


def sent_reports(report_round):
    """Submitted and accepted reports with their units, in order of the units' names."""
    return list(
        Report.objects.filter(
            obligation__round=report_round,
            state__in=[ReportState.SUBMITTED, ReportState.ACCEPTED],
        )
        .select_related("obligation__unit", "submission")
        .order_by("obligation__unit__sort_key")
    )


def money_line(figure):
    percent = figure.rate(OVER)
    return {
        "planned": figure.planned,
        "carried": figure.carried,
        "to_spend": figure.to_spend,
        "paid": figure.paid,
        "rate": None if percent is None else str(percent),
    }


def money_figures(report_round, unit, known_at):
    year = Period.parse(report_round.period).year
    books = open_books(year, report_round.money_on, known_at).of_unit(unit)
    programs = Program.objects.in_bulk()
    natures = grouped(books, "nature")
    by_program = sorted(grouped(books, "program").items(), key=lambda pair: programs[pair[0]].order)
    total = books.total()
    return {
        "year": year,
        "total": money_line(total),
        "by_program": [
            {"code": programs[pk].code, "name": programs[pk].short_name, **money_line(figure)}
            for pk, figure in by_program
        ],
        "by_nature": [
            {"nature": nature, "name": Nature(nature).label, **money_line(natures[nature])}
            for nature in Nature.values
            if nature in natures
        ],
        "by_unit": [
            {
                "unit": place.unit.pk,
                "name": place.unit.label,
                "is_district": place.unit.is_district,
                **money_line(place.figure),
            }
            for place in sorted(by_place(books, unit), key=districts_first)
        ],
        "months": month_lines(books, total.to_spend),
    }


def districts_first(place):
    return (not place.unit.is_district, place.unit.sort_key)


def month_lines(books, whole):
    """Twelve months of the plan year: cumulative payment and its share of the money to spend."""
    points = [p for p in cumulative_by_month(books) if p.year == books.plan_year]
    return [
        {
            "label": f"T{point.month}",
            "paid": point.paid,
            "rate": None if point.paid is None else text(rate(point.paid, whole)),
        }
        for point in points
    ]


def text(value):
    return None if value is None else str(value)


def target_figures(report_round, unit, reports, money):
    """Each numeric target of the committee's unit with what the reports say, by report."""
    year = str(Period.parse(report_round.period).year)
    targets = list(
        Target.objects.filter(unit=unit, period=year)
        .select_related("indicator", "program")
        .order_by("program__order", "order")
    )
    given = contributions(reports)
    own = dict(
        Progress.objects.official()
        .filter(unit=unit, period=report_round.period)
        .values_list("indicator_id", "value")
    )
    owed = Obligation.objects.owed().filter(round=report_round)
    lacks = owed.exclude(report__state=ReportState.ACCEPTED).exists()
    own |= ledger_rates(targets, money)
    return [target_line(target, given[target.indicator_id], own, lacks) for target in targets]


def ledger_rates(targets, money):
    """{indicator: disbursement rate of its programme} of targets that the ledger answers."""
    rates = {line["code"]: line["rate"] for line in money["by_program"]}
    found = {
        target.indicator_id: rates.get(target.program.code)
        for target in targets
        if target.indicator.aggregation == Aggregation.LEDGER
    }
    return {key: Decimal(value) for key, value in found.items() if value is not None}


def contributions(reports):
    """{indicator: [(report, value)]}, of each report its last submission."""
    by_submission = {report.submission_id: report for report in reports}
    newest = {}
    rows = Progress.objects.filter(submission__in=by_submission).order_by("revision")
    for row in rows:
        newest[(row.submission_id, row.indicator_id)] = row
    found = defaultdict(list)
    for row in newest.values():
        found[row.indicator_id].append((by_submission[row.submission_id], row.value))
    return found


def target_line(target, given, own, lacks_reports):
    """`own`: {indicator: figure} of the unit itself, disbursement rates of the ledger included."""
    is_summed = target.indicator.aggregation == Aggregation.SUM
    accepted = total(v for r, v in given if r.state == ReportState.ACCEPTED) if is_summed else None
    pending = total(v for _, v in given) if is_summed else None
    value = accepted if is_summed else own.get(target.indicator_id)
    return {
        "target": target.pk,
        "program": target.program.short_name,
        "wording": target.wording,
        "operator": target.get_operator_display() if target.operator in NUMERIC else "",
        "goal": text(target.value),
        "measure": target.indicator.measure_unit,
        "decimals": target.indicator.decimals,
        "value": text(value),
        "from_ledger": target.indicator.aggregation == Aggregation.LEDGER,
        "with_pending": text(pending),
        "is_met": judged(target, value, is_partial=is_summed and lacks_reports),
        "contributions": [
            {
                "report": report.obligation_id,
                "unit": report.unit.label,
                "value": text(value),
                "state": report.state,
            }
            for report, value in given
        ],
    }


def judged(target, value, *, is_partial):
    """A sum that still lacks reports can show a floor reached or a ceiling passed, no more."""
    verdict = target.is_met_by(value)
    is_ceiling = target.operator in (Operator.AT_MOST, Operator.LESS_THAN)
    return None if is_partial and verdict is is_ceiling else verdict


def total(values):
    """Sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


# What a task counts as when its occurrences differ: the most pressing one.
PRESSING = (
    DeadlineStage.OVERDUE,
    DeadlineStage.DUE_SOON,
    DeadlineStage.ON_TRACK,
    DeadlineStage.WAITING,
    DeadlineStage.UNDATED,
    DeadlineStage.DONE_LATE,
    DeadlineStage.DONE_ON_TIME,
)


def task_figures(unit, on):
    """Tasks (not their occurrences) of published plans, each by its most pressing occurrence."""
    rows = (
        Occurrence.objects.filter(
            assignment__plan__issuer=unit, assignment__plan__state=PlanState.PUBLISHED
        )
        .with_stage(on)
        .select_related("assignment")
        .prefetch_related("assignment__parties__unit")
        .order_by("due_on")
    )
    by_task = defaultdict(list)
    for row in rows:
        by_task[row.assignment_id].append(row)
    pressing = [
        min(occurrences, key=lambda row: PRESSING.index(row.stage))
        for occurrences in by_task.values()
    ]
    stages = Counter(row.stage for row in pressing)
    late = [late_line(row, on) for row in pressing if row.stage == DeadlineStage.OVERDUE]
    return {
        "on": on.isoformat(),
        "total": len(by_task),
        "done": stages[DeadlineStage.DONE_ON_TIME] + stages[DeadlineStage.DONE_LATE],
        "overdue": stages[DeadlineStage.OVERDUE],
        "waiting": stages[DeadlineStage.WAITING],
        "undated": stages[DeadlineStage.UNDATED],
        "late": sorted(late, key=lambda line: -line["days"]),
        "rows": {
            "total": sorted(by_task),
            "done": tasks_at(pressing, DeadlineStage.DONE_ON_TIME, DeadlineStage.DONE_LATE),
            "overdue": tasks_at(pressing, DeadlineStage.OVERDUE),
            "waiting": tasks_at(pressing, DeadlineStage.WAITING),
            "undated": tasks_at(pressing, DeadlineStage.UNDATED),
        },
    }


def tasks_at(pressing, *stages):
    """Which tasks a count counted: kept with it, since tomorrow's stages are others."""
    return sorted(row.assignment_id for row in pressing if row.stage in stages)


def late_line(row, on):
    leads = [
        p.unit.label if p.unit else p.group
        for p in row.assignment.parties.all()
        if p.part == "lead"
    ]
    return {
        "assignment": row.assignment_id,
        "title": row.assignment.title,
        "lead": ", ".join(leads),
        "due_on": row.due_on.isoformat(),
        "days": (on - row.due_on).days,
    }


def report_figures(report_round, today):
    rows = list(
        Obligation.objects.owed().filter(round=report_round).select_related("unit", "report")
    )
    sent = [row for row in rows if row.done_on]
    states = [getattr(row, "report", None) and row.report.state for row in rows]
    return {
        "owed": len(rows),
        "sent": len(sent),
        "on_time": sum(1 for row in sent if row.done_on <= row.due_on),
        "accepted": states.count(ReportState.ACCEPTED),
        "missing": [row.unit.label for row in rows if not row.done_on],
        "overdue": [row.unit.label for row in rows if not row.done_on and row.due_on < today],
        "rows": {
            "owed": [row.pk for row in rows],
            "sent": [row.pk for row in sent],
            "on_time": [row.pk for row in sent if row.done_on <= row.due_on],
            "accepted": [
                row.pk
                for row, state in zip(rows, states, strict=True)
                if state == ReportState.ACCEPTED
            ],
        },
    }


def collected_texts(reports):
    """{section: [{unit, report, text}]} of accepted reports; each sentence knows its unit."""
    accepted = {r.submission_id: r for r in reports if r.state == ReportState.ACCEPTED}
    found = {section: [] for section in NarrativeSection.values}
    rows = Narrative.objects.filter(submission__in=accepted, is_official=True)
    for row in rows.order_by("submission__unit__sort_key"):
        report = accepted[row.submission_id]
        found[row.section].append(
            {"unit": report.unit.label, "report": report.obligation_id, "text": row.text}
        )
    return found
