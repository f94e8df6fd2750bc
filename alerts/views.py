"""The list of what must be acted on, and the history of one alert."""

from django.db.models import Count
from django.urls import reverse
from django.views.generic import DetailView, ListView

from core.clock import today
from organizations.history import timeline
from organizations.permissions import can

from .history import alert_happenings
from .models import Alert, AlertRule, AlertState


class AlertListView(ListView):
    template_name = "alerts/list.html"
    context_object_name = "alerts"
    paginate_by = 50

    @property
    def rule(self):
        asked = self.request.GET.get("quy-tac", "")
        return asked if asked in AlertRule.values else ""

    @property
    def is_closed(self):
        return self.request.GET.get("trang-thai") == "het"

    def get_queryset(self):
        state = AlertState.CLOSED if self.is_closed else AlertState.OPEN
        rows = Alert.objects.for_user(self.request.user).filter(state=state)
        if self.rule:
            rows = rows.filter(rule=self.rule)
        return rows.select_related("unit")

    def get_context_data(self, **kwargs):
        open_ = Alert.objects.for_user(self.request.user).open()
        counts = dict(open_.order_by().values_list("rule").annotate(n=Count("pk")))
        return super().get_context_data(
            tabs=self.tabs(counts),
            is_closed=self.is_closed,
            total=sum(counts.values()),
            may_urge=can(self.request.user, "notice.urge"),
            today=today(),
            **kwargs,
        )

    def tabs(self, counts):
        here = reverse("alerts:list")
        rules = [
            {
                "label": rule.label,
                "url": f"{here}?quy-tac={rule.value}",
                "count": counts.get(rule, 0),
                "hot": counts.get(rule, 0) > 0,
                "current": rule == self.rule and not self.is_closed,
            }
            for rule in AlertRule
        ]
        every = {
            "label": "Tất cả",
            "url": here,
            "count": sum(counts.values()),
            "current": not self.rule and not self.is_closed,
        }
        closed = {"label": "Đã hết", "url": f"{here}?trang-thai=het", "current": self.is_closed}
        return [every, *rules, closed]


class AlertView(DetailView):
    template_name = "alerts/detail.html"
    context_object_name = "alert"

    def get_queryset(self):
        return Alert.objects.for_user(self.request.user).select_related("unit")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            events=timeline(alert_happenings(self.object)),
            may_urge=can(self.request.user, "notice.urge", self.object.unit),
            may_write=can(self.request.user, "document.issue"),
            today=today(),
            **kwargs,
        )
