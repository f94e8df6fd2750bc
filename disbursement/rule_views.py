"""The year's rule days, and the list of money still at 0 %."""

import io
from itertools import groupby

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from openpyxl import Workbook
from openpyxl.styles import Font

from core.annotated import write_text
from core.clock import today

from .calendar import Stage, evaluate, out_of_scope, rules_in_play
from .models import RuleKind
from .views import xlsx_response

PAGE = 100
STRIP = {Stage.EFFECTIVE: "done", Stage.CLOSED: "done", Stage.DUE: "now", Stage.UPCOMING: ""}
TONES = {
    Stage.UPCOMING: "info",
    Stage.DUE: "warn",
    Stage.EFFECTIVE: "bad",
    Stage.CLOSED: "mute",
}


def calendar(request):
    found = found_rules(request.user)
    unallotted = [
        item
        for row in found
        if row["rule"].kind == RuleKind.ALLOCATION_COMPLETE
        for item in row["found"].items
    ]
    context = {"found": found, "steps": strip(found), "unallotted": unallotted}
    return render(request, "disbursement/calendar.html", context)


def found_rules(user):
    """Every rule of the year with what it finds for this person, and words for the page."""
    if not user.reading_grants():
        raise Http404
    day = today()
    rules = [evaluate(rule, day, user=user) for rule in rules_in_play(day)]
    return [
        {
            "rule": found.rule,
            "found": found,
            "tone": tone_of(found),
            "days": found.days_left(day),
            "stage_label": found.stage.label,
        }
        for found in rules
    ]


def tone_of(found):
    """Past its day with nothing found is no cause for alarm."""
    is_clear = found.is_evaluated and not found.items and found.stage == Stage.EFFECTIVE
    return "mute" if is_clear else TONES[found.stage]


def strip(found):
    """The year's days in order; the next one to come is the one that counts now."""
    coming = [row for row in found if row["days"] >= 0]
    return [
        {
            "label": f"{row['found'].last_day:%d/%m/%Y}",
            "note": f"{row['rule'].get_kind_display()}: {days_words(row['days'])}",
            "state": "now" if coming and row is coming[0] else STRIP[row["found"].stage],
        }
        for row in found
    ]


def days_words(days):
    if days == 0:
        return "hôm nay là ngày cuối"
    return f"còn {days} ngày" if days > 0 else "đã qua"


def zero_found(user):
    """The review of the year whose money now runs; 404 where the province has set none."""
    found = evaluate(RuleKind.ZERO_REVIEW, today(), user=user)
    if found is None or not user.reading_grants():
        raise Http404
    return found


def zero_review(request):
    found = zero_found(request.user)
    wanted = request.GET.get("ly_do", "")
    items = [item for item in found.items if wanted in ("", "co" if item.reason else "chua")]
    silent = [item for item in found.items if not item.reason]
    context = {
        "found": found,
        "page_obj": Paginator(by_district(items), PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "items": items,
        "silent": silent,
        "silent_remaining": total_left(silent),
        "chips": chips(found, silent, wanted),
        "steps": strip(found_rules(request.user)),
        "days": found.days_left(today()),
        "stage_label": found.stage.label,
        "tone": tone_of(found),
        "outside": out_of_scope(found.rule, today(), request.user),
    }
    return render(request, "disbursement/zero_review.html", context)


def chips(found, silent, wanted):
    counts = (
        ("", "Tất cả", len(found.items)),
        ("chua", "Chưa nêu lý do", len(silent)),
        ("co", "Đã nêu lý do", len(found.items) - len(silent)),
    )
    return [
        {
            "label": label,
            "count": count,
            "current": value == wanted,
            "url": f"?ly_do={value}",
            "hot": value == "chua" and count > 0,
        }
        for value, label, count in counts
    ]


def by_district(items):
    """[(district, item)] with the district's own sums, the most money at stake first."""
    groups = []
    for name, group in groupby(items, key=lambda item: item.district):
        rows = list(group)
        district = {
            "name": name or "Sở, ngành và đơn vị cấp tỉnh",
            "count": len(rows),
            "remaining": total_left(rows),
        }
        groups.append((district, rows))
    groups.sort(key=lambda group: -(group[0]["remaining"] or 0))
    return [(district, item) for district, rows in groups for item in rows]


def total_left(items):
    return sum(item.remaining for item in items) if items else None


def zero_export(request):
    found = zero_found(request.user)
    return xlsx_response(zero_workbook(found), f"ra-soat-0-{found.last_day:%Y-%m-%d}.xlsx")


COLUMNS = (
    "TT",
    "Huyện",
    "Xã, đơn vị",
    "Mã dự án",
    "Công trình, hoạt động",
    "Vốn giao đầu năm",
    "Đã giải ngân",
    "Còn lại",
    "Vướng mắc đơn vị nêu",
)


def zero_workbook(found):
    """The list as a workbook; texts stay texts whatever they start with."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Giải ngân 0 %"
    sheet["A1"] = f"Công trình, hoạt động giải ngân 0 % đến ngày {found.last_day:%d/%m/%Y}"
    sheet["A2"] = "Đơn vị tính: đồng"
    sheet.append(COLUMNS)
    for number, item in enumerate(found.items, start=1):
        values = (
            number,
            item.district,
            item.unit,
            item.project,
            item.name,
            item.plan,
            item.paid,
            item.remaining,
            item.reason,
        )
        for place, value in enumerate(values, start=1):
            cell = sheet.cell(number + 3, place, None if isinstance(value, str) else value)
            if isinstance(value, str):
                write_text(cell, value)
            elif place > 5:
                cell.number_format = "#,##0"
    for row in (1, 3):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHI", (5, 22, 22, 16, 48, 18, 18, 18, 48), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
