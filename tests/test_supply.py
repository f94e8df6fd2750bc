"""The audit never takes silence for safety; the lock knows for which machine it was made."""

import json
import subprocess
import sys

import pytest

from tests.sources import ROOT

CLEAN = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found"}


def verdict(tmp_path, answer):
    given, complaints = tmp_path / "answer.json", tmp_path / "answer.err"
    if answer is not None:
        given.write_text(answer, encoding="utf-8")
    complaints.write_text("No known vulnerabilities found\nConnectionError\n", encoding="utf-8")
    command = [sys.executable, "bin/audit_verdict.py", str(given), str(complaints)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([CLEAN], 0, "không có lỗ hổng"),
        ([CLEAN, WEAK], 1, "CVE-1"),
        ([CLEAN, WEAK, SKIPPED], 1, "CVE-1"),
        ([CLEAN, SKIPPED], 2, "KHÔNG HỎI ĐƯỢC"),
        ([], 2, "KHÔNG HỎI ĐƯỢC"),
    ],
)
def test_the_verdict_follows_the_answer(tmp_path, packages, code, words):
    done = verdict(tmp_path, json.dumps({"dependencies": packages}))
    assert done.returncode == code and words in done.stdout


@pytest.mark.parametrize("answer", [None, "", "not json", "[]", "{}"])
def test_no_answer_is_not_a_clean_one(tmp_path, answer):
    done = verdict(tmp_path, answer)
    assert done.returncode == 2
    assert "No known vulnerabilities" not in done.stdout + done.stderr


def test_the_lock_names_its_machine_and_the_pins_it_was_made_from():
    command = [sys.executable, "bin/lock_line.py"]
    line = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    first = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()[0]
    # Made on one Python; wherever it runs, the pins must be the present ones: else `make lock`.
    assert first.split()[-1] == line.split()[-1]
    assert len(first.split()) == len(line.split()) == 5
