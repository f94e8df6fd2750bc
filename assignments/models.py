"""Tasks the committee gives (an Assignment: the word "task" belongs to Celery)."""

from datetime import timedelta
from itertools import zip_longest

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

from core.deadlines import DeadlineQuerySet, DeadlineStage
from core.text import search_key
from jobs.models import Batch, StoredFile
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet
from programs.models import PlanState, Program, WorkPlan, published_or_mine

# Kinds without a day that are not a gap: carried out all the time, or when asked.
STANDING_KINDS = ("CONTINUOUS", "PERIODIC", "CUMULATIVE", "ON_DEMAND")
RECURRING = "recurring"
SECTION_MARK = " › "


class AssignmentQuerySet(ScopedQuerySet):
    def for_user(self, user):
        """A draft plan's tasks are seen only by those who may import plans there."""
        return super().for_user(user).filter(published_or_mine(user, "plan__"))

    def led_by(self, unit):
        return self.filter(parties__unit=unit, parties__part=Part.LEAD).distinct()

    def matching(self, text):
        """Title, lead or number of section, with or without diacritics."""
        rows = self
        for word in search_key(text).split():
            rows = rows.filter(search_key__contains=word)
        return rows

    def with_current(self):
        """`next_due`, `next_waits`: the first open occurrence; `is_open`: whether there is one."""
        open_ = Occurrence.objects.filter(assignment=OuterRef("pk"), done_on=None)
        first = open_.order_by(F("due_on").asc(nulls_last=True), "sequence")
        return self.annotate(
            is_open=Exists(open_),
            next_due=Subquery(first.values("due_on")[:1]),
            next_waits=Subquery(first.values("waits_for")[:1]),
        )

    def with_stage(self, today, soon_days=15):
        """The stage of a task is the stage of its first open occurrence."""
        late = Occurrence.objects.filter(assignment=OuterRef("pk"), done_on__gt=F("due_on"))
        whens = [
            When(Q(is_open=False) & Exists(late), then=Value(DeadlineStage.DONE_LATE)),
            When(is_open=False, then=Value(DeadlineStage.DONE_ON_TIME)),
            When(next_due__lt=today, then=Value(DeadlineStage.OVERDUE)),
            When(
                next_due__lte=today + timedelta(days=soon_days), then=Value(DeadlineStage.DUE_SOON)
            ),
            When(next_due__isnull=False, then=Value(DeadlineStage.ON_TRACK)),
            When(next_waits__gt="", then=Value(DeadlineStage.WAITING)),
            When(deadline_kind__in=STANDING_KINDS, then=Value(RECURRING)),
        ]
        stage = Case(*whens, default=Value(DeadlineStage.UNDATED), output_field=models.CharField())
        return self.with_current().annotate(stage=stage)


class Assignment(models.Model):
    """One row of a plan's appendix, known by (plan, section path, number)."""

    plan = models.ForeignKey(
        WorkPlan, models.PROTECT, related_name="assignments", verbose_name="kế hoạch"
    )
    section = models.JSONField("mục", default=list, help_text="đường dẫn mục, từ ngoài vào trong")
    section_key = models.CharField("khóa mục", max_length=120, editable=False)
    search_key = models.TextField("khóa tìm kiếm", blank=True, editable=False)
    section_title = models.CharField("tên mục", max_length=400, blank=True)
    number = models.CharField("số thứ tự", max_length=12)
    order = models.PositiveIntegerField("thứ tự trong kế hoạch", default=0)
    title = models.TextField("nội dung nhiệm vụ")
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, verbose_name="chương trình"
    )
    lead_text = models.CharField("cơ quan chủ trì (nguyên văn)", max_length=300, blank=True)
    coordinating_text = models.CharField(
        "cơ quan phối hợp (nguyên văn)", max_length=300, blank=True
    )
    deadline_text = models.CharField("thời hạn (nguyên văn)", max_length=300, blank=True)
    deadline_kind = models.CharField("dạng thời hạn", max_length=28)
    deadline_note = models.CharField("cách tính thời hạn", max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField("đã làm (%)", null=True, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, verbose_name="đợt nhập")

    objects = AssignmentQuerySet.as_manager()
    scope_unit = "plan__issuer"
    scope_parties = ("parties__unit",)
    scope_program = "program__code"

    class Meta:
        verbose_name = "nhiệm vụ"
        verbose_name_plural = "nhiệm vụ"
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "section_key", "number"], name="assignment_place_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="assignment_percent_range",
                violation_error_message="Tỷ lệ hoàn thành phải từ 0 đến 100.",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self):
        """Also for bulk loads, which skip save()."""
        self.section_key = SECTION_MARK.join(self.section)
        words = [*self.section, self.number, self.title, self.lead_text, self.section_title]
        self.search_key = search_key(" ".join(words))

    @property
    def place(self):
        """ "I.2 b) b.1, số 5": where the row stands in the appendix."""
        path = short_path(self.section)
        return f"Mục {path}, số {self.number}" if path else f"Số {self.number}"

    @transaction.atomic
    def record_progress(self, user, *, percent, note, on, evidence=None, occurrence=None):
        """Appends an update; 100 % closes the occurrence (or all when none is named).

        A task that falls due again starts its next round without a figure. The same words and
        file by the same person again (a double click) are the update already there.
        """
        locked = Assignment.objects.select_for_update().get(pk=self.pk)
        last = locked.updates.order_by("-pk").first()
        said = (percent, note, on, user.pk, occurrence, evidence and evidence.sha256)
        if last and said == last.said:
            return last
        update = locked.updates.create(
            percent=percent,
            note=note,
            actor=user,
            on=on,
            evidence=evidence,
            occurrence=occurrence,
        )
        rows = locked.occurrences.filter(done_on=None)
        if percent == 100:
            (rows.filter(pk=occurrence.pk) if occurrence else rows).update(done_on=on)
        locked.percent = None if percent == 100 and rows.exists() else percent
        locked.save(update_fields=["percent"])
        self.refresh_from_db()
        return update


def short_path(section):
    """ "I.2 b.1" of ["I", "I.2", "b)", "b.1"]: a label that the next one repeats is left out."""
    pairs = zip_longest(section, section[1:], fillvalue="")
    return " ".join(one for one, after in pairs if not after.startswith(one.rstrip(")") + "."))


class Part(models.TextChoices):
    LEAD = "lead", "chủ trì"
    COORDINATE = "coordinate", "phối hợp"


class AssignmentParty(models.Model):
    """Who leads or coordinates: a unit, or a role or group kept in its wording."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="parties", verbose_name="nhiệm vụ"
    )
    part = models.CharField("vai trò", max_length=12, choices=Part)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="đơn vị")
    group = models.CharField("nhóm, vai (nguyên văn)", max_length=200, blank=True)

    class Meta:
        verbose_name = "đơn vị thực hiện"
        verbose_name_plural = "đơn vị thực hiện"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "part", "unit"],
                condition=Q(unit__isnull=False),
                name="assignment_party_once",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(group=""), name="party_has_unit_or_group"
            ),
        ]

    def __str__(self):
        return f"{self.get_part_display()}: {self.unit or self.group}"


class OccurrenceQuerySet(DeadlineQuerySet, ScopedQuerySet):
    def for_user(self, user):
        """Counts of what is late never hold a draft's tasks: they have not been given yet."""
        given = self.filter(assignment__plan__state=PlanState.PUBLISHED)
        return super(OccurrenceQuerySet, given).for_user(user)


class Occurrence(models.Model):
    """One due day of a task; a task waiting for an event or without a date has one without day."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="occurrences", verbose_name="nhiệm vụ"
    )
    sequence = models.PositiveSmallIntegerField("lần")
    due_on = models.DateField("hạn", null=True, blank=True, db_index=True)
    waits_for = models.CharField("chờ sự kiện", max_length=300, blank=True)
    done_on = models.DateField("hoàn thành ngày", null=True, blank=True)

    objects = OccurrenceQuerySet.as_manager()
    scope_unit = "assignment__plan__issuer"
    scope_parties = ("assignment__parties__unit",)
    scope_program = "assignment__program__code"

    class Meta:
        verbose_name = "kỳ hạn"
        verbose_name_plural = "kỳ hạn"
        ordering = ["due_on", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "sequence"], name="occurrence_once"),
        ]

    def __str__(self):
        return f"{self.assignment} lần {self.sequence}"


class AssignmentUpdate(models.Model):
    """What somebody reported on a task: appended only."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="updates", verbose_name="nhiệm vụ"
    )
    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, null=True, blank=True, verbose_name="kỳ hạn"
    )
    percent = models.PositiveSmallIntegerField("đã làm (%)")
    note = models.TextField("nội dung", blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="tài liệu chứng minh"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="người báo"
    )
    on = models.DateField("ngày")
    at = models.DateTimeField("ghi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "cập nhật nhiệm vụ"
        verbose_name_plural = "cập nhật nhiệm vụ"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.percent} % ngày {self.on:%d/%m/%Y}"

    @property
    def said(self):
        """What was reported, to know the same report sent twice."""
        file = self.evidence and self.evidence.sha256
        return (self.percent, self.note, self.on, self.actor_id, self.occurrence, file)
