"""What the Treasury said, line by line and as it said it, beside our books."""

from django.conf import settings
from django.db import models
from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from core.append_only import AppendOnlyRows
from jobs.models import Batch, BatchState
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet

from .projects import Project
from .record import Recorded
from .words import Funding, GapReason, MatchKind, Moment, Nature, Source


class ProjectAlias(models.Model):
    """The code or name a sender uses for one of our projects, confirmed once by a person."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="tỉnh")
    text = models.CharField("mã, tên của bên gửi", max_length=300)
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="aliases", verbose_name="công trình, hoạt động"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghép"
    )
    confirmed_at = models.DateTimeField("ghép lúc", default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "mã công trình của bên gửi"
        verbose_name_plural = "mã công trình của bên gửi"
        constraints = [
            models.UniqueConstraint(fields=["unit", "text"], name="one_project_per_alias"),
        ]

    def __str__(self):
        return self.text


class TreasuryLineQuerySet(ScopedQuerySet):
    """What was said and still stands: the lines of an undone import are kept but do not count."""

    def standing(self):
        return self.filter(batch__state=BatchState.APPLIED)

    def matched(self):
        return self.filter(project__isnull=False)

    def waiting(self):
        return self.filter(project=None)

    def newest(self, *keys):
        """Of all that is said about one thing, what was said last: the latest day, then the
        latest import of that day."""
        order = [models.F("as_of").desc(), models.F("pk").desc()]
        place = Window(RowNumber(), partition_by=[models.F(key) for key in keys], order_by=order)
        last = self.order_by().annotate(place=place).filter(place=1)
        return self.model.objects.filter(pk__in=last.values("pk"))


class TreasuryLine(models.Model):
    """One line of an extract: cumulative figures of a project's vintage as of a day.

    Its figures never change; only the project it belongs to may be found later.
    """

    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="treasury_lines", verbose_name="đợt nhập"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="tỉnh")
    number = models.PositiveIntegerField("dòng trong tệp")
    as_of = models.DateField("chốt đến ngày")
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    code = models.CharField("mã dự án của Kho bạc", max_length=40)
    name = models.CharField("tên của Kho bạc", max_length=300, blank=True)
    source = models.CharField("nguồn vốn", max_length=16, choices=Source)
    nature = models.CharField("tính chất vốn", max_length=12, choices=Nature)
    origin_year = models.PositiveSmallIntegerField("năm giao vốn gốc")
    moment = models.CharField("thời điểm giao", max_length=8, choices=Moment)
    funding = models.CharField(
        "vốn trong nước, nước ngoài", max_length=8, choices=Funding, default=Funding.DOMESTIC
    )
    advance = models.BigIntegerField("tạm ứng chưa thu hồi lũy kế (đồng)", null=True, blank=True)
    volume = models.BigIntegerField(
        "thanh toán khối lượng hoàn thành lũy kế (đồng)", null=True, blank=True
    )
    cumulative = models.BigIntegerField("giải ngân lũy kế (đồng)")
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="treasury_lines",
        verbose_name="công trình, hoạt động",
    )
    match = models.CharField("cách ghép", max_length=12, choices=MatchKind, blank=True)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghép"
    )
    matched_at = models.DateTimeField("ghép lúc", null=True, blank=True)

    objects = TreasuryLineQuerySet.as_manager()
    scope_unit = "unit"
    scope_is_mixed = True

    class Meta:
        verbose_name = "dòng Kho bạc"
        verbose_name_plural = "dòng Kho bạc"
        ordering = ["as_of", "batch", "number"]
        indexes = [
            models.Index(fields=["plan_year", "project", "as_of"]),
            models.Index(fields=["unit", "plan_year", "code"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_line_per_row"),
            models.CheckConstraint(
                condition=Q(project__isnull=True, match="") | Q(project__isnull=False),
                name="treasury_match_names_a_project",
                violation_error_message="Dòng đã ghép phải có công trình.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.cumulative} đồng đến {self.as_of:%d/%m/%Y}"


class GapNoteQuerySet(AppendOnlyRows, ScopedQuerySet):
    """Explanations are added, never taken away."""


class GapNote(Recorded):
    """Why our figure and the Treasury's differ: a person's reason for exactly that difference."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="gap_notes", verbose_name="công trình, hoạt động"
    )
    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    source = models.CharField("nguồn vốn", max_length=16, choices=Source)
    nature = models.CharField("tính chất vốn", max_length=12, choices=Nature)
    origin_year = models.PositiveSmallIntegerField("năm giao vốn gốc")
    moment = models.CharField("thời điểm giao", max_length=8, choices=Moment)
    funding = models.CharField(
        "vốn trong nước, nước ngoài", max_length=8, choices=Funding, default=Funding.DOMESTIC
    )
    as_of = models.DateField("chốt đến ngày")
    reported = models.BigIntegerField("số Kho bạc (đồng)")
    booked = models.BigIntegerField("số của cổng (đồng)")
    reason = models.CharField("lý do chênh lệch", max_length=16, choices=GapReason)
    text = models.CharField("diễn giải", max_length=400, blank=True)

    objects = GapNoteQuerySet.as_manager()
    scope_unit = "project__unit"
    scope_parties = ("project__owner",)
    scope_program = "project__component__program__code"

    class Meta:
        verbose_name = "giải trình chênh lệch"
        verbose_name_plural = "giải trình chênh lệch"
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["plan_year", "project"])]

    def __str__(self):
        return f"{self.get_reason_display()}: {self.booked - self.reported} đồng"
