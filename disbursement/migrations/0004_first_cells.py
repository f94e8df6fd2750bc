"""Roll-ups of what stands in the books already."""

from django.db import migrations
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, TruncMonth

STOCK = ("source", "nature", "origin_year", "funding")
FIELDS = ("plan_year", "month", "unit_id", "owner_id", "component_id", *STOCK)
PARTS = (("LedgerEntry", "effective_on", "planned"), ("Payment", "paid_on", "paid"))


def fill(apps, schema_editor):
    cell_model, cells = apps.get_model("disbursement", "MoneyCell"), {}
    for name, day, part in PARTS:
        for *key, total, count in summed(apps.get_model("disbursement", name), day):
            cell = cells.setdefault(tuple(key), cell_model(**dict(zip(FIELDS, key, strict=True))))
            setattr(cell, part, total)
            setattr(cell, f"{part}_rows", count)
    cell_model.objects.bulk_create(cells.values(), batch_size=1000)


def summed(model, day):
    rows = model.objects.filter(project__isnull=False).order_by()
    rows = rows.annotate(
        cell_month=TruncMonth(day), cell_owner=Coalesce("project__owner", "project__unit")
    )
    keys = ("plan_year", "cell_month", "project__unit", "cell_owner", "project__component")
    return rows.values_list(*keys, *STOCK).annotate(Sum("amount"), Count("pk"))


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0003_money_in_full")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
