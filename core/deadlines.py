"""Deadline stages: one pure rule and its SQL twin. A stage is computed, never stored."""

from datetime import date, timedelta
from typing import Any, Self

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Case, F, Q, Value, When


class DeadlineStage(models.TextChoices):
    DONE_LATE = "done_late", "Hoàn thành muộn"
    DONE_ON_TIME = "done_on_time", "Hoàn thành"
    OVERDUE = "overdue", "Quá hạn"
    DUE_SOON = "due_soon", "Sắp đến hạn"
    ON_TRACK = "on_track", "Đang làm"
    WAITING = "waiting", "Chờ sự kiện"
    UNDATED = "undated", "Chưa có thời hạn"


def deadline_stage(
    due_on: date | None,
    done_on: date | None,
    today: date,
    soon_days: int = 7,
    waiting: bool = False,
) -> DeadlineStage:
    """The due day itself still counts as in time; `waiting` matters only without a due day."""
    if done_on:
        late = due_on is not None and done_on > due_on
        return DeadlineStage.DONE_LATE if late else DeadlineStage.DONE_ON_TIME
    if due_on is None:
        return DeadlineStage.WAITING if waiting else DeadlineStage.UNDATED
    if today > due_on:
        return DeadlineStage.OVERDUE
    if today >= due_on - timedelta(days=soon_days):
        return DeadlineStage.DUE_SOON
    return DeadlineStage.ON_TRACK


class DeadlineQuerySet(models.QuerySet):
    """For models with nullable `due_on` and `done_on`, and maybe a text `waits_for`."""

    def open(self) -> Self:
        return self.filter(done_on=None)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def with_stage(self, today: date, soon_days: int = 7) -> Self:
        """Annotates `stage`, row by row equal to deadline_stage()."""
        soon_until = today + timedelta(days=soon_days)
        undated = Q(due_on=None)
        whens = [
            When(done_on__gt=F("due_on"), then=Value(DeadlineStage.DONE_LATE)),
            When(done_on__isnull=False, then=Value(DeadlineStage.DONE_ON_TIME)),
            *self._waiting_whens(undated),
            When(undated, then=Value(DeadlineStage.UNDATED)),
            When(due_on__lt=today, then=Value(DeadlineStage.OVERDUE)),
            When(due_on__lte=soon_until, then=Value(DeadlineStage.DUE_SOON)),
        ]
        stage: Any = Case(
            *whens, default=Value(DeadlineStage.ON_TRACK), output_field=models.CharField()
        )
        return self.annotate(stage=stage)

    def _waiting_whens(self, undated: Q) -> list[When]:
        try:
            self.model._meta.get_field("waits_for")
        except FieldDoesNotExist:
            return []
        waits = undated & Q(waits_for__isnull=False) & ~Q(waits_for="")
        return [When(waits, then=Value(DeadlineStage.WAITING))]
