"""What both money tables share: columns of a vintage, the unit of account, faults at their cell."""

from core.column_rows import NO_ROWS, Issue
from core.columns import CHOICE, INTEGER, Column
from core.tables import open_table

from .models import Funding, Moment, Nature, Source

GUIDE_SHEET = "Hướng dẫn"
# More than any one works: đồng written in a column of triệu đồng, which would break every sum.
MOST_MONEY = 10**15
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
FUNDING_LABELS = [
    (Funding.DOMESTIC, "Trong nước"),
    (Funding.FOREIGN, "Nước ngoài"),
    *Funding.choices,
    (Funding.FOREIGN, "Ngoài nước"),
    (Funding.FOREIGN, "ODA"),
]
FUNDING = Column(
    "funding",
    "Vốn trong nước, nước ngoài",
    CHOICE,
    choices=FUNDING_LABELS,
    aliases=("Trong nước/nước ngoài", "Vốn nước ngoài"),
)


def read_rows(book, columns_in):
    """(sheet, right rows, broken rows, issues) of a table that fits into memory.

    Columns or units nobody knows raise ColumnsAsked, which the import page turns into a question.
    """
    table = open_table(book, columns_in)
    if table is None:
        return None, [], [], [Issue("error", "", "", NO_SHEET)]
    rows, broken, issues = [], [], []
    for row, faults in table.rows():
        issues += faults
        (broken if faults else rows).append(row)
    if not rows and not issues:
        issues.append(Issue("error", table.sheet.name, "", NO_ROWS))
    return table.sheet, rows, broken, issues


NO_SHEET = "Tệp không có trang tính nào để đọc."


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
    """Left empty: this year's money, given at its start, from within the country."""
    return {
        "source": str(row["source"]),
        "nature": str(row["nature"]),
        "origin_year": row["origin_year"] or plan_year,
        "moment": str(row["moment"] or Moment.START),
        "funding": str(row["funding"] or Funding.DOMESTIC),
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
