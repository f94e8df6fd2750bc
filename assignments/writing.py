"""Writes preview rows into a plan: new tasks, changed tasks; progress is never touched."""

from collections import Counter
from datetime import date

from core.transitions import InvalidTransition
from organizations.models import Unit
from programs.models import Program

from .models import SECTION_MARK, Assignment, AssignmentParty, Occurrence, Part

FIELDS = ("section_title", "title", "lead_text", "coordinating_text")


def stored_tasks(plan):
    if plan is None:
        return []
    return list(plan.assignments.prefetch_related("parties__unit", "occurrences"))


def key_of(task):
    return task.section_key, task.number


def facts_of(task) -> dict:
    """What a re-import compares, as stored."""
    facts = {name: getattr(task, name) for name in FIELDS}
    parties = {(p.part, p.unit.code if p.unit else "", p.group) for p in task.parties.all()}
    return facts | {
        "program_id": task.program_id,
        "deadline_text": task.deadline_text,
        "parties": parties,
        "deadline_kind": task.deadline_kind,
        "deadline_note": task.deadline_note,
    }


def facts_of_row(row, programs: dict[str, int]) -> dict:
    """The same facts as a preview row says them."""
    deadline = row["deadline"]
    return {name: row[name] for name in FIELDS} | {
        "program_id": programs.get(row["program"]),
        "deadline_text": deadline["text"],
        "deadline_kind": deadline["kind"],
        "deadline_note": deadline["explanation"][:500],
        "parties": set(parties_of(row)),
    }


def parties_of(row):
    for code in row["lead_units"]:
        yield Part.LEAD.value, code, ""
    for group in row["lead_groups"]:
        yield Part.LEAD.value, "", group[:200]
    for code in row["coordinating_units"]:
        yield Part.COORDINATE.value, code, ""
    for group in row["coordinating_groups"]:
        yield Part.COORDINATE.value, "", group[:200]


def days_of(deadline) -> list[tuple[date | None, str]]:
    """Due days and what is waited for; a task without either still has one open occurrence."""
    days = [(date.fromisoformat(day), "") for day in deadline["occurrences"]]
    waits = [
        (None, part["waits_for"][:300])
        for part in deadline["parts"]
        if part["waits_for"] and not part["due_on"]
    ]
    return days + waits or [(None, "")]


class PlanWriter:
    """One import into one plan, inside the caller's transaction."""

    def __init__(self, plan, batch):
        self.plan, self.batch = plan, batch
        self.stored = {key_of(task): task for task in stored_tasks(plan)}
        self.programs = dict(Program.objects.values_list("code", "pk"))
        self.units = dict(Unit.objects.values_list("code", "pk"))
        self.counts = Counter()

    def write(self, row, order):
        facts = facts_of_row(row, self.programs)
        parties = facts.pop("parties")
        task = self.stored.get((SECTION_MARK.join(row["section"]), row["number"]))
        if task is None:
            self._create(row, facts, parties, order)
        elif facts_of(task) == facts | {"parties": parties}:
            self.counts["unchanged"] += 1
            self._place(task, order)
        else:
            self._change(task, row, facts, parties, order)

    def _create(self, row, facts, parties, order):
        task = Assignment.objects.create(
            plan=self.plan,
            section=row["section"],
            number=row["number"],
            order=order,
            batch=self.batch,
            **facts,
        )
        self._set_parties(task, parties)
        Occurrence.objects.bulk_create(
            Occurrence(assignment=task, sequence=place, due_on=due_on, waits_for=waits_for)
            for place, (due_on, waits_for) in enumerate(days_of(row["deadline"]), start=1)
        )
        self.counts["created"] += 1

    def _place(self, task, order):
        if task.order != order:
            task.order = order
            task.save(update_fields=["order"])

    def _change(self, task, row, facts, parties, order):
        is_new_deadline = task.deadline_text != facts["deadline_text"]
        for name, value in facts.items():
            setattr(task, name, value)
        task.order = order
        task.save()
        task.parties.all().delete()
        self._set_parties(task, parties)
        if is_new_deadline:
            move_occurrences(task, days_of(row["deadline"]))
        self.counts["updated"] += 1

    def _set_parties(self, task, parties):
        unknown = {code for _, code, _ in parties if code} - self.units.keys()
        if unknown:
            codes = ", ".join(sorted(unknown))
            raise InvalidTransition(f"Không còn đơn vị {codes} trong danh mục.")
        AssignmentParty.objects.bulk_create(
            AssignmentParty(assignment=task, part=part, unit_id=self.units.get(code), group=group)
            for part, code, group in sorted(parties)
        )


def move_occurrences(task, wanted):
    """New days for what is still open; what is done, or was reported on, stays as it was."""
    kept = list(task.occurrences.exclude(done_on=None))
    done_days = {row.due_on for row in kept if row.due_on}
    wanted = [day for day in wanted if not (day[0] and day[0] in done_days)]
    open_rows = list(task.occurrences.filter(done_on=None).order_by("sequence"))
    last = max((row.sequence for row in (*kept, *open_rows)), default=0)
    for place, (due_on, waits_for) in enumerate(wanted):
        if place < len(open_rows):
            row = open_rows[place]
            row.due_on, row.waits_for = due_on, waits_for
            row.save(update_fields=["due_on", "waits_for"])
        else:
            last += 1
            task.occurrences.create(sequence=last, due_on=due_on, waits_for=waits_for)
    surplus = [row.pk for row in open_rows[len(wanted) :]]
    task.occurrences.filter(pk__in=surplus, assignmentupdate=None).delete()
