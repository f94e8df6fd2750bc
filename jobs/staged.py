"""Rows of a big import between reading and applying, and what was said about a sender's columns."""

import json
import tempfile

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.copying import copy_rows
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet

IN_MEMORY = 8 * 1024 * 1024
CHUNK = 2_000
# Faults first, then doubts, then what the file changes.
ERROR_ROW, DOUBTFUL_ROW, CHANGING_ROW, OTHER_ROW = range(4)
ERROR_STATE, UNCHANGED_STATE = "error", "unchanged"


class Spool:
    """Rows as they are read, kept outside memory: `add` one, iterate over all, `mark` some.

    Each row is a JSON-able dict with its "number" in the sheet and its "state"; messages at a row
    stand under "faults" as [severity, text].
    """

    def __init__(self):
        # Closed with the spool itself, which goes when the reading is over.
        self.file = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            IN_MEMORY, "w+", encoding="utf-8"
        )
        self.count, self.marks, self.states = 0, {}, {}

    def __len__(self):
        return self.count

    def add(self, row):
        faults = row.pop("faults", [])
        words = json.dumps(faults, ensure_ascii=False) if faults else "[]"
        data = json.dumps(row, ensure_ascii=False)
        # JSON holds no bare tab or line break, so these may part what the line is made of.
        self.file.write(f"{row['number']}\t{row['state']}\t{words}\t{data}\n")
        self.count += 1
        self.states[row["state"]] = self.states.get(row["state"], 0) + 1

    def mark(self, number, severity, text):
        """A fault that was found only when all rows were known."""
        self.marks.setdefault(number, []).append([severity, text])

    def lines(self):
        """(number, state, faults, data) of each row, the last two as JSON text."""
        self.file.flush()
        self.file.seek(0)
        for line in self.file:
            number, state, faults, data = line[:-1].split("\t", 3)
            marks = self.marks.get(int(number))
            if marks:
                faults = json.dumps([*json.loads(faults), *marks], ensure_ascii=False)
                state = ERROR_STATE if any(m[0] == ERROR_STATE for m in marks) else state
            yield int(number), state, faults, data

    def __iter__(self):
        for _, state, faults, data in self.lines():
            row = json.loads(data) | {"state": state}
            yield row | {"faults": json.loads(faults)} if faults != "[]" else row


class StagedRowQuerySet(models.QuerySet):
    def stage(self, batch, rows):
        """Instead of whatever an earlier reading left."""
        self.filter(batch=batch).delete()
        names = ("batch", "number", "rank", "state", "data", "faults")
        return copy_rows(
            self.model,
            names,
            (
                (batch.pk, number, rank_of(state, faults), state, data, faults)
                for number, state, faults, data in rows.lines()
            ),
        )

    def datas(self, *states):
        """The rows as they were read, in the order of the sheet, without holding them all."""
        rows = self.filter(state__in=states) if states else self
        last = -1
        while chunk := list(
            rows.filter(number__gt=last).order_by("number").values_list("number", "data")[:CHUNK]
        ):
            last = chunk[-1][0]
            yield from (data for _, data in chunk)


def rank_of(state, faults):
    if state == ERROR_STATE:
        return ERROR_ROW
    if faults != "[]":
        return DOUBTFUL_ROW
    return OTHER_ROW if state == UNCHANGED_STATE else CHANGING_ROW


class StagedRow(models.Model):
    """One row of an import as it was read and checked."""

    batch = models.ForeignKey(
        "jobs.Batch", models.CASCADE, related_name="staged_rows", verbose_name="đợt nhập"
    )
    number = models.PositiveIntegerField("dòng trong tệp")
    rank = models.PositiveSmallIntegerField("thứ tự hiển thị")
    state = models.CharField("kết quả", max_length=12)
    data = models.JSONField("nội dung đọc được", default=dict)
    faults = models.JSONField("lỗi và nghi vấn của dòng", default=list)

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng chờ nhập"
        verbose_name_plural = "dòng chờ nhập"
        ordering = ["rank", "number"]
        indexes = [models.Index(fields=["batch", "rank", "number"])]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_staged_row_per_number"),
        ]

    def __str__(self):
        return f"Dòng {self.number}"


class ColumnLayoutQuerySet(ScopedQuerySet):
    def known(self, kind, unit):
        """{signature: what was said}, as `core.tables` takes it."""
        rows = self.filter(kind=kind, unit=unit)
        return {
            row.signature: {"places": row.places, "units": row.units} for row in rows if row.places
        }

    def remember(self, kind, unit, layout, user):
        """What a person said holds from now on for tables with this header."""
        self.update_or_create(
            kind=kind,
            unit=unit,
            signature=layout["signature"],
            defaults={
                "places": layout["places"],
                "units": layout["units"],
                "titles": layout["titles"],
                "confirmed_by": user,
                "confirmed_at": timezone.now(),
            },
        )


class ColumnLayout(models.Model):
    """Which column of a sender's table is which, and what its money is counted in."""

    kind = models.CharField("loại đợt nhập", max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị")
    signature = models.CharField("dấu hiệu của dòng tiêu đề", max_length=64)
    titles = models.JSONField("tiêu đề các cột", default=list)
    places = models.JSONField("vị trí các cột", default=dict)
    units = models.JSONField("đơn vị tính của các cột", default=dict)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghép"
    )
    confirmed_at = models.DateTimeField("ghép lúc", default=timezone.now, editable=False)

    objects = ColumnLayoutQuerySet.as_manager()
    scope_unit = "unit"
    scope_is_mixed = True

    class Meta:
        verbose_name = "cách ghép cột"
        verbose_name_plural = "cách ghép cột"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "signature"], name="one_layout_per_header"
            ),
        ]

    def __str__(self):
        return f"Ghép cột {self.kind}"
