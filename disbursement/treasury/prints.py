"""Both numbers on paper: a workbook of every line of money, and the minutes of the comparison."""

import io

from django.db import transaction

from core.annotated import safe_text
from core.later import Later
from core.transitions import InvalidTransition
from documents.content import (
    Annex,
    Column,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Table,
    long_date,
)
from documents.issuing import issue
from documents.letters import layout_of
from documents.models import DocumentKind, IssuedDocument, LayoutProfile
from jobs.models import AuditEntry

from ..forms import vintage_label
from ..models import Project
from .gaps import GapState, by_project, totals_of

xlsxwriter = Later("xlsxwriter")
TEMPLATE_VERSION = "2023.1"
A3 = 8
# More lines than a person signs for; the workbook holds all of them.
MOST_LINES = 500
HEADS = (
    ("TT", 5),
    ("Mã dự án", 18),
    ("Công trình, hoạt động", 48),
    ("Đơn vị", 24),
    ("Chương trình", 14),
    ("Nguồn vốn, tính chất, năm gốc", 44),
    ("Kho bạc chốt ngày", 13),
    ("Kho bạc: tạm ứng", 18),
    ("Kho bạc: khối lượng", 18),
    ("Kho bạc: lũy kế", 18),
    ("Cổng ghi", 18),
    ("Chênh lệch", 18),
    ("Trạng thái", 26),
    ("Lý do chênh lệch", 48),
)
AMOUNTS = range(7, 12)


def gap_workbook(scope, gaps, waiting):
    """Every line of money in đồng, the largest difference first, then the lines that wait."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "constant_memory": True}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("Đối chiếu Kho bạc")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
    amount, sums = ({"num_format": "#,##0"}, {"num_format": "#,##0", "bold": True})
    amount, sums = book.add_format(amount), book.add_format(sums)
    for place, (_, width) in enumerate(HEADS):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(3, 3)
    sheet.repeat_rows(2)
    title = f"Đối chiếu số liệu giải ngân với Kho bạc, năm kế hoạch {scope.year}"
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    terms = f"Đơn vị tính: đồng; số Kho bạc có đến ngày {scope.day:%d/%m/%Y}"
    sheet.write_string(1, 0, terms)
    for place, (head, _) in enumerate(HEADS):
        sheet.write_string(2, place, head, bold)
    place, totals = 3, [0] * len(HEADS)
    for cells in [*gap_cells(gaps), *map(waiting_cells, waiting)]:
        write_line(sheet, place, cells, amount)
        for column in AMOUNTS:
            totals[column] += cells[column] or 0
        place += 1
    sheet.write_string(place, 2, "Tổng cộng", bold)
    for column in AMOUNTS:
        sheet.write_number(place, column, totals[column], sums)
    book.close()
    return out.getvalue()


def write_line(sheet, place, cells, amount):
    sheet.write_number(place, 0, place - 2)
    for column, value in enumerate(cells):
        if isinstance(value, str) and value:
            sheet.write_string(place, column, safe_text(value))
        elif value is not None and value != "":
            sheet.write_number(place, column, value, amount)


def gap_cells(gaps):
    works = Project.objects.select_related("unit", "component__program")
    found = works.in_bulk({gap.project for gap in gaps})
    for gap in sorted(gaps, key=lambda gap: (-abs(gap.difference), gap.project, gap.vintage)):
        project = found[gap.project]
        yield (
            None,
            project.code,
            project.name,
            project.unit.label,
            project.component.program.short_name,
            vintage_label(gap.vintage),
            f"{gap.as_of:%d/%m/%Y}" if gap.line else "",
            gap.advance,
            gap.volume,
            gap.reported,
            gap.booked,
            gap.difference,
            GapState(gap.state).label,
            gap.note.words if gap.note and gap.difference else "",
        )


def waiting_cells(line):
    vintage = (line.source, line.nature, line.origin_year, line.moment, line.funding)
    return (
        None,
        line.code,
        line.name,
        "",
        "",
        vintage_label(vintage),
        f"{line.as_of:%d/%m/%Y}",
        line.advance,
        line.volume,
        line.cumulative,
        None,
        -line.cumulative,
        "Chờ ghép công trình",
        "",
    )


@transaction.atomic
def issue_minutes(scope, unit, user, today, key):
    """The minutes as both sides see the figures now, frozen once per key of the form."""
    subject = f"reconciliation:{user.pk}:{key}"
    there = IssuedDocument.objects.filter(subject=subject).first()
    if there:
        return there
    profile = LayoutProfile.objects.filter(unit=unit).first()
    if profile is None:
        raise InvalidTransition(
            f"{unit.name} chưa có thể thức văn bản. Hãy khai báo ở mục Văn bản, Thể thức trước."
        )
    gaps = scope.gaps(user)
    if not any(gap.line for gap in gaps):
        raise InvalidTransition("Chưa có số Kho bạc nào để lập biên bản.")
    content = minutes(scope, gaps, list(scope.waiting(user)), profile, unit, today)
    document = issue(
        content,
        kind=DocumentKind.MINUTES,
        title=f"{content.abstract[0].upper()}{content.abstract[1:]}",
        unit=unit,
        subject=subject,
        template_version=TEMPLATE_VERSION,
        user=user,
    )
    AuditEntry.objects.create(
        action="document.issue",
        actor=user,
        unit=unit,
        object_label=str(document)[:250],
        detail={"document": document.pk, "year": scope.year, "day": scope.day.isoformat()},
    )
    return document


def minutes(scope, gaps, waiting, profile, unit, today):
    day = max(gap.as_of for gap in gaps if gap.line)
    totals = totals_of(gaps, sum(line.cumulative for line in waiting))
    return OfficialDocument(
        layout=layout_of(profile),
        kind_name=DocumentKind.MINUTES.label.upper(),
        abstract=f"Đối chiếu số liệu giải ngân vốn các chương trình mục tiêu quốc gia năm "
        f"{scope.year}, số liệu chốt đến {long_date(day)}",
        symbol=profile.symbol_of(DocumentKind.MINUTES),
        place=profile.place,
        blocks=tuple(minutes_blocks(scope, gaps, totals, waiting, day, unit, today)),
        signature=Signature(("ĐẠI DIỆN", "CƠ QUAN THƯỜNG TRỰC")),
        counterpart=Signature(("ĐẠI DIỆN", "KHO BẠC NHÀ NƯỚC")),
        annexes=tuple(annexes(gaps, waiting)),
    )


def minutes_blocks(scope, gaps, totals, waiting, day, unit, today):
    where = scope.unit.name if scope.unit else unit.name
    yield Paragraph(
        f"Hôm nay, {long_date(today)}, cơ quan thường trực Ban Chỉ đạo và Kho bạc Nhà nước cùng "
        f"đối chiếu số liệu giải ngân vốn năm {scope.year} của {where}, kết quả như sau:"
    )
    yield Heading("1. Số liệu hai bên", 2)
    yield totals_table(totals)
    yield Heading("2. Chênh lệch theo nguyên nhân", 2)
    yield parts_table(totals)
    yield Heading("3. Kết luận", 2)
    yield Paragraph(conclusion(totals, len(waiting)))
    yield Paragraph("Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản./.")


def conclusion(totals, waiting):
    counts = {state: count for state, (count, _) in totals.parts.items()}
    open_count = sum(counts[state] for state in ("unexplained", "stale", "only_treasury"))
    said = (
        f"Hai bên thống nhất {counts['agreed']} dòng vốn khớp số, {counts['explained']} dòng chênh "
        f"lệch đã giải trình."
    )
    if open_count or waiting or counts["only_books"]:
        said += (
            f" Còn {open_count} dòng chênh lệch chưa giải trình, {counts['only_books']} dòng Kho "
            f"bạc chưa báo và {waiting} dòng chưa xác định công trình; hai bên tiếp tục rà soát."
        )
    return said


def totals_table(totals):
    rows = [
        ("Kho bạc báo, đã xác định công trình", totals.reported),
        ("Kho bạc báo, chưa xác định công trình", totals.waiting),
        ("Cổng ghi, Kho bạc đã báo", totals.booked),
        ("Cổng ghi, Kho bạc chưa báo", totals.unreported),
    ]
    body = [Row((str(n), label, value)) for n, (label, value) in enumerate(rows, start=1)]
    body.append(Row(("", "Chênh lệch (cổng trừ Kho bạc)", totals.difference), RowKind.SUM))
    columns = (
        Column("TT", Kind.CENTER, 1),
        Column("Số liệu", Kind.TEXT, 8),
        Column("Số tiền", Kind.NUMBER, 3),
    )
    return Table(columns, tuple(body), unit_note="Đơn vị: đồng")


def parts_table(totals):
    rows = [
        Row((GapState(state).label, str(count), total))
        for state, (count, total) in totals.parts.items()
        if count
    ]
    if totals.waiting:
        rows.append(Row(("Dòng Kho bạc chờ ghép công trình", "", -totals.waiting)))
    rows.append(Row(("Cộng", "", totals.difference), RowKind.SUM))
    columns = (
        Column("Nguyên nhân", Kind.TEXT, 8),
        Column("Số dòng", Kind.CENTER, 2),
        Column("Chênh lệch", Kind.NUMBER, 3),
    )
    return Table(columns, tuple(rows), unit_note="Đơn vị: đồng")


def annexes(gaps, waiting):
    """Only what differs: who signs reads these lines and no others."""
    differing = [gap for gap in gaps if gap.difference]
    if not (differing or waiting):
        return
    groups = by_project(differing)
    found = Project.objects.select_related("unit").in_bulk([group.project for group in groups])
    lines = [(found[g.project], gap) for g in groups for gap in g.gaps]
    rows = [
        Row(
            (
                str(number),
                f"{project.name}\n{project.code}, {project.unit.label}",
                vintage_label(gap.vintage),
                gap.reported,
                gap.booked,
                gap.difference,
                gap.note.words if gap.note else GapState(gap.state).label,
            )
        )
        for number, (project, gap) in enumerate(lines[:MOST_LINES], start=1)
    ]
    start = len(rows)
    rows += [
        Row(
            (
                str(start + number),
                f"{line.name or 'Chưa xác định công trình'}\nmã của Kho bạc: {line.code}",
                vintage_label(
                    (line.source, line.nature, line.origin_year, line.moment, line.funding)
                ),
                line.cumulative,
                None,
                -line.cumulative,
                "Chờ ghép công trình",
            )
        )
        for number, line in enumerate(waiting[:MOST_LINES], start=1)
    ]
    columns = (
        Column("TT", Kind.CENTER, 1),
        Column("Công trình, hoạt động", Kind.TEXT, 6),
        Column("Nguồn vốn", Kind.TEXT, 4),
        Column("Kho bạc báo", Kind.NUMBER, 3),
        Column("Cổng ghi", Kind.NUMBER, 3),
        Column("Chênh lệch", Kind.NUMBER, 3),
        Column("Lý do, trạng thái", Kind.TEXT, 4),
    )
    left = len(lines) - MOST_LINES + max(len(waiting) - MOST_LINES, 0)
    notes = (f"Còn {left} dòng nữa trong tệp Excel kèm theo.",) if left > 0 else ()
    table = Table(columns, tuple(rows), unit_note="Đơn vị: đồng", notes=notes)
    yield Annex("CÁC DÒNG CHÊNH LỆCH", (table,))
