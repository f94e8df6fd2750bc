"""Programmes, their component trees and owners as dated data; work plans."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jobs.models import StoredFile
from organizations.models import LegalDocument, Unit
from organizations.models.units import valid_on
from organizations.permissions import ACTIONS
from organizations.scoping import ScopedQuerySet


class ProgramKind(models.TextChoices):
    NATIONAL = "national", "chương trình mục tiêu quốc gia"
    LOCAL = "local", "chương trình của tỉnh"
    THEMATIC = "thematic", "chương trình chuyên đề"


class ProgramQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(valid_on(day))

    def for_user(self, user):
        """The catalogue is open to everybody who holds any right."""
        return self if user.reading_grants() else self.none()


class Program(models.Model):
    """A national target programme or one of the province's own, in one generation."""

    code = models.CharField("mã chương trình", max_length=32, unique=True)
    name = models.CharField("tên chương trình", max_length=300)
    short_name = models.CharField("tên ngắn", max_length=60)
    kind = models.CharField("loại", max_length=12, choices=ProgramKind)
    generation = models.CharField("giai đoạn", max_length=12)
    valid_from = models.DateField("thực hiện từ")
    valid_to = models.DateField("kết thúc (không gồm)", null=True, blank=True)
    legal_basis = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định phê duyệt"
    )
    source = models.CharField("nguồn danh mục", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = "chương trình"
        verbose_name_plural = "chương trình"
        ordering = ["order", "code"]

    def __str__(self):
        return self.short_name

    def owner_on(self, day):
        """The agency in charge in the province on that day, or None."""
        row = self.owners.filter(valid_on(day)).select_related("unit").first()
        return row.unit if row else None


class ComponentKind(models.TextChoices):
    PART = "part", "hợp phần"
    CONTENT = "content", "nội dung thành phần"
    PROJECT = "project", "dự án"
    SUBPROJECT = "subproject", "tiểu dự án"
    ACTIVITY = "activity", "nội dung"
    THEMATIC = "thematic", "chương trình chuyên đề"


class Component(models.Model):
    """A node of a programme's tree, of any depth."""

    program = models.ForeignKey(
        Program, models.CASCADE, related_name="components", verbose_name="chương trình"
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="thuộc thành phần",
    )
    code = models.CharField("mã thành phần", max_length=32, unique=True)
    name = models.CharField("tên thành phần", max_length=300)
    kind = models.CharField("loại", max_length=12, choices=ComponentKind)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    lead_text = models.CharField("cơ quan chủ trì thường gặp", max_length=200, blank=True)
    source = models.CharField("nguồn", max_length=200, blank=True)

    class Meta:
        verbose_name = "nội dung thành phần"
        verbose_name_plural = "nội dung thành phần"
        ordering = ["program", "order", "code"]

    def __str__(self):
        return f"{self.code} {self.name}"


class ProgramOwner(models.Model):
    """The agency that owns a programme in the province, over a period."""

    program = models.ForeignKey(
        Program, models.CASCADE, related_name="owners", verbose_name="chương trình"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="cơ quan chủ trì")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định"
    )

    class Meta:
        verbose_name = "cơ quan chủ trì chương trình"
        verbose_name_plural = "cơ quan chủ trì chương trình"
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(valid_to__isnull=True),
                name="one_open_program_owner",
            ),
        ]

    def __str__(self):
        return f"{self.unit} chủ trì {self.program}"


class PlanState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    PUBLISHED = "published", "Đã ban hành"


def published_or_mine(user, plan=""):
    """Published plans, and drafts of the areas where the person may import plans.

    A plan holds tasks of several programmes: a right limited to one opens no draft.
    `plan` is the way from a row to its plan, as "plan__".
    """
    seen = Q(**{f"{plan}state": PlanState.PUBLISHED})
    for grant in user.current_grants():
        if not grant.program_code and "plan.import" in ACTIONS[grant.role]:
            seen |= grant.reach.condition(f"{plan}issuer")
    return seen


class WorkPlanQuerySet(ScopedQuerySet):
    def for_user(self, user):
        """A draft is seen only by those who may import plans there."""
        return super().for_user(user).filter(published_or_mine(user))


class WorkPlan(models.Model):
    """A plan of the committee for a year or a period; its appendix holds the tasks."""

    code = models.CharField("mã kế hoạch", max_length=40, unique=True)
    title = models.CharField("tên kế hoạch", max_length=400)
    issuer = models.ForeignKey(Unit, models.PROTECT, verbose_name="địa bàn của ban chỉ đạo")
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày")
    state = models.CharField(
        "trạng thái", max_length=12, choices=PlanState, default=PlanState.DRAFT
    )
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="văn bản ban hành"
    )
    appendix = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="tệp phụ lục"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người lập"
    )

    objects = WorkPlanQuerySet.as_manager()
    scope_unit = "issuer"

    class Meta:
        verbose_name = "kế hoạch"
        verbose_name_plural = "kế hoạch"
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message="Ngày kết thúc không thể trước ngày bắt đầu.",
            ),
        ]

    def __str__(self):
        return self.title
