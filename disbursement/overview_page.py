"""What the overview of one unit shows: finding, tiles, lines of the table, the year's curve."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Max
from django.urls import reverse
from django.utils.html import format_html

from core.charts import Frame, LineChart, Series
from core.charts import Line as ChartLine
from core.money import format_amount, format_decimal, format_rate, rate
from organizations.models import Unit, UnitKind, UnitScope, Via
from organizations.models.units import valid_on
from programs.models import Program

from .figures import (
    OF_YEAR,
    Books,
    Denominator,
    Figure,
    by_place,
    cumulative_by_month,
    grouped,
    open_books,
    reconcile,
)
from .models import Nature, Payment, Project
from .rows import Part, Where

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


@dataclass(frozen=True)
class Line:
    """One row of a table: a place or a project with its figure over the chosen denominator."""

    name: str
    url: str
    figure: Figure
    rate: Decimal | None
    note: str = ""
    tone: str = ""

    @property
    def is_zero(self):
        return bool(self.figure.to_spend) and self.figure.paid == 0


def overview_context(user, unit: Unit, chosen, today: date, query: str, page=None):
    """Everything the overview of one unit shows, as the person may read it."""
    books, over = books_for(user, unit, chosen, today), chosen["over"]
    total = books.total()
    share = total.rate(over)
    places = toned(place_lines(books, unit, over, query, user), share)
    closed_on = paid_to(books)
    return {
        "unit": unit,
        "year": chosen["year"],
        "over": over,
        "books": books,
        "closed_on": closed_on,
        "total": total,
        "total_rate": share,
        "finding": finding(total, places, over),
        "tiles": tiles(total, where_of(unit, books, chosen), over),
        "is_lowest": [line.url for line in places] == ["#cong-trinh"],
        "places": places,
        "projects": project_page(books, unit, over, share, page),
        "parts": parts(books, over),
        "curve": with_files(curve(books, total, over, closed_on, unit), unit, query),
        "crumbs": crumbs_of(user, unit, books.tree_day, query),
        "denominator": Denominator(over).label,
        "notes": notes(books, total),
    }


def where_of(unit: Unit, books: Books, chosen) -> Where:
    vintage = chosen["vintage"]
    return Where(
        unit,
        books.plan_year,
        books.as_of,
        program=chosen["program"],
        nature=vintage.get("nature", ""),
        source=vintage.get("source", ""),
    )


def notes(books: Books, total: Figure) -> list[str]:
    """Under the table: what was assigned from above, and whether the Treasury agrees."""
    out = []
    if total.assigned is not None:
        shared = format_rate(rate(total.to_spend or 0, total.assigned))
        over = (total.to_spend or 0) - total.assigned
        verdict = (
            f": vượt {millions(over)} triệu đồng, cần rà soát lại danh mục" if over > 0 else ""
        )
        out.append(
            f"Được cấp trên giao {millions(total.assigned)}, đã giao theo danh mục "
            f"{millions(total.to_spend)} ({shared}){verdict}."
        )
    found = reconcile(books)
    if found:
        verdict = "khớp" if not found.difference else f"chênh {millions(found.difference)}"
        out.append(
            f"Kho bạc báo lũy kế {millions(found.reported)} đến ngày {found.day:%d/%m/%Y}, "
            f"sổ của cổng {millions(found.booked)}: {verdict}."
        )
    return out


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


def books_for(user, unit: Unit, chosen, today: date) -> Books:
    books = open_books(chosen["year"], last_day(chosen["year"], today), user=user).of_unit(unit)
    if chosen["program"]:
        books = books.of_program(chosen["program"])
    return books.of_money(**chosen["vintage"]) if chosen["vintage"] else books


def place_lines(books: Books, unit: Unit, over: str, query: str, user) -> list[Line]:
    places = by_place(books, unit)
    readable = Unit.objects.for_user(user).filter(pk__in=[place.unit.pk for place in places])
    urls = {
        pk: reverse("disbursement:unit", args=[pk]) + query
        for pk in readable.order_by().values_list("pk", flat=True)
    } | {unit.pk: "#cong-trinh"}
    names = {unit.pk: f"{unit.name}, công trình trực tiếp"}
    return lowest_first(
        Line(
            names.get(place.unit.pk, place.unit.name),
            urls.get(place.unit.pk, ""),
            place.figure,
            place.figure.rate(over),
        )
        for place in places
    )


def project_page(books: Books, unit: Unit, over: str, share: Decimal | None, number):
    """One page of the unit's own projects, lowest rate first; only these are read by name."""
    figures = grouped(books.where(project__unit=unit), "project")
    rates = {key: figure.rate(over) for key, figure in figures.items()}
    order = sorted(figures, key=lambda key: (rates[key] is None, rates[key] or 0, key))
    page = Paginator(order, PAGE).get_page(number)
    projects = Project.objects.in_bulk(page.object_list)
    lines = [
        Line(
            projects[key].name,
            reverse("disbursement:project", args=[key]),
            figures[key],
            rates[key],
            projects[key].code,
        )
        for key in page.object_list
    ]
    page.object_list = toned(lines, share)
    return page


def lowest_first(lines):
    return sorted(lines, key=lambda line: (line.rate is None, line.rate or 0, line.name))


def toned(lines: list[Line], share: Decimal | None) -> list[Line]:
    """Far behind the whole (ten points or more) is marked; the figure says it first."""
    if share is None:
        return lines
    return [
        replace(line, tone="bad") if line.rate is not None and line.rate <= share - 10 else line
        for line in lines
    ]


def parts(books: Books, over: str) -> list[Line]:
    """By programme, then by nature: each with its own denominator, never an average."""
    names = dict(Program.objects.values_list("pk", "short_name"))
    by_program = grouped(books, "program")
    lines = [
        Line(names[key], "", by_program[key], by_program[key].rate(over))
        for key in names
        if key in by_program
    ]
    by_nature = grouped(books, "nature")
    return lines + [
        Line(label, "", by_nature[value], by_nature[value].rate(over))
        for value, label in Nature.choices
        if value in by_nature
    ]


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
            "url": where.url(paid),
            "bar": share,
            "of": format_rate(share) if share is not None else "",
        },
        {"label": "Còn phải giải ngân", "value": total.remaining, "url": "#bang"},
    ]


def curve_of(user, unit: Unit, chosen, today: date):
    """The chart of the overview alone, for its files."""
    books = books_for(user, unit, chosen, today)
    return curve(books, books.total(), chosen["over"], paid_to(books), unit)


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
        f"% {Denominator(over).label}, lũy kế, {unit.name}; chốt đến ngày {known_to:%d/%m/%Y}",
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
