"""One way in for every uploaded table: keep the file, read it in a job, preview, apply, undo."""

from collections import Counter

from django.db import transaction
from django.utils import timezone

from core.annotated import NotAnnotated, annotate_workbook, list_of_faults
from core.column_rows import Issue
from core.sheet_guard import is_ole
from core.sheets import SheetRefused, SheetUnreadable, read_book, refusal_is_suspicious
from core.tables import ColumnsAsked
from core.transitions import InvalidTransition
from organizations.models import EventKind, SecurityEvent

from .importers import IMPORTERS, HangsOn, Importer, Reading, file_kind, import_area, register
from .models import (
    AuditEntry,
    Batch,
    BatchState,
    ColumnLayout,
    Job,
    JobState,
    StagedRow,
    StoredFile,
)
from .runner import handler
from .staged import Spool

# What the rooms need stands here, whichever module holds it.
__all__ = ["IMPORTERS", "HangsOn", "Importer", "Reading", "import_area", "register"]
# Faults kept with a batch; a file with more of them is wrong as a whole, and all are counted.
MOST_ISSUES = 5_000
# An annotated copy is built in memory; of bigger tables the list of faults is given instead.
MOST_ANNOTATED = 20_000
# Applied by a job rather than while the person waits for the page.
MOST_AT_ONCE = 5_000


def applied_before(kind, unit, sha256):
    """The applied batch of the very same file, or None."""
    same = Batch.objects.filter(kind=kind, unit=unit, file__sha256=sha256)
    return same.filter(state=BatchState.APPLIED).order_by("-pk").first()


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


def read_file(importer, path, name, params, unit, tell=None) -> Reading:
    """Guard, child process, then the room's own checks; SheetRefused when the guard says no.

    What was made of columns and units is noted in `params["table"]`, also when it must be asked.
    """
    book = read_book(path, file_kind(name, importer), importer.limits)
    book.take_answers(params.get("answers", {}))
    book.layout = params.get("layout", {})
    book.remembered = ColumnLayout.objects.known(importer.kind, unit)
    book.tell = tell or book.tell
    try:
        return importer.read(book, params, unit)
    finally:
        if book.table:
            params["table"] = book.table


@handler("read_batch")
def read_batch(job):
    batch = Batch.objects.select_related("file", "unit").get(pk=job.payload["batch"])
    state, reading = tried(batch, job.tell)

    def write():
        if keep_reading(batch, state, reading) and is_worth_a_copy(batch, reading):
            Job.objects.enqueue("annotate_batch", {"batch": batch.pk}, key=copy_key(batch))
        return reading.counts

    return write


def tried(batch, tell):
    """(state, reading) of the file: previewed, asked about, or refused with the reason."""
    importer, file = IMPORTERS[batch.kind], batch.file
    try:
        reading = read_file(importer, file.file.path, file.name, batch.params, batch.unit, tell)
        return BatchState.PREVIEW, reading
    except ColumnsAsked as asked:
        batch.params["asked"] = str(asked)
        return BatchState.MAPPING, Reading()
    except (SheetRefused, SheetUnreadable) as refusal:
        note_attack(batch, refusal)
        return BatchState.REFUSED, Reading(issues=[Issue("error", "", "", str(refusal))])


def keep_reading(batch, state, reading):
    """What was read stands with its batch, unless it was applied or answered meanwhile."""
    counts = Counter(issue.severity for issue in reading.issues)
    if len(reading.issues) > MOST_ISSUES:
        reading.counts |= {"errors": counts["error"], "warnings": counts["warning"]}
    reading.rows = outside_memory(reading.rows)
    is_staged = isinstance(reading.rows, Spool)
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
        state=state,
        preview=[] if is_staged else reading.rows,
        counts=reading.counts,
        params=batch.params,
        issues=[issue.as_json() for issue in worst_first(reading.issues)[:MOST_ISSUES]],
    )
    if moved and is_staged:
        StagedRow.objects.stage(batch, reading.rows)
    return moved


def outside_memory(rows):
    """Also a list goes to staged rows once it is long and its rows say where they stood."""
    if isinstance(rows, Spool) or len(rows) <= MOST_AT_ONCE or "number" not in rows[0]:
        return rows
    spool = Spool()
    for row in rows:
        spool.add(row)
    return spool


def worst_first(issues):
    """In the order of the file, unless there are too many to keep: then no fault is left out for
    a doubt."""
    if len(issues) <= MOST_ISSUES:
        return issues
    return sorted(issues, key=lambda issue: issue.severity == "warning")


def new_batch(kind, unit, stored, params, reading, user=None):
    """A batch of what was read already, as commands and the demo make it."""
    batch = Batch.objects.create(
        kind=kind, unit=unit, file=stored, params=params, created_by=user, state=BatchState.READING
    )
    keep_reading(batch, BatchState.PREVIEW, reading)
    return Batch.objects.get(pk=batch.pk)


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


def is_worth_a_copy(batch, reading):
    """Faults at cells; a refused file is not opened a second time."""
    is_table = batch.file.name.lower().endswith((".xlsx", ".xls"))
    return is_table and any(issue.cell for issue in reading.issues)


@handler("annotate_batch")
def annotate_batch(job):
    """The sender's workbook with every fault written at its cell, kept beside the file as sent."""
    batch = Batch.objects.select_related("file", "unit").get(pk=job.payload["batch"])
    try:
        content = annotated_copy(batch)
    except NotAnnotated:
        return lambda: {"annotated": None}

    def write():
        current = Batch.objects.select_for_update().get(pk=batch.pk)
        if copy_key(current) != job.key:
            # Answered meanwhile: this copy names faults of a reading that is over.
            return {"annotated": None}
        copy = StoredFile.objects.store(
            f"{batch.file.name.rpartition('.')[0][:230]} - ghi chú lỗi.xlsx",
            content,
            unit=batch.unit,
            content_type=batch.file.content_type,
        )
        Batch.objects.filter(pk=batch.pk).update(annotated=copy)
        return {"annotated": copy.pk}

    return write


def annotated_copy(batch):
    """The workbook with its faults; of an old or very big one the faults by cell alone."""
    is_small = batch.counts.get("read", 0) <= MOST_ANNOTATED
    if is_small and not is_ole(batch.file.file.path):
        limits = IMPORTERS[batch.kind].limits
        return annotate_workbook(batch.file.file.path, batch.found_issues(), limits)
    return list_of_faults(batch.found_issues())


def close_dead_readings():
    """What a given-up job was to do ends in sight: its page must not wait for ever."""
    for batch in Batch.objects.filter(state=BatchState.APPLYING):
        if Job.objects.filter(key=applying_key(batch), state=JobState.FAILED).exists():
            Batch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
                state=BatchState.PREVIEW,
                params=batch.params | {"refusal": "Máy chủ dừng giữa chừng, chưa có gì được ghi."},
            )
    for batch in Batch.objects.filter(state=BatchState.READING):
        job = Job.objects.filter(key=reading_key(batch), state=JobState.FAILED).first()
        if job:
            Batch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
                state=BatchState.REFUSED,
                issues=[Issue("error", "", "", job.error).as_json()],
            )


def check_applicable(batch):
    if batch.error_count:
        raise InvalidTransition("Còn lỗi trong tệp nên chưa áp dụng được.")
    if batch.questions:
        raise InvalidTransition("Còn ô chưa rõ cách đọc. Hãy xác nhận từng ô hoặc cả cột.")


@transaction.atomic
def apply_batch(batch, user, *, since=BatchState.PREVIEW):
    """All rows or none, once; the loser of a double click is told."""
    check_applicable(batch)
    moved = Batch.objects.filter(pk=batch.pk, state=since).update(
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


def applying_key(batch):
    return f"apply-batch-{batch.pk}-{batch.params.get('applying', 0)}"


@transaction.atomic
def ask_for_applying(batch, user):
    """Small imports at once; a big one by a job, whose page shows how far it is."""
    if batch.preview or batch.staged_rows.count() <= MOST_AT_ONCE:
        return apply_batch(batch, user)
    check_applicable(batch)
    batch.params["applying"] = batch.params.get("applying", 0) + 1
    batch.params.pop("refusal", None)
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW).update(
        state=BatchState.APPLYING, params=batch.params
    )
    if not moved:
        raise InvalidTransition("Đợt nhập này đã được áp dụng hoặc đã hoàn tác.")
    payload = {"batch": batch.pk, "user": user.pk if user else None}
    Job.objects.enqueue("apply_batch", payload, key=applying_key(batch), user=user)
    batch.refresh_from_db()
    return None


@handler("apply_batch")
def apply_by_job(job):
    """Written in the transaction that ends the job; a refusal gives the batch back as it was."""
    batch = Batch.objects.select_related("file", "unit").get(pk=job.payload["batch"])
    user = job.created_by

    def write():
        batch.progress = job.tell
        try:
            return apply_batch(batch, user, since=BatchState.APPLYING)
        except InvalidTransition as refusal:
            Batch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
                state=BatchState.PREVIEW, params=batch.params | {"refusal": str(refusal)}
            )
            return {"refused": str(refusal)}

    return write


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
    batch.params |= {"answers": known}
    note(batch, user, "import.answer", answers)
    read_again(batch, user)


def read_again(batch, user):
    """Inside the transaction that put the batch back to reading."""
    batch.params |= {"answered": batch.params.get("answered", 0) + 1}
    batch.save(update_fields=["params"])
    ask_for_reading(batch, user)


@transaction.atomic
def lay_out_batch(batch, user, layout):
    """What a person said about columns and units: kept for this header, and the file read again.

    `layout`: sheet, header, height, places and units, with the signature and the titles.
    """
    waiting = (BatchState.MAPPING, BatchState.PREVIEW)
    moved = Batch.objects.filter(pk=batch.pk, state__in=waiting).update(
        state=BatchState.READING, annotated=None
    )
    if not moved:
        raise InvalidTransition("Đợt nhập này không còn chờ ghép cột.")
    batch.refresh_from_db()
    ColumnLayout.objects.remember(batch.kind, batch.unit, layout, user)
    batch.params.pop("asked", None)
    batch.params["layout"] = layout
    note(batch, user, "import.layout", {"places": layout["places"], "units": layout["units"]})
    read_again(batch, user)


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
