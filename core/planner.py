"""Tells PostgreSQL how large its tables have become.

Its planner works with figures gathered now and then. After a bulk load, and always within the
loading transaction, they tell of a table that was nearly empty, and a query of milliseconds may be
planned as one of hours.
"""

from django.db import connection
from django.db.models import Model


def refresh_statistics(*models: type[Model]) -> None:
    """Gathers the figures anew for these models' tables, or for all; SQLite needs none."""
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
