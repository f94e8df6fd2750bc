"""Import of the register of works alone: new, changed, gone; no money is written."""

from datetime import date

from core.sheet_guard import EXTRACT
from jobs.imports import HangsOn, Importer

from .capital_import import OTHER_COMPONENT, OTHER_PROVINCE, USED, CapitalReader
from .closing import lock_books
from .import_reading import DISTRICT, UNIT_CODE, UNIT_NAME, read_big
from .models import Project, ProjectKind
from .paid_guard import MOST_LISTED
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

TWICE = "Trùng mã với dòng {}. Mỗi công trình chỉ một dòng."
GONE = "Công trình “{}” ({}) có trong danh mục nhưng không còn trong tệp; được giữ nguyên."
RESTS = "Chưa hoàn tác được: công trình của đợt này đã có số liệu hoặc đã được sửa sau đó."


def project_columns(unit):
    return [
        PROJECT_CODE,
        NAME,
        KIND,
        UNIT_CODE,
        UNIT_NAME,
        DISTRICT,
        COMPONENT,
        *about_columns(unit),
    ]


class ProjectImporter(Importer):
    kind = "projects"
    label = "Danh mục công trình, hoạt động"
    about = (
        "Chỉ danh mục, không có vốn: thêm mới, sửa chỗ khác, nêu công trình không còn trong tệp."
    )
    action = "capital.import"
    extensions = ("xlsx", "xls")
    limits = EXTRACT
    template = "disbursement/project_import_rows.html"
    upload_page = "disbursement:import_projects"
    tells_same_file = True

    def read(self, book, params, unit):
        return read_big(book, project_columns, lambda sheet: ProjectReader(sheet, params, unit))

    def apply(self, batch, user):
        lock_books(batch.unit)
        before = known_projects()
        add_projects(batch.rows("created"), user)
        wanted, kept = {}, {}
        for row in batch.rows("created", "updated"):
            stored = before.get(row["code"])
            changes = differences(stored, row["wanted"]) if stored else {}
            if changes:
                wanted[stored["pk"]] = {name: new for name, (_, new) in changes.items()}
                kept[stored["pk"]] = changes
        change_projects(wanted, user, f"Đợt nhập {batch.pk}")
        batch.params["changed"] = kept
        batch.save(update_fields=["params"])
        read = batch.counts["read"]
        created = Project.objects.count() - len(before)
        done = {"created": created, "updated": len(wanted)}
        return done | {"unchanged": read - created - len(wanted)}

    def undo(self, batch, user):
        """Works of this batch go while nothing names them; what it changed is set back."""
        lock_books(batch.unit)
        changed = {int(pk): change for pk, change in batch.params.get("changed", {}).items()}
        codes = [row["code"] for row in batch.rows("created")]
        added = Project.objects.filter(code__in=codes).exclude(pk__in=changed)
        refuse_used(added, changed)
        Project.history.filter(id__in=list(added.values_list("pk", flat=True))).delete()
        added.delete()
        back = {pk: {n: old for n, (old, _) in change.items()} for pk, change in changed.items()}
        change_projects(back, user, f"Hoàn tác đợt nhập {batch.pk}")

    def success_url(self, batch):
        return "/von/"

    def template_url(self):
        return "/von/bieu-mau/projects/"


USES = ("entries", "payments", "contracts", "arrears", "medium_term", "treasury_lines")


def refuse_used(added, changed):
    items = []
    for name in USES:
        for project in added.filter(**{f"{name}__isnull": False}).distinct():
            items.append((f"{project.code}: {WORDS[name]}", f"/von/cong-trinh/{project.pk}/"))
    stored = {
        row["pk"]: row for row in known_projects(Project.objects.filter(pk__in=changed)).values()
    }
    for pk, change in changed.items():
        later = [LABELS[n] for n, (_, new) in change.items() if stored[pk][n] != new]
        if later:
            words = f"{stored[pk]['code']}: đã sửa lại {', '.join(later)}"
            items.append((words, f"/von/cong-trinh/{pk}/"))
    if items:
        raise HangsOn(RESTS, items[:MOST_LISTED])


WORDS = {
    "entries": "đã có vốn",
    "payments": "đã có thanh toán",
    "contracts": "đã có hợp đồng",
    "arrears": "đã khai nợ đọng",
    "medium_term": "đã có kế hoạch trung hạn",
    "treasury_lines": "đã ghép với số Kho bạc",
}


class ProjectReader(CapitalReader):
    """Reads works as CapitalReader does, without money."""

    def __init__(self, sheet, params, unit):
        self.programs = set()
        super().__init__(sheet, params | {"year": date.fromisoformat(params["sent_on"]).year}, unit)

    def refuse_closed_year(self, year):
        """The books of a year do not hold back the register."""

    def row(self, row):
        before = self.faults.error_count
        unit, component = self.place(row), self.component(row)
        first = self.named.setdefault(row["code"], row.number)
        if first != row.number:
            self.faults.error(row, "code", TWICE.format(first))
        if not (unit and component):
            return None
        out = self._facts(row, unit, component)
        return out if self.faults.error_count == before else None

    def look_up(self, row):
        if {"unit_code", "unit_name", "district"} <= row.values.keys():
            self.place(row)
        if row.values.get("component"):
            self.component(row)
        if row.values.get("code"):
            self.named.setdefault(row["code"], row.number)

    def _facts(self, row, unit, component):
        stored = self.projects.get(row["code"])
        self.programs.add(component[1])
        if stored and stored["unit_id"] != unit.pk:
            inside = self.places.by_pk.get(stored["unit_id"])
            words = USED.format(row["code"], stored["name"], inside) if inside else ""
            self.faults.error(row, "code", words or OTHER_PROVINCE.format(row["code"]))
        elif stored and stored["component_id"] != component[0]:
            words = OTHER_COMPONENT.format(row["code"], stored["component"], row["component"])
            self.faults.error(row, "component", words)
        about = with_year(facts_of(row, self.owner(row)), self.year)
        wanted = about | {"name": row["name"]} | ({"kind": str(row["kind"])} if row["kind"] else {})
        changes = differences(stored, wanted) if stored else {}
        if "total_investment" in changes:
            old, new = changes["total_investment"]
            self.doubt_unit(row, "total_investment", new, old, "tổng mức đầu tư đã ghi")
        state = ("updated" if changes else "unchanged") if stored else "created"
        return {
            "number": row.number,
            "code": row["code"],
            "name": row["name"],
            "kind": str(row["kind"] or ProjectKind.WORKS),
            "unit": unit.pk,
            "unit_name": unit.label,
            "component": component[0],
            "component_code": row["component"],
            "about": about,
            "wanted": wanted,
            "changes": [[LABELS[name], old, new] for name, (old, new) in changes.items()],
            "state": state,
        }

    def after(self):
        """Of the programmes in the file, works that the register has and the file has not."""
        inside = Project.objects.filter(
            unit__in=list(self.places.by_pk), component__program__code__in=self.programs
        )
        rows = inside.order_by("code").values_list("code", "name")
        for number, (code, name) in enumerate((r for r in rows if r[0] not in self.named), 1):
            self.kept.add(
                {"number": GONE_FROM + number, "state": "gone", "code": code, "name": name}
            )
            self.late_warning(GONE_FROM + number, "", GONE.format(code, name))


# Rows that are not in the file stand after all that are.
GONE_FROM = 1_000_000
