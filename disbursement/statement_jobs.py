"""Files of statements that are made by a job: kept with their SHA-256, for the one who asked."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.module_loading import import_string

from documents.issuing import CONTENT_TYPES, RENDERERS
from documents.models import Format
from documents.pdf import pdf_available
from jobs.models import Job, StoredFile
from jobs.runner import JobRefused, handler
from organizations.models import Unit

from .models import Project
from .rows import Where
from .statement_files import as_document, subject_of, write_workbook
from .statements import Statement

KIND = "build_statement"
SHOWN = 8


@dataclass(frozen=True)
class Asked:
    """A statement as an address or a job's payload names it."""

    statement: Statement
    project: Project | None = None

    @property
    def subject(self) -> str:
        return subject_of(self.statement, self.project)

    @property
    def payload(self) -> dict[str, Any]:
        where, first = self.statement.where, self.statement.first
        return {
            "unit": where.unit.pk,
            "project": where.project,
            "year": where.year,
            "day": where.day.isoformat(),
            "first": first.isoformat() if first else None,
            "known_at": where.known_at.isoformat() if where.known_at else None,
            "narrow": {
                name: getattr(where, name)
                for name in ("program", "component", "nature", "source", "origin_year", "funding")
                if getattr(where, name)
            },
        }


def asked_of(payload: dict[str, Any], user: Any) -> Asked:
    known, first = payload["known_at"], payload["first"]
    where = Where(
        Unit.objects.get(pk=payload["unit"]),
        payload["year"],
        date.fromisoformat(payload["day"]),
        datetime.fromisoformat(known) if known else None,
        project=payload["project"],
        **payload["narrow"],
    )
    project = Project.objects.for_user(user).get(pk=where.project) if where.project else None
    statement = Statement(where, user, date.fromisoformat(first) if first else None)
    return Asked(statement, project)


def ask_for_file(asked: Asked, file_format: str, user: Any) -> Job:
    return Job.objects.enqueue(KIND, asked.payload | {"format": file_format}, user=user)


def files_of(asked: Asked, user: Any) -> list[dict[str, Any]]:
    """The newest files this person asked for of this place or works, with what became of them."""
    about = {"payload__unit": asked.payload["unit"], "payload__project": asked.payload["project"]}
    jobs = Job.objects.filter(kind=KIND, created_by=user, **about).order_by("-pk")[:SHOWN]
    kept = StoredFile.objects.in_bulk([job.result["file"] for job in jobs if job.result])
    return [
        {"job": job, "format": Format(job.payload["format"]).label, "file": kept.get(file_of(job))}
        for job in jobs
    ]


def file_of(job: Job) -> int | None:
    return (job.result or {}).get("file")


@handler(KIND)
def build_statement(job: Job) -> Any:
    """The rows are those that the asking person may read when the file is made."""
    file_format = Format(job.payload["format"])
    asked = asked_of(job.payload, job.created_by)
    if file_format == Format.PDF and not pdf_available()[0]:
        raise JobRefused(pdf_available()[1])
    content = made(asked, file_format)

    def write() -> dict[str, Any]:
        # Of no unit: whoever reads the unit may read fewer programmes than the one who asked.
        stored = StoredFile.objects.store(
            f"sao-ke-{asked.statement.where.unit.code.lower()}-{job.pk}.{file_format}",
            content,
            user=job.created_by,
            content_type=CONTENT_TYPES[file_format],
        )
        return {"file": stored.pk, "sha256": stored.sha256}

    return write


def made(asked: Asked, file_format: str) -> bytes:
    if file_format == Format.XLSX:
        with tempfile.TemporaryFile() as out:
            write_workbook(out, asked.statement, asked.subject)
            out.seek(0)
            return out.read()
    document = as_document(asked.statement, asked.subject, asked.statement.where.day)
    return import_string(RENDERERS[file_format])(document)
