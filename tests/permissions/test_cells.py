"""The table of rights, cell by cell, on the database that offices run (`make test-all`)."""

import pytest

from .checks import cells_of
from .matrix import all_rows

pytestmark = [pytest.mark.django_db, pytest.mark.rights]

NAMES = sorted({row.name for row in all_rows()})


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_as_the_table_says(asker, name):
    assert not [word for cell in cells_of([name]) for word in cell.complaints(asker)]
