"""An office with the data of an earlier release comes to this version without losing a row."""

import json
import lzma
import sqlite3
import subprocess
import sys

import pytest

from tests.releases.write import FOLDER, LARGEST, ROOT, environment

RELEASES = sorted(FOLDER.glob("*.sqlite3.xz"))
# What belongs to nobody's work: made anew by Django and its apps whenever they like.
NOT_KEPT = ("django_", "auth_", "axes_", "sqlite_")


def manage(var, *command):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(str(var)),
        capture_output=True,
        text=True,
        check=False,
    )


def counts(database):
    """{table: rows} of the portal's own tables."""
    with sqlite3.connect(database) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(NOT_KEPT)
        ]
        return {
            name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]
            for name in names
        }


def sums(database):
    with sqlite3.connect(database) as connection:
        return [
            connection.execute(
                f"SELECT SUM(amount), COUNT(DISTINCT unit_id) FROM {table}"
            ).fetchone()
            for table in ("disbursement_ledgerentry",)
        ] + [connection.execute("SELECT SUM(amount) FROM disbursement_payment").fetchone()]


@pytest.fixture
def unpacked(tmp_path):
    def unpack(release):
        database = tmp_path / "portal.sqlite3"
        database.write_bytes(lzma.decompress(release.read_bytes()))
        return database

    return unpack


def test_there_is_a_release_to_come_from():
    assert RELEASES
    assert all(release.stat().st_size <= LARGEST for release in RELEASES)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_the_data_of_a_release_comes_to_this_version(release, unpacked, tmp_path):
    database = unpacked(release)
    before, money = counts(database), sums(database)
    assert before["disbursement_payment"] > 1000 and before["organizations_unit"] > 80
    moved = manage(tmp_path, "migrate", "--verbosity", "0")
    assert moved.returncode == 0, moved.stderr
    after = counts(database)
    lost = {name: (n, after.get(name)) for name, n in before.items() if after.get(name, 0) < n}
    assert not lost
    assert sums(database) == money
    checked = manage(tmp_path, "check_integrity")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)


def test_the_check_would_find_data_that_is_broken(unpacked, tmp_path):
    """Control: a payment over its plan that does not say so comes to light after the upgrade."""
    database = unpacked(RELEASES[0])
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE disbursement_ledgerentry SET amount = amount / 1000 + 1")
    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    assert manage(tmp_path, "check_integrity").returncode != 0
