"""Corrections in place: kept in the batch's preview until it is applied."""

from django.db import transaction

from core.transitions import InvalidTransition
from jobs.models import Batch, BatchState
from organizations.models import Unit
from programs.models import WorkPlan

from .importer import doubtful, mark_changes, span_of
from .preview import corrected


@transaction.atomic
def correct(batch, data) -> int:
    """`lead-<row>` is a unit's code, `deadline-<row>` a wording; returns how many rows changed."""
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != BatchState.PREVIEW:
        raise InvalidTransition("Đợt nhập này không còn sửa được.")
    plan = WorkPlan.objects.filter(code=locked.params["plan"]).first()
    span = span_of(locked.params, plan)
    codes = {data.get(f"lead-{place}") for place in range(len(locked.preview))}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes - {None})}
    rows = [
        corrected(
            row,
            span,
            lead=units.get(data.get(f"lead-{place}")),
            deadline_text=wording(data.get(f"deadline-{place}")),
        )
        for place, row in enumerate(locked.preview)
    ]
    changed = sum(before != after for before, after in zip(locked.preview, rows, strict=True))
    counts = mark_changes(rows, plan)
    locked.preview = rows
    locked.counts |= counts | {"doubts": doubtful(rows)}
    locked.save(update_fields=["preview", "counts"])
    return changed


def wording(text):
    return None if text is None else " ".join(text.split())[:300]
