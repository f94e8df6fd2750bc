"""What runs where, and in which order: `make test` goes through the tests on both databases.

A test that asks for no database gets the mark `once` by itself; one that asks for it, but would
say the same of any database, carries the mark in its file. The second run, on SQLite, leaves
them out. The files that take longest start first, so that no worker is left with one at the end.
"""

import gc
from collections import Counter

import pytest
from django.test import TransactionTestCase

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
# Longest first; everything else by the number of tests in the file.
LONGEST = (
    "tests/disbursement/test_money_machine.py",
    "tests/permissions/test_sample.py",
    "tests/test_pages_look_browser.py",
    "tests/test_provenance.py",
    "tests/test_sign_in_guessing.py",
    "tests/journeys/test_half_year.py",
    "tests/releases/test_upgrade.py",
    "tests/bad_input/test_fuzz.py",
    "tests/alerts/test_evaluation.py",
    "tests/mtqg_portal/test_seed_demo.py",
)


def asks_for_a_database(item) -> bool:
    of_django = item.cls is not None and issubclass(item.cls, TransactionTestCase)
    return bool(
        of_django
        or item.get_closest_marker("django_db")
        or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    )


def file_of(item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_collection_finish():
    """What is loaded by now stays: looking through it for garbage took seconds each time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Before pytest chooses by marks."""
    for item in items:
        if not asks_for_a_database(item):
            item.add_marker(pytest.mark.once)
    # A person who names tests wants them as named; xdist hands out files in this order.
    if config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        sizes = Counter(map(file_of, items))
        rank = {name: place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: (rank.get(file_of(item), len(rank)), -sizes[file_of(item)]))
