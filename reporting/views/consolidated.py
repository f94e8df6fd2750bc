"""The consolidated report: read, reword, rebuild, approve."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.provenance import rows_reply
from core.transitions import InvalidTransition
from organizations.history import timeline
from organizations.permissions import can, require

from ..drafts import approve, ask_for_build, edit_text
from ..forms import EditTextForm
from ..history import consolidated_happenings
from ..models import Consolidated, NarrativeSection
from ..sources import draft_rows, draft_sources
from ..wording import PARAGRAPHS, money_text, paragraphs, period_title
from .reviewing import round_crumb
from .rounds import CRUMBS


class ConsolidatedMixin:
    def draft(self, pk):
        rows = Consolidated.objects.for_user(self.request.user).select_related(
            "round", "committee__unit", "document", "approved_by"
        )
        return get_object_or_404(rows, pk=pk)


class ConsolidatedView(ConsolidatedMixin, View):
    def get(self, request, pk):
        draft = self.draft(pk)
        user, unit = request.user, draft.committee.unit
        may_edit = can(user, "report.consolidate", unit)
        may_approve = can(user, "report.approve_consolidated", unit)
        context = {
            "draft": draft,
            "figures": draft.figures,
            "title": f"Báo cáo tổng hợp {period_title(draft.round.period)}",
            "crumbs": [*CRUMBS, round_crumb(draft.round)],
            "meta": [draft.committee.name, built_at(draft)],
            "stage": "approved" if draft.is_approved else "draft",
            "stage_label": "" if draft.is_approved else "Dự thảo",
            "finding": money_text(draft.figures) if draft.figures else "",
            "money_on": draft.round.money_on,
            "figures_on": draft.round.figures_on,
            "approve_url": reverse("reporting:approve", args=[pk]),
            "paragraphs": paragraph_rows(draft),
            "events": timeline(consolidated_happenings(draft)),
            "may_edit": not draft.is_approved and may_edit,
            "may_approve": not draft.is_approved and may_approve,
        }
        return render(request, "reporting/consolidated.html", context)


def built_at(draft):
    if draft.is_approved:
        return f"Duyệt lúc {timezone.localtime(draft.approved_at):%H:%M %d/%m/%Y}"
    if draft.built_at is None:
        return "Chưa tổng hợp"
    return f"Tổng hợp lúc {timezone.localtime(draft.built_at):%H:%M %d/%m/%Y}"


def paragraph_rows(draft):
    """(key, title, text, was it reworded, sources) in the order of the report."""
    if not draft.figures:
        return []
    titles = PARAGRAPHS | {section.value: section.label for section in NarrativeSection}
    generated = paragraphs(draft.figures)
    return [
        {
            "key": key,
            "title": title,
            "text": draft.edited_text.get(key, generated[key]),
            "generated": generated[key],
            "is_edited": key in draft.edited_text,
            "sources": draft.figures["texts"].get(key, []),
        }
        for key, title in titles.items()
    ]


class SourcesView(ConsolidatedMixin, View):
    """Every figure of the report with the way to its rows."""

    def get(self, request, pk):
        draft = self.draft(pk)
        crumb = {"label": str(draft), "url": reverse("reporting:consolidated", args=[pk])}
        context = {"sources": draft_sources(draft), "crumbs": [*CRUMBS, crumb]}
        return render(request, "reporting/sources.html", context)


class RowsView(ConsolidatedMixin, View):
    """The rows behind one figure, as they were when the figures were read."""

    def get(self, request, pk, key):
        return rows_reply(request, draft_rows(self.draft(pk), key, request.user))


class RebuildView(ConsolidatedMixin, View):
    def post(self, request, pk):
        draft = self.draft(pk)
        require(request.user, "report.consolidate", draft.committee.unit)
        ask_for_build(draft, by_hand=timezone.now().isoformat(timespec="seconds"))
        messages.success(request, "Đã yêu cầu tổng hợp lại. Số liệu mới có sau ít giây.")
        return redirect("reporting:consolidated", pk=pk)


class EditTextView(ConsolidatedMixin, View):
    def post(self, request, pk):
        draft = self.draft(pk)
        require(request.user, "report.consolidate", draft.committee.unit)
        form = EditTextForm(request.POST)
        known = {row["key"] for row in paragraph_rows(draft)}
        if not form.is_valid() or form.cleaned_data["key"] not in known:
            messages.error(request, "Chưa lưu được đoạn văn: nội dung dài quá 8.000 ký tự.")
            return redirect("reporting:consolidated", pk=pk)
        try:
            edit_text(draft, user=request.user, **form.cleaned_data)
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
        return redirect("reporting:consolidated", pk=pk)


class ApproveView(ConsolidatedMixin, View):
    def post(self, request, pk):
        draft = self.draft(pk)
        require(request.user, "report.approve_consolidated", draft.committee.unit)
        try:
            document = approve(draft, request.user)
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
            return redirect("reporting:consolidated", pk=pk)
        messages.success(request, "Đã duyệt. Bản Word, PDF, Excel đang được lập và lưu giữ.")
        return redirect("documents:detail", pk=document.pk)
