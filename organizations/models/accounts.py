"""What happens to accounts: sign-ins and other security events, sessions, passwords used before."""

import hashlib
import json
from datetime import UTC

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone

from core.append_only import AppendOnlyModel, AppendOnlyRows
from core.problems import request_id

from ..visitors import agent_of, client_address, device_words

FIRST_DIGEST = "0" * 64


class EventKind(models.TextChoices):
    SIGNED_IN = "signed_in", "Đăng nhập"
    WRONG_PASSWORD = "wrong_password", "Sai tên hoặc mật khẩu"
    LOCKED_OUT = "locked_out", "Bị chặn vì thử sai nhiều lần"
    UNLOCKED = "unlocked", "Quản trị mở khóa đăng nhập"
    CODE_USED = "code_used", "Đã dùng mã xác thực"
    CODE_FAILED = "code_failed", "Sai mã xác thực"
    RECOVERY_USED = "recovery_used", "Đã dùng mã khôi phục"
    FACTOR_ON = "factor_on", "Bật xác thực hai lớp"
    FACTOR_OFF = "factor_off", "Tắt xác thực hai lớp"
    FACTOR_RESET = "factor_reset", "Quản trị đặt lại xác thực hai lớp"
    CODES_RENEWED = "codes_renewed", "Tạo mã khôi phục mới"
    PASSWORD_CHANGED = "password_changed", "Đổi mật khẩu"
    PASSWORD_SET = "password_set", "Quản trị đặt mật khẩu"
    PROOF_FAILED = "proof_failed", "Sai mật khẩu khi xác nhận"
    SESSIONS_ENDED = "sessions_ended", "Kết thúc phiên"
    FORBIDDEN = "forbidden", "Làm việc không có quyền"
    UPLOAD_REFUSED = "upload_refused", "Tệp có dấu hiệu tấn công"
    CENTRAL_REFUSED = "central_refused", "Đăng nhập tập trung không vào được"
    CENTRAL_LINKED = "central_linked", "Nối định danh đăng nhập tập trung"
    CENTRAL_UNLINKED = "central_unlinked", "Gỡ định danh đăng nhập tập trung"


# What the names of a detail are called on a page.
DETAILS = {
    "batch": "đợt nhập",
    "path": "trang",
    "reason": "lý do",
    "file": "tệp",
    "code": "mã",
    "sha256": "SHA-256",
    "token": "mã truy cập",
    "tokens_revoked": "số mã truy cập thu hồi",
    "door": "cách vào",
    "subject": "mã định danh",
    "by": "nhờ",
}


class SecurityEventQuerySet(AppendOnlyRows, models.QuerySet):
    def record(self, kind, *, request=None, user=None, username="", actor=None, **detail):
        """Adds a row to the end of the chain; the head row makes writers wait for one another."""
        with transaction.atomic():
            chain, _ = SecurityChain.objects.select_for_update().get_or_create(pk=1)
            event = self.model(
                number=chain.length + 1,
                at=timezone.now(),
                kind=kind,
                user=user,
                actor=actor or (user if request else None),
                username=printable(username or (user.username if user else ""))[:150],
                address=client_address(request) if request else None,
                agent=printable(agent_of(request)) if request else "",
                request_id=request_id.get() or "",
                detail={name: plain(value) for name, value in detail.items()},
                previous=chain.digest,
            )
            event.digest = event.right_digest()
            event.save()
            chain.length, chain.digest = event.number, event.digest
            chain.save()
        return event

    def recent(self, span):
        return self.filter(at__gt=timezone.now() - span)

    def broken_rows(self):
        """Numbers of the rows at which the chain does not hold: changed, missing or put in."""
        # The last row before the head, so that what is recorded meanwhile looks like nothing wrong:
        # rows up to this head are compared, and a row beyond it was never recorded.
        last = self.aggregate(last=models.Max("number"))["last"] or 0
        chain = SecurityChain.objects.filter(pk=1).first() or SecurityChain()
        previous, number = FIRST_DIGEST, 0
        known = self.filter(number__lte=max(last, chain.length)).order_by("number")
        for event in known.iterator(chunk_size=2000):
            number += 1
            is_next = event.number == number and event.previous == previous
            if not is_next or event.digest != event.right_digest():
                yield event.number
            previous, number = event.digest, event.number
        if (chain.length, chain.digest) != (number, previous):
            # Rows cut from the end leave no gap; only the head knows of them.
            yield number + 1


class SecurityEvent(AppendOnlyModel, models.Model):
    """One event; each row carries the digest of the one before, so that no row changes unseen."""

    number = models.PositiveBigIntegerField("số thứ tự", unique=True)
    at = models.DateTimeField("lúc", db_index=True)
    kind = models.CharField("sự kiện", max_length=20, choices=EventKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="security_events",
        verbose_name="tài khoản",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người làm",
    )
    username = models.CharField("tên đăng nhập đã gõ", max_length=150, blank=True)
    address = models.GenericIPAddressField("địa chỉ mạng", null=True, blank=True)
    agent = models.CharField("trình duyệt", max_length=200, blank=True)
    request_id = models.CharField("mã yêu cầu", max_length=32, blank=True)
    detail = models.JSONField("chi tiết", default=dict, blank=True)
    previous = models.CharField("mã băm dòng trước", max_length=64)
    digest = models.CharField("mã băm", max_length=64)

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = "sự kiện bảo mật"
        verbose_name_plural = "sự kiện bảo mật"
        ordering = ["-number"]
        indexes = [models.Index(fields=["kind", "at"], name="security_kind_at")]

    def __str__(self):
        return f"{self.number} {self.get_kind_display()}"

    @property
    def device(self):
        return device_words(self.agent)

    @property
    def detail_words(self):
        return [f"{DETAILS.get(name, name)}: {value}" for name, value in self.detail.items()]

    def right_digest(self):
        content = [
            *(self.number, self.at.astimezone(UTC).isoformat(), self.kind),
            *(self.user_id, self.actor_id, self.username, self.address, self.agent),
            *(self.request_id, self.detail, self.previous),
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class SecurityChain(models.Model):
    """The head of the chain: how many rows there are and the digest of the last."""

    length = models.PositiveBigIntegerField("số dòng", default=0)
    digest = models.CharField("mã băm cuối", max_length=64, default=FIRST_DIGEST)

    class Meta:
        verbose_name = "đầu chuỗi sự kiện bảo mật"
        verbose_name_plural = "đầu chuỗi sự kiện bảo mật"

    def __str__(self):
        return f"{self.length} {self.digest[:12]}"


def printable(text):
    """Typed by anybody: PostgreSQL takes no NUL, and a log line no second line."""
    return "".join(letter for letter in text if letter.isprintable())


def plain(value):
    return printable(value) if isinstance(value, str) else value


class PersonSessionQuerySet(models.QuerySet):
    def alive(self, user):
        """Sessions that still open the portal, the newest first."""
        kept = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
        return self.filter(user=user, stamp=user.session_stamp, key__in=kept).order_by("-seen_at")

    def end(self):
        """Their cookies open nothing from now on."""
        Session.objects.filter(session_key__in=list(self.values_list("key", flat=True))).delete()
        return self.delete()


class PersonSession(models.Model):
    """Whose session it is and where it was opened: what a person must know to end it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người dùng"
    )
    key = models.CharField("khóa phiên", max_length=40, unique=True)
    stamp = models.PositiveIntegerField("đời phiên")
    address = models.GenericIPAddressField("địa chỉ mạng", null=True, blank=True)
    agent = models.CharField("trình duyệt", max_length=200, blank=True)
    started_at = models.DateTimeField("bắt đầu lúc", default=timezone.now)
    seen_at = models.DateTimeField("hoạt động lúc", default=timezone.now)

    objects = PersonSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "phiên đăng nhập"
        verbose_name_plural = "phiên đăng nhập"

    def __str__(self):
        return f"{self.user} {self.started_at:%d/%m/%Y %H:%M}"

    @property
    def device(self):
        return device_words(self.agent)

    @classmethod
    def open(cls, request, user):
        """Notes the session of the request, and forgets those of the person that are over."""
        mine = cls.objects.filter(user=user)
        mine.exclude(pk__in=cls.objects.alive(user)).delete()
        return cls.objects.create(
            user=user,
            key=request.session.session_key,
            stamp=user.session_stamp,
            address=client_address(request),
            agent=printable(agent_of(request)),
        )


class PasswordUse(models.Model):
    """A password a person had, hashed, so that it does not come back too soon."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người dùng"
    )
    password = models.CharField("mật khẩu đã băm", max_length=128)
    at = models.DateTimeField("lúc", default=timezone.now)

    class Meta:
        verbose_name = "mật khẩu đã dùng"
        verbose_name_plural = "mật khẩu đã dùng"

    def __str__(self):
        return f"{self.user} {self.at:%d/%m/%Y}"

    @classmethod
    def was_used(cls, user, password, remembered):
        kept = cls.objects.filter(user=user).order_by("-pk").values_list("password", flat=True)
        return any(check_password(password, used) for used in kept[:remembered])
