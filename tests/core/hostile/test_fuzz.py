"""Thousands of changed workbooks a run; FUZZ_SEED repeats a run, FUZZ_MUTANTS lengthens it."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from core.sheet_guard import Code, inspect
from core.sheets import SheetRefused, SheetUnreadable, read_book
from jobs import imports, runner
from jobs.imports import Importer, Reading, receive
from jobs.models import Batch, BatchState, Job
from tests.core.hostile.mutants import mutants

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
SEED = int(os.environ.get("FUZZ_SEED") or 0) or random.SystemRandom().randrange(1, 2**32)
MUTANTS = int(os.environ.get("FUZZ_MUTANTS", 2_000))
# Each costs a process of its own, as in the portal.
WITH_CHILD = 60
WITH_JOB = 30
SLOWEST_SECONDS = 10
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mutants")
    for number, content in enumerate(mutants(SEED, MUTANTS)):
        (folder / f"{number:06d}.xlsx").write_bytes(content)
    return sorted(folder.glob("*.xlsx"))


@pytest.fixture(scope="module")
def verdicts(files):
    """What the guard says of each; anything but a verdict would fail here."""
    found, slowest = {}, 0.0
    for path in files:
        # Of this process alone: a busy machine makes nobody slow.
        started = time.process_time()
        found[path] = inspect(path)
        slowest = max(slowest, time.process_time() - started)
    print(f"guard: slowest {slowest:.2f} s, {Counter(v.code for v in found.values())}")
    assert slowest < SLOWEST_SECONDS
    return found


def test_the_guard_has_a_verdict_and_a_message_for_every_mutant(verdicts, capsys):
    with capsys.disabled():
        print(f" FUZZ_SEED={SEED}", end="")
    assert len(verdicts) == MUTANTS, SEED
    for path, verdict in verdicts.items():
        assert verdict.code in Code, (SEED, path.name)
        assert verdict.ok or verdict.message.endswith("."), (SEED, path.name)
    codes = {verdict.code for verdict in verdicts.values()}
    # Mutants that are all refused, or all let through, would try nothing.
    assert {Code.OK, Code.DAMAGED} <= codes


def test_the_reader_survives_every_mutant_that_the_guard_lets_through(verdicts, tmp_path):
    passed = [path for path, verdict in verdicts.items() if verdict.ok]
    for path in passed:
        (tmp_path / path.name).symlink_to(path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.hostile.reader", str(tmp_path)],
        capture_output=True,
        cwd=ROOT,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (SEED, done.stderr[-2000:])
    found = json.loads(done.stderr)
    assert len(found) == len(passed)
    assert set(found.values()) <= {"read", "damaged", "memory"}, SEED
    assert Counter(found.values())["read"] > 0


def test_a_process_of_its_own_for_some_of_them(verdicts):
    passed = [path for path, verdict in verdicts.items() if verdict.ok]
    chosen = random.Random(SEED).sample(passed, min(WITH_CHILD, len(passed)))
    for path in chosen:
        kept = path.read_bytes()
        try:
            read_book(path)
        except (SheetRefused, SheetUnreadable) as refusal:
            assert str(refusal).endswith("."), (SEED, path.name)
        assert path.read_bytes() == kept


class LookingImporter(Importer):
    """Invented: takes any table and writes nothing."""

    kind = "looking_test"
    label = "Bảng bất kỳ"
    action = "capital.import"

    def read(self, book, params, unit):
        return Reading([], [], {"read": sum(len(sheet.rows) for sheet in book.sheets)})

    def apply(self, batch, user):
        return {}


@pytest.mark.django_db
def test_the_file_as_sent_is_kept_whatever_it_is(files, people, units, monkeypatch):
    monkeypatch.setattr(runner, "ring", lambda job_id: None)
    monkeypatch.setitem(imports.IMPORTERS, "looking_test", LookingImporter())
    for path in random.Random(SEED + 1).sample(files, WITH_JOB):
        batch = receive(
            "looking_test",
            name=path.name,
            content=path.read_bytes(),
            content_type="",
            user=people.standing,
            unit=units.province,
            params={},
        )
        runner.run(Job.objects.get(key=f"read-batch-{batch.pk}").pk)
        batch = Batch.objects.get(pk=batch.pk)
        assert batch.state in (BatchState.PREVIEW, BatchState.REFUSED), (SEED, path.name)
        assert batch.file.file.read() == path.read_bytes()
        assert bool(batch.errors) is (batch.state == BatchState.REFUSED)
