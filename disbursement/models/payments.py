"""Payments by vintage, appended only."""

from django.db import models
from django.db.models import F, Q

from jobs.models import Batch

from .money import MoneyRow, PaymentQuerySet
from .projects import Project
from .treasury import TreasuryLine
from .words import Funding, Moment, Nature, PaymentKind, Source


class Payment(MoneyRow):
    """Money paid out, appended only. A Treasury's cumulative figure is stored as the difference
    to what was known, with the figure itself kept beside (ADR 9), so sums stay sums."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="payments", verbose_name="công trình, hoạt động"
    )
    kind = models.CharField("loại thanh toán", max_length=12, choices=PaymentKind)
    source = models.CharField("nguồn vốn", max_length=16, choices=Source)
    nature = models.CharField("tính chất vốn", max_length=12, choices=Nature)
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    origin_year = models.PositiveSmallIntegerField("năm giao vốn gốc")
    moment = models.CharField("thời điểm giao", max_length=8, choices=Moment)
    funding = models.CharField(
        "vốn trong nước, nước ngoài", max_length=8, choices=Funding, default=Funding.DOMESTIC
    )
    amount = models.BigIntegerField("số tiền (đồng)")
    reported_cumulative = models.BigIntegerField("lũy kế Kho bạc báo (đồng)", null=True, blank=True)
    # Part of the cumulative figure: what is paid stays their sum, an advance is not added again.
    reported_advance = models.BigIntegerField(
        "trong đó tạm ứng chưa thu hồi Kho bạc báo (đồng)", null=True, blank=True
    )
    paid_on = models.DateField("ngày thanh toán, ngày chốt")
    voucher = models.CharField("số chứng từ", max_length=60, blank=True)
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name="đợt nhập",
    )
    treasury_line = models.ForeignKey(
        TreasuryLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name="dòng Kho bạc",
    )
    note = models.CharField("ghi chú", max_length=300, blank=True)
    is_over_plan = models.BooleanField("vượt kế hoạch vốn khi nhập", default=False)
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name="đảo chứng từ",
    )

    objects = PaymentQuerySet.as_manager()
    scope_unit = "project__unit"
    scope_parties = ("project__owner",)
    scope_program = "project__component__program__code"

    class Meta:
        verbose_name = "thanh toán"
        verbose_name_plural = "thanh toán"
        ordering = ["paid_on", "pk"]
        indexes = [
            models.Index(fields=["plan_year", "project", "paid_on"]),
            models.Index(fields=["plan_year", "paid_on"]),
            models.Index(fields=["voucher"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin_year__lte=F("plan_year")),
                name="payment_origin_not_after_plan",
                violation_error_message="Năm giao vốn gốc không thể sau năm kế hoạch.",
            ),
            # A cumulative figure that has not moved is the Treasury's word as well.
            models.CheckConstraint(
                condition=~Q(amount=0) | Q(kind=PaymentKind.CUMULATIVE),
                name="payment_of_a_voucher_not_zero",
                violation_error_message="Chứng từ phải có số tiền khác 0.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} đồng"
