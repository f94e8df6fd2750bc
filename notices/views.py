"""Notices to my unit and those I sent; reading; urging."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.generic import DetailView, ListView

from core.clock import today
from organizations.history import timeline
from organizations.permissions import can

from .history import notice_happenings
from .models import Notice
from .urging import send_urge


class NoticeListView(ListView):
    template_name = "notices/list.html"
    context_object_name = "notices"
    paginate_by = 30

    @property
    def is_sent(self):
        return self.request.GET.get("hop") == "gui"

    def get_queryset(self):
        user = self.request.user
        rows = (
            Notice.objects.filter(sender=user)
            if self.is_sent
            else (Notice.objects.addressed_to(user))
        )
        return rows.select_related("unit", "sender", "read_by")

    def get_context_data(self, **kwargs):
        user = self.request.user
        unread = Notice.objects.addressed_to(user).filter(read_at=None).count()
        here = reverse("notices:list")
        tabs = [
            {
                "label": "Gửi đến đơn vị",
                "url": here,
                "count": unread,
                "hot": unread > 0,
                "current": not self.is_sent,
            },
            {"label": "Đã gửi", "url": f"{here}?hop=gui", "current": self.is_sent},
        ]
        return super().get_context_data(
            tabs=tabs if can(user, "notice.urge") else [],
            unread=unread,
            is_sent=self.is_sent,
            may_log=can(user, "notice.log"),
            **kwargs,
        )


class NoticeView(DetailView):
    """One notice with its story, for its unit and for its sender; looking is not yet reading."""

    template_name = "notices/detail.html"
    context_object_name = "notice"

    def get_queryset(self):
        user = self.request.user
        mine = Notice.objects.addressed_to(user) | Notice.objects.filter(sender=user)
        return mine.select_related("unit", "sender")

    def get_context_data(self, **kwargs):
        events = timeline(notice_happenings(self.object))
        is_to_me = self.object.unit == self.request.user.home_unit
        return super().get_context_data(events=events, is_to_me=is_to_me, **kwargs)


class ReadView(View):
    """One notice, or all that my unit has not read; opening one leads to what it is about."""

    def post(self, request, pk=None):
        rows = Notice.objects.addressed_to(request.user)
        if pk:
            rows = rows.filter(pk=pk)
        notice = rows.first() if pk else None
        rows.filter(read_at=None).update(read_at=timezone.now(), read_by=request.user)
        return redirect(notice.url if notice and notice.url else "notices:list")


class UrgeView(View):
    def post(self, request):
        notice, is_new = send_urge(request.POST.get("topic", ""), request.user, today())
        if is_new:
            messages.success(request, f"Đã gửi đôn đốc {notice.unit}: {notice.subject}.")
        else:
            messages.info(request, f"Hôm nay đã đôn đốc {notice.unit} về việc này.")
        return redirect(back_to(request))


def back_to(request):
    """The page the button stood on, never another site."""
    target = request.POST.get("next", "")
    # Without the slash it would be taken for the name of a page.
    is_here = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_here else reverse("notices:list")
