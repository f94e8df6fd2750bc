"""Writes permissions.csv anew from what the portal answers: `python -m tests.permissions.write`.

The file says what is right. So the change is read line by line before it is kept: a cell that
changed without a reason is a hole, not a new rule.
"""

import logging
import os
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtqg_portal.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from .forks import forked, keep_in_memory  # noqa: E402
from .matrix import NOTHING, Asker, all_rows, read_table, write_table  # noqa: E402
from .roles import COLUMNS  # noqa: E402
from .world import build_world  # noqa: E402


@contextmanager
def prepared_world():
    """A throw-away database with the world in it, on the frozen day of the tests."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    old = runner.setup_databases()
    try:
        with (
            tempfile.TemporaryDirectory() as media,
            override_settings(**plain_settings_of(media)),
            transaction.atomic(),
        ):
            yield Asker(build_world())
            transaction.set_rollback(True)
    finally:
        runner.teardown_databases(old)
        runner.teardown_test_environment()


def plain_settings_of(media):
    """As in the tests of the rooms: the day, files in a folder of their own, no static files."""
    backends = {
        "default": "django.core.files.storage.FileSystemStorage",
        "staticfiles": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    return {
        "MEDIA_ROOT": media,
        "STORAGES": {name: {"BACKEND": backend} for name, backend in backends.items()},
        "PORTAL_TODAY": date(2023, 7, 3),
        "API_RATE": "1000000/min",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }


def answers_of(asker, row):
    found = {column.key: asker.ask(row, column) for column in COLUMNS}
    return {key: answer.word if answer else NOTHING for key, answer in found.items()}


def main(*beginnings):
    """Only the addresses whose names begin so are asked anew; without any, all of them."""
    logging.disable(logging.CRITICAL)
    keep_in_memory()
    known = read_table() if beginnings else {}
    rows = all_rows()
    asked = [row for row in rows if row.key not in known or row.name.startswith(beginnings)]
    with prepared_world() as asker:
        found = list(forked(partial(answers_of, asker), asked, 8))
    known |= {row.key: answers for row, answers in zip(asked, found, strict=True)}
    cells = {row.key: known[row.key] for row in rows}
    write_table(cells)
    print(f"{len(cells)} rows, {len(cells) * len(COLUMNS)} cells")


if __name__ == "__main__":
    main(*sys.argv[1:])
