"""The story of a notice: sent, mailed to whom, read by whom."""

from core.timeline import MOST, Happening, tells

from .models import DeliveryState


@tells("notices.Notice", "notices.Delivery", "notices.DeliveryItem")
def notice_happenings(notice):
    yield Happening(notice.created_at, "Gửi thông báo", notice.sender_id, new=str(notice.unit))
    if notice.read_at:
        yield Happening(notice.read_at, "Đã đọc trên hệ thống", notice.read_by_id)
    items = notice.mail_items.select_related("delivery", "user").order_by("-pk")
    for item in items[:MOST]:
        if item.delivery and item.delivery.state == DeliveryState.SENT:
            sent = item.delivery
            words = sent.get_channel_display()
            yield Happening(sent.sent_at, "Gửi thư", new=str(item.user), detail=words)
        elif item.delivery:
            waits = item.delivery
            words = waits.error or waits.get_state_display()
            yield Happening(waits.created_at, "Lập thư", new=str(item.user), detail=words)
