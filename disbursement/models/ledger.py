"""Capital as an append-only ledger. Whole đồng only."""

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnlyRows
from jobs.models import Batch
from organizations.models import LegalDocument, Unit
from organizations.scoping import ScopedQuerySet
from programs.models import Component

from .money import LedgerQuerySet, MoneyRow
from .projects import Project
from .record import Recorded
from .words import PAIRED, TAKES_AWAY, EntryKind, Funding, Moment, MovementKind, Nature, Source


class MovementQuerySet(AppendOnlyRows, ScopedQuerySet):
    """Movements are read through the units that give or get the money."""


class Movement(Recorded):
    """Money that leaves one place and comes to another under one decision; its entries sum to 0."""

    kind = models.CharField("loại điều chỉnh", max_length=12, choices=MovementKind)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị giao vốn")
    decision = models.ForeignKey(LegalDocument, models.PROTECT, verbose_name="quyết định")
    effective_on = models.DateField("ngày hiệu lực")
    reason = models.CharField("lý do", max_length=300, blank=True)

    objects = MovementQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("entries__unit", "entries__project__owner")
    scope_program = "entries__component__program__code"

    class Meta:
        verbose_name = "điều chỉnh vốn"
        verbose_name_plural = "điều chỉnh vốn"
        ordering = ["effective_on", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} theo {self.decision}"


class LedgerEntry(MoneyRow):
    """One movement of capital. Never edited: a mistake is reversed by a new entry."""

    kind = models.CharField("loại bút toán", max_length=16, choices=EntryKind)
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="công trình, hoạt động",
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    component = models.ForeignKey(Component, models.PROTECT, verbose_name="nội dung thành phần")
    source = models.CharField("nguồn vốn", max_length=16, choices=Source)
    nature = models.CharField("tính chất vốn", max_length=12, choices=Nature)
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    origin_year = models.PositiveSmallIntegerField("năm giao vốn gốc")
    moment = models.CharField("thời điểm giao", max_length=8, choices=Moment)
    funding = models.CharField(
        "vốn trong nước, nước ngoài", max_length=8, choices=Funding, default=Funding.DOMESTIC
    )
    amount = models.BigIntegerField("số tiền (đồng)")
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định"
    )
    movement = models.ForeignKey(
        Movement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="điều chỉnh vốn",
    )
    effective_on = models.DateField("ngày hiệu lực")
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
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

    objects = LedgerQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("project__owner",)
    scope_program = "component__program__code"

    class Meta:
        verbose_name = "bút toán vốn"
        verbose_name_plural = "bút toán vốn"
        ordering = ["effective_on", "pk"]
        indexes = [
            models.Index(fields=["plan_year", "project", "effective_on"]),
            models.Index(fields=["plan_year", "effective_on"]),
            models.Index(fields=["plan_year", "unit"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin_year__lte=F("plan_year")),
                name="ledger_origin_not_after_plan",
                violation_error_message="Năm giao vốn gốc không thể sau năm kế hoạch.",
            ),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="ledger_amount_not_zero",
                violation_error_message="Bút toán phải có số tiền khác 0.",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(kind=EntryKind.CORRECTION)
                | Q(kind__in=TAKES_AWAY, amount__lt=0)
                | (~Q(kind__in=TAKES_AWAY) & Q(amount__gt=0)),
                name="ledger_sign_follows_kind",
                violation_error_message="Dấu của số tiền không hợp với loại bút toán.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=PAIRED) | Q(movement__isnull=False),
                name="ledger_pairs_have_a_movement",
                violation_error_message="Vốn điều chuyển phải có hai vế theo một quyết định.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.CARRY_IN) | Q(origin_year__lt=F("plan_year")),
                name="ledger_carried_in_is_older",
                violation_error_message="Vốn chuyển nguồn sang phải có năm gốc trước năm kế hoạch.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} đồng"
