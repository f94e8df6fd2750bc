"""Outbox of notices: to a unit, shown in the portal, sent once per key."""

from django.conf import settings
from django.db import models

from organizations.models import Unit
from organizations.scoping import ScopedQuerySet


class NoticeKind(models.TextChoices):
    URGE = "urge", "Đôn đốc"
    RETURNED = "returned", "Trả lại báo cáo"
    ACCEPTED = "accepted", "Chấp nhận báo cáo"
    OPENED = "opened", "Mở kỳ báo cáo"
    REMINDER = "reminder", "Nhắc hạn"


class NoticeQuerySet(ScopedQuerySet):
    def addressed_to(self, user):
        """Notices to the person's own unit."""
        return self.filter(unit=user.home_unit) if user.home_unit else self.none()

    def send(self, *, key, unit, kind, subject, body="", url="", sender=None):
        """Once per key, however often it is called; returns (notice, is_new)."""
        return self.get_or_create(
            key=key,
            defaults={
                "unit": unit,
                "kind": kind,
                "subject": subject,
                "body": body,
                "url": url,
                "sender": sender,
            },
        )


class Notice(models.Model):
    key = models.CharField("khóa", max_length=120, unique=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="notices", verbose_name="đơn vị nhận"
    )
    kind = models.CharField("loại", max_length=12, choices=NoticeKind)
    subject = models.CharField("tiêu đề", max_length=300)
    body = models.TextField("nội dung", blank=True)
    url = models.CharField("đường dẫn", max_length=300, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sent_notices",
        verbose_name="người gửi",
    )
    created_at = models.DateTimeField("lúc", auto_now_add=True)
    read_at = models.DateTimeField("đọc lúc", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="read_notices",
        verbose_name="người đọc",
    )

    objects = NoticeQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-pk"]

    def __str__(self):
        return self.subject
