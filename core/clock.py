"""The only place that asks the time. Rules take the day as an argument."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """The business day: PORTAL_TODAY when the installation freezes it, else the real day."""
    frozen = getattr(settings, "PORTAL_TODAY", None)
    if not frozen:
        return real_today()
    return date.fromisoformat(frozen) if isinstance(frozen, str) else frozen


def real_today() -> date:
    """The real local day. Rights count by this one, whatever PORTAL_TODAY says."""
    return timezone.localdate(timezone=VIETNAM)


def now() -> datetime:
    """The recorded moment, aware and never frozen."""
    return timezone.now()
