"""The story of an import, and audit entries as happenings of what they are about."""

from django.urls import reverse

from core.timeline import MOST, Happening, tells

from .models import AuditEntry, BatchState

OPENING = {BatchState.REFUSED: "Không nhận tệp", BatchState.READING: "Nhận tệp, đang đọc"}


@tells("jobs.Batch", "jobs.StoredFile", "jobs.AuditEntry")
def batch_happenings(batch):
    """The file came, was written, was taken back; who applied and undid stands in the audit."""
    yield Happening(
        batch.created_at,
        OPENING.get(batch.state, "Nhận tệp"),
        batch.created_by_id,
        detail=f"SHA-256 {batch.file.sha256[:12]}…",
        file_url=reverse("jobs:file", args=[batch.file_id]),
        file_label=batch.file.name,
    )
    entries = AuditEntry.objects.filter(object_label=str(batch)[:250], unit=batch.unit_id)
    yield from audited(entries, WORDS)


WORDS = {
    "apply": "Áp dụng",
    "undo": "Hoàn tác",
    "import": "Nhập",
    "answer": "Xác nhận cách đọc",
    "layout": "Ghép cột, chọn đơn vị tính",
}


def audited(entries, words=None, show=lambda entry: {}):
    """Audit entries in words by their action (or the part of it after the dot)."""
    words = words or {}
    for entry in entries.order_by("-pk")[:MOST]:
        what = words.get(entry.action) or words.get(entry.action.rpartition(".")[2])
        yield Happening(entry.at, what or entry.action, entry.actor_id, **show(entry))


def of_batch(batch):
    """Where a row came from: its import, or nothing."""
    return {} if batch is None else {"batch": batch.pk}
