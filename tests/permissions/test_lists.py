"""Lists, searches, filters and exports: drawn whole, and no word of what is not one's own."""

import pytest

from .checks import BY_KEY, Listing, listings
from .world import canary

pytestmark = [pytest.mark.django_db, pytest.mark.rights]

NAMES = sorted({(listing.name, listing.query, listing.key) for listing in listings()})


@pytest.mark.parametrize(("name", "query", "key"), NAMES)
def test_a_list_shows_nothing_of_others(asker, name, query, key):
    wanted = (name, query, key)
    asked = [each for each in listings() if (each.name, each.query, each.key) == wanted]
    assert not [word for listing in asked for word in listing.complaints(asker)]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("assignments:list", "plan=KH-A-published"),
        ("assignments:export", "plan=KH-A-published"),
        ("dashboards:search", "q=chim"),
        ("documents:list", ""),
        ("alerts:list", ""),
        ("notices:list", ""),
        ("jobs:batches", ""),
        ("disbursement:overview", ""),
        ("targets:list", ""),
        ("targets:export", ""),
        ("api:projects-list", ""),
        ("api:assignments-list", ""),
    ],
)
def test_control_the_same_list_shows_ones_own(asker, name, query):
    assert canary("A") in Listing(name, query, BY_KEY["district"]).body(asker)
