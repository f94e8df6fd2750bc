"""Where the figures of a consolidated report come from, frozen as the figures are.

Money opens the ledger as it was known when the figures were read; tasks, reports and targets open
the rows that were counted, whose numbers are kept with the figures.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from assignments.models import Assignment
from core.provenance import LazyRows, RowLine, RowSet, Source, under
from disbursement.rows import DONG, Part, Where, payment_line, payments_of
from organizations.models import Unit

from .models import Obligation, ReportState

COUNTS = {
    ("tasks", "total"): ("Nhiệm vụ theo kế hoạch", "nhiệm vụ"),
    ("tasks", "done"): ("Nhiệm vụ đã hoàn thành", "nhiệm vụ"),
    ("tasks", "overdue"): ("Nhiệm vụ quá hạn", "nhiệm vụ"),
    ("tasks", "waiting"): ("Nhiệm vụ chờ hướng dẫn của cấp trên", "nhiệm vụ"),
    ("tasks", "undated"): ("Nhiệm vụ chưa có thời hạn", "nhiệm vụ"),
    ("reports", "owed"): ("Đơn vị phải gửi báo cáo", "đơn vị"),
    ("reports", "sent"): ("Đơn vị đã gửi báo cáo", "đơn vị"),
    ("reports", "on_time"): ("Đơn vị gửi đúng hạn", "đơn vị"),
    ("reports", "accepted"): ("Báo cáo được chấp nhận", "báo cáo"),
}
PARTS = (Part.PLANNED, Part.CARRIED, Part.TO_SPEND, Part.PAID)


def draft_sources(draft):
    """Every figure of the report with the way to its rows."""
    figures = draft.figures
    if not figures:
        return []
    return [
        *money_sources(draft),
        *under("Nhiệm vụ và báo cáo", count_sources(draft)),
        *under("Chỉ tiêu", target_sources(draft)),
    ]


def money_sources(draft):
    money, area = draft.figures["money"], draft.committee.unit
    parts, places = [], []
    for line in money["by_program"]:
        parts += of_line(draft, area, line, line["name"], program=line["code"])
    for line in money["by_nature"]:
        parts += of_line(draft, area, line, line["name"], nature=line["nature"])
    units = Unit.objects.in_bulk([line["unit"] for line in money["by_unit"]])
    for line in money["by_unit"]:
        unit = units[line["unit"]]
        places += of_line(draft, unit, line, line["name"], is_own=unit == area)
    return [
        *under("Vốn", of_line(draft, area, money["total"], "Toàn địa bàn")),
        *under("Vốn theo chương trình, loại vốn", parts),
        *under("Vốn theo địa bàn, đơn vị", places),
        *under("Giải ngân lũy kế từng tháng", month_sources(draft)),
    ]


def of_line(draft, unit, line, label, **narrow):
    where = where_of(draft, unit, **narrow)
    over = draft.figures["denominator"]
    return [
        Source(
            f"{label}: {part.label.lower()}",
            line[part],
            DONG,
            where.url(part),
            where.day,
            over if part in (Part.PAID, Part.TO_SPEND) else "",
        )
        for part in PARTS
        if line[part] is not None
    ]


def where_of(draft, unit, **narrow):
    figures = draft.figures
    day = date.fromisoformat(figures["money_on"])
    known_at = datetime.fromisoformat(figures["known_at"])
    return Where(unit, figures["money"]["year"], day, known_at, **narrow)


def month_sources(draft):
    """The points of the curve: paid up to each month's end, at the latest to the report's day."""
    found = []
    for month, line in enumerate(draft.figures["money"]["months"], start=1):
        if line["paid"] is not None:
            url, day = address(draft, f"month-{month}"), last_day(draft, month)
            label = f"Lũy kế {line['label']}: đã giải ngân"
            found.append(Source(label, line["paid"], DONG, url, day))
    return found


def last_day(draft, month):
    year, last = draft.figures["money"]["year"], date.fromisoformat(draft.figures["money_on"])
    return min(end_of(year, month), last)


def end_of(year, month):
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def count_sources(draft):
    """A report frozen before rows were kept beside counts has none to open."""
    figures, found = draft.figures, []
    for (part, key), (label, unit) in COUNTS.items():
        is_kept = key in figures[part].get("rows", {})
        url = address(draft, f"{part}-{key}") if is_kept else ""
        day = date.fromisoformat(figures["tasks"]["on"]) if part == "tasks" else None
        found.append(Source(label, figures[part][key], unit, url, day))
    return found


def target_sources(draft):
    day, found = date.fromisoformat(draft.figures["figures_on"]), []
    for line in draft.figures["targets"]:
        for field, words in (("value", "đã chấp nhận"), ("with_pending", "gồm báo cáo đang chờ")):
            if line[field] is None:
                continue
            # A rate of the ledger has no rows: its part and its whole stand above.
            url = "" if line["from_ledger"] else address(draft, f"{field}-{line['target']}")
            label = f"{line['wording']}: {words}"
            value, decimals = Decimal(line[field]), line["decimals"]
            found.append(Source(label, value, line["measure"], url, day, decimals=decimals))
    return found


def target_url(line):
    return reverse("targets:detail", args=[line["target"]])


def address(draft, key):
    return reverse("reporting:rows", args=[draft.pk, key])


# The rows themselves


def draft_rows(draft, key, user):
    """RowSet of a key like "tasks-overdue" or "value-12"; 404 when nothing of it was kept.

    Only rows the person may read: who sees a part of the area sees a part of the sum.
    """
    part, _, name = key.partition("-")
    if (part, name) in COUNTS and draft.figures:
        numbers = draft.figures[part].get("rows", {}).get(name)
        if numbers is not None:
            label, unit = COUNTS[part, name]
            return RowSet(label, unit, ROWS[part](numbers, user), day_of(draft, part))
    if part == "month" and name.isdecimal() and draft.figures:
        return month_rows(draft, int(name), user)
    if part in ("value", "with_pending") and name.isdecimal() and draft.figures:
        return target_rows(draft, part, int(name))
    raise Http404


def day_of(draft, part):
    return date.fromisoformat(draft.figures["tasks"]["on"]) if part == "tasks" else None


def month_rows(draft, month, user):
    """What was paid up to the month's end in the places of the report's day.

    All points of the curve are of the same places: a commune dissolved in March is in none of them.
    """
    lines = draft.figures["money"]["months"]
    if not 1 <= month <= len(lines) or lines[month - 1]["paid"] is None:
        raise Http404
    day, area = last_day(draft, month), draft.committee.unit
    books = where_of(draft, area).books(user).payments_only(Q(paid_on__lte=day))
    rows = payments_of(books, Part.PAID)
    title = f"Lũy kế {lines[month - 1]['label']}: đã giải ngân, {area.name}"
    return RowSet(title, DONG, LazyRows(rows, payment_line), day, stated=rows.total() or 0)


def task_lines(numbers, user):
    rows = Assignment.objects.for_user(user).filter(pk__in=numbers).order_by("order", "pk")
    return [
        RowLine(row.title, 1, reverse("assignments:detail", args=[row.pk]), row.place)
        for row in rows
    ]


def report_lines(numbers, user):
    rows = Obligation.objects.for_user(user).filter(pk__in=numbers).select_related("unit", "round")
    return [
        RowLine(str(row.unit), 1, reverse("reporting:receipt", args=[row.pk]), "", row.done_on)
        for row in rows.order_by("unit__sort_key")
    ]


ROWS = {"tasks": task_lines, "reports": report_lines}


def target_rows(draft, field, pk):
    """What the figure was added up from; "value" leaves out reports that wait to be accepted.

    A figure that is not summed over units is the area's own and has itself as its one row.
    """
    line = next((one for one in draft.figures["targets"] if one["target"] == pk), None)
    if line is None or line[field] is None:
        raise Http404
    day = date.fromisoformat(draft.figures["figures_on"])
    if line["with_pending"] is None:
        rows = [RowLine(draft.committee.unit.name, Decimal(line[field]), target_url(line))]
        return RowSet(line["wording"], line["measure"], rows, day, decimals=line["decimals"])
    parts = [
        part
        for part in line["contributions"]
        if part["value"] is not None
        and (field == "with_pending" or part["state"] == ReportState.ACCEPTED)
    ]
    rows = [
        RowLine(
            part["unit"],
            Decimal(part["value"]),
            reverse("reporting:review", args=[part["report"]]),
            ReportState(part["state"]).label,
        )
        for part in parts
    ]
    return RowSet(line["wording"], line["measure"], rows, day, decimals=line["decimals"])
