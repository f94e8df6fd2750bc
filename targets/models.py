"""Indicators, targets and progress: one narrow fact table where there are only numbers (ADR 2)."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Q
from simple_history.models import HistoricalRecords

from organizations.models import LegalDocument, Unit
from organizations.scoping import ScopedQuerySet
from periods.models import Submission
from programs.models import Program


class Aggregation(models.TextChoices):
    SUM = "sum", "cộng"
    LAST = "last", "giá trị cuối"
    AVERAGE = "average", "bình quân"
    NONE = "none", "không tổng hợp"
    # The disbursement rate of the target's programme: never typed, the ledger says it.
    LEDGER = "ledger", "tính từ sổ vốn"


class Direction(models.TextChoices):
    UP = "up", "càng cao càng tốt"
    DOWN = "down", "càng thấp càng tốt"


class Indicator(models.Model):
    """What is measured. One indicator may serve two programmes."""

    code = models.CharField("mã chỉ số", max_length=40, unique=True)
    name = models.CharField("chỉ số", max_length=300)
    measure_unit = models.CharField("đơn vị tính", max_length=30, blank=True)
    decimals = models.PositiveSmallIntegerField("số chữ số thập phân", default=0)
    programs = models.ManyToManyField(
        Program, related_name="indicators", verbose_name="chương trình"
    )
    aggregation = models.CharField(
        "cách tổng hợp", max_length=8, choices=Aggregation, default=Aggregation.SUM
    )
    direction = models.CharField("chiều tốt", max_length=4, choices=Direction, default=Direction.UP)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="trong đó, thuộc chỉ số"
    )
    denominator = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shares",
        verbose_name="mẫu số",
    )

    class Meta:
        verbose_name = "chỉ số"
        verbose_name_plural = "chỉ số"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Operator(models.TextChoices):
    AT_LEAST = ">=", "ít nhất"
    MORE_THAN = ">", "trên"
    EXACTLY = "=", "đạt"
    AT_MOST = "<=", "không quá"
    LESS_THAN = "<", "dưới"
    MILESTONE = "milestone", "mốc hoàn thành"
    QUALITATIVE = "qualitative", "định tính"


NUMERIC = (
    Operator.AT_LEAST,
    Operator.MORE_THAN,
    Operator.EXACTLY,
    Operator.AT_MOST,
    Operator.LESS_THAN,
)


class Target(models.Model):
    """What a unit must reach in a period, in the wording of the plan."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name="chỉ số"
    )
    program = models.ForeignKey(Program, models.PROTECT, verbose_name="chương trình")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    period = models.CharField("kỳ", max_length=8)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    wording = models.CharField("nội dung chỉ tiêu", max_length=400)
    operator = models.CharField("điều kiện", max_length=12, choices=Operator)
    value = models.DecimalField("giá trị", max_digits=18, decimal_places=4, null=True, blank=True)
    base = models.DecimalField("số đầu kỳ", max_digits=18, decimal_places=4, null=True, blank=True)
    cumulative = models.DecimalField(
        "lũy kế phải đạt", max_digits=18, decimal_places=4, null=True, blank=True
    )
    share = models.DecimalField(
        "tỷ lệ phải đạt (%)", max_digits=7, decimal_places=2, null=True, blank=True
    )
    due_text = models.CharField("thời hạn (nguyên văn)", max_length=120, blank=True)
    due_on = models.DateField("thời hạn", null=True, blank=True)
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="văn bản giao"
    )

    history = HistoricalRecords()
    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"
    scope_program = "program__code"

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["program", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "program", "unit", "period"], name="one_target_each"
            ),
            models.CheckConstraint(
                condition=~Q(operator__in=NUMERIC) | Q(value__isnull=False),
                name="numeric_target_has_value",
                violation_error_message="Chỉ tiêu định lượng phải có giá trị.",
            ),
        ]

    def __str__(self):
        return self.wording

    @property
    def is_numeric(self):
        return self.operator in NUMERIC

    def is_met_by(self, value):
        """True, False, or None when there is no figure or nothing to compare."""
        if value is None or not self.is_numeric:
            return None
        return {
            Operator.AT_LEAST: value >= self.value,
            Operator.MORE_THAN: value > self.value,
            Operator.EXACTLY: value >= self.value,
            Operator.AT_MOST: value <= self.value,
            Operator.LESS_THAN: value < self.value,
        }[self.operator]


class ProgressQuerySet(ScopedQuerySet):
    def official(self):
        return self.filter(is_official=True)

    def next_revision(self, indicator, unit, period):
        rows = self.filter(indicator=indicator, unit=unit, period=period)
        return (rows.aggregate(last=Max("revision"))["last"] or 0) + 1

    @transaction.atomic
    def record(self, *, indicator, unit, period, value, as_of, user, note="", submission=None):
        """Appends a revision; it counts only after `make_official`."""
        Unit.objects.select_for_update().get(pk=unit.pk)
        return self.create(
            indicator=indicator,
            unit=unit,
            period=str(period),
            value=value,
            as_of=as_of,
            note=note,
            submission=submission,
            recorded_by=user,
            revision=self.next_revision(indicator, unit, str(period)),
        )

    @transaction.atomic
    def make_official(self, rows):
        """Publishes exactly these rows; earlier official ones of the same figure step back."""
        for row in rows:
            Progress.objects.filter(
                indicator=row.indicator_id, unit=row.unit_id, period=row.period, is_official=True
            ).update(is_official=False)
            Progress.objects.filter(pk=row.pk).update(is_official=True)


class Progress(models.Model):
    """A figure reached: unit × indicator × period. Append-only revisions, one official."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="progress", verbose_name="chỉ số"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    period = models.CharField("kỳ", max_length=8)
    value = models.DecimalField("thực hiện", max_digits=18, decimal_places=4, null=True, blank=True)
    note = models.CharField("ghi chú", max_length=400, blank=True)
    as_of = models.DateField("số liệu đến ngày")
    revision = models.PositiveIntegerField("lần ghi")
    is_official = models.BooleanField("chính thức", default=False)
    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="progress",
        verbose_name="bộ số liệu",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghi"
    )
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)

    objects = ProgressQuerySet.as_manager()
    scope_unit = "unit"
    scope_program = "indicator__programs__code"
    scope_many = True

    class Meta:
        verbose_name = "kết quả thực hiện"
        verbose_name_plural = "kết quả thực hiện"
        ordering = ["indicator", "unit", "period", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period", "revision"], name="progress_revision_once"
            ),
            models.UniqueConstraint(
                fields=["indicator", "unit", "period"],
                condition=Q(is_official=True),
                name="one_official_progress",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.unit} {self.period}"
