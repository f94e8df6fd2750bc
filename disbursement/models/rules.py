"""Days of the money calendar, as a province set them for a plan year."""

from django.db import models

from organizations.models import LegalDocument, Unit
from organizations.scoping import ScopedQuerySet

from .words import RuleKind


class CalendarRule(models.Model):
    """A day of the money calendar: the province's own for one plan year, in its wording."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="tỉnh")
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    kind = models.CharField("quy tắc", max_length=28, choices=RuleKind)
    wording = models.CharField("thời hạn (nguyên văn)", max_length=200)
    last_day = models.DateField("ngày cuối cùng")
    warn_days = models.PositiveSmallIntegerField("báo trước (ngày)", default=30)
    legal_basis = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="căn cứ"
    )

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "mốc lịch vốn"
        verbose_name_plural = "mốc lịch vốn"
        ordering = ["last_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "plan_year", "kind"], name="one_calendar_rule_each"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.plan_year}"
