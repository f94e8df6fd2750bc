"""Review side by side: what the unit says, what the ledger says, what last year said."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.clock import today
from core.transitions import InvalidTransition
from notices.models import Notice, NoticeKind
from organizations.permissions import can, require

from ..forms import ReturnForm
from ..models import Obligation, OwnReport, Report
from ..publishing import accept_report
from ..sheet import build_sheet
from .filling import story_of
from .rounds import CRUMBS, round_days


class ReviewView(View):
    def report(self, pk):
        rows = Report.objects.for_user(self.request.user).select_related(
            "obligation__unit", "obligation__round", "obligation__reviewer", "submitted_by"
        )
        return get_object_or_404(rows, obligation__in=Obligation.objects.filter(pk=pk))

    def get(self, request, pk):
        report = self.report(pk)
        return self.shown(report, ReturnForm(sheet=build_sheet(report)))

    def post(self, request, pk):
        report = self.report(pk)
        require(request.user, "report.review", report.obligation.reviewer)
        try:
            return self.accept(report) if "accept" in request.POST else self.give_back(report)
        except OwnReport as refusal:
            raise PermissionDenied(str(refusal)) from None
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
            return redirect("reporting:review", pk=pk)

    @transaction.atomic
    def accept(self, report):
        accept_report(report, self.request.user, on=today())
        tell(report, NoticeKind.ACCEPTED, f"{report.round}: đã được chấp nhận", self.request.user)
        messages.success(self.request, f"Đã chấp nhận báo cáo của {report.unit}.")
        return redirect("reporting:round", pk=report.obligation.round_id)

    @transaction.atomic
    def give_back(self, report):
        form = ReturnForm(self.request.POST, sheet=build_sheet(report))
        if not form.is_valid():
            return self.shown(report, form, status=422)
        report.give_back(self.request.user, on=today(), **form.cleaned_data)
        tell(
            report,
            NoticeKind.RETURNED,
            f"{report.round}: bị trả lại",
            self.request.user,
            form.cleaned_data["reason"],
        )
        messages.success(self.request, f"Đã trả lại báo cáo của {report.unit} kèm lý do.")
        return redirect("reporting:round", pk=report.obligation.round_id)

    def shown(self, report, form, status=200):
        sheet = build_sheet(report)
        sheet.check()
        user = self.request.user
        is_own = report.is_written_by(user)
        context = {
            "report": report,
            "sheet": sheet,
            "form": form,
            "timeline": story_of(report),
            "crumbs": [*CRUMBS, round_crumb(report.round)],
            "meta": round_days(report.round),
            "may_review": report.state == "submitted"
            and not is_own
            and can(user, "report.review", report.obligation.reviewer),
            "is_own": is_own,
        }
        return render(self.request, "reporting/review.html", context, status=status)


def round_crumb(report_round):
    return {"label": str(report_round), "url": reverse("reporting:round", args=[report_round.pk])}


def tell(report, kind, subject, sender, body=""):
    """One notice per step of a revision to the unit that reported."""
    Notice.objects.send(
        key=f"report-{report.pk}-{kind}-{report.revision}",
        unit=report.unit,
        kind=kind,
        subject=subject,
        body=body,
        sender=sender,
        url=reverse("reporting:fill", args=[report.obligation_id]),
    )
