"""The table of rights, second half: tasks, money, targets, units, the programming interface."""

import pytest

from .checks import cells_of
from .halves import SECOND

pytestmark = [pytest.mark.django_db, pytest.mark.rights]


@pytest.mark.parametrize("name", SECOND)
def test_every_cell_is_as_the_table_says(asker, name):
    assert not [word for cell in cells_of([name]) for word in cell.complaints(asker)]
