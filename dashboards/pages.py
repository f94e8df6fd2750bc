"""What each start page shows: (template, context) from figures, waiting lists and words."""

from datetime import timedelta

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime

from alerts.models import Alert
from assignments.models import Assignment
from core.charts import PHONE_WIDTH
from core.deadlines import DeadlineStage
from core.money import format_decimal
from disbursement.calendar import plan_year_of
from disbursement.models import Payment
from documents.models import IssuedDocument
from jobs.models import Batch, Heartbeat, Job, JobState
from notices.models import Notice
from organizations.models import User
from organizations.permissions import can
from programs.models import PlanState, Program
from reporting.models import Obligation

from . import figures, wording
from .waiting import waiting_for

ALL_PROGRAMS = "Mọi chương trình"
SHOWN_TASKS = 10
BEAT_LIMIT = timedelta(minutes=3)


def province_page(user, grant, today, now, asked):
    """Finding, tiles, what waits, who is short, charts: for those who run or read the whole."""
    programs = list(Program.objects.for_user(user).valid_on(today))
    program = asked if asked in {one.code for one in programs} else ""
    area = grant.area_unit
    money = figures.money_of(user, area, today, program)
    zero = figures.zero_review(user, today, program)
    lines = figures.place_lines(money, area, zero)
    worst, waiting = figures.worst(lines), waiting_for(user)
    return "province", {
        "greeting": wording.part_of_day(localtime(now).hour),
        "programs": program_chips(programs, program),
        "program_name": next((one for one in programs if one.code == program), ALL_PROGRAMS),
        "data_day": wording.data_day(money.closed_on),
        "finding": wording.money_finding(money, worst, len(waiting)),
        "tiles": province_tiles(user, area, today, program, money, zero),
        "zero": zero and {"title": wording.zero_title(zero), "text": wording.zero_text(zero)},
        "waiting": waiting,
        "worst": worst,
        "money": money,
        "may_urge": can(user, "notice.urge"),
        "alerts": Alert.objects.for_user(user).open().count(),
        **charts(money, lines),
    }


def province_tiles(user, area, today, program, money, zero):
    ct = f"?ct={program}" if program else ""
    tiles = [
        wording.money_tile(money, reverse("disbursement:unit", args=[area.pk]) + ct),
        wording.task_tile(figures.task_counts(user, today, program), program),
        wording.report_tile(figures.reports_sent(user, today)),
    ]
    targets = figures.headline_targets(user, area, today, program)
    tiles += [wording.target_tile(line, money.mark) for line in targets]
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


def charts(money, lines):
    months = figures.month_lines(money)
    return {
        **drawings(money, lines, months),
        "places_rows": [
            (
                format_html('<a href="{}">{}</a>', line.url, line.unit),
                wording.million(line.figure.to_spend),
                wording.million(line.figure.paid),
                format_decimal(line.rate, 2),
            )
            for line in lines
        ],
        "places_columns": [
            "Địa bàn, đơn vị",
            "Kế hoạch (triệu đồng)",
            "Giải ngân (triệu đồng)",
            "Tỷ lệ (%)",
        ],
        "months_columns": ["Tháng", "Lũy kế (triệu đồng)", "Tỷ lệ (%)", "Mốc tiến độ đều (%)"],
        "places_title": places_title(lines, money.mark),
        "months_rows": [
            (
                line.label,
                wording.million(line.paid),
                format_decimal(line.rate, 2),
                format_decimal(line.mark, 2),
            )
            for line in months
        ],
        "months_title": months_title(months),
    }


def drawings(money, lines, months):
    """Each chart twice: as wide as its half of the page, and as wide as a phone."""
    out = {}
    for name, width in (("svg", figures.CHART_WIDTH), ("phone", PHONE_WIDTH)):
        places = figures.places_svg(lines, money.mark, width) if lines else ""
        out[f"places_{name}"] = mark_safe(places)
        curve = figures.months_svg(months, width) if money.closed_on else ""
        out[f"months_{name}"] = mark_safe(curve)
    return out


def places_title(lines, mark):
    known = [line for line in lines if line.rate is not None]
    behind = sum(line.rate < mark for line in known)
    return f"{behind} trên {len(known)} nơi dưới mốc tiến độ đều"


def months_title(months):
    known = [line for line in months if line.rate is not None]
    if not known:
        return "Chưa có số liệu giải ngân theo tháng"
    last = known[-1]
    words = "dưới" if last.rate < last.mark else "trên"
    return f"Lũy kế {last.label} đạt {format_decimal(last.rate, 2)} %, {words} mốc tiến độ đều"


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
