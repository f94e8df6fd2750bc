"""A person's ways of hearing by mail; the log of mails for those who look after them."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.generic import ListView

from core.transitions import InvalidTransition
from jobs.models import AuditEntry
from organizations.permissions import can, require

from .forms import PreferenceForm
from .models import Delivery, DeliveryState, MailPreference


class PreferenceView(View):
    """Mine alone: there is no address of another person's."""

    def get(self, request):
        return self.page(request, PreferenceForm(preference=MailPreference.of(request.user)))

    def post(self, request):
        form = PreferenceForm(request.POST, preference=MailPreference.of(request.user))
        if not form.is_valid():
            return self.page(request, form, status=422)
        form.keep()
        messages.success(request, "Đã lưu cách nhận thư.")
        return redirect("notices:preferences")

    def page(self, request, form, status=200):
        return render(request, "notices/preferences.html", {"form": form}, status=status)


def logged(user):
    """Account managers see every mail but not what it says; others the mails of their area."""
    if can(user, "account.manage"):
        return Delivery.objects.all()
    return Delivery.objects.seen_by(user)


class DeliveryLogView(ListView):
    template_name = "notices/delivery_log.html"
    context_object_name = "deliveries"
    paginate_by = 50

    @property
    def state(self):
        asked = self.request.GET.get("trang-thai", "")
        return asked if asked in DeliveryState.values else ""

    def get_queryset(self):
        require(self.request.user, "notice.log")
        rows = logged(self.request.user)
        if self.state:
            rows = rows.filter(state=self.state)
        return rows.select_related("user")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            tabs=self.tabs(), hides_subject=hides_subject(self.request.user), **kwargs
        )

    def tabs(self):
        rows = logged(self.request.user).order_by()
        counts = dict(rows.values_list("state").annotate(n=Count("pk")))
        here = reverse("notices:deliveries")
        every = {"label": "Tất cả", "url": here, "current": not self.state}
        return [every] + [
            {
                "label": state.label,
                "url": f"{here}?trang-thai={state.value}",
                "count": counts.get(state, 0),
                "hot": state == DeliveryState.GAVE_UP and state in counts,
                "current": state == self.state,
            }
            for state in DeliveryState
        ]


def hides_subject(user):
    return not user.reading_grants()


class RetryView(View):
    def post(self, request, pk):
        require(request.user, "notice.log")
        delivery = get_object_or_404(logged(request.user).select_related("user"), pk=pk)
        try:
            delivery.try_again(timezone.now())
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
        else:
            AuditEntry.objects.create(
                action="notice.retry",
                actor=request.user,
                object_label=delivery.key,
                detail={"delivery": delivery.pk},
            )
            messages.success(request, "Đã xếp lại thư. Hệ thống gửi trong vòng một phút.")
        return redirect("notices:deliveries")
