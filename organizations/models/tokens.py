"""Access tokens of the API: one post of one person, cut down to named scopes (ADR 21)."""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.clock import real_today

from .people import Post, PostHolder, User
from .units import valid_on

MARK = "ntm"
SECRET = re.compile(rf"{MARK}_([0-9a-f]{{10}})_[A-Za-z0-9_-]{{43}}")
LONGEST = timedelta(days=366)
USED_EVERY = timedelta(minutes=1)


class Scope(models.TextChoices):
    CATALOG_READ = "catalog:read", "Đọc danh mục: đơn vị, chức danh, chương trình, chỉ số"
    TASKS_READ = "tasks:read", "Đọc kế hoạch, nhiệm vụ"
    TASKS_WRITE = "tasks:write", "Báo tiến độ nhiệm vụ, ban hành kế hoạch"
    TARGETS_READ = "targets:read", "Đọc chỉ tiêu, kết quả"
    TARGETS_WRITE = "targets:write", "Ghi kết quả, chỉ tiêu"
    MONEY_READ = "money:read", "Đọc công trình, vốn, giải ngân"
    MONEY_WRITE = "money:write", "Ghi thanh toán, vướng mắc, công trình"
    REPORTS_READ = "reports:read", "Đọc kỳ báo cáo, báo cáo"
    REPORTS_WRITE = "reports:write", "Lưu nháp, nộp báo cáo, mở kỳ"
    REPORTS_REVIEW = "reports:review", "Chấp nhận, trả lại, duyệt báo cáo"
    DOCUMENTS_READ = "documents:read", "Đọc, tải văn bản"
    DOCUMENTS_WRITE = "documents:write", "Ghi số văn bản"
    NOTICES_READ = "notices:read", "Đọc thông báo"
    NOTICES_WRITE = "notices:write", "Đôn đốc, đánh dấu đã đọc"
    ALERTS_READ = "alerts:read", "Đọc cảnh báo"
    IMPORTS_READ = "imports:read", "Đọc đợt nhập, tệp, việc nền"
    IMPORTS_WRITE = "imports:write", "Gửi tệp, áp dụng, hoàn tác đợt nhập"


class ApiTokenQuerySet(models.QuerySet):
    def issue(self, *, user, post, name, scopes, expires_on):
        """(token, secret); the secret is in nobody's hands but the caller's from here on."""
        prefix = secrets.token_hex(5)
        secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
        token = self.create(
            user=user,
            post=post,
            name=name,
            prefix=prefix,
            digest=digest_of(secret),
            scopes=sorted(set(scopes)),
            expires_on=expires_on,
        )
        return token, secret

    def presented(self, secret):
        """The token of this secret while it is good for anything, else None."""
        found = SECRET.fullmatch(secret)
        if not found:
            return None
        token = self.filter(prefix=found[1]).select_related("user", "post__unit").first()
        is_right = hmac.compare_digest(digest_of(secret), token.digest if token else "")
        return token if token and is_right and token.is_usable() else None

    def revoke(self, by):
        """How many there were to revoke."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)


def digest_of(secret):
    # 256 random bits need no slow hash: nobody guesses them.
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(models.Model):
    """A key for a program. It ends with its day, its owner's account, or its owner's post."""

    name = models.CharField("tên mã", max_length=80)
    prefix = models.CharField("phần đầu", max_length=10, unique=True, editable=False)
    digest = models.CharField("SHA-256", max_length=64, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="api_tokens",
        verbose_name="người lập",
    )
    post = models.ForeignKey(
        Post, models.CASCADE, related_name="api_tokens", verbose_name="thay mặt chức danh"
    )
    scopes = models.JSONField("phạm vi", default=list)
    created_at = models.DateTimeField("lập lúc", auto_now_add=True)
    expires_on = models.DateField("dùng đến hết ngày")
    last_used_at = models.DateTimeField("dùng gần nhất", null=True, blank=True)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người thu hồi",
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "mã truy cập"
        verbose_name_plural = "mã truy cập"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.name} ({self.prefix})"

    @property
    def shown_prefix(self):
        return f"{MARK}_{self.prefix}_…"

    @property
    def scope_labels(self):
        return [Scope(scope).label for scope in self.scopes]

    def why_unusable(self):
        """Why it opens nothing (Vietnamese), or "" while it does."""
        if self.revoked_at:
            return "đã thu hồi"
        if self.expires_on < real_today():
            return "hết hạn"
        if not self.user.is_active:
            return "tài khoản đã khóa"
        held = PostHolder.objects.filter(valid_on(real_today()), post=self.post_id, user=self.user)
        return "" if held.exists() else "không còn giữ chức danh"

    def is_usable(self):
        return not self.why_unusable()

    def owner(self):
        """The person as this token lets them act: one post's rights and no other's."""
        person = User.objects.get(pk=self.user_id)
        person.only_post_id = self.post_id
        return person

    def touch(self):
        """When it was last used, to the minute: a row is not written at each request."""
        now = timezone.now()
        old = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
        ApiToken.objects.filter(old, pk=self.pk).update(last_used_at=now)

    def revoke(self, by):
        """True for the one who was first."""
        return bool(ApiToken.objects.filter(pk=self.pk).revoke(by))
