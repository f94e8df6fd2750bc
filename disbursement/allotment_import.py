"""Import of what units were allotted: the rungs province → district → commune or agency."""

from datetime import date

from core.sheet_guard import EXTRACT
from jobs.imports import HangsOn, Importer
from programs.models import Component

from .capital_import import CORRECTED, NO_COMPONENT, NO_DAY, amount_column
from .entry_writing import (
    decided_on,
    known_sums,
    live_entries,
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
from .models import STOCK, LedgerEntry, Moment
from .paid_guard import MOST_LISTED
from .project_fields import COMPONENT
from .rungs import Rungs
from .sheets import FUNDING, MOMENT, NATURE, ORIGIN, SOURCE, check_origin, vintage_defaults

DOUBLED = (
    "Trùng dòng {}: cùng đơn vị, thành phần, nguồn, tính chất, năm gốc, thời điểm và quyết định. "
    "Hãy gộp thành một dòng."
)
RESTS = "Chưa hoàn tác được: vốn của đợt này đã được giao tiếp hoặc đã có bút toán ghi sau."


def allotment_columns(unit):
    return [
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
    ]


class AllotmentImporter(Importer):
    kind = "allotments"
    label = "Vốn giao cho các đơn vị"
    about = "Vốn tỉnh giao cho sở, huyện, xã theo thành phần; chưa chia đến công trình."
    action = "capital.import"
    extensions = ("xlsx", "xls")
    limits = EXTRACT
    template = "disbursement/allotment_rows.html"
    upload_page = "disbursement:import_allotments"
    tells_same_file = True

    def read(self, book, params, unit):
        return read_big(book, allotment_columns, lambda sheet: AllotmentReader(sheet, params, unit))

    def apply(self, batch, user):
        open_for(batch)
        held = known_sums(rung_entries(batch.params["year"]), "unit", "component")
        counts = {"created": 0, "updated": 0, "unchanged": 0}

        def rows():
            for row in batch.rows():
                known = held.get((row["unit"], row["component"], *money_key(row)))
                state = state_of(known, row["amount"])
                counts[state] += 1
                if state != "unchanged":
                    yield row, None, row["unit"], row["component"], known

        write_entries(rows(), batch, user)
        return counts

    def undo(self, batch, user):
        open_for(batch)
        check_undo(batch)
        reverse_entries(batch, user)

    def success_url(self, batch):
        return f"/von/?nam={batch.params['year']}"

    def template_url(self):
        return "/von/bieu-mau/allotments/"


def rung_entries(year):
    return LedgerEntry.objects.for_year(year).on_rungs()


class AllotmentReader(RowReader):
    def __init__(self, sheet, params, unit):
        self.year, self.today = params["year"], day_in(params, "sent_on")
        super().__init__(sheet, unit, date(self.year, 12, 31))
        self.refuse_closed_year(self.year)
        components = Component.objects.values_list("code", "pk", "program__code")
        self.components = {code: (pk, program) for code, pk, program in components}
        self.held = known_sums(rung_entries(self.year), "unit", "component")
        self.seen, self.rungs = {}, Rungs(self.year)

    def row(self, row):
        before = self.faults.error_count
        unit, component = self.place(row), self.component(row)
        check_origin(row, self.year, self.faults)
        if row["moment"] == Moment.LATER and not row["decided_on"]:
            self.faults.error(row, "decided_on", NO_DAY)
        if not (unit and component) or self.faults.error_count > before:
            return None
        out = self._values(row, unit, component)
        first = self.seen.setdefault((unit.pk, component[0], *money_key(out)), row.number)
        if first != row.number:
            self.faults.error(row, "unit_code", DOUBLED.format(first))
            return None
        self._note(row, out, component[1])
        return out

    def look_up(self, row):
        if {"unit_code", "unit_name", "district"} <= row.values.keys():
            self.place(row)
        if row.values.get("component"):
            self.component(row)

    def component(self, row):
        found = self.components.get(row["component"])
        if found is None:
            self.faults.error(row, "component", NO_COMPONENT.format(row["component"]))
        return found

    def _values(self, row, unit, component):
        number = " ".join((row["decision"] or "").split())
        out = {
            "number": row.number,
            "unit": unit.pk,
            "unit_code": unit.code,
            "unit_name": unit.label,
            "component": component[0],
            "component_code": row["component"],
            "amount": row["amount"],
            "decision": number,
            "decided_on": decided_on(row["decided_on"], number, self.year),
        } | vintage_defaults(row, self.year)
        out["known"] = self.held.get((unit.pk, component[0], *money_key(out)))
        out["state"] = state_of(out["known"], out["amount"])
        return out

    def _note(self, row, out, program):
        where = row.number, row.cell("amount")
        self.rungs.add(out["unit"], program, out, out["amount"] - (out["known"] or 0), where)
        if out["state"] == "updated":
            self.faults.warning(row, "amount", CORRECTED)
            self.doubt_unit(row, "amount", out["amount"], out["known"], "số đã ghi")
        self.doubt_future(row, "decided_on", row["decided_on"], self.today)

    def after(self):
        for (number, cell), words in self.rungs.of_units():
            self.late_warning(number, cell or "", words)


def check_undo(batch):
    """Refused, with the list, while what was given on would hang in the air."""
    rows = live_entries(batch).select_related("unit", "component__program")
    mine = {}
    for entry in rows:
        key = (entry.unit_id, *(getattr(entry, name) for name in STOCK))
        mine.setdefault(key, entry)
    last = batch.entries.order_by("-pk").values_list("pk", flat=True).first()
    later = LedgerEntry.objects.for_year(batch.params["year"]).filter(
        unit__in={key[0] for key in mine}, pk__gt=last or 0, reverses=None, reversed_by=None
    )
    items = [
        (words_of(entry), "")
        for entry in later.exclude(batch=batch).select_related("project", "unit")
        if (entry.unit_id, *(getattr(entry, name) for name in STOCK)) in mine
    ]
    if items:
        raise HangsOn(RESTS, items[:MOST_LISTED])


def words_of(entry):
    what = f"công trình {entry.project.code}" if entry.project else entry.unit.label
    source = f"đợt nhập {entry.batch_id}" if entry.batch_id else "ghi tay"
    return f"{what}: {millions(entry.amount)} triệu đồng, {source}"
