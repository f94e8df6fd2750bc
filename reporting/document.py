"""The consolidated report as an official document (layout: Decree 30/2020, annex I)."""

from decimal import Decimal

from core.charts import BarChart, BarRow, LineChart, Series
from core.money import format_decimal
from documents.content import (
    Annex,
    Chart,
    Column,
    Heading,
    Kind,
    Layout,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Table,
)
from documents.models import LayoutProfile

from .models import NarrativeSection
from .wording import day, period_title

MILLION = Decimal(1_000_000)
TEMPLATE_VERSION = "2023.1"
FONT = "Tinos"
UNIT_NOTE = "Đơn vị: triệu đồng"


def as_document(consolidated, figures, texts):
    """Frozen figures and final words in, a document without number and date out."""
    profile = LayoutProfile.objects.get(unit=consolidated.committee.unit)
    return OfficialDocument(
        layout=Layout(
            agency_name=profile.agency_name,
            agency_parent=profile.agency_parent,
            body_size=profile.body_size,
        ),
        kind_name="BÁO CÁO",
        abstract=title_of(figures),
        symbol=f"BC-{profile.symbol}",
        place=profile.place,
        addressed_to=("Ủy ban nhân dân tỉnh",),
        blocks=tuple(blocks(figures, texts)),
        signature=Signature(titles=tuple(profile.signature_lines)),
        recipients=tuple(profile.recipients),
        annexes=(targets_annex(figures), late_annex(figures)),
    )


def title_of(figures):
    return f"Kết quả thực hiện các chương trình mục tiêu quốc gia {period_title(figures['period'])}"


def blocks(figures, texts):
    """The skeleton of a programme report: management, money, results, difficulties, next."""
    yield Heading("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH")
    yield from words(texts[NarrativeSection.RESULTS])
    yield from words(texts["tasks"])
    yield from words(texts["reports"])
    yield Heading("II. HUY ĐỘNG, PHÂN BỔ VÀ GIẢI NGÂN VỐN")
    yield from words(texts["money"])
    yield from words(texts["natures"])
    yield cumulative_chart(figures)
    yield programs_table(figures)
    yield from words(texts["places"])
    yield places_chart(figures)
    yield places_table(figures)
    yield Heading("III. KẾT QUẢ THỰC HIỆN MỤC TIÊU, CHỈ TIÊU")
    yield from words(texts["targets"])
    yield Heading("IV. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN")
    yield from words(texts[NarrativeSection.DIFFICULTIES])
    yield Heading("V. NHIỆM VỤ KỲ TỚI")
    yield from words(texts[NarrativeSection.NEXT])
    yield Heading("VI. KIẾN NGHỊ, ĐỀ XUẤT")
    yield from words(texts[NarrativeSection.PROPOSALS], end="./.")


def words(text, end=""):
    """One paragraph a line; a part nobody wrote about says so instead of vanishing.

    `end` closes the last line: an official text ends with "./.".
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = lines or ["Không có nội dung phát sinh."]
    if end:
        lines[-1] = lines[-1].rstrip(". ") + end
    return [Paragraph(line) for line in lines]


def number(text):
    return None if text is None else Decimal(text)


def in_millions(amount):
    return None if amount is None else Decimal(amount) / MILLION


def cumulative_chart(figures):
    months = figures["money"]["months"]
    chart = LineChart(
        "Giải ngân lũy kế theo tháng",
        (
            Series("thực hiện", tuple(number(month["rate"]) for month in months)),
            Series("tiến độ đều", even_plan(len(months)), plan=True),
        ),
        tuple(month["label"] for month in months),
        maximum=Decimal(100),
    )
    caption = f"Hình 1. Giải ngân lũy kế theo tháng, % {figures['denominator']}"
    return Chart(chart.svg(font_family=FONT), caption)


def even_plan(months):
    """A straight line to 100 % at the year's end: the province has set no monthly plan."""
    return tuple((Decimal(100) * (m + 1) / months).quantize(Decimal("0.01")) for m in range(months))


def places_chart(figures):
    places = figures["money"]["by_unit"]
    districts = [line for line in places if line["is_district"]] or places
    lines = sorted(districts, key=lambda line: number(line["rate"]) or 0, reverse=True)
    total = figures["money"]["total"]["rate"]
    chart = BarChart(
        "Tỷ lệ giải ngân theo địa bàn",
        tuple(BarRow(line["name"], number(line["rate"])) for line in lines),
        mark=number(total),
        mark_label="chung toàn tỉnh",
        maximum=Decimal(100),
    )
    caption = f"Hình 2. Tỷ lệ giải ngân theo địa bàn đến {day(figures['money_on'])}"
    return Chart(chart.svg(font_family=FONT), caption)


MONEY_COLUMNS = (
    Column("Kế hoạch giao trong năm", Kind.NUMBER, 1.2),
    Column("Vốn kéo dài", Kind.NUMBER, 1.0),
    Column("Tổng vốn", Kind.NUMBER, 1.2),
    Column("Đã giải ngân", Kind.NUMBER, 1.2),
    Column("Tỷ lệ (%)", Kind.NUMBER, 0.8, 2),
)


def money_cells(line):
    amounts = (line[key] for key in ("planned", "carried", "to_spend", "paid"))
    return (*(in_millions(amount) for amount in amounts), number(line["rate"]))


def money_table(first, lines, total):
    rows = [
        Row((str(index), line["name"], *money_cells(line)))
        for index, line in enumerate(lines, start=1)
    ]
    rows.append(Row(("", "Tổng cộng", *money_cells(total)), RowKind.SUM))
    columns = (Column("TT", Kind.CENTER, 0.4), Column(first, Kind.TEXT, 2.4), *MONEY_COLUMNS)
    return Table(columns, tuple(rows), unit_note=UNIT_NOTE)


def programs_table(figures):
    money = figures["money"]
    return money_table("Chương trình", money["by_program"], money["total"])


def places_table(figures):
    money = figures["money"]
    return money_table("Địa bàn, đơn vị", money["by_unit"], money["total"])


def targets_annex(figures):
    known = [line["decimals"] for line in figures["targets"] if line["with_pending"] is not None]
    places = max(known, default=0)
    columns = (
        Column("TT", Kind.CENTER, 0.4),
        Column("Chỉ tiêu", Kind.TEXT, 4),
        Column("Đơn vị tính", Kind.CENTER, 0.8),
        Column("Mục tiêu năm", Kind.CENTER, 1.2),
        Column("Thực hiện (đã chấp nhận)", Kind.NUMBER, 1.2, places),
        Column("Thực hiện (gồm báo cáo đang chờ)", Kind.NUMBER, 1.2, places),
        Column("Đánh giá", Kind.CENTER, 1),
    )
    rows, program = [], None
    for index, line in enumerate(figures["targets"], start=1):
        if line["program"] != program:
            program = line["program"]
            rows.append(Row((program,), RowKind.SECTION))
        rows.append(Row(target_cells(index, line)))
    notes = (
        f"Số liệu chỉ tiêu tính đến ngày {day(figures['figures_on'])}; tỷ lệ giải ngân lấy từ sổ "
        f"vốn, tính đến ngày {day(figures['money_on'])}.",
    )
    table = Table(columns, tuple(rows), notes=notes)
    return Annex("KẾT QUẢ THỰC HIỆN MỤC TIÊU, CHỈ TIÊU", (table,))


JUDGED = {True: "Đạt", False: "Chưa đạt", None: "Chưa đủ số liệu"}


def target_cells(index, line):
    goal = number(line["goal"])
    shown = f"{line['operator']} {format_decimal(goal, line['decimals'])}"
    if goal is None:
        shown = "–"
    judged = JUDGED[line["is_met"]] if goal is not None else "Theo dõi bằng lời"
    return (
        str(index),
        line["wording"],
        line["measure"],
        shown,
        number(line["value"]),
        number(line["with_pending"]),
        judged,
    )


def late_annex(figures):
    columns = (
        Column("TT", Kind.CENTER, 0.4),
        Column("Nhiệm vụ", Kind.TEXT, 4.5),
        Column("Cơ quan chủ trì", Kind.TEXT, 2.2),
        Column("Thời hạn", Kind.CENTER, 1),
        Column("Quá hạn (ngày)", Kind.NUMBER, 0.8),
    )
    rows = tuple(
        Row((str(index), line["title"], line["lead"], day(line["due_on"]), line["days"]))
        for index, line in enumerate(figures["tasks"]["late"], start=1)
    ) or (Row(("Không có nhiệm vụ quá hạn.",), RowKind.SECTION),)
    return Annex("DANH SÁCH NHIỆM VỤ QUÁ HẠN", (Table(columns, rows),))
