"""Background work as rows: the database holds the job, Celery only rings (ADR 7)."""

import hashlib
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.column_rows import Issue
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet

from . import runner
from .staged import ColumnLayout, StagedRow  # noqa: F401  models of this room too

LEASE = timedelta(seconds=8)
MAX_ATTEMPTS = 5


class StoredFileQuerySet(ScopedQuerySet):
    def store(self, name, content, *, user=None, unit=None, content_type=""):
        """Keeps bytes exactly as they came; the first step of every upload."""
        digest = hashlib.sha256(content).hexdigest()
        stored = self.model(
            name=name,
            size=len(content),
            sha256=digest,
            # As the browser says it, at any length.
            content_type=content_type[:120],
            uploaded_by=user,
            unit=unit,
        )
        # The ending stays: openpyxl goes by it. Nothing else of the given name reaches the disk.
        ending = "".join(c for c in name.rpartition(".")[2].lower() if c.isascii() and c.isalnum())
        path = f"{digest[:2]}/{digest}.{ending[:5] or 'bin'}"
        stored.file.save(path, ContentFile(content), save=False)
        stored.save()
        return stored

    def take(self, upload, *, user, unit):
        """Keeps a browser's upload; one that is kept already is handed back as it is."""
        if isinstance(upload, StoredFile):
            return upload
        return self.store(
            upload.name,
            upload.read(),
            user=user,
            unit=unit,
            content_type=upload.content_type or "",
        )


class StoredFile(models.Model):
    """A file kept as it was sent or produced, with its SHA-256."""

    name = models.CharField("tên tệp", max_length=255)
    file = models.FileField("nội dung", upload_to="files")
    size = models.PositiveBigIntegerField("dung lượng (byte)")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    content_type = models.CharField("kiểu nội dung", max_length=120, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="đơn vị")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người gửi"
    )
    created_at = models.DateTimeField("lúc", auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()
    scope_unit = "unit"
    scope_is_mixed = True

    class Meta:
        verbose_name = "tệp"
        verbose_name_plural = "tệp"

    def __str__(self):
        return self.name


class JobState(models.TextChoices):
    QUEUED = "queued", "Đang chờ"
    RUNNING = "running", "Đang chạy"
    DONE = "done", "Xong"
    FAILED = "failed", "Không làm được"


class JobQuerySet(models.QuerySet):
    def enqueue(self, kind, payload=None, *, key=None, user=None):
        """Adds work in the caller's transaction; the same key adds it once only."""
        if key:
            job, is_new = self.get_or_create(
                key=key, defaults={"kind": kind, "payload": payload or {}, "created_by": user}
            )
        else:
            job, is_new = self.create(kind=kind, payload=payload or {}, created_by=user), True
        if is_new:
            transaction.on_commit(lambda: runner.ring(job.pk))
        return job

    def waiting(self, now):
        """Not done and in nobody's hands: queued, or running with a lapsed lease."""
        lapsed = Q(state=JobState.RUNNING, lease_until__lt=now)
        return self.filter(Q(state=JobState.QUEUED, run_after__lte=now) | lapsed)

    def claim(self, job_id, now):
        """One winner takes the lease; returns the job or None."""
        token = uuid.uuid4().hex
        won = (
            self.waiting(now)
            .filter(pk=job_id, attempts__lt=MAX_ATTEMPTS)
            .update(
                state=JobState.RUNNING,
                token=token,
                lease_until=now + LEASE,
                started_at=now,
                attempts=F("attempts") + 1,
            )
        )
        return self.get(pk=job_id) if won else None

    def give_up_worn_out(self, now):
        """A job that has killed its worker five times stops and is shown to an administrator."""
        return (
            self.waiting(now)
            .filter(attempts__gte=MAX_ATTEMPTS)
            .update(
                state=JobState.FAILED,
                finished_at=now,
                error="Việc này đã dừng giữa chừng 5 lần nên không chạy lại nữa.",
            )
        )


class Job(models.Model):
    """One piece of background work. Its effects and its `done` commit together."""

    kind = models.CharField("loại việc", max_length=40, db_index=True)
    payload = models.JSONField("tham số", default=dict, blank=True)
    key = models.CharField("khóa", max_length=120, unique=True, null=True, blank=True)
    state = models.CharField(
        "trạng thái", max_length=8, choices=JobState, default=JobState.QUEUED, db_index=True
    )
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    run_after = models.DateTimeField("chạy từ lúc", default=timezone.now)
    token = models.CharField("mã nhận việc", max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField("giữ đến lúc", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="người giao"
    )
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    finished_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    result = models.JSONField("kết quả", null=True, blank=True)
    error = models.TextField("lỗi", blank=True)
    # Rows done of all, as the thread that renews the lease last saw them; None where not counted.
    done = models.PositiveIntegerField("đã làm", null=True, blank=True)
    total = models.PositiveIntegerField("tổng số", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "việc nền"
        verbose_name_plural = "việc nền"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.kind} #{self.pk}"

    @property
    def is_over(self):
        return self.state in (JobState.DONE, JobState.FAILED)

    def held(self):
        """This very claim, while nobody else has taken the job over."""
        return Job.objects.filter(pk=self.pk, token=self.token, state=JobState.RUNNING)

    def tell(self, done, total):
        """How far the work is; written with the next renewal, outside the work's transaction."""
        self.done, self.total = done, total

    def renew(self):
        return self.held().update(
            lease_until=timezone.now() + LEASE, done=self.done, total=self.total
        )

    def finish(self, result):
        """Inside the transaction of the effects: a claim that was lost undoes them."""
        moved = self.held().update(
            state=JobState.DONE, result=result, finished_at=timezone.now(), error=""
        )
        if not moved:
            raise runner.LostLease(f"{self} was taken over by another worker")

    def fail(self, message, *, final):
        """Back into the queue with a pause, or over for good."""
        now = timezone.now()
        is_last = final or self.attempts >= MAX_ATTEMPTS
        self.held().update(
            state=JobState.FAILED if is_last else JobState.QUEUED,
            run_after=now + timedelta(seconds=5 * self.attempts),
            error=message,
            finished_at=now if is_last else None,
        )


class BatchState(models.TextChoices):
    READING = "reading", "Đang đọc"
    MAPPING = "mapping", "Chờ ghép cột"
    REFUSED = "refused", "Không nhận"
    PREVIEW = "preview", "Chờ áp dụng"
    APPLYING = "applying", "Đang áp dụng"
    APPLIED = "applied", "Đã áp dụng"
    UNDONE = "undone", "Đã hoàn tác"


class Batch(models.Model):
    """One import: the file as sent, what was read, every issue, and what it wrote."""

    kind = models.CharField("loại đợt nhập", max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị nhập")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp gốc")
    params = models.JSONField("tham số", default=dict, blank=True)
    annotated = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="bản ghi chú lỗi",
    )
    state = models.CharField(
        "trạng thái", max_length=8, choices=BatchState, default=BatchState.READING
    )
    preview = models.JSONField("nội dung đọc được", default=list, blank=True)
    issues = models.JSONField("lỗi và nghi vấn", default=list, blank=True)
    counts = models.JSONField("số dòng", default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người nhập"
    )
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    applied_at = models.DateTimeField("áp dụng lúc", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"
    scope_is_mixed = True

    class Meta:
        verbose_name = "đợt nhập"
        verbose_name_plural = "đợt nhập"
        ordering = ["-pk"]

    def __str__(self):
        return f"Đợt nhập {self.pk} ({self.file.name})"

    progress = None  # A job that applies puts its own `tell` here.

    def rows(self, *states):
        """The rows read, in the order of the sheet; a big import's are never all in memory."""
        rows = self.preview or self.staged_rows.datas(*states)
        total = self.counts.get("read")
        for done, row in enumerate(rows, start=1):
            if self.progress and done % 1000 == 0:
                self.progress(done, total)
            if not states or row.get("state") in states:
                yield row

    @property
    def error_count(self):
        """Of a file with very many faults only the first are kept, but all are counted."""
        return max(self.counts.get("errors", 0), len(self.errors))

    @property
    def warning_count(self):
        return max(self.counts.get("warnings", 0), len(self.warnings))

    @property
    def is_busy(self):
        return self.state in (BatchState.READING, BatchState.APPLYING)

    @property
    def errors(self):
        return [issue for issue in self.issues if issue["severity"] == "error"]

    @property
    def warnings(self):
        return [issue for issue in self.issues if issue["severity"] == "warning"]

    @property
    def questions(self):
        """Cells that may mean more than one thing, each with its number among the issues."""
        return [
            issue | {"number": number, "letters": issue["cell"].rstrip("0123456789")}
            for number, issue in enumerate(self.issues)
            if issue["severity"] == "ask"
        ]

    def found_issues(self):
        """The issues as the readers made them."""
        return [Issue.from_json(issue) for issue in self.issues]

    def question_groups(self):
        """Questions of one column of one sheet together, to be answered one by one or at once."""
        groups = {}
        for question in self.questions:
            groups.setdefault((question["sheet"], question["column"]), []).append(question)
        return list(groups.values())

    def answers_in(self, data):
        """{sheet: {cell or column: reading}} of a posted form; what is not offered is left out.

        `o-7` answers question 7, `c-7` the whole column of question 7.
        """
        answers = {}
        for question in self.questions:
            offered = {reading["key"] for reading in question["readings"]}
            for prefix, what in (("c", "column"), ("o", "cell")):
                said = data.get(f"{prefix}-{question['number']}")
                if said in offered:
                    answers.setdefault(question["sheet"], {})[question[what]] = said
        return answers

    @property
    def can_be_mended(self):
        return self.state == BatchState.PREVIEW and bool(self.errors or self.questions)

    @property
    def can_apply(self):
        return self.state == BatchState.PREVIEW and not self.errors and not self.questions


class AuditEntry(models.Model):
    """Who did what to which object, and when; appended only."""

    action = models.CharField("hành động", max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người làm"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="đơn vị")
    object_label = models.CharField("đối tượng", max_length=250, blank=True)
    detail = models.JSONField("chi tiết", default=dict, blank=True)
    address = models.GenericIPAddressField("địa chỉ mạng", null=True, blank=True)
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.action} {self.object_label}"


class Heartbeat(models.Model):
    """When a background process last showed life; old ones turn the health page red."""

    name = models.CharField("tên", max_length=20, primary_key=True)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "nhịp sống"
        verbose_name_plural = "nhịp sống"

    def __str__(self):
        return f"{self.name} {self.at:%H:%M:%S}"

    @classmethod
    def beat(cls, name):
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})


class FirstAnswer(models.Model):
    """The answer to a form or API call sent with a key; the same key gets it again (ADR 18).

    The row commits together with what the request wrote, so one cannot be there without the other.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người gửi"
    )
    key = models.CharField("khóa của lần gửi", max_length=64)
    digest = models.CharField("SHA-256 của nội dung", max_length=64)
    status = models.PositiveSmallIntegerField("mã trả lời", default=0)
    location = models.CharField("chuyển đến", max_length=500, blank=True)
    body = models.TextField("nội dung trả lời", blank=True)
    content_type = models.CharField("kiểu nội dung", max_length=100, blank=True)
    at = models.DateTimeField("lúc", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "lần gửi đã trả lời"
        verbose_name_plural = "lần gửi đã trả lời"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key"),
        ]

    def __str__(self):
        return f"{self.key} {self.status}"
