"""The demo Treasury's extract of 30/6: mostly what the books hold, with differences to settle.

Drawn by place in the list and not by chance, so that the random numbers of other steps stay.
"""

import io
from datetime import date

from openpyxl import Workbook

from disbursement.models import (
    VINTAGE,
    Funding,
    MatchKind,
    Moment,
    Nature,
    Payment,
    Project,
    Source,
    TreasuryLine,
)
from jobs.models import Batch, BatchState, StoredFile
from organizations.models import User

from ..demo import DEMO_PREFIX
from .moments import moment

YEAR, DAY, SENT = 2023, date(2023, 6, 30), date(2023, 7, 1)
# Every so many lines: one that the Treasury has not named, paid more, paid less, coded its own way.
LEFT_OUT, MORE, LESS, OWN_CODE = 97, 61, 83, 71
DIFFERENCE = 125_000_000
NAME = "so-kho-bac-30-6-2023.xlsx"
HEAD = (
    "Mã dự án",
    "Tên công trình",
    "Nguồn vốn",
    "Tính chất",
    "Năm gốc",
    "Thời điểm giao",
    "Vốn trong nước, nước ngoài",
    "Tạm ứng lũy kế",
    "Thanh toán KLHT lũy kế",
)
LABELS = {"source": Source, "nature": Nature, "moment": Moment, "funding": Funding}


def build_treasury(province):
    """The lines of one file, kept as said; nothing is posted, for vouchers stand in the books."""
    lines = list(said_lines())
    user = User.objects.get(username=f"{DEMO_PREFIX}khobac")
    kept = StoredFile.objects.store(NAME, workbook(lines), user=user, unit=province.unit)
    batch = Batch.objects.create(
        kind="disbursements",
        unit=province.unit,
        file=kept,
        created_by=user,
        state=BatchState.APPLIED,
        applied_at=moment(SENT, 9, 20),
        params={"as_of": DAY.isoformat(), "year": YEAR},
        counts=counts_of(lines),
    )
    Batch.objects.filter(pk=batch.pk).update(created_at=moment(SENT, 9, 5))
    for number, line in enumerate(lines, start=3):
        line.batch, line.unit, line.number = batch, province.unit, number
    TreasuryLine.objects.bulk_create(lines, batch_size=1000)


def counts_of(lines):
    """As the import itself would have counted them."""
    waiting = sum(line.project is None for line in lines)
    held = sum(line.is_moved and line.project is not None for line in lines)
    rest = {"created": 0, "updated": 0, "unchanged": len(lines) - held - waiting}
    return {"read": len(lines)} | rest | {"held": held, "waiting": waiting}


def said_lines():
    sums = Payment.objects.for_year(YEAR).as_of(DAY).total_by("project", *VINTAGE)
    projects = Project.objects.in_bulk({key[0] for key in sums})
    ordered = sorted(sums.items(), key=lambda item: (projects[item[0][0]].code, *item[0][1:]))
    for place, ((project, *vintage), total) in enumerate(ordered, start=1):
        if total >= 0 and place % LEFT_OUT:
            yield said_line(place, projects[project], vintage, total)


def said_line(place, project, vintage, booked):
    total = booked
    if place % MORE == 0:
        total += DIFFERENCE
    elif place % LESS == 0:
        total = max(total - DIFFERENCE, 0)
    is_strange = place % OWN_CODE == 0
    advance = total // 4
    line = TreasuryLine(
        as_of=DAY,
        plan_year=YEAR,
        code=f"KB-{7000 + place}" if is_strange else project.code,
        name=project.name.upper() if is_strange else project.name,
        advance=advance,
        volume=total - advance,
        cumulative=total,
        project=None if is_strange else project,
        match="" if is_strange else MatchKind.CODE,
        **dict(zip(VINTAGE, vintage, strict=True)),
    )
    line.is_moved = total != booked
    return line


def workbook(lines):
    """The same lines as the file that the Treasury sent."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Số liệu"
    sheet.append(["Đơn vị tính: đồng"])
    sheet.append(HEAD)
    for line in lines:
        words = {name: choices(getattr(line, name)).label for name, choices in LABELS.items()}
        sheet.append(
            [
                line.code,
                line.name,
                words["source"],
                words["nature"],
                line.origin_year,
                words["moment"],
                words["funding"],
                line.advance,
                line.volume,
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
