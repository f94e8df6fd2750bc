"""Import of the medium-term plan: money for a programme of a unit, or a project, over years."""

from datetime import date

from django.db.models import Case, F, Sum, When
from django.utils import timezone

from core.columns import CODE, INTEGER, Column
from core.copying import copy_rows
from core.sheet_guard import EXTRACT
from jobs.imports import HangsOn, Importer
from programs.models import Program

from .capital_import import CORRECTED, amount_column
from .closing import lock_books
from .entry_writing import Decisions, decided_on
from .import_reading import (
    DECIDED_ON,
    DECISION,
    DISTRICT,
    UNIT_CODE,
    UNIT_NAME,
    RowReader,
    day_in,
    read_big,
    state_of,
)
from .medium_term import check_ceiling
from .models import MediumTermEntry
from .project_writing import known_projects
from .sheets import NATURE, SOURCE

KEY = ("unit", "program", "project", "source", "nature", "first_year", "last_year")
NAMES = (*KEY, "amount", "decision", "effective_on", "batch")
WRITTEN = ("recorded_by", "recorded_at", "reverses", "note")
NO_PROJECT = "Không có công trình mã “{}” trong danh mục. Hãy nhập danh mục trước."
NO_PROGRAM = "Không có chương trình mã “{}”."
NO_PLACE = "Hãy ghi mã dự án, hoặc đơn vị được giao."
WRONG_YEARS = "Năm đầu {} sau năm cuối {}. Hãy xem lại giai đoạn."
DOUBLED = "Trùng dòng {}: cùng nơi, chương trình, nguồn, tính chất, giai đoạn và quyết định."
LATER = "Chưa hoàn tác được: kế hoạch trung hạn của cùng nơi đã được ghi thêm sau đợt này."


def medium_term_columns(unit):
    return [
        Column(
            "program", "Chương trình", CODE, required=True, maximum=20, aliases=("Mã chương trình",)
        ),
        Column("code", "Mã dự án", CODE, maximum=40, aliases=("Mã công trình",)),
        UNIT_CODE,
        UNIT_NAME,
        DISTRICT,
        SOURCE,
        NATURE,
        Column("first_year", "Từ năm", INTEGER, required=True, minimum=2010, maximum=2050),
        Column("last_year", "Đến năm", INTEGER, required=True, minimum=2010, maximum=2050),
        amount_column(unit),
        DECISION,
        DECIDED_ON,
    ]


class MediumTermImporter(Importer):
    kind = "medium_term"
    label = "Kế hoạch đầu tư trung hạn"
    about = "Mức vốn nhiều năm của đơn vị hoặc công trình; là trần của kế hoạch hằng năm."
    action = "capital.import"
    extensions = ("xlsx", "xls")
    limits = EXTRACT
    template = "disbursement/medium_term_rows.html"
    upload_page = "disbursement:import_medium_term"
    tells_same_file = True

    def read(self, book, params, unit):
        return read_big(book, medium_term_columns, lambda sheet: PlanReader(sheet, params, unit))

    def apply(self, batch, user):
        lock_books(batch.unit)
        held, now, decisions = known_plans(), timezone.now(), Decisions(batch.unit)
        counts, values = {"created": 0, "updated": 0, "unchanged": 0}, []
        by = user.pk if user else None
        for row in batch.rows():
            known = held.get(plan_key(row))
            state = state_of(known, row["amount"])
            counts[state] += 1
            if state != "unchanged":
                amount = row["amount"] - (known or 0)
                day = row["decided_on"] or date(row["first_year"], 1, 1).isoformat()
                key = (row[name] for name in KEY)
                money = (amount, decisions.of(row), day, batch.pk)
                values.append((*key, *money, by, now, None, ""))
        copy_rows(MediumTermEntry, (*NAMES, *WRITTEN), values)
        for entry in batch.medium_term.filter(recorded_at=now, amount__lt=0):
            check_ceiling(entry)
        return counts

    def undo(self, batch, user):
        lock_books(batch.unit)
        live = batch.medium_term.filter(reverses=None, reversed_by=None)
        refuse_later(batch, live)
        names = ["opposite" if name == "amount" else name for name in NAMES]
        rows = live.annotate(opposite=0 - F("amount")).values_list(*names, "pk")
        by, now = user.pk if user else None, timezone.now()
        values = [(*row, by, now, pk, "Hoàn tác đợt nhập") for *row, pk in rows]
        copy_rows(MediumTermEntry, (*NAMES, *WRITTEN), values)
        for entry in batch.medium_term.filter(recorded_at=now, amount__lt=0):
            check_ceiling(entry)

    def success_url(self, batch):
        return "/von/trung-han/"

    def template_url(self):
        return "/von/bieu-mau/medium_term/"


def refuse_later(batch, live):
    last = batch.medium_term.order_by("-pk").values_list("pk", flat=True).first()
    later = MediumTermEntry.objects.filter(
        pk__gt=last or 0, unit__in=live.values("unit"), reverses=None, reversed_by=None
    ).exclude(batch=batch)
    mine = {tuple(key) for key in live.order_by().values_list(*KEY)}
    items = [
        (str(entry), "")
        for entry in later
        if tuple(getattr(entry, f"{n}_id", getattr(entry, n)) for n in KEY) in mine
    ]
    if items:
        raise HangsOn(LATER, items)


def known_plans():
    """{key with decision and day: đồng}, as known_sums tells it of the ledger."""
    day = Case(When(decision=None, then="effective_on"), default="decision__issued_on")
    sums = MediumTermEntry.objects.order_by().values_list(*KEY, "decision__number", day)
    return {
        (*key, number or "", issued.isoformat() if issued else ""): total
        for *key, number, issued, total in sums.annotate(total=Sum("amount"))
        if total
    }


def plan_key(row):
    return (*(row[name] for name in KEY), row["decision"], row["decided_on"])


class PlanReader(RowReader):
    def __init__(self, sheet, params, unit):
        self.today = day_in(params, "sent_on")
        super().__init__(sheet, unit, self.today)
        self.programs = {
            key.casefold(): program.pk
            for program in Program.objects.all()
            for key in (program.code, program.short_name, program.name)
        }
        self.projects, self.held, self.seen = known_projects(), known_plans(), {}

    def row(self, row):
        before = self.faults.error_count
        program = self.programs.get(row["program"].casefold())
        if program is None:
            self.faults.error(row, "program", NO_PROGRAM.format(row["program"]))
        project, unit = self._place(row)
        if row["first_year"] > row["last_year"]:
            words = WRONG_YEARS.format(row["first_year"], row["last_year"])
            self.faults.error(row, "first_year", words)
        if self.faults.error_count > before:
            return None
        out = self._values(row, program, project, unit)
        first = self.seen.setdefault(plan_key(out), row.number)
        if first != row.number:
            self.faults.error(row, "amount", DOUBLED.format(first))
            return None
        if out["state"] == "updated":
            self.faults.warning(row, "amount", CORRECTED)
            self.doubt_unit(row, "amount", out["amount"], out["known"], "số đã ghi")
        self.doubt_future(row, "decided_on", row["decided_on"], self.today)
        return out

    def _place(self, row):
        """(project, unit): a project says where it is; without one the unit is named."""
        if row["code"]:
            found = self.projects.get(row["code"])
            if found and found["unit_id"] in self.places.by_pk:
                return found, self.places.by_pk[found["unit_id"]]
            self.faults.error(row, "code", NO_PROJECT.format(row["code"]))
            return None, None
        if not (row["unit_code"] or row["unit_name"] or row["district"]):
            self.faults.error(row, "code", NO_PLACE)
            return None, None
        return None, self.place(row)

    def _values(self, row, program, project, unit):
        number = " ".join((row["decision"] or "").split())
        out = {
            "number": row.number,
            "program": program,
            "program_code": row["program"],
            "project": project and project["pk"],
            "code": row["code"] or "",
            "name": project["name"] if project else "",
            "unit": unit.pk,
            "unit_name": unit.label,
            "source": str(row["source"]),
            "nature": str(row["nature"]),
            "first_year": row["first_year"],
            "last_year": row["last_year"],
            "amount": row["amount"],
            "decision": number,
            "decided_on": decided_on(row["decided_on"], number, row["first_year"]),
        }
        out["known"] = self.held.get(plan_key(out))
        out["state"] = state_of(out["known"], out["amount"])
        return out
