"""Notices to a unit, shown in the portal once per key, and the outbox of their mail (ADR 20)."""

import uuid
from datetime import time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.transitions import InvalidTransition
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet

# Minutes of pause after each failed try; when they are used up, the outbox gives up visibly.
PAUSES = (1, 5, 15, 60, 180, 360, 720)
MAX_TRIES = len(PAUSES) + 1
# Longer than the slowest conversation with a mail server (settings.EMAIL_TIMEOUT).
LEASE = timedelta(minutes=5)
USUAL_DIGEST = time(7)


class NoticeKind(models.TextChoices):
    URGE = "urge", "Đôn đốc"
    RETURNED = "returned", "Trả lại báo cáo"
    ACCEPTED = "accepted", "Chấp nhận báo cáo"
    OPENED = "opened", "Mở kỳ báo cáo"
    REMINDER = "reminder", "Nhắc hạn"
    DOCUMENT = "document", "Văn bản đến"


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

    fanned_out_at = models.DateTimeField("đã chia thư lúc", null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-pk"]

    def __str__(self):
        return self.subject


class Way(models.TextChoices):
    NOW = "now", "Gửi thư ngay"
    DIGEST = "digest", "Gom vào một thư mỗi ngày"
    NONE = "none", "Chỉ xem trên hệ thống"


# What must be acted on goes at once; a kind not named here waits for the day's mail.
USUAL_WAYS = {NoticeKind.URGE: Way.NOW, NoticeKind.RETURNED: Way.NOW}


class MailPreference(models.Model):
    """How a person wants to hear by mail of each kind; without a row the usual ways hold."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="mail_preference",
        verbose_name="người nhận",
    )
    ways = models.JSONField("cách nhận theo loại", default=dict, blank=True)
    digest_at = models.TimeField("giờ gửi thư gom", default=USUAL_DIGEST)
    updated_at = models.DateTimeField("sửa lúc", auto_now=True)

    class Meta:
        verbose_name = "cách nhận thư"
        verbose_name_plural = "cách nhận thư"

    def __str__(self):
        return str(self.user)

    @classmethod
    def of(cls, user):
        """The person's own row, or the usual ways as an unsaved one."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    def way_of(self, kind):
        usual = USUAL_WAYS.get(kind, Way.DIGEST)
        kept = self.ways.get(kind, usual)
        return kept if kept in Way.values else usual


class Channel(models.TextChoices):
    MAIL = "mail", "Thư riêng"
    DIGEST = "digest", "Thư gom trong ngày"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Chờ gửi"
    SENDING = "sending", "Đang gửi"
    SENT = "sent", "Đã gửi"
    GAVE_UP = "gave_up", "Không gửi được"


class DeliveryQuerySet(models.QuerySet):
    def due(self, now):
        """Waiting for its moment, or in the hands of a process that has died."""
        lapsed = Q(state=DeliveryState.SENDING, lease_until__lt=now)
        return self.filter(Q(state=DeliveryState.WAITING, next_try_at__lte=now) | lapsed)

    def claim(self, pk, now):
        """One winner of several processes; the delivery, or None for the others."""
        token = uuid.uuid4().hex
        won = (
            self.due(now)
            .filter(pk=pk)
            .update(
                state=DeliveryState.SENDING,
                token=token,
                lease_until=now + LEASE,
                attempts=F("attempts") + 1,
            )
        )
        return self.select_related("user").get(pk=pk) if won else None

    def seen_by(self, user):
        """Mail about notices the person may read."""
        return self.filter(
            pk__in=DeliveryItem.objects.filter(notice__in=Notice.objects.for_user(user)).values(
                "delivery"
            )
        )


class Delivery(models.Model):
    """One mail to one person. The key goes into its Message-ID: a repeat is the same mail."""

    key = models.CharField("khóa", max_length=80, unique=True)
    channel = models.CharField("kênh", max_length=8, choices=Channel)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="deliveries",
        verbose_name="người nhận",
    )
    address = models.EmailField("địa chỉ nhận")
    subject = models.CharField("tiêu đề thư", max_length=300)
    state = models.CharField(
        "trạng thái", max_length=8, choices=DeliveryState, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    next_try_at = models.DateTimeField("gửi từ lúc")
    token = models.CharField("mã nhận việc", max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField("giữ đến lúc", null=True, blank=True)
    error = models.CharField("lỗi lần gửi gần nhất", max_length=300, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "thư gửi đi"
        verbose_name_plural = "thư gửi đi"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]

    def __str__(self):
        return f"{self.subject} → {self.address}"

    def held(self):
        """This very claim, while nobody else has taken the mail over."""
        return Delivery.objects.filter(pk=self.pk, token=self.token, state=DeliveryState.SENDING)

    def mark_sent(self, now):
        return self.held().update(state=DeliveryState.SENT, sent_at=now, error="", lease_until=None)

    def mark_failed(self, error, now, *, final=False):
        """Waits longer after each failure; the last one, or a final refusal, ends it."""
        is_over = final or self.attempts >= MAX_TRIES
        pause = 0 if is_over else PAUSES[self.attempts - 1]
        return self.held().update(
            state=DeliveryState.GAVE_UP if is_over else DeliveryState.WAITING,
            next_try_at=now + timedelta(minutes=pause),
            error=error[:300],
            lease_until=None,
        )

    def try_again(self, now):
        """By hand, after the cause has been mended; the count starts anew."""
        moved = Delivery.objects.filter(pk=self.pk, state=DeliveryState.GAVE_UP).update(
            state=DeliveryState.WAITING,
            attempts=0,
            next_try_at=now,
            # The address may be what was wrong.
            address=self.user.email or self.address,
        )
        if not moved:
            raise InvalidTransition("Thư này không còn ở trạng thái không gửi được.")


class DeliveryItem(models.Model):
    """That a notice concerns a person by mail: once, whichever mail carries it."""

    notice = models.ForeignKey(
        Notice, models.CASCADE, related_name="mail_items", verbose_name="thông báo"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="mail_items",
        verbose_name="người nhận",
    )
    delivery = models.ForeignKey(
        Delivery,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="thư gửi đi",
    )
    dropped_at = models.DateTimeField("bỏ qua lúc (đã đọc trên hệ thống)", null=True, blank=True)

    class Meta:
        verbose_name = "thông báo trong thư"
        verbose_name_plural = "thông báo trong thư"
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="notice_mailed_once_a_person"),
        ]

    def __str__(self):
        return f"{self.notice} → {self.user}"
