"""Drafts of consolidated reports: built at the cut-off, rebuilt as reports are accepted."""

from django.db import transaction
from django.utils import timezone

from core.clock import now, today
from core.transitions import InvalidTransition
from documents.issuing import issue
from documents.models import DocumentKind
from jobs.models import AuditEntry, Job
from jobs.runner import handler

from .document import TEMPLATE_VERSION, as_document, title_of
from .figures import consolidated_figures, source_marks
from .models import Consolidated, Round
from .rounds import province_committee
from .wording import paragraphs


def build_due_drafts(day):
    """For each round whose money day has come: one draft, built again when its sources grow."""
    for report_round in Round.objects.filter(money_on__lte=day):
        draft, _ = Consolidated.objects.get_or_create(
            round=report_round, committee=province_committee(report_round.money_on)
        )
        if not draft.is_approved:
            ask_for_build(draft)


def ask_for_build(draft, *, by_hand=""):
    """Queues a build once for each state of the sources (or each press of a button)."""
    marks = source_marks(draft.round, draft.committee.unit)
    key = f"consolidated-{draft.pk}-{marks}-{by_hand}"
    return Job.objects.enqueue("build_consolidated", {"consolidated": draft.pk}, key=key)


@handler("build_consolidated")
def build_consolidated(job):
    draft = Consolidated.objects.select_related("round", "committee__unit").get(
        pk=job.payload["consolidated"]
    )
    figures = consolidated_figures(draft.round, draft.committee, today=today(), known_at=now())

    def write():
        Consolidated.objects.filter(pk=draft.pk, approved_at=None).update(
            figures=figures, built_at=timezone.now()
        )
        return {"reports": figures["reports"]["accepted"]}

    return write


def final_texts(draft):
    """Generated paragraphs with the office's own words in their place."""
    return paragraphs(draft.figures) | draft.edited_text


def edit_text(draft, key, text, user=None):
    """The office's wording of one paragraph; an empty one brings the generated text back."""
    with transaction.atomic():
        locked = Consolidated.objects.select_for_update().get(pk=draft.pk)
        if locked.is_approved:
            raise InvalidTransition("Báo cáo đã duyệt nên không sửa được lời văn.")
        old = locked.edited_text.pop(key, "")
        if text.strip():
            locked.edited_text[key] = text.strip()
        locked.save(update_fields=["edited_text"])
        AuditEntry.objects.create(
            action="consolidated.edit",
            actor=user,
            unit=locked.committee.unit,
            object_label=str(locked)[:250],
            detail={"draft": locked.pk, "key": key, "old": old, "new": text.strip()},
        )


def approve(draft, user):
    """Approves what the accepted reports say now; a draft behind them is built again first."""
    if not draft.figures:
        raise InvalidTransition("Dự thảo chưa tổng hợp xong. Hãy thử lại sau ít phút.")
    if not draft.is_approved and is_behind(draft):
        ask_for_build(draft)
        raise InvalidTransition(
            "Có báo cáo hoặc số liệu vốn, nhiệm vụ được ghi sau khi tổng hợp. Dự thảo đang được "
            "tính lại; hãy xem số liệu mới rồi duyệt."
        )
    return freeze(draft, user)


def is_behind(draft):
    """Whether a report, entry, payment or task update came after the figures were read."""
    return draft.figures["built_from"] != source_marks(draft.round, draft.committee.unit)


@transaction.atomic
def freeze(draft, user):
    """Figures and words as an issued document, once; the files are made by a job."""
    moved = Consolidated.objects.filter(pk=draft.pk, approved_at=None).update(
        approved_at=timezone.now(), approved_by=user
    )
    if not moved:
        raise InvalidTransition("Báo cáo này đã được duyệt trước đó.")
    draft.refresh_from_db()
    draft.document = issue(
        as_document(draft, draft.figures, final_texts(draft)),
        kind=DocumentKind.REPORT,
        title=title_of(draft.figures),
        unit=draft.committee.unit,
        subject=f"consolidated:{draft.pk}",
        template_version=TEMPLATE_VERSION,
        user=user,
    )
    draft.save(update_fields=["document"])
    return draft.document
