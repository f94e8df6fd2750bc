"""The start page of reports, one round, and opening a round."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.generic import DetailView, FormView, TemplateView

from core.clock import today
from core.transitions import InvalidTransition
from organizations.permissions import can, require

from ..forms import OpenRoundForm
from ..models import Consolidated, Obligation, Report, Round
from ..rounds import open_round, the_province

CRUMBS = [{"label": "Báo cáo", "url": reverse_lazy("reporting:start")}]


class StartView(TemplateView):
    """What my unit owes first, then what waits for its review, then all rounds."""

    template_name = "reporting/start.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        mine = (
            Obligation.objects.owed()
            .filter(unit=user.home_unit)
            .with_stage(today())
            .select_related("round", "report", "reviewer")
            .order_by("done_on", "due_on")
        )
        waiting = (
            Report.objects.for_user(user)
            .awaiting_review()
            .filter(obligation__reviewer=user.home_unit)
            .select_related("obligation__round", "obligation__unit", "submitted_by")
        )
        return super().get_context_data(
            mine=mine,
            finding=start_finding(list(mine), list(waiting)),
            waiting=waiting,
            rounds=Round.objects.filter(
                obligations__in=Obligation.objects.for_user(user)
            ).distinct(),
            consolidated=Consolidated.objects.for_user(user).select_related("round", "document"),
            may_open=can(user, "round.open", the_province()),
            **kwargs,
        )


def start_finding(mine, waiting):
    """What needs doing, in one sentence."""
    owed = [row for row in mine if not row.done_on]
    parts = []
    if owed:
        parts.append(
            f"Đơn vị còn {len(owed)} báo cáo phải nộp, hạn gần nhất "
            f"{min(row.due_on for row in owed):%d/%m/%Y}."
        )
    if waiting:
        parts.append(f"{len(waiting)} báo cáo đang chờ đơn vị xem xét.")
    return " ".join(parts) or "Không có báo cáo nào đang chờ đơn vị xử lý."


class RoundView(DetailView):
    """Unit by unit: sent or not, on time or not, in what state."""

    template_name = "reporting/round.html"
    context_object_name = "round"

    def get_queryset(self):
        visible = Obligation.objects.for_user(self.request.user)
        return Round.objects.filter(obligations__in=visible).distinct()

    def get_context_data(self, **kwargs):
        rows = (
            Obligation.objects.for_user(self.request.user)
            .filter(round=self.object)
            .with_stage(today())
            .select_related("unit", "reviewer", "report")
            .order_by("unit__sort_key")
        )
        counts = round_counts(rows)
        return super().get_context_data(
            rows=rows,
            counts=counts,
            crumbs=CRUMBS,
            meta=round_days(self.object),
            finding=round_finding(counts),
            consolidated=Consolidated.objects.for_user(self.request.user)
            .filter(round=self.object)
            .first(),
            **kwargs,
        )


def round_days(report_round):
    """Each column of a report states its own day."""
    return [
        f"Hạn nộp {report_round.due_on:%d/%m/%Y}",
        f"Chỉ tiêu tính đến {report_round.figures_on:%d/%m/%Y}",
        f"Giải ngân tính đến {report_round.money_on:%d/%m/%Y}",
    ]


def round_finding(counts):
    if not counts["missing"]:
        return f"Cả {counts['owed']} đơn vị đã nộp, {counts['accepted']} báo cáo được chấp nhận."
    names = ", ".join(row.unit.label for row in counts["missing"])
    return f"{counts['sent']}/{counts['owed']} đơn vị đã nộp. Chưa nộp: {names}."


def round_counts(rows):
    """Owed, sent, on time and accepted, each a count of units."""
    owed = [row for row in rows if not row.exempt_reason]
    sent = [row for row in owed if row.done_on]
    return {
        "owed": len(owed),
        "sent": len(sent),
        "on_time": sum(1 for row in sent if row.done_on <= row.due_on),
        "accepted": sum(1 for row in sent if row.report.state == "accepted"),
        "missing": [row for row in owed if not row.done_on],
    }


class OpenRoundView(FormView):
    template_name = "reporting/open_round.html"
    form_class = OpenRoundForm
    extra_context = {"crumbs": CRUMBS}

    def dispatch(self, request, *args, **kwargs):
        # The round is the province's: the same right over a district does not open it.
        require(request.user, "round.open", the_province())
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"today": today()}

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form):
        try:
            self.round, made = open_round(
                form.kind,
                form.cleaned_data["period"],
                today=today(),
                user=self.request.user,
                due_on=form.cleaned_data["due_on"],
            )
        except (InvalidTransition, ValueError) as refusal:
            form.add_error("period", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"Đã mở kỳ, giao nghĩa vụ cho {made} đơn vị.")
        return redirect(self.get_success_url())

    def get_success_url(self):
        return reverse("reporting:round", args=[self.round.pk])
