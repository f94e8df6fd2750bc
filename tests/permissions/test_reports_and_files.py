"""The table of rights, first half: reports, documents, imports, notices and the account pages."""

import pytest

from .checks import cells_of
from .halves import FIRST

pytestmark = [pytest.mark.django_db, pytest.mark.rights]


@pytest.mark.parametrize("name", FIRST)
def test_every_cell_is_as_the_table_says(asker, name):
    assert not [word for cell in cells_of([name]) for word in cell.complaints(asker)]
