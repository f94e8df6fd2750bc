"""The form a unit fills: saved with errors, refused with all of them, submitted once."""

import json

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views import View

from core.clock import today
from core.problems import NO_CELLS, NOT_NOW, SAVED_FIRST, Refused
from core.text import nfc
from core.transitions import InvalidTransition
from jobs.once import once
from organizations.history import timeline
from organizations.permissions import can, require

from ..history import lock_happenings, report_happenings
from ..models import SENT_BEFORE, Obligation, Report, ReportState
from ..publishing import submit_report, why_not_now
from ..sheet import build_sheet
from .rounds import CRUMBS


def obligation_of(user, pk):
    rows = Obligation.objects.for_user(user).select_related("round", "unit", "reviewer")
    return get_object_or_404(rows, pk=pk)


def report_of(obligation):
    """The report as kept, or an unsaved one: looking at a form writes nothing."""
    return getattr(obligation, "report", None) or Report(obligation=obligation)


def typed_in(data):
    """The boxes of the form, by name."""
    return {
        storable(key): storable(value)
        for key, value in data.items()
        if key[:2] in ("t-", "m-", "n-")
    }


def storable(value):
    """As text, without the marks that PostgreSQL keeps in no column."""
    text = "" if value is None else str(value)
    return nfc(text.replace("\x00", "").encode(errors="ignore").decode())


def version_in(data):
    text = str(data.get("version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def posted(request):
    """The fields of the form, sent as a form or as JSON; what is neither has none."""
    if request.content_type != "application/json":
        return request.POST
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def may_fill(user, obligation):
    return can(user, "report.fill", obligation.unit)


def last_return(report):
    """Why the report came back, while it is back."""
    if report.state != ReportState.RETURNED:
        return None
    return report.events.filter(kind=ReportState.RETURNED).last()


def boxes_of(data, saved):
    """The boxes as typed; of two versions, those of the other one where that was picked."""
    typed = typed_in(data)
    theirs = {name for name in typed if data.get(f"pick-{name}") == "theirs"}
    return typed | {name: saved.get(name, "") for name in theirs}


def both_versions(report, typed, user):
    """Who saved first and when, and each box that differs: what was saved, what is typed."""
    sheet = build_sheet(report, typed)
    saved = report.draft
    cells = [
        {"name": c.name, "label": c.label, "saved": saved.get(c.name, ""), "typed": c.raw}
        for c in sheet.cells()
        if saved.get(c.name, "").strip() != c.raw
    ]
    is_mine = report.edited_by_id == user.pk
    who = "Chính tài khoản này, ở cửa sổ khác," if is_mine else report.edited_by or "Người khác"
    at = f" lúc {timezone.localtime(report.saved_at):%H:%M}" if report.saved_at else ""
    note = (
        f"{who} đã lưu trước{at}. Bản đang gõ vẫn ở trong biểu; hãy so sánh hai bản bên dưới, "
        "chọn nội dung giữ lại rồi lưu."
    )
    return {"sheet": sheet, "both": cells, "note": note}


class FillView(View):
    template_name = "reporting/fill.html"
    # The draft is kept first, whatever becomes of the rest; then the key is asked for.
    asks_once_itself = True

    def get(self, request, pk):
        obligation = obligation_of(request.user, pk)
        report = report_of(obligation)
        if not (report.is_open and may_fill(request.user, obligation)):
            return self.read_only(request, report)
        return self.shown(request, report, build_sheet(report))

    def post(self, request, pk):
        obligation = obligation_of(request.user, pk)
        require(request.user, "report.fill", obligation.unit)
        report, _ = Report.objects.get_or_create(obligation=obligation)
        if report.is_open:
            typed = boxes_of(request.POST, report.draft)
            if not typed:
                # A form without a single box is not an emptied report: the kept draft stays.
                raise Refused(NO_CELLS)
            if not report.save_draft(request.user, typed, version=version_in(request.POST)):
                return self.not_saved(request, report, typed)
            request.draft_saved_at = report.saved_at
        return once(request, lambda: self.saved(request, report))

    def saved(self, request, report):
        if not report.is_open:
            return self.sent_before(request, report)
        if request.POST.get("action") == "submit":
            return self.submit(request, report)
        messages.success(request, "Đã lưu nháp.")
        return redirect("reporting:fill", pk=report.obligation_id)

    def sent_before(self, request, report):
        messages.info(request, SENT_BEFORE)
        return redirect("reporting:receipt", pk=report.obligation_id)

    def read_only(self, request, report):
        sheet = build_sheet(report)
        if not report.is_open:
            sheet.check()
        return self.shown(request, report, sheet, read_only=True)

    def submit(self, request, report):
        sheet = build_sheet(report)
        if refusal := why_not_now(report, today()):
            return self.shown(request, report, sheet, status=409, note=refusal)
        if not sheet.check():
            return self.shown(request, report, sheet, status=422)
        try:
            submit_report(report, sheet, request.user, on=today())
        except InvalidTransition as late:
            messages.info(request, str(late))
        page = "reporting:fill" if report.is_open else "reporting:receipt"
        return redirect(page, pk=report.obligation_id)

    def not_saved(self, request, report, typed):
        """Sent meanwhile: said so. Else 409, mine stays in the boxes, theirs stands beside."""
        if not report.is_open:
            return self.sent_before(request, report)
        response = self.shown(
            request, report, status=409, **both_versions(report, typed, request.user)
        )
        response["X-Problem"] = SAVED_FIRST.code
        return response

    def shown(self, request, report, sheet, *, status=200, **extra):
        context = {
            "report": report,
            "sheet": sheet,
            "obligation": report.obligation,
            "returned": last_return(report),
            **extra,
        }
        return render(request, self.template_name, context, status=status)


class AutosaveView(View):
    """Every ten seconds from the page; answers with the new version or with both versions."""

    asks_once_itself = True

    def post(self, request, pk):
        obligation = obligation_of(request.user, pk)
        require(request.user, "report.fill", obligation.unit)
        data = posted(request)
        typed = typed_in(data)
        if not typed:
            # Kept as it stands, it would wipe the draft.
            raise Refused(NO_CELLS)
        report, _ = Report.objects.get_or_create(obligation=obligation)
        if not report.save_draft(request.user, typed, version=version_in(data)):
            return self.conflict(request, report, typed)
        now = timezone.localtime()
        return JsonResponse({"version": report.version, "saved_at": f"{now:%H:%M}"})

    def conflict(self, request, report, typed):
        """With the comparison as the page shows it; a report sent meanwhile has none."""
        if not report.is_open:
            body = NOT_NOW.as_json(SENT_BEFORE)
            return JsonResponse(
                body | {"message": SENT_BEFORE, "version": report.version}, status=409
            )
        told = both_versions(report, typed, request.user)
        body = SAVED_FIRST.as_json(told["note"], errors=told["both"])
        page = render_to_string("reporting/both_versions.html", told)
        body |= {"message": told["note"], "version": report.version, "html": page}
        response = JsonResponse(body, status=409)
        response["X-Problem"] = SAVED_FIRST.code
        return response


def story_of(report):
    obligation = report.obligation
    locks = lock_happenings(obligation.unit, obligation.round.period)
    return timeline(report_happenings(report), locks)


class ReceiptView(View):
    def get(self, request, pk):
        obligation = obligation_of(request.user, pk)
        report = get_object_or_404(Report, obligation=obligation)
        events = list(report.events.select_related("actor"))
        sent = next((e for e in reversed(events) if e.kind == "submitted"), None)
        context = {
            "report": report,
            "obligation": obligation,
            "sent": sent,
            "crumbs": CRUMBS,
            "timeline": story_of(report),
        }
        return render(request, "reporting/receipt.html", context)
