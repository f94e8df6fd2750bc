"""A number beyond every column of the database is a number that nobody has, not an error."""

import pytest
from django.urls import reverse

from .addresses import OBJECTS
from .matrix import ARGUMENTS
from .roles import COLUMNS

pytestmark = [pytest.mark.django_db, pytest.mark.rights]

HUGE = 10**30
HEAD = next(column for column in COLUMNS if column.key == "head")
WORDS = {"update": 1, "block": 1, "file_format": "pdf", "key": "khong-co"}
NUMBERED = [
    name for name in OBJECTS if "pk" in ARGUMENTS[name] and not name.startswith(("api:", "admin:"))
]


@pytest.mark.parametrize("name", NUMBERED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_huge_number_is_not_found(asker, name, method):
    given = {"pk": HUGE, **WORDS}
    url = reverse(name, kwargs={word: given[word] for word in ARGUMENTS[name]})
    # 302: a click on a notice that is not mine leads back to mine.
    allowed = (302, 403, 404, 405) if name == "notices:read" else (403, 404, 405)
    assert asker.refusal(HEAD, method, url, {}) in allowed
