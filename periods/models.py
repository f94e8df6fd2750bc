"""What a batch of figures belongs to, and which periods are closed to writing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.periods import Period
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet


class SubmissionKind(models.TextChoices):
    REPORT = "report", "báo cáo định kỳ"
    ENTRY = "entry", "cập nhật trực tiếp"


class Submission(models.Model):
    """Figures a unit gives for a period: rows of several rooms point here."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    period = models.CharField("kỳ", max_length=8)
    kind = models.CharField("loại", max_length=8, choices=SubmissionKind)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người lập"
    )
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "bộ số liệu"
        verbose_name_plural = "bộ số liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"],
                condition=Q(kind="report"),
                name="one_report_submission_per_period",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.period}"


class PeriodLock(models.Model):
    """A closed period: nobody writes its figures any more, except by an exception."""

    period = models.CharField("kỳ", max_length=8)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, verbose_name="đơn vị (trống: tất cả)"
    )
    reason = models.CharField("lý do", max_length=300)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người khóa"
    )
    locked_at = models.DateTimeField("khóa lúc", auto_now_add=True)

    class Meta:
        verbose_name = "khóa kỳ"
        verbose_name_plural = "khóa kỳ"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit"],
                condition=Q(unit__isnull=False),
                name="one_lock_per_unit_period",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(unit__isnull=True),
                name="one_general_lock_per_period",
            ),
        ]

    def __str__(self):
        return f"Khóa kỳ {self.period}"


class LockException(models.Model):
    """A unit may still write in a closed period until a day, by somebody's leave."""

    lock = models.ForeignKey(
        PeriodLock, models.CASCADE, related_name="exceptions", verbose_name="khóa kỳ"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    until = models.DateField("đến hết ngày")
    reason = models.CharField("lý do", max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người cho phép"
    )

    class Meta:
        verbose_name = "ngoại lệ khóa kỳ"
        verbose_name_plural = "ngoại lệ khóa kỳ"

    def __str__(self):
        return f"{self.unit} đến {self.until:%d/%m/%Y}"


def why_locked(unit, period, today):
    """The reason (Vietnamese) why figures of this unit and period are closed, or None."""
    # A subquery, so that unit and day are those of one and the same exception.
    lifted = LockException.objects.filter(unit=unit, until__gte=today).values("lock")
    locks = PeriodLock.objects.filter(
        Q(unit=unit) | Q(unit__isnull=True), period=str(period)
    ).exclude(pk__in=lifted)
    lock = locks.order_by("pk").first()
    if lock is None:
        return None
    locked_on = timezone.localtime(lock.locked_at)
    label = Period.parse(lock.period).label
    return f"Kỳ {label} đã khóa ngày {locked_on:%d/%m/%Y}: {lock.reason}"
