"""The story of an alert: opened, closed, opened again, and who was urged about it."""

from core.timeline import MOST, Happening, tells
from notices.models import Notice


@tells("alerts.Alert", "alerts.AlertEvent", "notices.Notice")
def alert_happenings(alert):
    for event in alert.events.order_by("-pk")[:MOST]:
        yield Happening(event.at, event.get_state_display(), detail=event.note)
    urged = Notice.objects.filter(key__startswith=f"urge-alert-{alert.pk}-").select_related("unit")
    for notice in urged.order_by("-pk")[:MOST]:
        yield Happening(notice.created_at, "Đôn đốc", notice.sender_id, new=str(notice.unit))
