"""A statement as files: every row in a workbook whose memory does not grow with them, and the
annexes of an official document (Decree 30/2020) in Word and PDF."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils import timezone

from core.annotated import safe_text
from core.later import Later
from core.money import MILLION, format_amount
from documents.content import (
    Annex,
    Column,
    ColumnGroup,
    Kind,
    Layout,
    OfficialDocument,
    Paragraph,
    RowKind,
    Signature,
    Table,
)
from documents.content import Row as Line
from documents.letters import layout_of
from documents.models import DocumentKind, LayoutProfile
from organizations.models import Unit, UnitScope, Via
from organizations.models.units import valid_on

from .forms import vintage_label
from .models import Funding, Moment, Nature, Source
from .statements import Balance, Row, Statement

xlsxwriter = Later("xlsxwriter")
# More rows than these are read in the workbook; on paper nobody turns two hundred pages.
PAPER_ROWS = 1_000
UNIT = "Đơn vị tính: triệu đồng"
SHORT_SOURCES = {
    Source.CENTRAL: "NSTW",
    Source.PROVINCE: "NS tỉnh",
    Source.DISTRICT: "NS huyện",
    Source.COMMUNE: "NS xã",
}
ABBREVIATIONS = (
    "NSTW: ngân sách trung ương; NS: ngân sách; ĐTPT: vốn đầu tư phát triển; SN: kinh phí sự "
    "nghiệp; số năm là năm giao vốn gốc."
)
ROW_HEADS = (
    ("TT", 6),
    ("Ngày", 12),
    ("Bút toán, loại thanh toán", 28),
    ("Mã dự án", 16),
    ("Công trình, hoạt động", 48),
    ("Địa bàn, đơn vị", 24),
    ("Nguồn vốn", 22),
    ("Tính chất vốn", 24),
    ("Năm gốc", 9),
    ("Thời điểm giao", 16),
    ("Trong nước, nước ngoài", 18),
    ("Vốn tăng (giảm)", 18),
    ("Đã chi", 18),
    ("Quyết định", 24),
    ("Chứng từ", 18),
    ("Ghi chú", 30),
    ("Người ghi", 26),
    ("Đợt nhập", 9),
    ("Ghi nhận lúc", 18),
)
BALANCE_HEADS = (
    ("Nguồn vốn", 70),
    ("Đầu kỳ: vốn được chi", 20),
    ("Đầu kỳ: đã chi", 20),
    ("Đầu kỳ: còn lại", 20),
    ("Trong kỳ: vốn tăng (giảm)", 20),
    ("Trong kỳ: đã chi", 20),
    ("Cuối kỳ: vốn được chi", 20),
    ("Cuối kỳ: đã chi", 20),
    ("Cuối kỳ: còn lại", 20),
)
LABELS = [dict(words.choices) for words in (Source, Nature, Moment, Funding)]


def subject_of(statement: Statement, project: Any = None) -> str:
    return f"công trình {project.name} ({project.code})" if project else statement.where.unit.name


def period_of(statement: Statement) -> str:
    last = f"{statement.where.day:%d/%m/%Y}"
    if statement.first is None:
        return f"đến ngày {last}"
    return f"từ ngày {statement.first:%d/%m/%Y} đến ngày {last}"


def known_of(statement: Statement) -> str:
    moment = statement.where.known_at
    if moment is None:
        return ""
    return f"số liệu như đã biết lúc {timezone.localtime(moment):%H:%M ngày %d/%m/%Y}"


# The workbook


def write_workbook(out: Any, statement: Statement, subject: str) -> None:
    """`out`: a path or an open file. Balances first, then each row, written once and forgotten."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    bold, plain = book.add_format({"bold": True, "text_wrap": True}), book.add_format()
    amount = book.add_format({"num_format": "#,##0"})
    sheet = begin(book, "Số dư", BALANCE_HEADS, head_lines(statement, subject), bold)
    lines = [(vintage_label(key), balance) for key, balance in statement.balances.items()]
    for place, (label, balance) in enumerate([*lines, ("Cộng", statement.total)], start=4):
        sheet.write_string(place, 0, label, bold if label == "Cộng" else plain)
        for column, value in enumerate(balance_cells(balance), start=1):
            if value is not None:
                sheet.write_number(place, column, value, amount)
    sheet = begin(book, "Dòng", ROW_HEADS, head_lines(statement, subject), bold)
    write_rows(sheet, statement, amount)
    book.close()


def begin(book: Any, name: str, heads: Any, lines: Any, bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    for column, (_, width) in enumerate(heads):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(8 if len(heads) > 12 else 9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.freeze_panes(4, 0)
    for row, text in enumerate(lines):
        sheet.write_string(row, 0, safe_text(text), bold)
    for column, (head, _) in enumerate(heads):
        sheet.write_string(3, column, head, bold)
    return sheet


def head_lines(statement: Statement, subject: str) -> tuple[str, ...]:
    terms = f"Năm kế hoạch {statement.where.year}; đơn vị tính: đồng"
    known = known_of(statement)
    return (
        f"Sao kê vốn {subject}",
        f"{period_of(statement)[0].upper()}{period_of(statement)[1:]}",
        f"{terms}; {known}" if known else terms,
    )


def balance_cells(balance: Balance) -> tuple[int | None, ...]:
    return (
        balance.capital_before,
        balance.paid_before,
        balance.before,
        balance.capital_within,
        balance.paid_within,
        balance.capital,
        balance.paid,
        balance.after,
    )


def write_rows(sheet: Any, statement: Statement, amount: Any) -> None:
    """Columns by hand: this loop is all that a long statement costs besides the file itself."""
    text, number = sheet.write_string, sheet.write_number
    source, nature, moment, funding = LABELS
    plain, day, clock = kept(safe_text), kept(day_text), kept(clock_text)
    for place, row in enumerate(statement, start=4):
        is_payment = row.is_payment
        number(place, 0, place - 3)
        text(place, 1, day(row.day))
        text(place, 2, row.kind_label)
        text(place, 3, plain(row.code))
        text(place, 4, plain(row.name))
        text(place, 5, plain(row.unit))
        text(place, 6, source[row.source])
        text(place, 7, nature[row.nature])
        number(place, 8, row.origin_year)
        text(place, 9, moment[row.moment])
        text(place, 10, funding[row.funding])
        number(place, 12 if is_payment else 11, row.amount, amount)
        if row.basis:
            text(place, 14 if is_payment else 13, safe_text(row.basis))
        if row.note:
            text(place, 15, safe_text(row.note))
        text(place, 16, plain(row.person))
        if row.batch:
            number(place, 17, row.batch)
        text(place, 18, clock(row.recorded_at))


def kept(function: Any) -> Any:
    """The same names, days and moments come on many rows; only the newest are remembered."""
    return lru_cache(maxsize=10_000)(function)


def day_text(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def clock_text(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S %d/%m/%Y}"


# The official document


def as_document(statement: Statement, subject: str, day: date) -> OfficialDocument:
    """Without number and date, as drafts are; balances and rows stand in landscape annexes."""
    profile = profile_of(statement.where.unit, day)
    unit = statement.where.unit
    return OfficialDocument(
        layout=layout_of(profile) if profile else Layout(agency_name=unit.name.upper()),
        kind_name="BÁO CÁO",
        abstract="Sao kê vốn các chương trình mục tiêu quốc gia\n"
        f"{subject}, {period_of(statement)}",
        symbol=profile.symbol_of(DocumentKind.REPORT) if profile else "BC",
        place=profile.place if profile else unit.name,
        blocks=tuple(map(Paragraph, words(statement, subject))),
        signature=Signature(tuple(profile.signature_lines) if profile else ("NGƯỜI LẬP",)),
        recipients=tuple(profile.recipients) if profile else ("Lưu: VT",),
        annexes=(
            Annex("SỐ DƯ THEO NGUỒN VỐN", (balance_table(statement),)),
            Annex("CÁC BÚT TOÁN VÀ LẦN THANH TOÁN TRONG KỲ", (row_table(statement),)),
        ),
    )


def profile_of(unit: Unit, day: date) -> LayoutProfile | None:
    """The unit's own way of heading documents, else that of the nearest place above."""
    above = UnitScope.objects.filter(valid_on(day), descendant=unit, via=Via.TREE)
    profiles = {
        profile.unit_id: profile
        for profile in LayoutProfile.objects.filter(unit__in=above.values("ancestor"))
    }
    place: Unit | None = unit
    while place is not None:
        if place.pk in profiles:
            return profiles[place.pk]
        place = place.parent_on(day)
    return None


def words(statement: Statement, subject: str) -> list[str]:
    total, known = statement.total, known_of(statement)
    year = statement.where.year
    out = [
        f"Vốn năm kế hoạch {year} của {subject}, {period_of(statement)}"
        f"{f' ({known})' if known else ''}: vốn được chi {dong(total.capital)} đồng, đã chi "
        f"{dong(total.paid)} đồng, còn lại {dong(total.after)} đồng."
    ]
    if statement.first:
        out.append(
            f"Đầu kỳ còn lại {dong(total.before)} đồng; trong kỳ vốn tăng (giảm) "
            f"{dong(total.capital_within)} đồng, đã chi {dong(total.paid_within)} đồng."
        )
    out.append(
        f"Trong kỳ có {format_amount(statement.count)} bút toán và lần thanh toán, chi tiết tại "
        "các phụ lục kèm theo."
    )
    return out


def dong(value: int | None) -> str:
    return format_amount(value)


def balance_table(statement: Statement) -> Table:
    places = places_for(statement)
    three = ("Vốn được chi", "Đã chi", "Còn lại")
    money = tuple(Column(label, Kind.NUMBER, 2, places) for label in three)
    within = tuple(Column(label, Kind.NUMBER, 2, places) for label in ("Vốn tăng (giảm)", "Đã chi"))
    rows = [
        Line((str(number), short_vintage(key), *map(millions, balance_cells(balance))))
        for number, (key, balance) in enumerate(statement.balances.items(), start=1)
    ]
    total = Line(("", "Cộng", *map(millions, balance_cells(statement.total))), RowKind.SUM)
    columns = (
        Column("TT", Kind.CENTER, 1),
        Column("Nguồn vốn", Kind.TEXT, 5),
        ColumnGroup("Đầu kỳ", money),
        ColumnGroup("Trong kỳ", within),
        ColumnGroup("Cuối kỳ", money),
    )
    return Table(columns, (*rows, total), unit_note=UNIT, notes=(ABBREVIATIONS,))


def row_table(statement: Statement) -> Table:
    places = places_for(statement)
    columns = (
        Column("TT", Kind.CENTER, 1),
        Column("Ngày", Kind.CENTER, 2),
        Column("Công trình, hoạt động", Kind.TEXT, 4),
        Column("Bút toán, loại thanh toán", Kind.TEXT, 2),
        Column("Nguồn vốn", Kind.TEXT, 3),
        Column("Vốn tăng (giảm)", Kind.NUMBER, 2, places),
        Column("Đã chi", Kind.NUMBER, 2, places),
        Column("Quyết định, chứng từ", Kind.TEXT, 2),
        Column("Người ghi, lúc ghi", Kind.TEXT, 2),
    )
    rows = [paper_row(number, row) for number, row in enumerate(statement[:PAPER_ROWS], start=1)]
    total = statement.total
    added = (millions(total.capital_within), millions(total.paid_within))
    sums = ("", "", "Cộng trong kỳ", "", "", *added, "", "")
    rest = statement.count - len(rows)
    told = f"Còn {format_amount(rest)} dòng không in ở đây; tệp Excel của sao kê có đủ."
    notes = (ABBREVIATIONS, *((told,) if rest > 0 else ()))
    return Table(columns, (*rows, Line(sums, RowKind.SUM)), unit_note=UNIT, notes=notes)


def paper_row(number: int, row: Row) -> Line:
    written = f"{timezone.localtime(row.recorded_at):%H:%M %d/%m/%Y}"
    who = f"đợt nhập {row.batch}" if row.batch else row.person
    amount = millions(row.amount)
    money = (None, amount) if row.is_payment else (amount, None)
    return Line(
        (
            str(number),
            f"{row.day:%d/%m/%Y}",
            f"{row.name} ({row.code})",
            row.kind_label,
            short_vintage(row.key),
            *money,
            row.basis or "",
            ", ".join(filter(None, [who, written])),
        )
    )


def short_vintage(key: tuple[Any, ...]) -> str:
    """In the abbreviations that offices print; the table explains them."""
    source, nature, origin, moment, funding = key
    name = SHORT_SOURCES.get(source) or LABELS[0][source]
    kind = "ĐTPT" if nature == Nature.INVESTMENT else "SN"
    given = "đầu năm" if moment == Moment.START else "bổ sung"
    return (
        f"{name}, {kind}, {origin}, {given}{', nước ngoài' if funding == Funding.FOREIGN else ''}"
    )


def millions(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount) / MILLION


def places_for(statement: Statement) -> int:
    """As many decimals of a million as the figures need: nothing is rounded on paper."""
    units = statement.smallest_unit
    return 0 if units % MILLION == 0 else 3 if units % 1_000 == 0 else 6
