"""One way in for every uploaded table: keep the file, read it in a job, preview, apply, undo.

A room registers an Importer by name in its AppConfig.ready; pages and commands share it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.annotated import NotAnnotated, annotate_workbook
from core.column_rows import Issue
from core.sheet_guard import REPORT, Limits
from core.sheets import Book, SheetRefused, SheetUnreadable, read_book, refusal_is_suspicious
from core.transitions import InvalidTransition
from organizations.models import EventKind, SecurityEvent
from organizations.permissions import ACTIONS

from .models import AuditEntry, Batch, BatchState, Job, JobState, StoredFile
from .runner import handler

IMPORTERS: dict[str, "Importer"] = {}
KINDS = {"xlsx": "xlsx", "docx": "docx", "tsv": "tsv", "txt": "tsv"}


@dataclass
class Reading:
    """What a file says: JSON-able rows for the preview, all issues at once, counts."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class Importer(ABC):
    """A kind of import. Subclasses set the words and the three steps."""

    kind = ""
    label = ""
    # Permission asked of whoever uploads, applies and undoes.
    action = ""
    extensions: tuple[str, ...] = ("xlsx",)
    limits: Limits = REPORT
    template = "jobs/batch_rows.html"
    # Id of a form in the template whose corrections go along when the batch is applied.
    correction_form = ""
    # Name of the page where a mended file is uploaded again.
    upload_page = ""

    @abstractmethod
    def read(self, book: Book, params: dict, unit) -> Reading:
        """Checks everything against the records and writes nothing."""

    @abstractmethod
    def apply(self, batch: Batch, user) -> dict[str, int]:
        """Writes all rows inside the caller's transaction; returns created/updated/unchanged."""

    def undo(self, batch: Batch, user) -> None:
        """Takes the batch back by further rows, or raises InvalidTransition with the reason."""
        raise InvalidTransition("Đợt nhập này không hoàn tác được.")

    def success_url(self, batch: Batch) -> str:
        """Where the applied rows can be seen."""
        return ""

    def context(self, batch: Batch, request) -> dict[str, Any]:
        """What the importer's own row template needs besides the batch."""
        return {}


def register(importer: Importer):
    IMPORTERS[importer.kind] = importer


def import_area(user, importer):
    """The unit a file is for: the area of the right that allows it, over all programmes."""
    grants = [grant for grant in user.current_grants() if not grant.program_code]
    return next(grant.area_unit for grant in grants if importer.action in ACTIONS[grant.role])


def file_kind(name: str) -> str:
    return KINDS.get(name.rsplit(".", 1)[-1].lower(), "xlsx")


def keep(kind, *, name, content, content_type, user, unit, **fields):
    """The file exactly as sent, and the batch that stands for it in the list."""
    stored = StoredFile.objects.store(
        name, content, user=user, unit=unit, content_type=content_type
    )
    return Batch.objects.create(kind=kind, unit=unit, file=stored, created_by=user, **fields)


@transaction.atomic
def receive(kind, *, params, **sent):
    """First the file is kept, then a job reads it; returns the batch to look at."""
    batch = keep(kind, params=params, **sent)
    ask_for_reading(batch, sent["user"])
    return batch


def ask_for_reading(batch, user):
    Job.objects.enqueue("read_batch", {"batch": batch.pk}, key=reading_key(batch), user=user)


@transaction.atomic
def keep_refused(kind, *, reason, **sent):
    """A file that nobody will read is kept all the same, with the reason why."""
    issue = Issue("error", "", "", reason).as_json()
    return keep(kind, state=BatchState.REFUSED, issues=[issue], **sent)


def reading_key(batch):
    """A batch is read again after each round of answers."""
    again = batch.params.get("answered", 0)
    return f"read-batch-{batch.pk}" + (f"-{again}" if again else "")


def read_file(importer, path, name, params, unit) -> Reading:
    """Guard, child process, then the room's own checks; SheetRefused when the guard says no."""
    book = read_book(path, file_kind(name), importer.limits)
    book.take_answers(params.get("answers", {}))
    return importer.read(book, params, unit)


@handler("read_batch")
def read_batch(job):
    batch = Batch.objects.select_related("file", "unit").get(pk=job.payload["batch"])
    importer = IMPORTERS[batch.kind]
    try:
        reading = read_file(
            importer, batch.file.file.path, batch.file.name, batch.params, batch.unit
        )
        state = BatchState.PREVIEW
    except (SheetRefused, SheetUnreadable) as refusal:
        reading = Reading(issues=[Issue("error", "", "", str(refusal))])
        state = BatchState.REFUSED
        note_attack(batch, refusal)

    def write():
        is_current = Batch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
            state=state,
            preview=reading.rows,
            counts=reading.counts,
            params=batch.params,
            issues=[issue.as_json() for issue in reading.issues],
        )
        if is_current and is_worth_a_copy(batch, reading.issues):
            Job.objects.enqueue("annotate_batch", {"batch": batch.pk}, key=copy_key(batch))
        return reading.counts

    return write


def note_attack(batch, refusal):
    """A bomb or hidden code is not an officer's slip: whoever guards the portal must hear of it."""
    verdict = getattr(refusal, "verdict", None)
    if verdict and refusal_is_suspicious(verdict):
        SecurityEvent.objects.record(
            EventKind.UPLOAD_REFUSED,
            user=batch.created_by,
            batch=batch.pk,
            file=batch.file.name,
            code=str(verdict.code),
            sha256=batch.file.sha256,
        )


def copy_key(batch):
    return f"annotate-{reading_key(batch)}"


def copy_is_coming(batch):
    over = (JobState.DONE, JobState.FAILED)
    return Job.objects.filter(key=copy_key(batch)).exclude(state__in=over).exists()


def is_worth_a_copy(batch, issues):
    """Faults at cells of a workbook; a refused file is not opened a second time."""
    return batch.file.name.lower().endswith(".xlsx") and any(issue.cell for issue in issues)


@handler("annotate_batch")
def annotate_batch(job):
    """The sender's workbook with every fault written at its cell, kept beside the file as sent."""
    batch = Batch.objects.select_related("file", "unit").get(pk=job.payload["batch"])
    limits = IMPORTERS[batch.kind].limits
    try:
        content = annotate_workbook(batch.file.file.path, batch.found_issues(), limits)
    except NotAnnotated:
        return lambda: {"annotated": None}

    def write():
        current = Batch.objects.select_for_update().get(pk=batch.pk)
        if copy_key(current) != job.key:
            # Answered meanwhile: this copy names faults of a reading that is over.
            return {"annotated": None}
        copy = StoredFile.objects.store(
            f"{batch.file.name[:-5][:230]} - ghi chú lỗi.xlsx",
            content,
            unit=batch.unit,
            content_type=batch.file.content_type,
        )
        Batch.objects.filter(pk=batch.pk).update(annotated=copy)
        return {"annotated": copy.pk}

    return write


def close_dead_readings():
    """A reading whose job was given up ends as refused: its page must not wait for ever."""
    for batch in Batch.objects.filter(state=BatchState.READING):
        job = Job.objects.filter(key=reading_key(batch), state=JobState.FAILED).first()
        if job:
            Batch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
                state=BatchState.REFUSED,
                issues=[Issue("error", "", "", job.error).as_json()],
            )


@transaction.atomic
def apply_batch(batch, user):
    """All rows or none, once; the loser of a double click is told."""
    if batch.errors:
        raise InvalidTransition("Còn lỗi trong tệp nên chưa áp dụng được.")
    if batch.questions:
        raise InvalidTransition("Còn ô chưa rõ cách đọc. Hãy xác nhận từng ô hoặc cả cột.")
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW).update(
        state=BatchState.APPLIED, applied_at=timezone.now()
    )
    if not moved:
        raise InvalidTransition("Đợt nhập này đã được áp dụng hoặc đã hoàn tác.")
    batch.refresh_from_db()
    counts = IMPORTERS[batch.kind].apply(batch, user)
    batch.counts = {**batch.counts, **counts}
    batch.save(update_fields=["counts"])
    note(batch, user, "import.apply")
    return counts


@transaction.atomic
def answer_batch(batch, user, answers):
    """What was said about doubtful cells is kept with the batch, and the file is read again.

    `answers`: {sheet: {cell or column: key of a reading}}, as `Batch.answers_in` makes them.
    """
    if not answers:
        raise InvalidTransition("Chưa chọn cách đọc cho ô nào.")
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW).update(
        state=BatchState.READING, annotated=None
    )
    if not moved:
        raise InvalidTransition("Đợt nhập này không còn chờ xác nhận.")
    batch.refresh_from_db()
    known = batch.params.get("answers", {})
    for sheet, said in answers.items():
        known[sheet] = known.get(sheet, {}) | said
    batch.params |= {"answers": known, "answered": batch.params.get("answered", 0) + 1}
    batch.save(update_fields=["params"])
    note(batch, user, "import.answer", answers)
    ask_for_reading(batch, user)


@transaction.atomic
def undo_batch(batch, user):
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.APPLIED).update(
        state=BatchState.UNDONE
    )
    if not moved:
        raise InvalidTransition("Chỉ hoàn tác được đợt nhập đã áp dụng.")
    batch.refresh_from_db()
    IMPORTERS[batch.kind].undo(batch, user)
    note(batch, user, "import.undo")


def note(batch, user, action, detail=None):
    AuditEntry.objects.create(
        action=action,
        actor=user,
        unit=batch.unit,
        object_label=str(batch)[:250],
        detail=batch.counts if detail is None else detail,
    )
