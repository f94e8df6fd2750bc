"""What the overview of one unit shows: finding, tiles, lines of the table, the year's curve."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from core.charts import Frame, LineChart, Series
from core.charts import Line as ChartLine
from core.money import format_amount, format_decimal, format_rate, rate
from organizations.models import Unit, UnitKind, UnitScope, Via
from organizations.models.units import valid_on
from programs.models import Program

from .envelope import Node, Tree, tree_of, walk
from .envelope_lines import Line, Lines, by_rate, opened_in, rounding_notes
from .figures import (
    OF_YEAR,
    Books,
    Denominator,
    Figure,
    crossed,
    cumulative_by_month,
    grouped,
)
from .filters import named
from .models import Nature, Payment, Project
from .models import Source as MoneySource
from .rows import Part, Where
from .treasury.gaps import reconcile

AREA_ORDER = (
    UnitKind.PROVINCE,
    UnitKind.DISTRICT,
    UnitKind.CITY,
    UnitKind.TOWN,
    UnitKind.COMMUNE,
    UnitKind.WARD,
    UnitKind.TOWNSHIP,
    UnitKind.SPECIAL_ZONE,
)
PAGE = 100


def overview_context(user, unit: Unit, chosen, today: date, query: QueryDict):
    """Everything the overview of one unit shows, as the person may read it."""
    where, over = where_of(unit, chosen, today), chosen["over"]
    tree = tree_of(where, user, over)
    books, total = tree.books, tree.root.figure
    lines, share = lines_of(tree, query, user), total.rate(over)
    kept = kept_in(query)
    closed_on = paid_to(books)
    return {
        "unit": unit,
        "year": chosen["year"],
        "over": over,
        "view": chosen["view"],
        "books": books,
        "closed_on": closed_on,
        "total": total,
        "total_rate": share,
        "root": tree.root,
        "finding": finding(total, lines.places(), over),
        "tiles": tiles(total, where, over),
        "is_lowest": not tree.root.children,
        "rows": lines.rows(),
        "views": views_of(query, chosen["view"]),
        "roundings": rounding_notes(lines.rows()),
        "projects": project_page(tree, lines, query.get("page")),
        "parts": parts(books, over),
        "curve": with_files(curve(books, total, over, closed_on, unit), unit, kept),
        "crumbs": crumbs_of(user, unit, books.tree_day, kept),
        "denominator": named(over, where.year),
        "notes": notes(tree.root),
        "treasury": reconcile(books),
        "export_url": export_url(query),
    }


def lines_of(tree: Tree, query: QueryDict, user) -> Lines:
    shown = [node.unit.pk for node in walk(tree.root)]
    readable = Unit.objects.for_user(user).filter(pk__in=shown).order_by()
    return Lines(tree, query, set(readable.values_list("pk", flat=True)), opened_in(query))


def where_of(unit: Unit, chosen, today: date) -> Where:
    day = min(chosen["day"] or today, last_day(chosen["year"], today))
    money = {"program": chosen["program"], "component": chosen["component"], **chosen["vintage"]}
    return Where(unit, chosen["year"], day, **money)


def kept_in(query: QueryDict) -> str:
    """The filters, for the pages that lie above and below."""
    kept = query.copy()
    for name in ("page", "mo", "tep"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""


def export_url(query: QueryDict) -> str:
    kept = query.copy()
    kept.pop("page", None)
    kept["tep"] = "xlsx"
    return f"?{kept.urlencode()}"


def views_of(query: QueryDict, chosen: str):
    """The two readings of the table: what was paid, and what was given and shared out."""
    out = []
    for value, label in (("", "Giải ngân"), ("giao", "Giao và phân bổ")):
        kept = query.copy()
        kept.pop("xem", None)
        if value:
            kept["xem"] = value
        current = value == chosen
        out.append({"label": label, "url": f"?{kept.urlencode()}#bang", "current": current})
    return out


def notes(root: Node) -> list[str]:
    """Under the table: what was assigned from above, against what stands on works."""
    total = root.figure
    if total.assigned is None:
        return []
    shared = format_rate(rate(total.to_spend or 0, total.assigned))
    over = (total.to_spend or 0) - total.assigned
    verdict = f": vượt {millions(over)} triệu đồng, cần rà soát lại danh mục" if over > 0 else ""
    return [
        f"Được cấp trên giao {millions(total.assigned)}, đã giao theo danh mục "
        f"{millions(total.to_spend)} ({shared}){verdict}."
    ]


def last_day(year: int, today: date) -> date:
    """Payments of a plan year end on 31/01 of the next one."""
    return min(today, date(year + 1, 1, 31))


def paid_to(books: Books) -> date | None:
    """The day the year's payments are known to: one day for every place, as on the start page."""
    known = Payment.objects.for_year(books.plan_year).as_of(books.as_of)
    return known.aggregate(last=Max("paid_on"))["last"]


def home_area(user) -> Unit | None:
    """The widest place among a person's grants; an agency looks at its whole province."""
    units = [grant.area_unit for grant in user.reading_grants()]
    places = [unit for unit in units if unit.kind in AREA_ORDER]
    if places:
        return min(places, key=lambda unit: AREA_ORDER.index(unit.kind))
    return Unit.objects.filter(kind=UnitKind.PROVINCE).order_by("pk").first() if units else None


def project_page(tree: Tree, lines: Lines, number):
    """One page of the unit's own works, lowest rate first; only these are read by name."""
    unit, over = tree.root.unit, tree.over
    figures = grouped(tree.books.where(project__unit=unit), "project") if tree.root.own else {}
    order = sorted(figures, key=lambda key: by_rate(figures[key].rate(over), key))
    page = Paginator(order, PAGE).get_page(number)
    projects = Project.objects.in_bulk(page.object_list)
    page.object_list = [
        lines.work(projects[key], tree.root, figures[key], 1) for key in page.object_list
    ]
    return page


def parts(books: Books, over: str) -> list[Line]:
    """By programme, within it by nature, then by nature alone: each with its own denominator,
    never an average."""
    names = dict(Program.objects.order_by("order").values_list("pk", "short_name"))
    found = crossed(books, "program", "nature")
    out = []
    for key in [key for key in names if any(program == key for program, _ in found)]:
        cells = {nature: figure for (program, nature), figure in found.items() if program == key}
        out.append(part_line(names[key], sum(cells.values(), Figure()), over, 0))
        out += natures_of(cells, over, 1)
    every = {
        value: sum((f for (_, nature), f in found.items() if nature == value), Figure())
        for value in {nature for _, nature in found}
    }
    return out + natures_of(every, over, 0) if len(out) > len(every) + 1 else out


def natures_of(cells: dict[str, Figure], over: str, level: int) -> list[Line]:
    return [
        part_line(label, cells[value], over, level)
        for value, label in Nature.choices
        if value in cells
    ]


def part_line(name: str, figure: Figure, over: str, level: int) -> Line:
    return Line(name, "", figure, figure.rate(over), level=level)


def finding(total: Figure, lines: list[Line], over: str):
    """The page's answer in one sentence."""
    whole, share = total.whole(over), total.rate(over)
    if whole is None:
        return "Chưa có kế hoạch vốn nào được ghi cho phạm vi này."
    if share is None:
        return format_html(
            "Kế hoạch <b>{}</b> triệu đồng; chưa có số liệu giải ngân.", millions(whole)
        )
    text = format_html(
        "Đã giải ngân <b>{}</b> trên {} triệu đồng, đạt <b>{}</b>.",
        millions(total.part(over)),
        millions(whole),
        format_rate(share),
    )
    slow = most_behind(lines, share, over)
    if not slow or len(lines) < 2:
        return text
    names = ", ".join(line.name for line in slow)
    left = sum(line.figure.remaining or 0 for line in slow)
    return format_html(
        '{} Chậm nhất về số vốn: {}, còn <b class="bad">{}</b> triệu đồng chưa chi.',
        text,
        names,
        millions(left),
    )


def most_behind(lines: list[Line], share: Decimal, over: str) -> list[Line]:
    """The three places that keep the most money back, measured against the common rate."""
    behind = [
        (line.figure.whole(over) * (share - line.rate), line)
        for line in lines
        if line.rate is not None and line.rate < share
    ]
    return [line for _, line in sorted(behind, key=lambda pair: -pair[0])[:3]]


def millions(amount):
    return format_amount(amount, "triệu đồng")


def tiles(total: Figure, where: Where, over: str):
    """Each opens the rows it was added up from; what is left opens the places it is left at."""
    share, year = total.rate(over), where.year
    paid = Part.PAID_OF_YEAR if over == Denominator.YEAR_PLAN else Part.PAID
    source = where if over != Denominator.PM else of_pm(where)
    return [
        {"label": f"Kế hoạch năm {year}", "value": total.planned, "url": where.url(Part.PLANNED)},
        {
            "label": "Vốn kéo dài từ các năm trước",
            "value": total.carried,
            "url": where.url(Part.CARRIED),
        },
        {
            "label": "Đã giải ngân",
            "value": total.part(over),
            "url": source.url(paid),
            "bar": share,
            "of": format_rate(share) if share is not None else "",
        },
        {"label": "Còn phải giải ngân", "value": total.remaining, "url": "#bang"},
    ]


def of_pm(where: Where) -> Where:
    return replace(where, source=MoneySource.CENTRAL, origin_year=where.year)


def curve_of(user, unit: Unit, chosen, today: date):
    """The chart of the overview alone, for its files."""
    tree = tree_of(where_of(unit, chosen, today), user, chosen["over"])
    return curve(tree.books, tree.root.figure, chosen["over"], paid_to(tree.books), unit)


def with_files(frame, unit: Unit, query: str):
    return frame and frame.at(
        lambda file_format: reverse("disbursement:chart", args=[unit.pk, file_format]) + query
    )


def curve(books: Books, total: Figure, over: str, known_to: date | None, unit: Unit):
    """The cumulative rate by month as a chart with its figures; None without a plan."""
    whole = total.whole(over)
    if not whole or known_to is None:
        return None
    if over == Denominator.YEAR_PLAN:
        books = books.payments_only(OF_YEAR)
    if over == Denominator.PM:
        books = books.of_money(source=MoneySource.CENTRAL).payments_only(OF_YEAR)
    # A month after the day of the figures is not known: no flat piece at the end of the line.
    points = [
        point if date(point.year, point.month, 1) <= known_to else replace(point, paid=None)
        for point in cumulative_by_month(books)
    ]
    shares = tuple(rate(point.paid, whole) for point in points)
    labels = (*(f"T{point.month}" for point in points[:12]), f"1/{points[-1].year % 100}")
    return Frame(
        f"giai-ngan-theo-thang-{books.plan_year}-{unit.code.lower()}",
        LineChart(curve_title(points, shares), (Series("lũy kế", shares),), labels),
        f"% {named(over, books.plan_year)}, lũy kế, {unit.name}; chốt đến ngày {known_to:%d/%m/%Y}",
        ("Tháng", "Lũy kế (triệu đồng)", "Tỷ lệ (%)"),
        [
            ChartLine(
                (
                    f"Tháng {point.month}/{point.year}",
                    millions(point.paid),
                    format_decimal(share, 2),
                )
            )
            for point, share in zip(points, shares, strict=True)
        ],
        width=820,
    )


def curve_title(points, shares) -> str:
    """What the curve shows: where it stands, and the step of the last month."""
    known = [
        (point, share) for point, share in zip(points, shares, strict=True) if share is not None
    ]
    if not known:
        return "Chưa có số liệu giải ngân theo tháng"
    (last, reached), before = known[-1], known[-2][1] if len(known) > 1 else None
    text = f"Lũy kế đến tháng {last.month}/{last.year} đạt {format_rate(reached)}"
    if before is None:
        return text
    return f"{text}, riêng tháng {last.month} thêm {format_decimal(reached - before, 2)} điểm %"


def crumbs_of(user, unit: Unit, day: date, query: str):
    """The way down to the unit, through what the person may read."""
    above = UnitScope.objects.filter(valid_on(day), descendant=unit, via=Via.TREE)
    path = Unit.objects.for_user(user).filter(pk__in=above.values("ancestor"))
    path = sorted(
        (up for up in path if up.kind in AREA_ORDER), key=lambda up: AREA_ORDER.index(up.kind)
    )
    out = [{"label": "Vốn", "url": reverse("disbursement:overview") + query}]
    for up in path:
        is_here = up.pk == unit.pk
        url = "" if is_here else reverse("disbursement:unit", args=[up.pk]) + query
        out.append({"label": up.name, "url": url})
    return out
