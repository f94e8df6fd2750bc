"""Issuing: content is frozen first, then a job makes the files once; a reprint serves them."""

from django.utils import timezone
from django.utils.module_loading import import_string

from jobs.models import MAX_ATTEMPTS, Job, JobState, StoredFile
from jobs.runner import JobRefused, handler

from .content import OfficialDocument
from .models import DocumentFile, Format, IssuedDocument
from .pdf import pdf_available

# By name: Word and workbook libraries load with the first file of their kind (ADR 24).
RENDERERS = {
    Format.DOCX: "documents.docx.render_docx",
    Format.PDF: "documents.pdf.render_pdf",
    Format.XLSX: "documents.xlsx.render_xlsx",
}
CONTENT_TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def issue(content, *, kind, title, unit, subject, template_version, user, to_units=()):
    """Freezes a document under its subject and asks for its three files."""
    document = IssuedDocument.objects.create(
        kind=kind,
        title=title,
        unit=unit,
        subject=subject,
        content=content.to_data(),
        template_version=template_version,
        to_units=list(to_units),
        created_by=user,
    )
    for file_format in Format.values:
        ask_for_file(document, file_format, user)
    return document


def ask_for_file(document, file_format, user=None):
    return Job.objects.enqueue(
        "render_document",
        {"document": document.pk, "format": file_format},
        key=f"render-{document.pk}-{file_format}",
        user=user,
    )


def ask_again_for_pdf():
    """Files refused while the machine lacked the libraries are made once it has them."""
    if not pdf_available()[0]:
        return 0
    refused = Job.objects.filter(
        kind="render_document",
        state=JobState.FAILED,
        payload__format=Format.PDF,
        # One that failed by itself has used up its tries and stays failed.
        attempts__lt=MAX_ATTEMPTS,
    )
    return refused.update(
        state=JobState.QUEUED, attempts=0, run_after=timezone.now(), error="", finished_at=None
    )


def content_of(document):
    return OfficialDocument.from_data(document.content)


@handler("render_document")
def render_document(job):
    document = IssuedDocument.objects.select_related("unit").get(pk=job.payload["document"])
    file_format = Format(job.payload["format"])
    if file_format == Format.PDF:
        is_there, reason = pdf_available()
        if not is_there:
            raise JobRefused(reason)
    content = import_string(RENDERERS[file_format])(content_of(document))

    def write():
        if document.file_in(file_format):
            return {"kept": True}
        stored = StoredFile.objects.store(
            f"{document.kind}-{document.pk}.{file_format}",
            content,
            unit=document.unit,
            content_type=CONTENT_TYPES[file_format],
        )
        DocumentFile.objects.create(document=document, format=file_format, file=stored)
        return {"sha256": stored.sha256}

    return write
