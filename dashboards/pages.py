"""What each start page shows: (template, context) from figures, waiting lists and words."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localtime

from alerts.models import Alert
from assignments.models import Assignment
from core.deadlines import DeadlineStage
from disbursement.calendar import plan_year_of
from disbursement.models import Payment
from documents.models import IssuedDocument
from jobs.models import Batch, Heartbeat, Job, JobState
from notices.models import Notice
from organizations.models import User
from organizations.permissions import can
from programs.models import PlanState, Program
from reporting.models import Obligation

from . import charts, figures, wording
from .waiting import waiting_for

ALL_PROGRAMS = "Mọi chương trình"
SHOWN_TASKS = 10
BEAT_LIMIT = timedelta(minutes=3)


def province_page(user, grant, today, now, asked):
    """Finding, tiles, what waits, who is short, charts: for those who run or read the whole."""
    programs, program = programs_of(user, today, asked)
    area = grant.area_unit
    money = figures.money_of(user, area, today, program)
    zero = figures.zero_review(user, today, program)
    lines = figures.place_lines(money, area, zero)
    worst, waiting = figures.worst(lines), waiting_for(user)
    targets = figures.counted_targets(user, area, today, program)
    return "province", {
        "greeting": wording.part_of_day(localtime(now).hour),
        "programs": program_chips(programs, program),
        "program_name": next((one for one in programs if one.code == program), ALL_PROGRAMS),
        "data_day": wording.data_day(money.closed_on),
        "finding": wording.money_finding(money, worst, len(waiting)),
        "tiles": province_tiles(user, area, today, program, money, zero, targets),
        "zero": zero and {"title": wording.zero_title(zero), "text": wording.zero_text(zero)},
        "waiting": waiting,
        "worst": worst,
        "money": money,
        "program": program,
        "lines": lines,
        "headlines": figures.headlines(targets, program),
        "may_urge": can(user, "notice.urge"),
        "alerts": Alert.objects.for_user(user).open().count(),
        "charts": charts.province_charts(programs, program, money, lines, targets),
    }


def programs_of(user, today, asked):
    """Those the person may read, and the code of the one asked for if it is among them."""
    programs = list(Program.objects.for_user(user).valid_on(today))
    return programs, asked if asked in {one.code for one in programs} else ""


def charts_of(user, grant, today, asked):
    """The charts of the province's page, for their files."""
    (programs, program), area = programs_of(user, today, asked), grant.area_unit
    money = figures.money_of(user, area, today, program)
    lines = figures.place_lines(money, area, None)
    targets = figures.counted_targets(user, area, today, program)
    return charts.province_charts(programs, program, money, lines, targets)


def province_tiles(user, area, today, program, money, zero, targets):
    ct = f"?ct={program}" if program else ""
    tiles = [
        wording.money_tile(money, reverse("disbursement:unit", args=[area.pk]) + ct),
        wording.task_tile(figures.task_counts(user, today, program), program),
        wording.report_tile(figures.reports_sent(user, today)),
    ]
    tiles += [wording.target_tile(line, money.mark) for line in figures.headlines(targets, program)]
    if zero:
        url = reverse("disbursement:zero_review") + ct
        tiles.append(wording.zero_tile(zero, url) | {"phone_only": True})
    return tiles


def program_chips(programs, chosen):
    here = reverse("dashboards:start")
    every = {"label": ALL_PROGRAMS, "url": here, "current": not chosen}
    return [every] + [
        {"label": one.short_name, "url": f"{here}?ct={one.code}", "current": one.code == chosen}
        for one in programs
    ]


def unit_page(user, grant, today, now, asked):
    """What my unit owes, its tasks, its money, its notices: the nearest day first."""
    unit = user.home_unit
    if unit is None:
        return "no_post", {}
    money = figures.money_of(user, unit, today)
    zero = figures.zero_review(user, today)
    owed = (
        Obligation.objects.owed()
        .filter(unit=unit)
        .with_stage(today)
        .select_related("round", "report")
        .order_by("done_on", "due_on")
    )
    tasks = (
        Assignment.objects.led_by(unit)
        .filter(plan__state=PlanState.PUBLISHED)
        .with_stage(today)
        .filter(stage__in=[DeadlineStage.OVERDUE, DeadlineStage.DUE_SOON])
        .order_by("next_due")
    )
    tasks = list(tasks)
    owed = [row for row in owed if not row.done_on or row_is_open(row)]
    late = sum(task.stage == DeadlineStage.OVERDUE for task in tasks)
    return "unit", {
        "unit": unit,
        "finding": wording.unit_finding(owed, late, money, today),
        "owed": owed,
        "tasks": [(task, (task.next_due - today).days) for task in tasks[:SHOWN_TASKS]],
        "money": money if money.total.to_spend is not None else None,
        "money_tile": wording.money_tile(money, reverse("disbursement:unit", args=[unit.pk])),
        "data_day": wording.data_day(money.closed_on),
        "zero": zero,
        "zero_title": wording.zero_title(zero) if zero else "",
        "zero_text": wording.zero_text(zero) if zero else "",
        "notices": Notice.objects.addressed_to(user).select_related("sender")[:5],
        "alerts": Alert.objects.for_user(user).open().count(),
    }


def row_is_open(row):
    """Sent once, and given back since."""
    report = getattr(row, "report", None)
    return report is not None and report.is_open


def treasury_page(user, grant, today, now, asked):
    year = plan_year_of(today)
    payments = Payment.objects.for_user(user).for_year(year).select_related("batch")
    return "treasury", {
        "year": year,
        "last": payments.order_by("-paid_on", "-pk").first(),
        "batches": Batch.objects.for_user(user)
        .filter(kind="disbursements")
        .select_related("file", "created_by")[:10],
        "waiting": waiting_for(user),
    }


def clerk_page(user, grant, today, now, asked):
    documents = IssuedDocument.objects.for_user(user).select_related("unit")
    return "clerk", {
        "unnumbered": documents.filter(number=""),
        "numbered": documents.exclude(number="")[:10],
        "notices": Notice.objects.addressed_to(user).filter(read_at=None)[:5],
    }


def admin_page(user, grant, today, now, asked):
    return "admin", {
        "failed": Job.objects.filter(state=JobState.FAILED)[:10],
        "failed_count": Job.objects.filter(state=JobState.FAILED).count(),
        "queued_count": Job.objects.filter(state=JobState.QUEUED).count(),
        "beats": [
            {"name": beat.name, "at": beat.at, "is_late": now - beat.at > BEAT_LIMIT}
            for beat in Heartbeat.objects.order_by("name")
        ],
        "active_users": User.objects.filter(is_active=True).count(),
        "may_open_admin": user.is_staff,
    }
