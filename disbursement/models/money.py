"""What entries and payments share: effective when, known when, summed how, rolled up at once."""

from django.db import transaction
from django.db.models import Sum

from core.append_only import AppendOnlyRows
from organizations.scoping import ScopedQuerySet

from .cells import MoneyCell
from .record import Recorded
from .words import EntryKind


class MoneyQuerySet(AppendOnlyRows, ScopedQuerySet):
    """Rows of record; the roll-ups are written with them, in one transaction."""

    effective = "effective_on"
    part = "planned"

    def as_of(self, on, known_at=None):
        """Rows effective up to a day (inclusive), and known by a moment."""
        rows = self.filter(**{f"{self.effective}__lte": on})
        return rows.filter(recorded_at__lte=known_at) if known_at else rows

    def for_year(self, plan_year):
        return self.filter(plan_year=plan_year)

    def total(self):
        """Sum in đồng, or None when there is no row at all."""
        return self.aggregate(total=Sum("amount"))["total"]

    def total_by(self, *keys):
        """{key or key tuple: sum in đồng}."""
        rows = self.order_by().values_list(*keys).annotate(total=Sum("amount"))
        return {key[0] if len(key) == 1 else tuple(key): total for *key, total in rows}

    def bulk_create(self, objs, *args, **kwargs):
        with transaction.atomic():
            rows = super().bulk_create(list(objs), *args, **kwargs)
            MoneyCell.objects.add(self.part, rows)
        return rows


class LedgerQuerySet(MoneyQuerySet):
    effective = "effective_on"
    part = "planned"

    def on_projects(self):
        return self.filter(project__isnull=False)

    def on_rungs(self):
        """What units were assigned. Money recovered lies with the province and is no new
        assignment, though it stands without a project."""
        return self.filter(project=None).exclude(kind=EntryKind.RECOVERED)


class PaymentQuerySet(MoneyQuerySet):
    effective = "paid_on"
    part = "paid"


class MoneyRow(Recorded):
    """A row of record with its day and its amount."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            MoneyCell.objects.add(type(self).objects.all().part, [self])

    @property
    def effective_day(self):
        return getattr(self, type(self).objects.all().effective)
