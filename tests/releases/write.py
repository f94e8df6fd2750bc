"""Keeps the demo province as this version of the portal makes it, for the versions to come.

    .venv/bin/python -m tests.releases.write

Run once, when a version is released, on the commit of its release. The file is never written anew:
it is what an office that installed that version has.
"""

import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from core.version import VERSION

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
LARGEST = 1_500_000
# A demonstration's own: nothing an upgrade has to keep.
EMPTIED = ("django_session", "axes_accesslog", "axes_accessattempt", "axes_accessfailurelog")


def environment(var: str) -> dict[str, str]:
    return {
        **os.environ,
        "PORTAL_VAR": var,
        "PORTAL_ENV": "demo",
        "PORTAL_TODAY": "2023-07-03",
        "DATABASE_URL": "",
        "REDIS_URL": "memory://",
    }


def build(var: str) -> Path:
    for command in (["migrate", "--verbosity", "0"], ["seed_demo"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment(var), check=True
        )
    database = Path(var) / "portal.sqlite3"
    with sqlite3.connect(database, isolation_level=None) as connection:
        for table in EMPTIED:
            connection.execute(f"DELETE FROM {table}")
        connection.execute("VACUUM")
    return database


def main() -> int:
    kept = FOLDER / f"{VERSION}.sqlite3.xz"
    if kept.exists():
        print(f"{kept.name} stands already; a released version does not change.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as var:
        packed = lzma.compress(build(var).read_bytes(), preset=9 | lzma.PRESET_EXTREME)
    if len(packed) > LARGEST:
        print(f"{len(packed)} bytes are more than {LARGEST}", file=sys.stderr)
        return 1
    kept.write_bytes(packed)
    print(f"{kept.name}: {len(packed)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
