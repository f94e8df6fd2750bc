"""Extracts applied before lines were kept: what they reported stands with their payments."""

from django.db import migrations

VINTAGE = ("source", "nature", "origin_year", "moment", "funding")


def fill(apps, schema_editor):
    line_model = apps.get_model("disbursement", "TreasuryLine")
    payment_model = apps.get_model("disbursement", "Payment")
    numbers = {}
    for payment in reports(payment_model):
        batch = payment.batch
        # The counterpart at a later report is no line of the file.
        if str(payment.paid_on) != batch.params.get("as_of"):
            continue
        numbers[batch.pk] = numbers.get(batch.pk, 0) + 1
        advance = payment.reported_advance or 0
        line = line_model.objects.create(
            batch=batch,
            unit_id=batch.unit_id,
            number=numbers[batch.pk],
            as_of=payment.paid_on,
            plan_year=payment.plan_year,
            code=payment.project.code,
            name=payment.project.name,
            advance=advance,
            volume=payment.reported_cumulative - advance,
            cumulative=payment.reported_cumulative,
            project_id=payment.project_id,
            match="code",
            **{name: getattr(payment, name) for name in VINTAGE},
        )
        payment_model._base_manager.filter(pk=payment.pk).update(treasury_line=line)


def reports(payment_model):
    rows = payment_model.objects.filter(
        kind="cumulative",
        reported_cumulative__isnull=False,
        reverses=None,
        treasury_line=None,
        batch__kind="disbursements",
    )
    return rows.select_related("batch", "project").order_by("pk")


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0006_books_hold_their_rules")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
