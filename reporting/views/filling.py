"""The form a unit fills: saved with errors, refused with all of them, submitted once."""

import json

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from core.clock import today
from core.transitions import InvalidTransition
from organizations.permissions import can, require
from periods.models import why_locked

from ..models import SENT_BEFORE, Obligation, Report, ReportState
from ..publishing import submit_report
from ..sheet import build_sheet
from .rounds import CRUMBS

NOTHING_SENT = "Không nhận được ô nào của báo cáo. Bản nháp đã lưu giữ nguyên."
SAVED_FIRST = "Người khác đã lưu trước. Bản đang gõ vẫn ở đây; hãy so sánh rồi lưu lại."


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
    return text.replace("\x00", "").encode(errors="ignore").decode()


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


class FillView(View):
    template_name = "reporting/fill.html"

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
        if not report.is_open:
            return self.sent_before(request, report)
        typed = typed_in(request.POST)
        if not typed:
            # A form without a single box is not an emptied report: the kept draft stays.
            raise BadRequest("no box was sent")
        if not report.save_draft(request.user, typed, version=version_in(request.POST)):
            return self.not_saved(request, report, typed)
        if request.POST.get("action") == "submit":
            return self.submit(request, report)
        messages.success(request, "Đã lưu nháp.")
        return redirect("reporting:fill", pk=pk)

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
        refusal = why_locked(report.unit, report.round.period, today()) or report.round.why_not_yet(
            today()
        )
        if refusal:
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
        sheet = build_sheet(report, typed)
        saved = report.draft
        both = [
            (c.label, saved.get(c.name, ""), c.raw)
            for c in sheet.cells()
            if saved.get(c.name, "") != c.raw
        ]
        return self.shown(request, report, sheet, status=409, note=SAVED_FIRST, both=both)

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
    """Every ten seconds from the page; answers with the new version or a conflict."""

    def post(self, request, pk):
        obligation = obligation_of(request.user, pk)
        require(request.user, "report.fill", obligation.unit)
        data = posted(request)
        typed = typed_in(data)
        if not typed:
            # Kept as it stands, it would wipe the draft.
            return JsonResponse({"message": NOTHING_SENT}, status=400)
        report, _ = Report.objects.get_or_create(obligation=obligation)
        if not report.save_draft(request.user, typed, version=version_in(data)):
            return JsonResponse({"message": SAVED_FIRST, "version": report.version}, status=409)
        now = timezone.localtime()
        return JsonResponse({"version": report.version, "saved_at": f"{now:%H:%M}"})


STEPS = {
    ReportState.SUBMITTED: "Đã gửi",
    ReportState.RETURNED: "Bị trả lại",
    ReportState.ACCEPTED: "Đã chấp nhận",
}


def timeline(events):
    """Steps of a report, newest first, for the timeline component."""
    return [
        {
            "at": f"{event.on:%d/%m/%Y}, ghi lúc {timezone.localtime(event.at):%H:%M %d/%m/%Y}",
            "what": f"{STEPS[event.kind]} (lần nộp {event.revision})",
            "who": event.actor,
            "detail": event.reason or event.receipt,
            "mark": "late" if event.kind == ReportState.RETURNED else "",
        }
        for event in reversed(events)
    ]


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
            "timeline": timeline(events),
        }
        return render(request, "reporting/receipt.html", context)
