"""Import of allotments by project list: reads, compares with the ledger, writes, takes back."""

from datetime import date

from django.db.models import Case, Sum, When
from simple_history.utils import bulk_create_with_history

from core.columns import CHOICE, CODE, DATE, MONEY, TEXT, Column
from core.planner import refresh_statistics
from core.sheet_guard import REPORT
from jobs.imports import Importer, Reading
from organizations.models import LegalDocument, Unit
from programs.models import Component

from .models import EntryKind, LedgerEntry, Moment, Project, ProjectKind
from .paid_guard import check_undo, refuse_below_paid
from .places import Places, UnitNotFound
from .sheets import (
    MOMENT,
    MOST_MONEY,
    NATURE,
    ORIGIN,
    SOURCE,
    Faults,
    check_origin,
    read_rows,
    vintage_defaults,
)

KIND_LABELS = [
    (ProjectKind.WORKS, "Công trình"),
    (ProjectKind.ACTIVITY, "Hoạt động"),
    *ProjectKind.choices,
]
KEY = ("code", "source", "nature", "origin_year", "moment", "decision", "decided_on")


def capital_columns(unit):
    return [
        Column("code", "Mã dự án", CODE, required=True, maximum=40, aliases=("Mã công trình",)),
        Column(
            "name",
            "Tên công trình, hoạt động",
            TEXT,
            required=True,
            maximum=300,
            aliases=("Tên công trình/hoạt động", "Tên dự án", "Tên công trình"),
        ),
        Column("kind", "Loại", CHOICE, choices=KIND_LABELS, aliases=("Loại dự án",)),
        Column("unit_code", "Mã đơn vị", CODE),
        Column(
            "unit_name", "Tên xã", TEXT, aliases=("Tên xã/huyện", "Xã", "Địa bàn", "Tên đơn vị")
        ),
        Column("district", "Tên huyện", TEXT, aliases=("Huyện",)),
        Column(
            "component",
            "Thành phần",
            CODE,
            required=True,
            aliases=("Mã thành phần", "Nội dung thành phần", "Dự án thành phần"),
        ),
        SOURCE,
        NATURE,
        ORIGIN,
        MOMENT,
        Column(
            "amount",
            "Số tiền",
            MONEY,
            required=True,
            minimum=1,
            maximum=MOST_MONEY,
            unit=unit,
            aliases=("Số vốn", "Kế hoạch vốn"),
        ),
        Column("decision", "Số quyết định", TEXT, maximum=60),
        Column("decided_on", "Ngày quyết định", DATE, minimum=date(2015, 1, 1)),
    ]


class CapitalImporter(Importer):
    kind = "capital"
    label = "Danh mục công trình và vốn giao"
    action = "capital.import"
    limits = REPORT
    template = "disbursement/capital_rows.html"
    upload_page = "disbursement:import_capital"

    def read(self, book, params, unit) -> Reading:
        sheet, rows, broken, issues = read_rows(book, capital_columns)
        if not (rows or broken):
            return Reading(issues=issues, counts={"read": 0})
        reader = CapitalReader(sheet, params["year"], unit)
        for row in broken:
            reader.look_up(row)
        pairs = [(row, found) for row in rows if (found := reader.row(row))]
        refuse_below_paid(pairs, params["year"], reader.faults)
        kept = [found for _, found in pairs]
        read = len(rows) + len(broken)
        return Reading(kept, [*issues, *reader.faults.issues], counted(kept, read))

    def apply(self, batch, user):
        # Two imports of one province never compare and write at the same time.
        Unit.objects.select_for_update().get(pk=batch.unit_id)
        rows, year = batch.preview, batch.params["year"]
        known = known_sums({row["code"] for row in rows}, year)
        projects = stored_projects(rows, user)
        decisions = stored_decisions(rows, batch.unit)
        entries = []
        for row in rows:
            row["known"] = known.get(tuple(row[name] for name in KEY))
            row["state"] = state_of(row)
            if row["state"] != "unchanged":
                project, decision = projects[row["code"]], decisions[decision_key(row)]
                entries.append(entry_of(row, project, decision, year, batch, user))
        LedgerEntry.objects.bulk_create(entries, batch_size=1000)
        refresh_statistics(Project, LedgerEntry)
        return counted(rows, batch.counts["read"])

    def undo(self, batch, user):
        Unit.objects.select_for_update().get(pk=batch.unit_id)
        entries = list(batch.entries.filter(reverses=None, reversed_by=None))
        check_undo(entries, batch)
        LedgerEntry.objects.bulk_create(reversal_of(entry, user) for entry in entries)

    def success_url(self, batch):
        return f"/von/?nam={batch.params['year']}"


class CapitalReader:
    """Checks rows against the records of one province; collects faults, writes nothing."""

    def __init__(self, sheet, year, unit):
        self.year, self.faults = year, Faults(sheet)
        self.places = Places(unit, date(year, 12, 31))
        self.components = dict(Component.objects.values_list("code", "pk"))
        self.known = known_sums(None, year)
        self.projects = {p.code: p for p in Project.objects.select_related("unit", "component")}
        self.seen, self.named = {}, {}

    def row(self, row):
        """A JSON-able row, or None when something in it is wrong."""
        before = self.faults.error_count
        unit = self._unit(row)
        component = self._component(row)
        check_origin(row, self.year, self.faults)
        self._decision(row)
        out = self._values(row, unit, component)
        if unit and component:
            self._project(row, out)
        self._doubled(row, out)
        return out if self.faults.error_count == before else None

    def look_up(self, row):
        """Of a row with wrong cells, whatever can be compared with the records all the same."""
        if {"unit_code", "unit_name", "district"} <= row.values.keys():
            self._unit(row)
        if row.values.get("component"):
            self._component(row)
        if row.values.get("origin_year"):
            check_origin(row, self.year, self.faults)

    def _unit(self, row):
        try:
            return self.places.find(row["unit_code"], row["unit_name"], row["district"])
        except UnitNotFound as error:
            self.faults.error(row, error.column, str(error))
            return None

    def _component(self, row):
        found = self.components.get(row["component"])
        if found is None:
            self.faults.error(
                row,
                "component",
                f"Không có thành phần mã “{row['component']}” trong danh mục chương trình.",
            )
        return found

    def _decision(self, row):
        if row["moment"] == Moment.LATER and not row["decided_on"]:
            self.faults.error(row, "decided_on", "Vốn bổ sung trong năm phải có ngày quyết định.")

    def _values(self, row, unit, component):
        number = " ".join((row["decision"] or "").split())
        out = {
            "number": row.number,
            "code": row["code"],
            "name": row["name"],
            "kind": str(row["kind"] or ProjectKind.WORKS),
            "unit": unit.pk if unit else None,
            "unit_name": unit.name if unit else "",
            "component": component,
            "component_code": row["component"],
            "amount": row["amount"],
            "decision": number,
            "decided_on": decided_on(row["decided_on"], number, self.year),
        } | vintage_defaults(row, self.year)
        out["known"] = self.known.get(tuple(out[name] for name in KEY))
        out["state"] = state_of(out)
        return out

    def _project(self, row, out):
        """One code is one project, in the register and within the file."""
        stored, first = self.projects.get(out["code"]), self.named.setdefault(out["code"], out)
        if stored and stored.unit_id != out["unit"]:
            self.faults.error(
                row,
                "code",
                f"Mã “{out['code']}” đã dùng cho công trình “{stored.name}” ở {stored.unit}.",
            )
        elif stored and stored.component_id != out["component"]:
            self.faults.error(
                row,
                "component",
                f"Công trình “{out['code']}” đã ghi ở thành phần "
                f"{stored.component.code}, không phải {out['component_code']}.",
            )
        elif (first["unit"], first["component"]) != (out["unit"], out["component"]):
            self.faults.error(
                row,
                "code",
                f"Mã “{out['code']}” ở dòng {first['number']} thuộc "
                "đơn vị hoặc thành phần khác. Mỗi mã chỉ cho một công trình.",
            )
        if out["state"] == "updated":
            self.faults.warning(
                row,
                "amount",
                "Khác số đã ghi theo cùng quyết định; "
                "áp dụng sẽ thêm bút toán đính chính phần chênh lệch.",
            )

    def _doubled(self, row, out):
        key = tuple(out[name] for name in KEY)
        if key in self.seen:
            self.faults.error(
                row,
                "code",
                f"Trùng dòng {self.seen[key]}: cùng mã, nguồn, tính chất, năm gốc, "
                "thời điểm và quyết định. Hãy gộp thành một dòng.",
            )
        self.seen.setdefault(key, row.number)


def decided_on(day, number, year):
    """Without a number nothing keeps the day but the entry itself, which has one in any case."""
    if not day and not number:
        day = date(year, 1, 1)
    return day.isoformat() if day else ""


def known_sums(codes, year):
    """{(code, vintage, decision, day): đồng already in the ledger}; what was undone sums to 0."""
    rows = LedgerEntry.objects.filter(plan_year=year, project__isnull=False)
    if codes is not None:
        rows = rows.filter(project__code__in=codes)
    sums = (
        rows.order_by()
        .values_list(
            "project__code",
            "source",
            "nature",
            "origin_year",
            "moment",
            "decision__number",
            Case(When(decision=None, then="effective_on"), default="decision__issued_on"),
        )
        .annotate(total=Sum("amount"))
    )
    return {
        (*vintage, number or "", issued.isoformat() if issued else ""): total
        for *vintage, number, issued, total in sums
        if total
    }


def state_of(row):
    if row["known"] is None:
        return "created"
    return "unchanged" if row["known"] == row["amount"] else "updated"


def counted(rows, read):
    states = [row["state"] for row in rows]
    return {"read": read} | {
        name: states.count(name) for name in ("created", "updated", "unchanged")
    }


def stored_projects(rows, user):
    wanted = {row["code"]: row for row in rows}
    known = set(Project.objects.filter(code__in=wanted).values_list("code", flat=True))
    new = [
        Project(
            code=code,
            name=row["name"],
            kind=row["kind"],
            unit_id=row["unit"],
            component_id=row["component"],
        )
        for code, row in wanted.items()
        if code not in known
    ]
    bulk_create_with_history(new, Project, batch_size=1000, default_user=user)
    return {project.code: project for project in Project.objects.filter(code__in=wanted)}


def decision_key(row):
    return row["decision"], row["decided_on"]


def stored_decisions(rows, unit):
    """Decisions named in the file, found or noted down; no number means no document."""
    out = {}
    for number, day in {decision_key(row) for row in rows}:
        out[(number, day)] = decision_document(number, day, unit) if number else None
    return out


def decision_document(number, day, unit):
    is_resolution = "/NQ" in number.upper()
    kinds = LegalDocument.Kind
    found, _ = LegalDocument.objects.get_or_create(
        number=number,
        issued_on=date.fromisoformat(day) if day else None,
        defaults={
            "kind": kinds.RESOLUTION if is_resolution else kinds.DECISION,
            "issuer": f"{'HĐND' if is_resolution else 'UBND'} {unit.name}",
            "abstract": "Giao vốn theo danh mục công trình, hoạt động",
        },
    )
    return found


def entry_of(row, project, decision, year, batch, user):
    """The allotment, or the correction of one that the file states differently."""
    is_correction = row["known"] is not None
    day = date.fromisoformat(row["decided_on"]) if row["decided_on"] else date(year, 1, 1)
    return LedgerEntry(
        kind=EntryKind.CORRECTION if is_correction else allotment_kind(row, year),
        project=project,
        unit_id=project.unit_id,
        component_id=project.component_id,
        source=row["source"],
        nature=row["nature"],
        plan_year=year,
        origin_year=row["origin_year"],
        moment=row["moment"],
        amount=row["amount"] - (row["known"] or 0),
        decision=decision,
        effective_on=day,
        batch=batch,
        recorded_by=user,
    )


def allotment_kind(row, year):
    if row["origin_year"] < year:
        return EntryKind.CARRY_IN
    return EntryKind.SUPPLEMENT if row["moment"] == Moment.LATER else EntryKind.ALLOTMENT


def reversal_of(entry, user):
    copied = {
        name: getattr(entry, name)
        for name in (
            "kind",
            "project_id",
            "unit_id",
            "component_id",
            "source",
            "nature",
            "plan_year",
            "origin_year",
            "moment",
            "decision_id",
            "effective_on",
            "batch_id",
        )
    }
    return LedgerEntry(
        **copied, amount=-entry.amount, reverses=entry, recorded_by=user, note="Hoàn tác đợt nhập"
    )
