"""Alerts as state rows: once per (rule, subject, due day), computed from data and date."""

from django.db import models

from organizations.models import Unit
from organizations.scoping import ScopedQuerySet


class AlertRule(models.TextChoices):
    ZERO_DISBURSEMENT = "zero_disbursement", "Vốn giao đầu năm chưa giải ngân"
    ASSIGNMENT_OVERDUE = "assignment_overdue", "Nhiệm vụ quá hạn"
    REPORT_OVERDUE = "report_overdue", "Báo cáo quá hạn"


class AlertState(models.TextChoices):
    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã hết"


class Policy(models.Model):
    """Thresholds the office may change."""

    rule = models.CharField("quy tắc", max_length=24, choices=AlertRule, unique=True)
    days_before = models.PositiveSmallIntegerField("báo trước (ngày)", default=0)
    is_active = models.BooleanField("đang áp dụng", default=True)

    class Meta:
        verbose_name = "chính sách cảnh báo"
        verbose_name_plural = "chính sách cảnh báo"

    def __str__(self):
        return self.get_rule_display()


class AlertQuerySet(ScopedQuerySet):
    def _of_program(self, code):
        """A right over one programme reaches its alerts, and reports, which have no programme."""
        return super()._of_program(code) | models.Q(rule=AlertRule.REPORT_OVERDUE)

    def open(self):
        return self.filter(state=AlertState.OPEN)


class Alert(models.Model):
    """What must be acted on. The subject is named by text ("project:12"), its unit by key."""

    rule = models.CharField("quy tắc", max_length=24, choices=AlertRule)
    subject = models.CharField("đối tượng", max_length=60)
    due_on = models.DateField("hạn")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    program_code = models.CharField("mã chương trình", max_length=32, blank=True)
    title = models.CharField("nội dung", max_length=400)
    url = models.CharField("đường dẫn", max_length=200, blank=True)
    amount = models.BigIntegerField("số tiền (đồng)", null=True, blank=True)
    state = models.CharField(
        "trạng thái", max_length=6, choices=AlertState, default=AlertState.OPEN
    )
    opened_at = models.DateTimeField("mở lúc", auto_now_add=True)

    objects = AlertQuerySet.as_manager()
    scope_unit = "unit"
    scope_program = "program_code"

    class Meta:
        verbose_name = "cảnh báo"
        verbose_name_plural = "cảnh báo"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "due_on"], name="one_alert_per_rule_subject_day"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def topic(self):
        """What a person urges about when urging about this alert."""
        return f"alert:{self.pk}"


class AlertEvent(models.Model):
    """The history of an alert: opened, closed, opened again, with the reason."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events", verbose_name="cảnh báo")
    state = models.CharField("trạng thái", max_length=6, choices=AlertState)
    note = models.CharField("lý do", max_length=300, blank=True)
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "diễn biến cảnh báo"
        verbose_name_plural = "diễn biến cảnh báo"

    def __str__(self):
        return f"{self.alert}: {self.get_state_display()}"
