"""The world of the table, built once for the tests of this folder in one transaction."""

import gc
import logging

import pytest
from django.db import connection, transaction
from django.test import override_settings

from .matrix import Asker
from .world import build_world
from .write import plain_settings_of


@pytest.fixture(scope="package")
def asker(django_db_setup, django_db_blocker, tmp_path_factory):
    """Each answer is rolled back to a savepoint, so every cell meets the same world."""
    media = str(tmp_path_factory.mktemp("media"))
    logging.disable(logging.WARNING)
    with (
        django_db_blocker.unblock(),
        override_settings(**plain_settings_of(media)),
        transaction.atomic(),
    ):
        let_it_wait()
        world = build_world()
        # Twenty thousand rows that stay: the collector need not look at them after each cell.
        gc.freeze()
        yield Asker(world)
        transaction.set_rollback(True)
    gc.unfreeze()
    logging.disable(logging.NOTSET)


def let_it_wait():
    """One transaction lasts as long as all of them: a pause of a busy machine must not end it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
