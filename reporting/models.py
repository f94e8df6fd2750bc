"""Rounds, obligations and reports: what is owed, what was sent, what was accepted."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.deadlines import DeadlineQuerySet
from core.periods import Period
from core.transitions import InvalidTransition
from documents.models import IssuedDocument
from jobs.models import AuditEntry
from organizations.models import SteeringCommittee, Unit
from organizations.scoping import ScopedQuerySet
from periods.models import Submission
from programs.models import Program


class OwnReport(Exception):
    """Nobody reviews a report they wrote or sent."""


class RoundKind(models.TextChoices):
    HALF_YEAR = "half_year", "6 tháng"
    YEAR = "year", "Năm"


class Round(models.Model):
    """A reporting round: one kind, one period; each figure column has its own as-of day."""

    kind = models.CharField("loại báo cáo", max_length=12, choices=RoundKind)
    period = models.CharField("kỳ", max_length=8)
    opened_on = models.DateField("mở ngày")
    due_on = models.DateField("hạn nộp")
    figures_on = models.DateField("chỉ tiêu tính đến ngày")
    money_on = models.DateField("giải ngân tính đến ngày")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người mở"
    )

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ["-due_on"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "period"], name="one_round_per_period"),
        ]

    def __str__(self):
        return f"Báo cáo {Period.parse(self.period).label}"

    @property
    def ready_on(self):
        """The first day on which every column of the report can be known."""
        return max(self.figures_on, self.money_on)

    def why_not_yet(self, today):
        """Why nothing can be sent yet (Vietnamese), or None; drafts may begin at any time."""
        if today >= self.ready_on:
            return None
        return (
            f"Số liệu của kỳ này tính đến ngày {self.ready_on:%d/%m/%Y}, nên báo cáo nộp từ ngày "
            "đó. Nội dung đã nhập được giữ trong bản nháp."
        )


class ReportState(models.TextChoices):
    DRAFT = "draft", "Nháp"
    SUBMITTED = "submitted", "Đã gửi"
    RETURNED = "returned", "Trả lại"
    ACCEPTED = "accepted", "Đã chấp nhận"


OPEN_STATES = (ReportState.DRAFT, ReportState.RETURNED)
DRAFTED = "report.draft"
SENT_BEFORE = "Báo cáo này đã được gửi trước đó."
SAVED_MEANWHILE = "Người khác vừa lưu bản khác của báo cáo. Hãy xem lại rồi gửi."


class ObligationQuerySet(DeadlineQuerySet, ScopedQuerySet):
    def owed(self):
        return self.filter(exempt_reason="")

    def missing(self, today):
        """Past their day and never sent."""
        return self.owed().overdue(today)


class Obligation(models.Model):
    """What a unit owes in a round, whether or not anything was written yet.

    `done_on` is the first submission: on time is the first one (ADR 13).
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="obligations", verbose_name="kỳ báo cáo"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="obligations", verbose_name="đơn vị báo cáo"
    )
    reviewer = models.ForeignKey(
        Unit, models.PROTECT, related_name="reviews", verbose_name="cơ quan xem xét"
    )
    exempt_reason = models.CharField("lý do miễn", max_length=300, blank=True)
    due_on = models.DateField("hạn nộp", db_index=True)
    done_on = models.DateField("nộp lần đầu ngày", null=True, blank=True)

    objects = ObligationQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("reviewer",)

    class Meta:
        verbose_name = "nghĩa vụ báo cáo"
        verbose_name_plural = "nghĩa vụ báo cáo"
        ordering = ["due_on", "unit__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="one_obligation_per_unit"),
            models.CheckConstraint(
                condition=~Q(unit=F("reviewer")), name="report_not_reviewed_by_its_unit"
            ),
        ]

    def __str__(self):
        return f"{self.round} – {self.unit}"


class ReportQuerySet(ScopedQuerySet):
    def accepted(self):
        return self.filter(state=ReportState.ACCEPTED)

    def awaiting_review(self):
        return self.filter(state=ReportState.SUBMITTED)


class Report(models.Model):
    """The answer to an obligation, from the first draft on; one to one with its Submission."""

    obligation = models.OneToOneField(
        Obligation, models.PROTECT, related_name="report", verbose_name="nghĩa vụ báo cáo"
    )
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, blank=True, verbose_name="bộ số liệu"
    )
    state = models.CharField(
        "trạng thái", max_length=10, choices=ReportState, default=ReportState.DRAFT
    )
    draft = models.JSONField(
        "bản nháp",
        default=dict,
        blank=True,
        help_text="nguyên văn đã gõ, kể cả ô lỗi; không dùng để tổng hợp",
    )
    version = models.PositiveIntegerField("lần lưu", default=0)
    saved_at = models.DateTimeField("lưu nháp lúc", null=True, blank=True)
    revision = models.PositiveSmallIntegerField("lần nộp", default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="edited_reports",
        verbose_name="người soạn",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submitted_reports",
        verbose_name="người nộp",
    )
    receipt = models.CharField("mã biên nhận", max_length=24, blank=True)

    objects = ReportQuerySet.as_manager()
    # A report has figures of several programmes: it is cut by unit, never by programme.
    scope_unit = "obligation__unit"
    scope_parties = ("obligation__reviewer",)

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["obligation__due_on", "obligation__unit__sort_key"]

    def __str__(self):
        return str(self.obligation)

    @property
    def unit(self):
        return self.obligation.unit

    @property
    def round(self):
        return self.obligation.round

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    @transaction.atomic
    def save_draft(self, user, typed, *, version):
        """Keeps what was typed, errors and all. False when somebody else saved first.

        The same words again (a second click) are no conflict.
        """
        moved = Report.objects.filter(pk=self.pk, version=version, state__in=OPEN_STATES).update(
            draft=typed, version=F("version") + 1, edited_by=user, saved_at=timezone.now()
        )
        self.refresh_from_db()
        if moved and not self._drafted_by(user).exists():
            AuditEntry.objects.create(
                action=DRAFTED,
                actor=user,
                unit=self.unit,
                object_label=str(self)[:250],
                detail={"report": self.pk},
            )
        return bool(moved) or (self.is_open and self.draft == typed)

    @transaction.atomic
    def submit(self, user, *, on, write_rows, frozen):
        """Only one of two simultaneous clicks wins; the loser is told, not failed.

        What is sent is the draft that was checked: one saved meanwhile stops it.
        `write_rows(report)` appends the checked figures in this same transaction.
        """
        early = self.round.why_not_yet(on)
        if early:
            raise InvalidTransition(early)
        moved = Report.objects.filter(
            pk=self.pk, version=self.version, state__in=OPEN_STATES
        ).update(state=ReportState.SUBMITTED, submitted_by=user, revision=F("revision") + 1)
        self.refresh_from_db()
        if not moved:
            raise InvalidTransition(SAVED_MEANWHILE if self.is_open else SENT_BEFORE)
        Obligation.objects.filter(pk=self.obligation_id, done_on=None).update(done_on=on)
        self.submission = self.submission or Submission.objects.create(
            unit=self.unit, period=self.round.period, kind="report", created_by=user
        )
        self.receipt = f"BN-{on.year}-{self.pk:05d}-{self.revision}"
        self.save(update_fields=["submission", "receipt"])
        write_rows(self)
        self._event(ReportState.SUBMITTED, user, on, frozen=frozen)

    @transaction.atomic
    def give_back(self, user, *, on, reason, sections=()):
        self._review(user, ReportState.RETURNED)
        self._event(ReportState.RETURNED, user, on, reason=reason, sections=list(sections))

    @transaction.atomic
    def accept(self, user, *, on, publish):
        """`publish(report)` makes the submitted rows official in this same transaction."""
        self._review(user, ReportState.ACCEPTED)
        publish(self)
        self._event(ReportState.ACCEPTED, user, on)

    def is_written_by(self, user):
        """Drafted or sent by this person, in this revision or an earlier one."""
        return (
            user.pk in (self.submitted_by_id, self.edited_by_id)
            or self.events.filter(kind=ReportState.SUBMITTED, actor=user).exists()
            or self._drafted_by(user).exists()
        )

    def _drafted_by(self, user):
        return AuditEntry.objects.filter(action=DRAFTED, actor=user, detail__report=self.pk)

    def _review(self, user, state):
        if self.is_written_by(user):
            raise OwnReport("Người lập, người nộp không được tự duyệt báo cáo của mình.")
        moved = Report.objects.filter(pk=self.pk, state=ReportState.SUBMITTED).update(state=state)
        if not moved:
            raise InvalidTransition("Báo cáo không còn ở trạng thái chờ xem xét.")
        self.refresh_from_db()

    def _event(self, kind, user, on, **extra):
        self.events.create(
            kind=kind, actor=user, on=on, revision=self.revision, receipt=self.receipt, **extra
        )


class ReportEvent(models.Model):
    """Each step of a report, with the figures as they were sent."""

    report = models.ForeignKey(
        Report, models.CASCADE, related_name="events", verbose_name="báo cáo"
    )
    kind = models.CharField("bước", max_length=10, choices=ReportState)
    revision = models.PositiveSmallIntegerField("lần nộp")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="người làm"
    )
    on = models.DateField("ngày")
    at = models.DateTimeField("lúc", default=timezone.now)
    reason = models.TextField("lý do", blank=True)
    sections = models.JSONField("mục trả lại", default=list, blank=True)
    receipt = models.CharField("mã biên nhận", max_length=24, blank=True)
    frozen = models.JSONField("bản đã gửi", default=dict, blank=True)

    class Meta:
        verbose_name = "diễn biến báo cáo"
        verbose_name_plural = "diễn biến báo cáo"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"


class ReportedMoney(models.Model):
    """What the unit itself says of a programme's money; the ledger's figures stand beside it."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="money", verbose_name="bộ số liệu"
    )
    revision = models.PositiveSmallIntegerField("lần nộp")
    program = models.ForeignKey(Program, models.PROTECT, verbose_name="chương trình")
    nature = models.CharField("tính chất vốn", max_length=12)
    paid = models.BigIntegerField("giải ngân đơn vị báo (đồng)", null=True, blank=True)
    forecast = models.BigIntegerField("ước giải ngân cả năm (đồng)", null=True, blank=True)
    is_official = models.BooleanField("chính thức", default=False)

    class Meta:
        verbose_name = "số vốn đơn vị báo"
        verbose_name_plural = "số vốn đơn vị báo"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "revision", "program", "nature"],
                name="reported_money_once",
            ),
        ]

    def __str__(self):
        return f"{self.program} {self.nature}"


class NarrativeSection(models.TextChoices):
    RESULTS = "results", "Kết quả chỉ đạo, điều hành"
    DIFFICULTIES = "difficulties", "Khó khăn, vướng mắc và nguyên nhân"
    PROPOSALS = "proposals", "Kiến nghị, đề xuất"
    NEXT = "next", "Nhiệm vụ kỳ tới"


class Narrative(models.Model):
    """A unit's own text for one section, by revision."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="narratives", verbose_name="bộ số liệu"
    )
    revision = models.PositiveSmallIntegerField("lần nộp")
    section = models.CharField("mục", max_length=12, choices=NarrativeSection)
    text = models.TextField("nội dung")
    is_official = models.BooleanField("chính thức", default=False)

    class Meta:
        verbose_name = "phần lời"
        verbose_name_plural = "phần lời"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "revision", "section"], name="narrative_once"
            ),
        ]

    def __str__(self):
        return self.get_section_display()


class Consolidated(models.Model):
    """The committee's report of a round: a draft rebuilt from accepted reports until approved."""

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="consolidated", verbose_name="kỳ báo cáo"
    )
    committee = models.ForeignKey(SteeringCommittee, models.PROTECT, verbose_name="ban chỉ đạo")
    figures = models.JSONField("số liệu tổng hợp", default=dict, blank=True)
    edited_text = models.JSONField("đoạn văn đã sửa", default=dict, blank=True)
    built_at = models.DateTimeField("tổng hợp lúc", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_reports",
        verbose_name="người duyệt",
    )
    approved_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    document = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, verbose_name="văn bản đã chốt"
    )

    objects = ScopedQuerySet.as_manager()
    scope_unit = "committee__unit"

    class Meta:
        verbose_name = "báo cáo tổng hợp"
        verbose_name_plural = "báo cáo tổng hợp"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "committee"], name="one_consolidated_per_round"
            ),
        ]

    def __str__(self):
        return f"{self.round} – tổng hợp"

    @property
    def is_approved(self):
        return self.approved_at is not None
