"""Two cells of five in `make test`, on SQLite; all of them in test_cells.py, on PostgreSQL."""

import pytest
from django.db import connection

from tests.no_skips import ONLY_SQLITE

from .checks import sample_of, table
from .matrix import NOTHING, all_rows
from .roles import COLUMNS

NAMES = sorted({row.name for row in all_rows()})


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason=ONLY_SQLITE)
@pytest.mark.parametrize("name", NAMES)
def test_some_cells_of_every_row_are_as_the_table_says(asker, name):
    assert not [word for cell in sample_of([name]) for word in cell.complaints(asker)]


def test_the_sample_is_large_and_leaves_out_no_row_and_nobody():
    cells = [cell for name in NAMES for cell in sample_of([name])]
    asked = [cell for cell in cells if table()[cell.row.key][cell.column.key] != NOTHING]
    assert len(asked) >= 10_000
    assert {cell.row for cell in cells} == set(all_rows())
    assert {cell.column for cell in cells} == set(COLUMNS)
