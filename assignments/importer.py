"""Importing a plan's appendix: preview, then a draft plan with its tasks, whole or not at all."""

import re
from collections import Counter
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from core.column_rows import Issue
from core.text import search_key
from core.transitions import InvalidTransition
from jobs.imports import Importer, Reading
from organizations.models import LegalDocument, Unit, UnitAlias
from programs.models import PlanState, Program, WorkPlan

from .appendix import read_appendix, text_of
from .leads import Directory
from .models import SECTION_MARK, Assignment, AssignmentUpdate
from .preview import Subjects, preview_context, preview_row
from .writing import PlanWriter, facts_of, facts_of_row, key_of, stored_tasks

LONGEST = {"number": 12, "lead_text": 300, "coordinating_text": 300, "section_title": 400}
SPANS = re.compile(r"giai đoạn\s*(20\d\d)\s*[-–]\s*(20\d\d)|năm\s*(20\d\d)", re.I)


class TaskImporter(Importer):
    kind = "tasks"
    label = "Nhiệm vụ của kế hoạch"
    action = "plan.import"
    extensions = ("docx", "xlsx", "tsv", "txt")
    template = "assignments/preview_rows.html"
    correction_form = "corrections"
    upload_page = "assignments:import"

    def read(self, book, params, unit) -> Reading:
        appendix = read_appendix(book)
        plan = WorkPlan.objects.filter(code=params["plan"]).first()
        if plan and plan.issuer_id != unit.pk:
            # Compared with it, the preview would tell the tasks of somebody else's plan.
            return Reading(issues=[Issue("error", "", "", OTHERS_PLAN.format(params["plan"]))])
        span = span_of(params, plan) or span_in(book)
        if span is None:
            appendix.issues.append(Issue("error", "", "", NO_SPAN))
            return Reading(issues=appendix.issues, counts={"read": len(appendix.tasks)})
        params.setdefault("from", span[0].isoformat())
        params.setdefault("to", span[1].isoformat())
        directory, subjects = Directory(*span), Subjects(*span)
        rows = [preview_row(task, directory, span, subjects) for task in appendix.tasks]
        issues = appendix.issues + list(length_issues(rows))
        counts = mark_changes(rows, plan)
        issues += list(gone_issues(rows, plan))
        return Reading(rows, issues, counts | {"read": len(rows), "doubts": doubtful(rows)})

    def apply(self, batch, user):
        plan = plan_for(batch, user)
        writer = PlanWriter(plan, batch)
        for order, row in enumerate(batch.preview, start=1):
            writer.write(row, order)
        remember_aliases(batch.preview)
        return {"created": 0, "updated": 0, "unchanged": 0} | dict(writer.counts)

    def undo(self, batch, user):
        if batch.counts.get("updated"):
            raise InvalidTransition(
                "Lần nhập này đã sửa nhiệm vụ có từ trước nên không hoàn tác được. "
                "Hãy nhập lại tệp đúng."
            )
        created = Assignment.objects.filter(batch=batch)
        plan = WorkPlan.objects.filter(code=batch.params["plan"]).first()
        if plan and plan.state == PlanState.PUBLISHED:
            raise InvalidTransition("Kế hoạch đã ban hành nên không hoàn tác được lần nhập.")
        if AssignmentUpdate.objects.filter(assignment__in=created).exists():
            raise InvalidTransition("Đã có tiến độ được báo cáo nên không hoàn tác được lần nhập.")
        created.delete()
        if plan and plan.appendix_id == batch.file_id and not plan.assignments.exists():
            plan.delete()

    def success_url(self, batch):
        """The tasks of the plan, drafts too for whoever imported them."""
        return f"{reverse('assignments:list')}?{urlencode({'plan': batch.params['plan']})}"

    def context(self, batch, request):
        return preview_context(batch, request)


OTHERS_PLAN = "Mã kế hoạch {} đã dùng ở địa bàn khác. Hãy xem lại mã kế hoạch rồi gửi lại tệp."
NO_SPAN = (
    "Chưa biết kế hoạch thực hiện từ năm nào đến năm nào. Hãy ghi năm bắt đầu và năm kết thúc."
)


def span_of(params, plan):
    """The plan's own period, else the one the person gave.

    Days before a plan was issued are nobody's debt: what recurs starts after its document.
    """
    if plan:
        issued_on = plan.document and plan.document.issued_on
        return min(max(plan.starts_on, issued_on or plan.starts_on), plan.ends_on), plan.ends_on
    if params.get("from") and params.get("to"):
        starts_on, ends_on = (date.fromisoformat(params[key]) for key in ("from", "to"))
        issued_on = date.fromisoformat(params.get("issued_on") or params["from"])
        return min(max(starts_on, issued_on), ends_on), ends_on
    return None


def span_in(book):
    """The first period, else the first year, that the file itself names."""
    year = None
    for sheet in book.visible():
        for value in (value for row in sheet.rows for value in row):
            found = SPANS.search(text_of(value))
            if found and found[1]:
                return date(int(found[1]), 1, 1), date(int(found[2]), 12, 31)
            year = year or (found and int(found[3]))
    return (date(year, 1, 1), date(year, 12, 31)) if year else None


def length_issues(rows):
    """Columns have an end; a text that does not fit is named with its cell."""
    for row in rows:
        texts = row | {"section_key": SECTION_MARK.join(row["section"])}
        for name, most in (LONGEST | {"section_key": 120}).items():
            if len(texts[name]) > most:
                cell = row["cells"].get(CELL_OF.get(name, "title"), "")
                message = f"Nội dung dài quá {most} ký tự. Hãy rút gọn."
                yield Issue("error", row["sheet"], cell, message)
        if len(row["deadline"]["text"]) > 300:
            yield Issue(
                "error",
                row["sheet"],
                row["cells"].get("deadline", ""),
                "Thời hạn dài quá 300 ký tự. Hãy rút gọn.",
            )


CELL_OF = {"number": "number", "lead_text": "lead", "coordinating_text": "coordinating"}


def doubtful(rows):
    return sum(bool(row["doubts"]) for row in rows)


def mark_changes(rows, plan):
    """Puts new, changed or same on each row and counts them."""
    stored = {key_of(task): facts_of(task) for task in stored_tasks(plan)}
    programs = dict(Program.objects.values_list("code", "pk"))
    for row in rows:
        wanted = facts_of_row(row, programs)
        before = stored.get((SECTION_MARK.join(row["section"]), row["number"]))
        row["status"] = "new" if before is None else "same" if before == wanted else "changed"
    counts = Counter(row["status"] for row in rows)
    return {"created": counts["new"], "updated": counts["changed"], "unchanged": counts["same"]}


def gone_issues(rows, plan):
    """A task that the new file no longer has is told, never deleted."""
    read = {(SECTION_MARK.join(row["section"]), row["number"]) for row in rows}
    for task in stored_tasks(plan):
        if key_of(task) not in read:
            words = "không còn trong tệp; nhiệm vụ được giữ lại."
            yield Issue("warning", "", "", f"{task.place} “{task.title[:60]}” {words}")


def plan_for(batch, user):
    """The plan of that code in this area; an unknown code makes a draft."""
    params = batch.params
    plan, is_new = WorkPlan.objects.select_for_update().get_or_create(
        code=params["plan"],
        defaults={
            "title": params.get("title") or f"Kế hoạch {params['plan']}",
            "issuer": batch.unit,
            "starts_on": params["from"],
            "ends_on": params["to"],
            "appendix": batch.file,
            "created_by": user,
        },
    )
    if not is_new and plan.issuer_id != batch.unit_id:
        raise InvalidTransition(f"Kế hoạch {plan.code} thuộc địa bàn khác.")
    if params.get("issued_on") and plan.document is None:
        plan.document = issuing_document(plan, date.fromisoformat(params["issued_on"]))
        plan.save(update_fields=["document"])
    return plan


def issuing_document(plan, issued_on):
    """The plan as a document of record, under its own number."""
    document, _ = LegalDocument.objects.get_or_create(
        number=plan.code[:60],
        issued_on=issued_on,
        defaults={
            "kind": LegalDocument.Kind.PLAN,
            "issuer": f"Ban Chỉ đạo {plan.issuer.name}",
            "abstract": plan.title,
        },
    )
    return document


def remember_aliases(rows):
    """A spelling that a person has settled once is known from then on."""
    for row in rows:
        is_one_name = row.get("chosen_lead") and row["lead_how"] in (["unknown"], ["close"])
        if is_one_name and len(row["lead_text"]) <= 200:
            UnitAlias.objects.get_or_create(
                text_key=search_key(row["lead_text"]),
                defaults={
                    "text": row["lead_text"],
                    "unit": Unit.objects.get(code=row["chosen_lead"]),
                },
            )
