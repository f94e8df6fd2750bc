"""Committee, posts, people and their rights. Roles hang on posts, not on names."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from simple_history.models import HistoricalRecords

from core.clock import real_today

from ..reach import Reach
from .documents import LegalDocument
from .units import Unit, UnitKind, UnitScope, valid_on


class SteeringCommittee(models.Model):
    """Ban Chỉ đạo of a province, district or commune: one for all programmes."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="committees", verbose_name="địa bàn"
    )
    name = models.CharField("tên ban chỉ đạo", max_length=250)
    standing_agency = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="standing_for",
        verbose_name="cơ quan thường trực",
    )
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định thành lập"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)

    class Meta:
        verbose_name = "ban chỉ đạo"
        verbose_name_plural = "ban chỉ đạo"

    def __str__(self):
        return self.name


class CommitteeRole(models.TextChoices):
    HEAD = "head", "Trưởng ban"
    STANDING_DEPUTY = "standing_deputy", "Phó Trưởng ban thường trực"
    DEPUTY = "deputy", "Phó Trưởng ban"
    MEMBER = "member", "Thành viên"


class ChangesRights:
    """Mixin (before models.Model): whose rights a saved row changes signs in anew."""

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = self.people()
            super().save(*args, **kwargs)
            User.end_sessions_of(before | self.people())

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            before = self.people()
            deleted = super().delete(*args, **kwargs)
            User.end_sessions_of(before)
        return deleted

    def people(self):
        """Keys of the people who hold the post, as the database has it now."""
        holders = PostHolder.objects.filter(**{self.holders_path: self.pk})
        return set(holders.values_list("user", flat=True)) if self.pk else set()


class Post(ChangesRights, models.Model):
    """A post in a unit; it may carry a role in a committee."""

    holders_path = "post"

    code = models.CharField("mã chức danh", max_length=40, unique=True)
    title = models.CharField("chức danh", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name="đơn vị")
    committee = models.ForeignKey(
        SteeringCommittee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name="ban chỉ đạo",
    )
    committee_role = models.CharField(
        "vai trò trong ban chỉ đạo", max_length=16, choices=CommitteeRole, blank=True
    )

    class Meta:
        verbose_name = "chức danh"
        verbose_name_plural = "chức danh"

    def __str__(self):
        return f"{self.title} – {self.unit.label}"


class Role(models.TextChoices):
    HEAD = "head", "Lãnh đạo Ban Chỉ đạo"
    STANDING = "standing", "Cơ quan thường trực"
    PROGRAM_OWNER = "program_owner", "Cơ quan chủ trì chương trình"
    AGENCY_OFFICER = "agency_officer", "Chuyên viên sở, ngành"
    UNIT_OFFICER = "unit_officer", "Cán bộ huyện, xã"
    UNIT_LEADER = "unit_leader", "Lãnh đạo đơn vị"
    TREASURY = "treasury", "Kho bạc Nhà nước"
    CLERK = "clerk", "Văn thư"
    AUDITOR = "auditor", "Kiểm toán, thanh tra"
    ADMIN = "admin", "Quản trị tài khoản"


# Roles that open no business row: accounts only, in the admin pages.
BLIND_ROLES = (Role.ADMIN,)


class User(AbstractUser):
    """A person who signs in; what they may do follows from the posts they hold."""

    full_name = models.CharField("họ tên hoặc tên chức danh", max_length=150)
    # Set on a person in hand whom an access token stands for: the rights of that post alone.
    only_post_id = None
    # Part of every session's key to its person: one step, and all sessions are over.
    session_stamp = models.PositiveIntegerField("đời phiên", default=0, editable=False)
    password_changed_at = models.DateTimeField(
        "đổi mật khẩu lúc", default=timezone.now, editable=False
    )
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=False)

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"

    def __str__(self):
        return self.full_name or self.username

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()
        self.must_change_password = False

    def _get_session_auth_hash(self, secret=None):
        return salted_hmac(
            "organizations.User.session",
            f"{self.password}:{self.session_stamp}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def end_sessions(self):
        """Every session of the person is over, on every machine."""
        self.end_sessions_of([self.pk])
        self.refresh_from_db(fields=["session_stamp"])

    @classmethod
    def end_sessions_of(cls, keys):
        cls.objects.filter(pk__in=keys).update(session_stamp=F("session_stamp") + 1)

    def current_posts(self):
        held = PostHolder.objects.filter(valid_on(real_today()), user=self)
        if self.only_post_id:
            held = held.filter(post=self.only_post_id)
        return Post.objects.filter(holders__in=held).select_related("unit").order_by("pk")

    @cached_property
    def post(self):
        """The post shown beside the name: the first one held."""
        return self.current_posts().first()

    @cached_property
    def _grants(self):
        if not self.is_active:
            return []
        posts = self.current_posts().values("pk")
        return list(
            Grant.objects.filter(valid_on(real_today()), post__in=posts)
            .select_related("area_unit", "post", "post__unit")
            .order_by("pk")
        )

    def current_grants(self):
        """Rights held on the real today, whatever business date the portal shows."""
        return self._grants

    def reading_grants(self):
        """The grants that open rows: all but those of account managers."""
        return [grant for grant in self.current_grants() if grant.role not in BLIND_ROLES]

    @property
    def home_unit(self):
        """The unit whose duties and notices are this person's; who opens no rows has none."""
        return self.post.unit if self.post and self.reading_grants() else None


class PostHolder(ChangesRights, models.Model):
    """Who holds a post, and when; a hand-over ends one row and starts another."""

    holders_path = "pk"

    post = models.ForeignKey(Post, models.CASCADE, related_name="holders", verbose_name="chức danh")
    user = models.ForeignKey(
        User, models.PROTECT, related_name="held_posts", verbose_name="người giữ"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)

    class Meta:
        verbose_name = "người giữ chức danh"
        verbose_name_plural = "người giữ chức danh"
        constraints = [
            models.UniqueConstraint(
                fields=["post", "user"],
                condition=Q(valid_to__isnull=True),
                name="post_holder_once",
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.post}"


class Grant(ChangesRights, models.Model):
    """A right: post × role × area × programme, dated.

    The programme is held by its code (empty = all), since programmes live in a higher room.
    """

    holders_path = "post__grants"

    post = models.ForeignKey(Post, models.CASCADE, related_name="grants", verbose_name="chức danh")
    role = models.CharField("vai trò", max_length=16, choices=Role)
    area_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="grants", verbose_name="địa bàn, đơn vị"
    )
    program_code = models.CharField("mã chương trình", max_length=32, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "quyền"
        verbose_name_plural = "quyền"

    def __str__(self):
        return f"{self.post}: {self.get_role_display()} tại {self.area_unit}"

    @cached_property
    def reach(self):
        """The units this right opens today; asked once for a grant in hand."""
        readable = UnitScope.objects.readable_from(self.area_unit_id)
        is_whole = self.area_unit.kind == UnitKind.PROVINCE
        if is_whole and not Unit.objects.exclude(pk__in=readable).exists():
            return Reach(is_everywhere=True)
        return Reach(frozenset(readable.values_list("descendant", flat=True)))
