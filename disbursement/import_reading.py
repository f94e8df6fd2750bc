"""What the readers of big money lists share: one pass over the rows, every fault at its cell."""

from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal

from core.column_rows import NO_ROWS, Issue
from core.columns import CODE, DATE, MILLION, TEXT, Column, vietnamese_number
from core.tables import open_table
from jobs.imports import Reading
from jobs.staged import ERROR_STATE, Spool
from organizations.models import UnitScope, Via

from .closing import why_closed
from .places import Places, UnitNotFound
from .sheets import NO_SHEET, Faults

STATES = ("created", "updated", "unchanged")
# Off by the step between two units of account, give or take what the figures themselves differ by.
TOO_LARGE, TOO_SMALL = 500, 1000
WRONG_UNIT = "{} triệu đồng, trong khi {} là {} triệu đồng: có vẻ nhập nhầm đơn vị tính."

UNIT_CODE = Column("unit_code", "Mã đơn vị", CODE)
UNIT_NAME = Column(
    "unit_name",
    "Tên xã",
    TEXT,
    aliases=(
        "Tên xã/huyện",
        "Xã",
        "Địa bàn",
        "Tên đơn vị",
        "Đơn vị",
        "Địa điểm",
        "Địa điểm xây dựng",
    ),
)
DISTRICT = Column("district", "Tên huyện", TEXT, aliases=("Huyện",))
DECISION = Column("decision", "Số quyết định", TEXT, maximum=60)
DECIDED_ON = Column("decided_on", "Ngày quyết định", DATE, minimum=date(2015, 1, 1))


class RowReader(ABC):
    """Subclasses check one right row (`row`), what can be said of a broken one (`look_up`), and
    what only the whole file shows (`after`). Rows go into a spool, not into memory."""

    def __init__(self, sheet, unit, day):
        self.unit, self.faults, self.kept = unit, Faults(sheet), Spool()
        self.places = Places(unit, day)

    @abstractmethod
    def row(self, row):
        """A JSON-able row with its "number" and "state", or None when something is wrong."""

    def look_up(self, row):
        """Of a row with wrong cells, whatever can be compared with the records all the same."""
        return

    def after(self):
        """Faults that only all rows together show."""
        return

    def reading(self, table):
        read = 0
        for row, found in table.rows():
            read += 1
            self._take(row, found)
        self.after()
        if not read:
            self.faults.issues.append(Issue("error", table.sheet.name, "", NO_ROWS))
        states = {name: self.kept.states.get(name, 0) for name in STATES}
        return Reading(self.kept, self.faults.issues, {"read": read} | states)

    def _take(self, row, found):
        issues = self.faults.issues
        start = len(issues)
        issues += found
        out = self.look_up(row) if found else self.row(row)
        said = [[issue.severity, issue.message] for issue in issues[start:]]
        is_wrong = out is None or any(severity != "warning" for severity, _ in said)
        out = wrong_row(row) if is_wrong else out
        self.kept.add(out | {"faults": said} if said else out)

    def late_error(self, number, cell, message):
        self._late("error", number, cell, message)

    def late_warning(self, number, cell, message):
        self._late("warning", number, cell, message)

    def _late(self, severity, number, cell, message):
        self.kept.mark(number, severity, message)
        self.faults.issues.append(Issue(severity, self.faults.sheet.name, cell, message))

    def place(self, row, code="unit_code", name="unit_name", district="district"):
        """The unit a row names; None after its fault was noted."""
        try:
            return self.places.find(row[code], row[name], district and row[district])
        except UnitNotFound as error:
            self.faults.error(
                row,
                {"unit_code": code, "unit_name": name}.get(error.column, error.column),
                str(error),
            )
            return None

    def refuse_closed_year(self, year):
        if reason := why_closed(self.unit, year):
            self.faults.issues.append(Issue("error", "", "", reason))

    def doubt_future(self, row, column, day, today):
        if today and day and day > today:
            self.faults.warning(
                row, column, f"Ngày {day:%d/%m/%Y} chưa đến. Hãy xem lại ngày ghi trong tệp."
            )

    def doubt_unit(self, row, column, amount, other, words):
        """A thousand times as much, or a thousandth, is rarely meant."""
        if amount and other and not other < amount * TOO_SMALL < other * TOO_SMALL * TOO_LARGE:
            message = WRONG_UNIT.format(millions(amount), words, millions(other))
            self.faults.warning(row, column, f"Số tiền {message}")


def read_big(book, columns_in, make_reader):
    """Opens the table, or asks; `make_reader(sheet)` gives its RowReader."""
    table = open_table(book, columns_in)
    if table is None:
        return Reading(issues=[Issue("error", "", "", NO_SHEET)], counts={"read": 0})
    return make_reader(table.sheet).reading(table)


def wrong_row(row):
    """What can be shown of a row with faults."""
    values = {name: shown(value) for name, value in row.values.items()}
    return values | {"number": row.number, "state": ERROR_STATE}


def shown(value):
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value if value is None or isinstance(value, int | str) else str(value)


def millions(amount):
    """Exact: thousands with dots, đồng kept as decimals of a million."""
    return vietnamese_number(Decimal(amount) / MILLION)


def day_in(params, name):
    return date.fromisoformat(params[name]) if params.get(name) else None


def state_of(known, amount):
    if known is None:
        return "created"
    return "unchanged" if known == amount else "updated"


def ancestors_of(units):
    """{unit: units above it in the tree, itself too, at whatever time}."""
    out = {}
    scopes = UnitScope.objects.filter(via=Via.TREE, descendant__in=units)
    for above, below in scopes.values_list("ancestor", "descendant").distinct():
        out.setdefault(below, []).append(above)
    return out
