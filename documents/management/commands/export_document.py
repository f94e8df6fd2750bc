"""export_document KIND ID --format F --out FILE: hands out the kept file of an issued document."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from documents.issuing import ask_for_file
from documents.models import DocumentKind, Format, IssuedDocument
from jobs import runner


class Command(BaseCommand):
    help = (
        "Xuất tệp đã lưu giữ của một văn bản đã chốt. KIND: “issued” hoặc mã loại văn bản "
        f"({', '.join(DocumentKind.values)}); ID: số thứ tự của văn bản trên hệ thống."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", help="issued hoặc mã loại văn bản")
        parser.add_argument("id", type=int, help="số thứ tự của văn bản")
        parser.add_argument("--format", required=True, choices=Format.values)
        parser.add_argument("--out", required=True, type=Path, help="tệp ghi ra")

    def handle(self, *args, **options):
        document = self.document(options["kind"], options["id"])
        stored = self.kept_file(document, options["format"])
        try:
            with stored.file.open("rb") as source:
                options["out"].write_bytes(source.read())
        except OSError as error:
            raise CommandError(f"Không ghi được tệp: {error}", returncode=1) from None
        self.stdout.write(
            json.dumps(
                {
                    "document": document.pk,
                    "format": options["format"],
                    "sha256": stored.sha256,
                    "out": str(options["out"]),
                },
                ensure_ascii=False,
            )
        )

    def document(self, kind, pk):
        if kind != "issued" and kind not in DocumentKind.values:
            raise CommandError(f"Không có loại văn bản “{kind}”.", returncode=2)
        rows = IssuedDocument.objects.filter(pk=pk)
        document = (rows if kind == "issued" else rows.filter(kind=kind)).first()
        if document is None:
            raise CommandError(f"Không có văn bản {kind} số thứ tự {pk}.", returncode=1)
        return document

    def kept_file(self, document, file_format):
        """The kept file; one that was never made is made now, once, like the worker does."""
        kept = document.file_in(file_format)
        if kept is None:
            job = ask_for_file(document, file_format)
            done = runner.run(job.pk) or job
            kept = document.file_in(file_format)
        if kept is None:
            done.refresh_from_db()
            raise CommandError(done.error or "Tệp đang được lập, hãy thử lại.", returncode=1)
        return kept.file
