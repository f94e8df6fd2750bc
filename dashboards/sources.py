"""Where the figures of the start pages come from: each names its rows, and they add up to it.

A key stands in the address; `FINDERS` turns it into rows within what the person may read. A page
lists as Sources what it shows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from alerts.models import Alert
from core.deadlines import DeadlineStage
from core.provenance import RowLine, RowSet, Source, counted, under
from disbursement.rows import DONG, Where, money_sources
from documents.models import IssuedDocument
from jobs.models import Job, JobState
from organizations.models import Unit, User
from organizations.permissions import can
from reporting.models import Obligation
from targets.figures import latest_figures, lines_below
from targets.models import Target

from .figures import Money, reports_sent, tasks_given, zero_review
from .pages import row_is_open


@dataclass(frozen=True)
class Asker:
    """Who asks for rows, on which day, for which programme and place."""

    user: Any
    today: date
    program: str = ""
    area: Unit | None = None


def address(key: str, program: str = "") -> str:
    query = f"?{urlencode({'ct': program})}" if program else ""
    return reverse("dashboards:rows", args=[key]) + query


def source(key: str, label: str, value: Any, unit: str, asker: Asker, **extra: Any) -> Source:
    extra.setdefault("as_of", asker.today)
    return Source(label, value, unit, address(key, asker.program), **extra)


# Tasks


def tasks(asker: Asker, stage: str = "") -> RowSet:
    rows = tasks_given(asker.user, asker.today, asker.program)
    rows = rows.filter(stage=stage) if stage else rows
    title = DeadlineStage(stage).label.lower() if stage else "được giao"
    lines = [
        RowLine(row.title, 1, reverse("assignments:detail", args=[row.pk]), row.place, row.next_due)
        for row in rows.order_by("plan", "order")
    ]
    return counted(f"Nhiệm vụ {title}", "nhiệm vụ", lines, asker.today)


def overdue(asker: Asker) -> RowSet:
    return tasks(asker, DeadlineStage.OVERDUE)


def soon(asker: Asker) -> RowSet:
    return tasks(asker, DeadlineStage.DUE_SOON)


# Reports


def obligations(asker: Asker, *, sent: bool = False) -> RowSet:
    latest = reports_sent(asker.user, asker.today)
    if latest is None:
        raise Http404
    rows = Obligation.objects.for_user(asker.user).owed().filter(round=latest.round)
    rows = rows.filter(done_on__isnull=False) if sent else rows
    title = f"{latest.round}: đơn vị {'đã nộp' if sent else 'phải nộp'}"
    return counted(title, "đơn vị", map(obligation_line, named(rows)), asker.today)


def sent_reports(asker: Asker) -> RowSet:
    return obligations(asker, sent=True)


def own_reports(asker: Asker) -> RowSet:
    """What the person's own unit still has to send."""
    rows = Obligation.objects.owed().filter(unit=asker.user.home_unit)
    open_rows = [row for row in named(rows) if not row.done_on or row_is_open(row)]
    title = "Báo cáo đơn vị còn phải nộp"
    return counted(title, "báo cáo", map(obligation_line, open_rows), asker.today)


def named(rows: Any) -> Any:
    return rows.select_related("unit", "round", "report").order_by("unit__sort_key", "due_on")


def obligation_line(row: Obligation) -> RowLine:
    name = f"{row.unit}: {row.round}"
    return RowLine(name, 1, reverse("reporting:round", args=[row.round_id]), "", row.done_on)


# Money at 0 %


def zero_projects(asker: Asker) -> RowSet:
    """The money still to be paid of each project at 0 %."""
    zero = zero_review(asker.user, asker.today, asker.program)
    if zero is None:
        raise Http404
    rows = [
        RowLine(one.name, one.left, reverse("disbursement:project", args=[one.pk]), one.difficulty)
        for one in zero.projects
    ]
    return RowSet("Công trình, hoạt động ở mức 0 %: vốn còn lại", DONG, rows, asker.today)


def zero_count(asker: Asker) -> RowSet:
    rows = [RowLine(row.name, 1, row.url, row.note) for row in zero_projects(asker).rows]
    return counted("Công trình, hoạt động ở mức 0 %", "công trình, hoạt động", rows, asker.today)


# What is counted and nothing else


def open_alerts(asker: Asker) -> RowSet:
    rows = Alert.objects.for_user(asker.user).open().select_related("unit")
    lines = (
        RowLine(row.title, 1, reverse("alerts:detail", args=[row.pk]), str(row.unit), row.due_on)
        for row in rows
    )
    return counted("Cảnh báo đang mở", "cảnh báo", lines, asker.today)


def unnumbered(asker: Asker) -> RowSet:
    rows = IssuedDocument.objects.for_user(asker.user).filter(number="").select_related("unit")
    lines = (
        RowLine(
            row.title,
            1,
            reverse("documents:detail", args=[row.pk]),
            str(row.unit),
            localdate(row.created_at),
        )
        for row in rows
    )
    return counted("Văn bản chờ cấp số", "văn bản", lines, asker.today)


def jobs_in(asker: Asker, state: str, title: str) -> RowSet:
    only_for_managers(asker.user)
    rows = Job.objects.filter(state=state)
    lines = (
        RowLine(f"{row.kind} #{row.pk}", 1, "", row.error, localdate(row.created_at))
        for row in rows
    )
    return counted(title, "việc", lines, asker.today)


def failed_jobs(asker: Asker) -> RowSet:
    return jobs_in(asker, JobState.FAILED, "Việc nền không làm được")


def queued_jobs(asker: Asker) -> RowSet:
    return jobs_in(asker, JobState.QUEUED, "Việc nền đang chờ")


def accounts(asker: Asker) -> RowSet:
    only_for_managers(asker.user)
    rows = User.objects.filter(is_active=True).order_by("username")
    lines = (RowLine(str(row), 1, "", row.username) for row in rows)
    return counted("Tài khoản đang dùng", "tài khoản", lines, asker.today)


def only_for_managers(user: Any) -> None:
    if not can(user, "account.manage"):
        raise Http404


FINDERS = {
    "nhiem-vu": tasks,
    "nhiem-vu-qua-han": overdue,
    "nhiem-vu-sap-den-han": soon,
    "bao-cao-phai-nop": obligations,
    "bao-cao-da-nop": sent_reports,
    "bao-cao-cua-don-vi": own_reports,
    "von-0": zero_projects,
    "cong-trinh-0": zero_count,
    "canh-bao": open_alerts,
    "van-ban-cho-so": unnumbered,
    "viec-hong": failed_jobs,
    "viec-cho": queued_jobs,
    "tai-khoan": accounts,
}


def target_rows(asker: Asker, pk: int) -> RowSet:
    """The unit's own official figure, or those of the units below that it is the sum of."""
    rows = Target.objects.for_user(asker.user).select_related("indicator", "unit", "program")
    target = rows.filter(pk=pk).first()
    if target is None:
        raise Http404
    figures = latest_figures(
        [target.indicator_id], [target.unit_id], target.period[:4], asker.today
    )
    own = figures.get((target.indicator_id, target.unit_id))
    if own:
        parts = [(target.unit, own, target)]
    else:
        parts = [(one.unit, one.reached, one.target) for one in lines_below(target, asker.today)]
    lines = [
        RowLine(
            unit.name,
            reached.value,
            reverse("targets:detail", args=[share.pk]) if share else "",
            reached.note,
            reached.as_of,
        )
        for unit, reached, share in parts
        if reached.value is not None
    ]
    indicator = target.indicator
    title = f"{target.wording}: kết quả năm {target.period}"
    return RowSet(title, indicator.measure_unit, lines, asker.today, decimals=indicator.decimals)


# What each page shows

MONEY, MONEY_BY_PLACE, TO_ACT = "Vốn", "Vốn theo địa bàn, đơn vị", "Việc phải xử lý"


def page_sources(template: str, asker: Asker, context: dict[str, Any]) -> list[Source]:
    return LISTS[template](asker, context) if template in LISTS else []


def province_sources(asker: Asker, context: dict[str, Any]) -> list[Source]:
    """Money of the whole and of each place, tasks, reports, targets, zeros, alerts."""
    money: Money = context["money"]
    where = where_of(money, asker)
    places: list[Source] = []
    for line in context["lines"]:
        is_own = line.unit == money.area
        place = Where(line.unit, where.year, where.day, program=asker.program, is_own=is_own)
        places += money_sources(place, line.figure)
    tasks = counts(asker, ("nhiem-vu", "nhiem-vu-qua-han", "nhiem-vu-sap-den-han"))
    reports = counts(asker, ("bao-cao-phai-nop", "bao-cao-da-nop"))
    return [
        *under(MONEY, money_sources(where, money.total)),
        *under(MONEY_BY_PLACE, places),
        *under("Nhiệm vụ và báo cáo", tasks + reports),
        *under("Chỉ tiêu", [target_source(line, asker) for line in context["headlines"]]),
        *under(TO_ACT, zero_sources(asker) + counts(asker, ("canh-bao",))),
    ]


def where_of(money: Money, asker: Asker) -> Where:
    books = money.books
    return Where(money.area, books.plan_year, books.as_of, program=asker.program)


def counts(asker: Asker, keys: tuple[str, ...]) -> list[Source]:
    """Figures that count rows; one whose subject does not exist is not shown either."""
    found = []
    for key in keys:
        try:
            rows = FINDERS[key](asker)
        except Http404:
            continue
        found.append(source(key, rows.title, rows.total, rows.unit, asker))
    return found


def zero_sources(asker: Asker) -> list[Source]:
    return counts(asker, ("cong-trinh-0", "von-0"))


def target_source(line: Any, asker: Asker) -> Source:
    target = line.target
    return Source(
        target.wording,
        line.reached.value,
        target.indicator.measure_unit,
        address(f"chi-tieu-{target.pk}") if line.reached.value is not None else "",
        line.reached.as_of,
        decimals=target.indicator.decimals,
    )


def unit_sources(asker: Asker, context: dict[str, Any]) -> list[Source]:
    money = context["money"]
    found = money_sources(where_of(money, asker), money.total) if money else []
    return [
        *under(MONEY, found),
        *under("Báo cáo", counts(asker, ("bao-cao-cua-don-vi",))),
        *under(TO_ACT, zero_sources(asker) + counts(asker, ("canh-bao",))),
    ]


def clerk_sources(asker: Asker, context: dict[str, Any]) -> list[Source]:
    return under("Văn bản", counts(asker, ("van-ban-cho-so",)))


def admin_sources(asker: Asker, context: dict[str, Any]) -> list[Source]:
    return under("Vận hành", counts(asker, ("viec-hong", "viec-cho", "tai-khoan")))


LISTS = {
    "province": province_sources,
    "unit": unit_sources,
    "clerk": clerk_sources,
    "admin": admin_sources,
}
