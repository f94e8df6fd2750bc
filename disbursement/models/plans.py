"""What frames a year's money: medium-term plans, required counterpart, closed books."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.append_only import AppendOnlyRows
from jobs.models import Batch
from organizations.models import LegalDocument, Unit
from organizations.scoping import ScopedQuerySet
from programs.models import Program

from .projects import Project
from .record import Recorded
from .words import Nature, Source


class MediumTermQuerySet(AppendOnlyRows, ScopedQuerySet):
    """Sums of these rows are the ceiling over the years of a period."""


class MediumTermEntry(Recorded):
    """Kế hoạch trung hạn: money for a programme of a unit, or a project, over several years.

    Append-only: an adjustment is a further row; the ceiling is the sum.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    program = models.ForeignKey(Program, models.PROTECT, verbose_name="chương trình")
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="medium_term",
        verbose_name="công trình, hoạt động",
    )
    # Empty where the plan does not name them: it then covers every source, both natures.
    source = models.CharField("nguồn vốn", max_length=16, choices=Source, blank=True)
    nature = models.CharField("tính chất vốn", max_length=12, choices=Nature, blank=True)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm")
    amount = models.BigIntegerField("số tiền (đồng)")
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định"
    )
    effective_on = models.DateField("ngày hiệu lực")
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="medium_term",
        verbose_name="đợt nhập",
    )
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name="đảo bút toán",
    )
    note = models.CharField("ghi chú", max_length=300, blank=True)

    objects = MediumTermQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("project__owner",)
    scope_program = "program__code"

    class Meta:
        verbose_name = "kế hoạch trung hạn"
        verbose_name_plural = "kế hoạch trung hạn"
        ordering = ["first_year", "effective_on", "pk"]
        indexes = [models.Index(fields=["project", "first_year"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")),
                name="medium_term_years_in_order",
                violation_error_message="Năm đầu của kế hoạch trung hạn không thể sau năm cuối.",
            ),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="medium_term_amount_not_zero",
                violation_error_message="Kế hoạch trung hạn phải có số tiền khác 0.",
            ),
        ]

    def __str__(self):
        return f"Kế hoạch trung hạn {self.first_year}–{self.last_year}: {self.amount} đồng"


class CounterpartRule(models.Model):
    """Vốn đối ứng: how much local money a programme asks for each đồng of central money."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="tỉnh")
    program = models.ForeignKey(Program, models.PROTECT, verbose_name="chương trình")
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    # Hundredths of a percent, whole: 12,5 % is 1250.
    required_share = models.PositiveIntegerField("tỷ lệ đối ứng tối thiểu (phần vạn vốn NSTW)")
    legal_basis = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="căn cứ"
    )

    history = HistoricalRecords()
    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"
    scope_program = "program__code"

    class Meta:
        verbose_name = "mức vốn đối ứng"
        verbose_name_plural = "mức vốn đối ứng"
        ordering = ["plan_year", "program"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "program", "plan_year"],
                name="one_counterpart_rule_each",
                violation_error_message="Chương trình này đã có mức đối ứng của năm.",
            ),
        ]

    def __str__(self):
        return f"Đối ứng {self.program} {self.plan_year}"


class YearClosing(models.Model):
    """The books of a plan year are closed: no entry, no payment, until somebody opens them."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="tỉnh")
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    reason = models.CharField("lý do khóa sổ", max_length=300)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người khóa sổ",
    )
    closed_at = models.DateTimeField("khóa sổ lúc", default=timezone.now, editable=False)
    reopened_reason = models.CharField("lý do mở lại", max_length=300, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người mở lại",
    )
    reopened_at = models.DateTimeField("mở lại lúc", null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "khóa sổ năm kế hoạch"
        verbose_name_plural = "khóa sổ năm kế hoạch"
        ordering = ["plan_year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "plan_year"],
                condition=Q(reopened_at__isnull=True),
                name="one_open_closing_per_year",
                violation_error_message="Sổ của năm kế hoạch này đã khóa.",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_reason="")
                | (Q(reopened_at__isnull=False) & ~Q(reopened_reason="")),
                name="closing_reopened_with_a_reason",
                violation_error_message="Mở lại sổ phải nêu lý do.",
            ),
        ]

    def __str__(self):
        return f"Khóa sổ {self.plan_year}"
