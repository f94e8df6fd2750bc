"""The list of tasks: what a person sees, counted by stage, grouped, filtered; also as Excel."""

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Max, OuterRef, Subquery

from core.annotated import safe_text
from core.deadlines import DeadlineStage
from core.later import Later

from .forms import TaskFilterForm
from .models import RECURRING, SECTION_MARK, Assignment, AssignmentParty, AssignmentUpdate, Part

xlsxwriter = Later("xlsxwriter")
SOON_DAYS = 15
# Order on the page: what needs action first.
GROUPS = {
    DeadlineStage.OVERDUE: "Quá hạn",
    DeadlineStage.DUE_SOON: f"Đến hạn trong {SOON_DAYS} ngày",
    DeadlineStage.ON_TRACK: "Đang làm, hạn xa hơn",
    DeadlineStage.WAITING: "Chờ sự kiện bên ngoài",
    DeadlineStage.UNDATED: "Chưa có thời hạn",
    RECURRING: "Thường xuyên, định kỳ",
    DeadlineStage.DONE_LATE: "Hoàn thành muộn",
    DeadlineStage.DONE_ON_TIME: "Hoàn thành đúng hạn",
}
DONE = (DeadlineStage.DONE_LATE, DeadlineStage.DONE_ON_TIME)
OPEN = tuple(stage for stage in GROUPS if stage not in DONE)
# Value of ?stage= → label of the chip, stages behind it.
CHIPS = {
    "": ("Chưa xong", OPEN),
    "qua-han": ("Quá hạn", (DeadlineStage.OVERDUE,)),
    "sap-den": (f"Đến hạn trong {SOON_DAYS} ngày", (DeadlineStage.DUE_SOON,)),
    "dang-lam": ("Đang làm", (DeadlineStage.ON_TRACK,)),
    "cho": ("Chờ sự kiện", (DeadlineStage.WAITING,)),
    "chua-han": ("Chưa có thời hạn", (DeadlineStage.UNDATED,)),
    "thuong-xuyen": ("Thường xuyên", (RECURRING,)),
    "xong": ("Hoàn thành", DONE),
}


def visible_tasks(user):
    return Assignment.objects.for_user(user)


class Line(NamedTuple):
    """Where a task stands in the list, before anything else of it is read."""

    pk: int
    stage: str
    next_due: date | None
    next_waits: str | None
    is_open: bool


def lines_of(tasks, today):
    """What needs action first. The stage is worked out in this one query; all counts follow."""
    rank = {stage: place for place, stage in enumerate(GROUPS)}
    rows = tasks.with_stage(today, SOON_DAYS).order_by("plan", "order")
    lines = [Line(*row) for row in rows.values_list(*Line._fields)]
    return sorted(lines, key=lambda line: (rank[line.stage], line.next_due or date.max))


def loaded(lines):
    """The tasks of these lines with everything a row shows, in the order of the lines."""
    updates = AssignmentUpdate.objects.filter(assignment=OuterRef("pk")).order_by()
    last = updates.values("assignment").annotate(last=Max("on")).values("last")
    tasks = (
        Assignment.objects.filter(pk__in=[line.pk for line in lines])
        .annotate(updated_on=Subquery(last))
        .select_related("plan__issuer", "program")
        .prefetch_related("parties__unit")
        .in_bulk()
    )
    for line in lines:
        # A task taken away between the two queries is left out.
        if task := tasks.get(line.pk):
            for name, value in line._asdict().items():
                setattr(task, name, value)
            yield task


@dataclass
class TaskList:
    """One request's list: filters, counts and rows."""

    user: object
    query: object
    today: object
    lines: list = field(init=False)
    counts: dict = field(init=False)

    def __post_init__(self):
        seen = visible_tasks(self.user)
        self.form = TaskFilterForm(self.query or None, user=self.user, tasks=seen)
        self.narrowed = self.form.narrow(seen)
        self.lines = lines_of(self.narrowed, self.today)
        self.counts = Counter(line.stage for line in self.lines)

    @property
    def stage(self):
        asked = self.query.get("stage", "")
        return asked if asked in CHIPS else ""

    @property
    def rows(self):
        """The lines of the chosen chip."""
        return [line for line in self.lines if line.stage in CHIPS[self.stage][1]]

    @property
    def late(self):
        return self.count_of("qua-han")

    @property
    def soon(self):
        return self.count_of("sap-den")

    @property
    def total(self):
        return self.count_of(self.stage)

    def count_of(self, key):
        return sum(self.counts.get(stage, 0) for stage in CHIPS[key][1])

    @property
    def longest(self):
        """Days the oldest overdue task is late, or None."""
        days = [line.next_due for line in self.lines if line.next_due]
        first = min(days, default=self.today)
        return (self.today - first).days or None

    def chips(self):
        for key, (label, _) in CHIPS.items():
            query = self.query.copy()
            query.pop("page", None)
            query["stage"] = key
            yield {
                "label": label,
                "count": self.count_of(key),
                "current": key == self.stage,
                "hot": key == "qua-han" and self.count_of(key) > 0,
                "url": f"?{query.urlencode()}",
            }

    def active(self):
        """Chips of the filters in force, each with the address without it."""
        if not self.query or not self.form.is_valid():
            return
        for name in ("q", "program", "unit", "plan"):
            value = self.form.cleaned_data[name]
            if value:
                query = self.query.copy()
                query.pop(name)
                label = f"{self.form.fields[name].label}: {getattr(value, 'code', value)}"
                yield {"label": label, "remove_url": f"?{query.urlencode()}"}


@dataclass(frozen=True)
class RowView:
    """A task as the list shows it."""

    task: Assignment
    group: str
    days: int | None

    @property
    def lead(self):
        return lead_names(self.task)


def row_views(tasks, today):
    for task in tasks:
        days = (task.next_due - today).days if task.next_due else None
        yield RowView(task, GROUPS[task.stage], days)


def lead_names(task):
    """Units by their label; a role or group in its wording."""
    leads = [party for party in task.parties.all() if party.part == Part.LEAD]
    units = [party.unit.label for party in leads if party.unit]
    return ", ".join(units) or ", ".join(party.group for party in leads) or task.lead_text


EXPORT = (
    ("Mục", 16),
    ("Số", 6),
    ("Nhiệm vụ", 60),
    ("Chương trình", 18),
    ("Chủ trì", 32),
    ("Phối hợp", 32),
    ("Thời hạn (nguyên văn)", 28),
    ("Hạn tính ra", 12),
    ("Đã làm (%)", 11),
    ("Cập nhật", 12),
    ("Tình trạng", 24),
    ("Kế hoạch", 16),
)


def as_workbook(tasks):
    """The list as it is filtered; texts stay texts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Nhiệm vụ")
        cell = {"text_wrap": True, "valign": "top", "border": 1}
        head = book.add_format(cell | {"bold": True, "bg_color": "#eaeff3"})
        plain, day = book.add_format(cell), book.add_format(cell | {"num_format": "dd/mm/yyyy"})
        for place, (label, width) in enumerate(EXPORT):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, label, head)
        for line, task in enumerate(tasks, start=1):
            for place, value in enumerate(export_values(task)):
                is_day = hasattr(value, "isoformat")
                sheet.write(line, place, safe_text(value), day if is_day else plain)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def export_values(task):
    return (
        SECTION_MARK.join(task.section),
        task.number,
        task.title,
        task.program.short_name if task.program else "",
        lead_names(task),
        task.coordinating_text,
        task.deadline_text,
        task.next_due,
        task.percent,
        task.updated_on,
        GROUPS[task.stage],
        task.plan.code,
    )


BOARD_CHIPS = ("qua-han", "sap-den", "dang-lam", "cho", "chua-han", "thuong-xuyen", "xong")


def board(tasks, today):
    """Agency × stage: how many tasks each lead has in each stage; late first."""
    stages = dict(tasks.with_stage(today, SOON_DAYS).values_list("pk", "stage"))
    lines = {}
    parties = AssignmentParty.objects.filter(assignment__in=tasks.values("pk"), part=Part.LEAD)
    parties = list(parties.select_related("unit"))
    named = {party.assignment_id for party in parties if party.unit_id}
    for party in parties:
        # A role understood as agencies is counted at those agencies.
        if party.unit_id is None and party.assignment_id in named:
            continue
        key = party.unit_id or party.group
        line = lines.setdefault(key, {"unit": party.unit, "label": label_of(party), "pks": set()})
        line["pks"].add(party.assignment_id)
    for line in lines.values():
        own = [stages.get(pk) for pk in line["pks"]]
        line["cells"] = [cell_of(chip, own) for chip in BOARD_CHIPS]
        line["total"] = len(line["pks"])
    return sorted(lines.values(), key=lambda ln: (-ln["cells"][0]["n"], -ln["total"], ln["label"]))


def cell_of(chip, stages):
    label, wanted = CHIPS[chip]
    return {"chip": chip, "label": label, "n": sum(stage in wanted for stage in stages)}


def label_of(party):
    return party.unit.label if party.unit else party.group
