"""Rows of record: written once, with who wrote them and when it was known."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.append_only import AppendOnlyModel


class Recorded(AppendOnlyModel, models.Model):
    """`recorded_at` is the second clock: figures "as known then" leave out what came later."""

    recorded_at = models.DateTimeField("ghi nhận lúc", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người ghi"
    )

    class Meta:
        abstract = True
