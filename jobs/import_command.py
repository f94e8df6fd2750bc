"""The command-line door of an importer: JSON on stdout, messages on stderr, exit 0/1/2."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.account_unit import NAMED
from core.column_rows import ALL, ASK, Issue
from core.numbers import DECIMALS, THOUSANDS
from core.sheets import SheetRefused, SheetUnreadable
from core.tables import ColumnsAsked
from core.transitions import InvalidTransition
from organizations.models import Unit, UnitKind

from .imports import IMPORTERS, Reading, apply_batch, new_batch, read_file
from .models import StoredFile

MAIN_KEYS = ("read", "created", "updated", "unchanged")


class ImportCommand(BaseCommand):
    """Subclasses name the importer's kind and add the options that become its params."""

    kind = ""

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", help="tệp cần nhập")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không ghi")
        parser.add_argument(
            "--dots",
            choices=[THOUSANDS, DECIMALS],
            help="dấu chấm trong số như 1.234 nghĩa là gì, khi tệp để ngỏ hai cách đọc",
        )

        parser.add_argument(
            "--unit",
            choices=sorted(NAMED),
            help="đơn vị tính của các cột tiền, khi tệp không ghi: dong, nghin, trieu, ty",
        )

    def params(self, options):
        return {}

    def result(self, batch, reading, is_applied):
        """The contract's JSON for import_* files; import_tasks has its own."""
        counts = {key: batch_counts(batch, reading).get(key, 0) for key in MAIN_KEYS}
        return counts | {
            "issues": [issue.as_json() for issue in reading.issues],
            "applied": is_applied,
            "batch": batch.pk if batch else None,
        }

    def handle(self, *args, **options):
        if not options["file"]:
            raise CommandError("Cần tên tệp.", returncode=2)
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"Không có tệp {path}.", returncode=2)
        params = self.params(options)
        if options["dots"]:
            params |= {"answers": {ALL: {ALL: options["dots"]}}}
        if options["unit"]:
            params |= {"layout": {"units": {ALL: NAMED[options["unit"]]}}}
        province = Unit.objects.filter(kind=UnitKind.PROVINCE).order_by("pk").first()
        reading, is_refused = self.read(path, params, province)
        has_errors = any(issue.severity in ("error", "ask") for issue in reading.issues)
        batch = None
        if not (options["dry_run"] or has_errors):
            batch = self.apply_or_refuse(path, params, province, reading)
        self.stdout.write(
            json.dumps(self.result(batch, reading, batch is not None), ensure_ascii=False, indent=1)
        )
        if has_errors or is_refused:
            sys.exit(1)

    def read(self, path, params, unit):
        try:
            return read_file(IMPORTERS[self.kind], path, path.name, params, unit), False
        except ColumnsAsked as asked:
            self.stderr.write(str(asked))
            return Reading(issues=[Issue(ASK, "", "", str(asked))]), True
        except (SheetRefused, SheetUnreadable) as refusal:
            self.stderr.write(str(refusal))
            return Reading(issues=[Issue("error", "", "", str(refusal))]), True

    def apply_or_refuse(self, path, params, unit, reading):
        if unit is None:
            raise CommandError("Chưa có đơn vị cấp tỉnh trong danh mục.", returncode=1)
        try:
            return self.apply(path, params, unit, reading)
        except InvalidTransition as refusal:
            raise CommandError(str(refusal), returncode=1) from None

    @transaction.atomic
    def apply(self, path, params, unit, reading):
        stored = StoredFile.objects.store(path.name, path.read_bytes(), unit=unit)
        batch = new_batch(self.kind, unit, stored, params, reading)
        apply_batch(batch, None)
        return batch


def batch_counts(batch, reading):
    return batch.counts if batch else reading.counts
