"""One way in for every uploaded table: keep the file, read it in a job, preview, apply, undo.

A room registers an Importer by name in its AppConfig.ready; pages and commands share it.
"""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.column_rows import Issue
from core.sheet_guard import REPORT, Limits
from core.sheets import Book, SheetRefused, SheetUnreadable, read_book
from core.transitions import InvalidTransition

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
    user = sent["user"]
    Job.objects.enqueue("read_batch", {"batch": batch.pk}, key=reading_key(batch), user=user)
    return batch


@transaction.atomic
def keep_refused(kind, *, reason, **sent):
    """A file that nobody will read is kept all the same, with the reason why."""
    issue = asdict(Issue("error", "", "", reason))
    return keep(kind, state=BatchState.REFUSED, issues=[issue], **sent)


def reading_key(batch):
    return f"read-batch-{batch.pk}"


def read_file(importer, path, name, params, unit) -> Reading:
    """Guard, child process, then the room's own checks; SheetRefused when the guard says no."""
    book = read_book(path, file_kind(name), importer.limits)
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

    def write():
        Batch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
            state=state,
            preview=reading.rows,
            counts=reading.counts,
            params=batch.params,
            issues=[asdict(issue) for issue in reading.issues],
        )
        return reading.counts

    return write


def close_dead_readings():
    """A reading whose job was given up ends as refused: its page must not wait for ever."""
    for batch in Batch.objects.filter(state=BatchState.READING):
        job = Job.objects.filter(key=reading_key(batch), state=JobState.FAILED).first()
        if job:
            Batch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
                state=BatchState.REFUSED, issues=[asdict(Issue("error", "", "", job.error))]
            )


@transaction.atomic
def apply_batch(batch, user):
    """All rows or none, once; the loser of a double click is told."""
    if batch.errors:
        raise InvalidTransition("Còn lỗi trong tệp nên chưa áp dụng được.")
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
def undo_batch(batch, user):
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.APPLIED).update(
        state=BatchState.UNDONE
    )
    if not moved:
        raise InvalidTransition("Chỉ hoàn tác được đợt nhập đã áp dụng.")
    batch.refresh_from_db()
    IMPORTERS[batch.kind].undo(batch, user)
    note(batch, user, "import.undo")


def note(batch, user, action):
    AuditEntry.objects.create(
        action=action,
        actor=user,
        unit=batch.unit,
        object_label=str(batch)[:250],
        detail=batch.counts,
    )
