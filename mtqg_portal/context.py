"""What every page needs: menu with counts of what waits, the committee's name, the demo date."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from alerts.models import Alert
from assignments.models import Occurrence
from core.clock import today
from core.version import VERSION
from notices.models import Notice
from organizations.models import SteeringCommittee
from organizations.permissions import can
from reporting.models import Obligation, Report


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    icon: str
    count: int = 0
    hot: bool = False
    current: bool = False
    phone: bool = True


def portal(request):
    """Adds the frame of a page for signed-in people; nothing for others."""
    user = getattr(request, "user", None)
    context = {"demo_today": settings.PORTAL_TODAY, "today": today(), "central": central_door()}
    if user is None or not user.is_authenticated:
        return context
    committee = SteeringCommittee.objects.order_by("pk").first()
    return context | {
        "committee_name": committee.name if committee else "Ban Chỉ đạo",
        "notice_count": Notice.objects.addressed_to(user).filter(read_at=None).count(),
        "nav_items": nav_items(request, user),
        "nav": {"search_url": reverse("dashboards:search")},
        "version": VERSION,
    }


def central_door():
    """The other way in (ADR 23), or None where it is off."""
    if not settings.OIDC_ISSUER:
        return None
    return {"label": settings.OIDC_LABEL, "url": reverse("central_start")}


# Who only reads (treasury, clerk, auditor) is not called by what waits for others.
MOVERS = ("notice.urge", "assignment.update", "report.fill")


def nav_items(request, user):
    moves = any(can(user, action) for action in MOVERS)
    alerts = Alert.objects.for_user(user).open().count() if moves else 0
    entries = [
        ("Tổng quan", "dashboards:start", "home", alerts),
        ("Nhiệm vụ", "assignments:list", "tasks", overdue_assignments(user) if moves else 0),
        ("Vốn", "disbursement:overview", "money", 0),
        ("Chỉ tiêu", "targets:list", "target", 0),
        ("Báo cáo", "reporting:start", "report", owed_reports(user)),
        ("Văn bản", "documents:list", "document", 0),
        ("Tra cứu", "programs:list", "search", 0),
    ]
    if not user.reading_grants():
        # Who manages accounts, or holds no post, has no business rows to look at.
        entries = entries[:1]
    phone = {"dashboards:start", "assignments:list", "reporting:start"}
    here = request.resolver_match.app_name if request.resolver_match else ""
    return [
        NavItem(
            label, reverse(name), icon, count, count > 0, name.split(":")[0] == here, name in phone
        )
        for label, name, icon, count in entries
    ]


def overdue_assignments(user):
    """Tasks, not days: a recurring task that is late twice is one task to see to."""
    late = Occurrence.objects.for_user(user).overdue(today())
    return late.order_by().values("assignment").distinct().count()


def owed_reports(user):
    """Reports my unit still owes, or that wait for my unit's review."""
    unit = user.home_unit
    if unit is None:
        return 0
    owed = Obligation.objects.owed().filter(unit=unit, done_on=None).count()
    return owed + Report.objects.awaiting_review().filter(obligation__reviewer=unit).count()
