"""Every guard of the code taken away is seen by a check of this folder (heavy tier)."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.mutants
ALONE = {"DATABASE_URL": "", "REDIS_URL": "memory://", "PORTAL_TODAY": "", "PORTAL_ENV": "demo"}


@pytest.mark.timeout(1800)
def test_no_guard_can_be_taken_away_unseen(tmp_path):
    """In a process of its own: the functions in its memory are not those of the portal."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.permissions.mutate"],
        env={**os.environ, **ALONE, "PORTAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
