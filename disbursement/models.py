"""Capital as an append-only ledger, payments by vintage, calendar rules. Whole đồng only."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.append_only import AppendOnlyModel, AppendOnlyRows
from jobs.models import Batch
from organizations.models import LegalDocument, Unit
from organizations.scoping import ScopedQuerySet
from programs.models import Component


class Source(models.TextChoices):
    CENTRAL = "central", "Ngân sách trung ương"
    PROVINCE = "province", "Ngân sách tỉnh"
    DISTRICT = "district", "Ngân sách huyện"
    COMMUNE = "commune", "Ngân sách xã"
    MAINSTREAMED = "mainstreamed", "Vốn lồng ghép"
    CREDIT = "credit", "Tín dụng chính sách"
    ENTERPRISE = "enterprise", "Doanh nghiệp, hợp tác xã"
    COMMUNITY_CASH = "community_cash", "Cộng đồng, bằng tiền"
    COMMUNITY_KIND = "community_kind", "Cộng đồng, ngày công và hiện vật quy đổi"


class Nature(models.TextChoices):
    INVESTMENT = "investment", "Vốn đầu tư phát triển"
    RECURRENT = "recurrent", "Kinh phí sự nghiệp"


class Moment(models.TextChoices):
    START = "start", "giao đầu năm"
    LATER = "later", "bổ sung trong năm"


class EntryKind(models.TextChoices):
    ALLOTMENT = "allotment", "Giao vốn"
    SUPPLEMENT = "supplement", "Bổ sung"
    CUT = "cut", "Cắt giảm"
    TRANSFER_IN = "transfer_in", "Điều chuyển đến"
    TRANSFER_OUT = "transfer_out", "Điều chuyển đi"
    CARRY_IN = "carry_in", "Chuyển nguồn sang"
    CARRY_OUT = "carry_out", "Chuyển nguồn đi"
    RECOVERY = "recovery", "Thu hồi"
    CORRECTION = "correction", "Đính chính"


TAKES_AWAY = (EntryKind.CUT, EntryKind.TRANSFER_OUT, EntryKind.CARRY_OUT, EntryKind.RECOVERY)

# A vintage: money that shares these keeps its own rules and its own balance.
VINTAGE = ("source", "nature", "origin_year", "moment")


class ProjectKind(models.TextChoices):
    WORKS = "works", "Công trình"
    ACTIVITY = "activity", "Hoạt động sự nghiệp"


class Project(models.Model):
    """Works or a recurrent activity line: the last rung of the allocation chain."""

    code = models.CharField("mã dự án", max_length=40, unique=True)
    name = models.CharField("tên công trình, hoạt động", max_length=300)
    kind = models.CharField("loại", max_length=8, choices=ProjectKind)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="projects", verbose_name="địa bàn, đơn vị"
    )
    owner = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_projects",
        verbose_name="chủ đầu tư",
    )
    component = models.ForeignKey(
        Component, models.PROTECT, related_name="projects", verbose_name="nội dung thành phần"
    )
    total_investment = models.BigIntegerField("tổng mức đầu tư (đồng)", null=True, blank=True)
    difficulty = models.CharField("vướng mắc đơn vị nêu", max_length=400, blank=True)

    history = HistoricalRecords()
    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("owner",)
    scope_program = "component__program__code"

    class Meta:
        verbose_name = "công trình, hoạt động"
        verbose_name_plural = "công trình, hoạt động"
        ordering = ["code"]

    def __str__(self):
        return self.name


class MoneyQuerySet(AppendOnlyRows, ScopedQuerySet):
    """Shared words of entries and payments: effective when, known when, summed how."""

    effective = "effective_on"

    def as_of(self, on, known_at=None):
        """Rows effective up to a day (inclusive), and known by a moment."""
        rows = self.filter(**{f"{self.effective}__lte": on})
        return rows.filter(recorded_at__lte=known_at) if known_at else rows

    def for_year(self, plan_year):
        return self.filter(plan_year=plan_year)

    def total(self):
        """Sum in đồng, or None when there is no row at all."""
        return self.aggregate(total=Sum("amount"))["total"]

    def total_by(self, *keys):
        """{key or key tuple: sum in đồng}."""
        rows = self.order_by().values_list(*keys).annotate(total=Sum("amount"))
        return {key[0] if len(key) == 1 else tuple(key): total for *key, total in rows}


class LedgerQuerySet(MoneyQuerySet):
    effective = "effective_on"


class PaymentQuerySet(MoneyQuerySet):
    effective = "paid_on"


class LedgerEntry(AppendOnlyModel, models.Model):
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
    amount = models.BigIntegerField("số tiền (đồng)")
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định"
    )
    effective_on = models.DateField("ngày hiệu lực")
    recorded_at = models.DateTimeField("ghi nhận lúc", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghi"
    )
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
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} đồng"


class PaymentKind(models.TextChoices):
    ADVANCE = "advance", "Tạm ứng"
    VOLUME = "volume", "Thanh toán khối lượng hoàn thành"
    RECOVERY = "recovery", "Thu hồi tạm ứng"
    CUMULATIVE = "cumulative", "Chênh lệch theo số lũy kế Kho bạc"


class Payment(AppendOnlyModel, models.Model):
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
    amount = models.BigIntegerField("số tiền (đồng)")
    reported_cumulative = models.BigIntegerField("lũy kế Kho bạc báo (đồng)", null=True, blank=True)
    # Part of the cumulative figure: what is paid stays their sum, an advance is not added again.
    reported_advance = models.BigIntegerField(
        "trong đó tạm ứng chưa thu hồi Kho bạc báo (đồng)", null=True, blank=True
    )
    paid_on = models.DateField("ngày thanh toán, ngày chốt")
    recorded_at = models.DateTimeField("ghi nhận lúc", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghi"
    )
    voucher = models.CharField("số chứng từ", max_length=60, blank=True)
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name="đợt nhập",
    )
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
        indexes = [models.Index(fields=["plan_year", "project", "paid_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin_year__lte=F("plan_year")),
                name="payment_origin_not_after_plan",
                violation_error_message="Năm giao vốn gốc không thể sau năm kế hoạch.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount} đồng"


class RuleKind(models.TextChoices):
    ALLOCATION_COMPLETE = "allocation_complete", "Giao vốn đầu tư đến xã xong"
    ZERO_REVIEW = "zero_disbursement_review", "Rà soát vốn giải ngân 0 %"
    TREASURY_STOP = "treasury_stop", "Đề nghị Kho bạc tạm dừng thanh toán"
    SHORTFALL = "forecast_shortfall", "Dự báo không giải ngân hết"
    CROSS_UNIT = "cross_unit_transfer", "Điều chuyển ra ngoài huyện, đơn vị"
    YEAR_END = "year_end_recovery", "Thu hồi vốn hết thời hạn"


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
