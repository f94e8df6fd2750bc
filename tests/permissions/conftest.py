"""The world of the table, built once for each file of tests in one transaction."""

import logging

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.no_skips import ONLY_POSTGRESQL

from .matrix import Asker
from .world import build_world
from .write import plain_settings_of


@pytest.fixture(scope="module")
def asker(django_db_setup, django_db_blocker, tmp_path_factory):
    """Each answer is rolled back to a savepoint, so every cell meets the same world.

    On PostgreSQL alone, which is what offices run: asked twice, the table would take too long.
    """
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    media = str(tmp_path_factory.mktemp("media"))
    logging.disable(logging.WARNING)
    with (
        django_db_blocker.unblock(),
        override_settings(**plain_settings_of(media)),
        transaction.atomic(),
    ):
        yield Asker(build_world())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
