"""Roll-ups of the ledger and the payments by month: what a page of the whole province reads.

A cell is a sum of rows as they are known now. It is written in the transaction of the rows it
adds up and compared with them by `check_integrity`; what was known earlier is read from the rows.
"""

from collections import defaultdict

from django.db import connection, models
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, TruncMonth

from organizations.models import Unit
from organizations.scoping import ScopedQuerySet
from programs.models import Component

from .words import STOCK, Funding, Nature, Source

# Of a project first, then of the row itself.
PLACE = ("unit", "owner", "component")
DIMENSIONS = ("plan_year", "month", *PLACE, *STOCK)
CHUNK = 500
ADD = """
INSERT INTO {table} ({names}, {part}, {part}_rows, {other}, {other}_rows)
VALUES {values}
ON CONFLICT ({names}) DO UPDATE SET
    {part} = {table}.{part} + excluded.{part},
    {part}_rows = {table}.{part}_rows + excluded.{part}_rows
"""


class MoneyCellQuerySet(ScopedQuerySet):
    """Cells follow the rows they add up: `add` right after these are written."""

    def add(self, part, rows):
        """`rows`: just written entries (part "planned") or payments ("paid") of projects."""
        places = places_of(rows)
        sums = defaultdict(lambda: [0, 0])
        for row in rows:
            if row.project_id:
                found = sums[cell_of(row, places[row.project_id])]
                found[0] += row.amount
                found[1] += 1
        self._upsert(part, sums)

    def take_in(self, part, rows, sign=1):
        """The same for a queryset of rows that went into the database by another way.

        With the sign -1 before rows change their place, and again without it afterwards.
        """
        sums = {key: (sign * total, sign * count) for key, (total, count) in summed(rows).items()}
        self._upsert(part, sums)

    def _upsert(self, part, sums):
        """One statement a chunk, in the order of the keys, so that two writers cannot lock
        each other out."""
        items = sorted(sums.items(), key=lambda item: tuple(map(str, item[0])))
        for start in range(0, len(items), CHUNK):
            self._write(part, items[start : start + CHUNK])

    def _write(self, part, items):
        fields = [self.model._meta.get_field(name) for name in DIMENSIONS]
        line = ", ".join(["%s"] * (len(fields) + 2)) + ", 0, 0"
        statement = ADD.format(
            table=connection.ops.quote_name(self.model._meta.db_table),
            names=", ".join(field.column for field in fields),
            part=part,
            other="paid" if part == "planned" else "planned",
            values=", ".join([f"({line})"] * len(items)),
        )
        values = [
            field.get_db_prep_value(value, connection)
            for key, (amount, count) in items
            for field, value in [*zip(fields, key, strict=True), *plain(amount, count)]
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


def plain(*numbers):
    return [(models.BigIntegerField(), number) for number in numbers]


def places_of(rows):
    """{project: (unit, owner, component)}; what is loaded already is not asked again."""
    wanted = {row.project_id for row in rows if row.project_id}
    known = {
        row.project_id: (row.project.unit_id, row.project.owner_id, row.project.component_id)
        for row in rows
        if row.project_id and type(row).project.is_cached(row)
    }
    left = sorted(wanted - known.keys())
    projects = rows[0]._meta.get_field("project").related_model._base_manager if left else None
    for start in range(0, len(left), 10_000):
        found = projects.filter(pk__in=left[start : start + 10_000])
        known |= {pk: place for pk, *place in found.values_list("pk", *PLACE)}
    return {
        project: (unit, owner or unit, component)
        for project, (unit, owner, component) in known.items()
    }


def cell_of(row, place):
    day = row.effective_day
    return (row.plan_year, day.replace(day=1), *place, *(getattr(row, name) for name in STOCK))


def summed(rows):
    """{cell key: [sum, number of rows]} by the database."""
    keys = {
        "cell_month": TruncMonth(rows.effective),
        "cell_owner": Coalesce("project__owner", "project__unit"),
    }
    names = ("plan_year", "cell_month", "project__unit", "cell_owner", "project__component")
    found = (
        rows.filter(project__isnull=False)
        .order_by()
        .annotate(**keys)
        .values_list(*names, *STOCK)
        .annotate(Sum("amount"), Count("pk"))
    )
    return {tuple(key): [total, count] for *key, total, count in found}


class MoneyCell(models.Model):
    """Plan and payments of one month, place, component and stock, in đồng."""

    plan_year = models.PositiveSmallIntegerField("năm kế hoạch")
    month = models.DateField("tháng (ngày đầu tháng)")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    # The unit itself where a project names no owner: part of a key, so never empty.
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="chủ đầu tư")
    component = models.ForeignKey(Component, models.PROTECT, verbose_name="nội dung thành phần")
    source = models.CharField("nguồn vốn", max_length=16, choices=Source)
    nature = models.CharField("tính chất vốn", max_length=12, choices=Nature)
    origin_year = models.PositiveSmallIntegerField("năm giao vốn gốc")
    funding = models.CharField("vốn trong nước, nước ngoài", max_length=8, choices=Funding)
    # With the number of rows: no row at all is a missing figure, not 0.
    planned = models.BigIntegerField("kế hoạch (đồng)", default=0)
    planned_rows = models.IntegerField("số bút toán", default=0)
    paid = models.BigIntegerField("đã giải ngân (đồng)", default=0)
    paid_rows = models.IntegerField("số lần thanh toán", default=0)

    objects = MoneyCellQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("owner",)
    scope_program = "component__program__code"

    class Meta:
        verbose_name = "ô tổng hợp vốn"
        verbose_name_plural = "ô tổng hợp vốn"
        constraints = [
            models.UniqueConstraint(
                fields=["plan_year", "month", "unit", "owner", "component", *STOCK],
                name="one_cell_each",
            ),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.month:%m/%Y}"
