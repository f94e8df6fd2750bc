"""After a bulk load PostgreSQL knows the size of the table, within the loading transaction too."""

import pytest
from django.db import connection

from core.planner import refresh_statistics
from organizations.models import Unit
from tests.no_skips import ONLY_POSTGRESQL


def rows_believed():
    with connection.cursor() as cursor:
        cursor.execute("select reltuples from pg_class where relname = %s", [Unit._meta.db_table])
        return cursor.fetchone()[0]


def test_the_planner_learns_of_rows_not_yet_committed(units):
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    refresh_statistics(Unit)
    assert rows_believed() == Unit.objects.count()
    Unit.objects.bulk_create(
        Unit(code=f"X{n}", name=f"Xã {n}", kind="commune", valid_from=units.province.valid_from)
        for n in range(500)
    )
    assert rows_believed() < 500
    refresh_statistics(Unit)
    assert rows_believed() == Unit.objects.count()


def test_sqlite_is_not_asked(units, django_assert_num_queries):
    if connection.vendor == "sqlite":
        with django_assert_num_queries(0):
            refresh_statistics()
