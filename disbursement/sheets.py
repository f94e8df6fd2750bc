"""What both money tables share: columns of a vintage, the unit of account, faults at their cell."""

import re

from core.column_rows import HEADER_ROWS, Issue, check_all_rows
from core.columns import CHOICE, INTEGER, MILLION, Column
from core.text import search_key

from .models import Moment, Nature, Source

GUIDE_SHEET = "Hướng dẫn"
# More than any one works: đồng written in a column of triệu đồng, which would break every sum.
MOST_MONEY = 10**15
UNITS = {"trieu": MILLION, "nghin": 1000, "ngan": 1000, "ty": 1_000_000_000, "": 1}
# "Đơn vị tính: đồng", "ĐVT: triệu đồng", "(đồng)"; "hoạt động", "hội đồng" are other words.
UNIT_LINE = re.compile(
    r"(?:\b(?:don vi tinh|don vi|dvt)\s*:?\s*|\(\s*)(trieu|nghin|ngan|ty|)\s*dong\b"
)
NATURE_LABELS = [
    (Nature.INVESTMENT, "Đầu tư phát triển"),
    (Nature.RECURRENT, "Sự nghiệp"),
    *Nature.choices,
    (Nature.INVESTMENT, "ĐTPT"),
    (Nature.INVESTMENT, "Đầu tư"),
    (Nature.RECURRENT, "SN"),
]
SOURCE_LABELS = [
    *Source.choices,
    (Source.CENTRAL, "NSTW"),
    (Source.CENTRAL, "Trung ương"),
    (Source.PROVINCE, "NST"),
]
MOMENT_LABELS = [
    (Moment.START, "Đầu năm"),
    (Moment.LATER, "Bổ sung"),
    *Moment.choices,
]
SOURCE = Column("source", "Nguồn vốn", CHOICE, required=True, choices=SOURCE_LABELS)
NATURE = Column(
    "nature",
    "Tính chất",
    CHOICE,
    required=True,
    choices=NATURE_LABELS,
    aliases=("Tính chất vốn", "Loại vốn"),
)
ORIGIN = Column(
    "origin_year",
    "Năm gốc",
    INTEGER,
    minimum=2016,
    maximum=2050,
    aliases=("Năm giao vốn gốc", "Năm vốn"),
)
MOMENT = Column("moment", "Thời điểm giao", CHOICE, choices=MOMENT_LABELS)


def main_sheet(book):
    """The first visible sheet that is not the guide."""
    return next((s for s in book.visible() if search_key(s.name) != search_key(GUIDE_SHEET)), None)


def unit_of_account(sheet):
    """The unit written above the rows ("Đơn vị tính: đồng", "Số tiền (đồng)"), else triệu đồng."""
    for row in sheet.rows[:HEADER_ROWS]:
        for cell in row:
            found = UNIT_LINE.search(search_key(cell)) if isinstance(cell, str) else None
            if found:
                return UNITS[found[1]]
    return MILLION


def read_rows(book, columns_in):
    """(sheet, right rows, broken rows, issues); columns are made for the book's unit of account."""
    sheet = main_sheet(book)
    if sheet is None:
        return None, [], [], [Issue("error", "", "", "Tệp không có trang tính nào để đọc.")]
    return sheet, *check_all_rows(sheet, columns_in(unit_of_account(sheet)))


class Faults:
    """Collects issues of one sheet, each at its cell."""

    def __init__(self, sheet):
        self.sheet, self.issues, self.error_count = sheet, [], 0

    def error(self, row, column, message):
        self.error_count += 1
        self._add("error", row, column, message)

    def warning(self, row, column, message):
        self._add("warning", row, column, message)

    def _add(self, severity, row, column, message):
        cell = row.cells.get(column, "")
        where = "" if cell else f"Dòng {row.number}: "
        self.issues.append(Issue(severity, self.sheet.name, cell, where + message))


def vintage_defaults(row, plan_year):
    """Origin year and moment left empty mean this year's money, given at its start."""
    return {
        "source": str(row["source"]),
        "nature": str(row["nature"]),
        "origin_year": row["origin_year"] or plan_year,
        "moment": str(row["moment"] or Moment.START),
    }


def check_origin(row, plan_year, faults):
    origin = row["origin_year"]
    if origin and origin > plan_year:
        faults.error(
            row,
            "origin_year",
            f"Năm gốc {origin} sau năm kế hoạch {plan_year}. Hãy xem lại năm giao vốn gốc.",
        )
        return False
    return True
