"""The stories of an issued document, of a template, of an agency's layout."""

from django.urls import reverse

from core.timeline import Happening, changes, tells
from jobs.history import audited
from jobs.models import AuditEntry

from .models import LayoutProfile, LetterTemplate, SignatureBlock


@tells("documents.IssuedDocument", "documents.DocumentFile", "jobs.AuditEntry")
def document_happenings(document):
    """Frozen, its files made, its number given: the only things that can happen to it."""
    yield Happening(
        document.created_at,
        "Chốt nội dung",
        document.created_by_id,
        detail=f"mẫu {document.template_version}",
    )
    for kept in document.files.select_related("file"):
        yield Happening(
            kept.file.created_at,
            f"Lưu bản {kept.get_format_display()}",
            detail=f"SHA-256 {kept.file.sha256[:12]}…",
            file_url=reverse("documents:download", args=[document.pk, kept.format]),
            file_label=kept.file.name,
        )
    numbered = AuditEntry.objects.filter(action="document.number", detail__document=document.pk)
    yield from audited(numbered, {"number": "Ghi số"}, number_words)


def number_words(entry):
    year, month, day = entry.detail["issued_on"].split("-")
    return {"new": entry.detail["number"], "detail": f"ngày ban hành {day}/{month}/{year}"}


@tells("documents.LetterTemplate")
def template_happenings(template):
    return changes(LetterTemplate.history.filter(id=template.pk), "mẫu")


def signature_words(row):
    first, *others = row.titles.splitlines() or [""]
    return f"khối chữ ký “{' / '.join([f'{row.mode} {first}'.strip(), *others])}”"


@tells("documents.LayoutProfile", "documents.SignatureBlock")
def profile_happenings(profile):
    versions = SignatureBlock.history.filter(profile=profile)
    return [
        *changes(LayoutProfile.history.filter(id=profile.pk), "thể thức"),
        *changes(versions, signature_words),
    ]
