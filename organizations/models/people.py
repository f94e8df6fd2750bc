"""Committee, posts, people and their rights. Roles hang on posts, not on names."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from core.clock import real_today

from .documents import LegalDocument
from .units import Unit, valid_on


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


class Post(models.Model):
    """A post in a unit; it may carry a role in a committee."""

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

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"

    def __str__(self):
        return self.full_name or self.username

    def current_posts(self):
        held = PostHolder.objects.filter(valid_on(real_today()), user=self)
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
        return self.post.unit if self.post else None


class PostHolder(models.Model):
    """Who holds a post, and when; a hand-over ends one row and starts another."""

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


class Grant(models.Model):
    """A right: post × role × area × programme, dated.

    The programme is held by its code (empty = all), since programmes live in a higher room.
    """

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
