"""Import of allotments by project list: reads, compares with the ledger, writes, takes back."""

from collections import defaultdict
from datetime import date

from core.columns import MONEY, Column
from core.planner import refresh_statistics
from core.sheet_guard import EXTRACT
from jobs.imports import Importer
from programs.models import Component

from .entry_writing import (
    decided_on,
    known_sums,
    money_key,
    open_for,
    reverse_entries,
    write_entries,
)
from .import_reading import (
    DECIDED_ON,
    DECISION,
    DISTRICT,
    UNIT_CODE,
    UNIT_NAME,
    RowReader,
    day_in,
    millions,
    read_big,
    state_of,
)
from .models import VINTAGE, LedgerEntry, Moment, Project, ProjectKind
from .paid_guard import below_paid, check_undo
from .places import UnitNotFound
from .project_fields import (
    COMPONENT,
    KIND,
    LABELS,
    NAME,
    PROJECT_CODE,
    about_columns,
    differences,
    facts_of,
    with_year,
)
from .project_writing import add_projects, change_projects, known_projects
from .rungs import Rungs
from .sheets import (
    FUNDING,
    MOMENT,
    MOST_MONEY,
    NATURE,
    ORIGIN,
    SOURCE,
    check_origin,
    vintage_defaults,
)

OTHER_PROVINCE = "Mã “{}” đã dùng cho công trình ngoài địa bàn của tệp. Hãy xem lại mã."
USED = "Mã “{}” đã dùng cho công trình “{}” ở {}."
OTHER_COMPONENT = "Công trình “{}” đã ghi ở thành phần {}, không phải {}."
TWO_PLACES = "Mã “{}” ở dòng {} thuộc đơn vị hoặc thành phần khác. Mỗi mã chỉ cho một công trình."
CORRECTED = (
    "Khác số đã ghi theo cùng quyết định; áp dụng sẽ thêm bút toán đính chính phần chênh lệch."
)
DOUBLED = (
    "Trùng dòng {}: cùng mã, nguồn, tính chất, năm gốc, thời điểm và quyết định. "
    "Hãy gộp thành một dòng."
)
NO_COMPONENT = "Không có thành phần mã “{}” trong danh mục chương trình."
NO_DAY = "Vốn bổ sung trong năm phải có ngày quyết định."


def capital_columns(unit):
    return [
        PROJECT_CODE,
        NAME,
        KIND,
        UNIT_CODE,
        UNIT_NAME,
        DISTRICT,
        COMPONENT,
        SOURCE,
        NATURE,
        ORIGIN,
        MOMENT,
        FUNDING,
        amount_column(unit),
        DECISION,
        DECIDED_ON,
        *about_columns(unit),
    ]


def amount_column(unit):
    return Column(
        "amount",
        "Số tiền",
        MONEY,
        required=True,
        minimum=1,
        maximum=MOST_MONEY,
        unit=unit,
        aliases=("Số vốn", "Kế hoạch vốn", "Vốn giao", "Số vốn giao", "KH vốn"),
    )


class CapitalImporter(Importer):
    kind = "capital"
    label = "Danh mục công trình và vốn giao"
    about = "Mỗi dòng là vốn của một công trình, hoạt động theo nguồn, tính chất, năm gốc."
    action = "capital.import"
    extensions = ("xlsx", "xls")
    limits = EXTRACT
    template = "disbursement/capital_rows.html"
    upload_page = "disbursement:import_capital"
    tells_same_file = True

    def read(self, book, params, unit):
        return read_big(book, capital_columns, lambda sheet: CapitalReader(sheet, params, unit))

    def apply(self, batch, user):
        open_for(batch)
        year = batch.params["year"]
        held = known_sums(project_entries(year), "project__code")
        fill_blanks(add_projects(batch.rows(), user), user)
        projects = known_projects()
        counts = {"created": 0, "updated": 0, "unchanged": 0}

        def rows():
            for row in batch.rows():
                known = held.get((row["code"], *money_key(row)))
                state = state_of(known, row["amount"])
                counts[state] += 1
                if state != "unchanged":
                    found = projects[row["code"]]
                    yield row, found["pk"], found["unit_id"], found["component_id"], known

        write_entries(rows(), batch, user)
        refresh_statistics(Project)
        return counts

    def undo(self, batch, user):
        open_for(batch)
        check_undo(batch)
        reverse_entries(batch, user)

    def success_url(self, batch):
        return f"/von/?nam={batch.params['year']}"

    def template_url(self):
        return "/von/bieu-mau/capital/"


def project_entries(year):
    return LedgerEntry.objects.for_year(year).filter(project__isnull=False)


class CapitalReader(RowReader):
    """Checks rows against the records of one province; collects faults, writes nothing."""

    def __init__(self, sheet, params, unit):
        self.year, self.today = params["year"], day_in(params, "sent_on")
        super().__init__(sheet, unit, date(self.year, 12, 31))
        self.refuse_closed_year(self.year)
        components = Component.objects.values_list("code", "pk", "program__code")
        self.components = {code: (pk, program) for code, pk, program in components}
        self.held = known_sums(project_entries(self.year), "project__code")
        self.projects = known_projects()
        self.seen, self.named = {}, {}
        self.rungs, self.changes, self.cuts = Rungs(self.year), defaultdict(int), []

    def row(self, row):
        before = self.faults.error_count
        unit, component = self.place(row), self.component(row)
        check_origin(row, self.year, self.faults)
        if row["moment"] == Moment.LATER and not row["decided_on"]:
            self.faults.error(row, "decided_on", NO_DAY)
        out = self._values(row, unit, component)
        self._doubled(row, out)
        if not (unit and component):
            return None
        self._project(row, out)
        if self.faults.error_count > before:
            return None
        self._note(row, out, component[1])
        return out

    def look_up(self, row):
        if {"unit_code", "unit_name", "district"} <= row.values.keys():
            self.place(row)
        if row.values.get("component"):
            self.component(row)
        if row.values.get("origin_year"):
            check_origin(row, self.year, self.faults)

    def component(self, row):
        found = self.components.get(row["component"])
        if found is None:
            self.faults.error(row, "component", NO_COMPONENT.format(row["component"]))
        return found

    def _values(self, row, unit, component):
        number = " ".join((row["decision"] or "").split())
        out = {
            "number": row.number,
            "code": row["code"],
            "name": row["name"],
            "kind": str(row["kind"] or ProjectKind.WORKS),
            "unit": unit.pk if unit else None,
            "unit_name": unit.name if unit else "",
            "component": component and component[0],
            "component_code": row["component"],
            "amount": row["amount"],
            "decision": number,
            "decided_on": decided_on(row["decided_on"], number, self.year),
        } | vintage_defaults(row, self.year)
        out["known"] = self.held.get((out["code"], *money_key(out)))
        out["state"] = state_of(out["known"], out["amount"])
        return out

    def _project(self, row, out):
        """One code is one project, in the register and within the file."""
        code, stored = out["code"], self.projects.get(out["code"])
        first = self.named.setdefault(code, (out["unit"], out["component"], out["number"]))
        if stored and stored["unit_id"] != out["unit"]:
            inside = self.places.by_pk.get(stored["unit_id"])
            words = USED.format(code, stored["name"], inside) if inside else ""
            self.faults.error(row, "code", words or OTHER_PROVINCE.format(code))
        elif stored and stored["component_id"] != out["component"]:
            words = OTHER_COMPONENT.format(code, stored["component"], out["component_code"])
            self.faults.error(row, "component", words)
        elif first[:2] != (out["unit"], out["component"]):
            self.faults.error(row, "code", TWO_PLACES.format(code, first[2]))
        out["about"] = self._about(row, stored)

    def _about(self, row, stored):
        """What the row says of the works; the register is filled, never overwritten, from here."""
        facts = with_year(facts_of(row, self.owner(row)), self.year)
        other = differences(stored, facts) if stored else {}
        clash = [LABELS[name] for name, (old, _) in other.items() if old not in (None, "")]
        if clash:
            words = f"Khác danh mục công trình ở: {', '.join(clash)}. Danh mục được giữ nguyên."
            self.faults.warning(row, "code", words)
        return facts

    def owner(self, row):
        """A code has to be right; a name nobody knows is told, and the owner left open."""
        if not (row["owner_code"] or row["owner_name"]):
            return None
        if row["owner_code"]:
            return self.place(row, "owner_code", "owner_name", None)
        try:
            return self.places.find(None, row["owner_name"], None)
        except UnitNotFound as error:
            self.faults.warning(row, "owner_name", f"{error} Chủ đầu tư để trống.")
            return None

    def _doubled(self, row, out):
        first = self.seen.setdefault((out["code"], *money_key(out)), row.number)
        if first != row.number:
            self.faults.error(row, "code", DOUBLED.format(first))

    def _note(self, row, out, program):
        """A right row: what it changes, and what looks odd about it."""
        change = out["amount"] - (out["known"] or 0)
        self.rungs.add(out["unit"], program, out, change, (row.number, row.cell("amount")))
        self.changes[line_of(out)] += change
        if out["state"] == "updated":
            self.faults.warning(row, "amount", CORRECTED)
            self.doubt_unit(row, "amount", out["amount"], out["known"], "số đã ghi")
        if change < 0:
            self.cuts.append((row.number, row.cell("amount"), line_of(out)))
        self.doubt_future(row, "decided_on", row["decided_on"], self.today)
        self._doubt_total(row, out)

    def _doubt_total(self, row, out):
        stored = self.projects.get(out["code"])
        whole = row["total_investment"] or (stored and stored["total_investment"])
        if not whole:
            return
        if out["amount"] > whole:
            words = (
                f"Số tiền {millions(out['amount'])} triệu đồng lớn hơn tổng mức đầu tư "
                f"{millions(whole)} triệu đồng."
            )
            self.faults.warning(row, "amount", words)
        self.doubt_unit(row, "amount", out["amount"], whole, "tổng mức đầu tư")

    def after(self):
        lowered = {line for _, _, line in self.cuts if self.changes[line] < 0}
        refused = below_paid({line: self.changes[line] for line in lowered}, self.year)
        for number, cell, line in self.cuts:
            if line in refused:
                self.late_error(number, cell, refused[line])
        for (number, cell), words in self.rungs.of_projects():
            self.late_warning(number, cell or "", words)


def line_of(out):
    return tuple(out[name] for name in ("code", *VINTAGE))


def fill_blanks(wanted, user):
    """Fields of the register that were empty and that the list knows; `wanted`: {code: facts}."""
    projects, changes = known_projects(), {}
    for code, facts in wanted.items():
        stored = projects[code]
        new = {
            name: value
            for name, (old, value) in differences(stored, facts).items()
            if old in (None, "")
        }
        if new:
            changes[stored["pk"]] = new
    change_projects(changes, user)
