import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]


def run(*args):
    return subprocess.run(
        [sys.executable, "manage.py", "parse_deadline", *args],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_json_on_stdout(capsys):
    call_command(
        "parse_deadline", "Quý I hằng năm", "--plan-from", "2021-01-01", "--plan-to", "2022-12-31"
    )
    found = json.loads(capsys.readouterr().out)
    assert found["occurrences"] == ["2021-03-31", "2022-03-31"]
    assert set(found) == {"text", "kind", "parts", "occurrences", "explanation", "doubts"}


def test_unreadable_text_is_an_answer(capsys):
    call_command("parse_deadline", "xyz")
    assert json.loads(capsys.readouterr().out)["kind"] == "UNKNOWN"


@pytest.mark.parametrize(
    "span",
    [
        ["--plan-from", "2021-01-01"],
        ["--plan-from", "2022-01-02", "--plan-to", "2022-01-01"],
    ],
)
def test_a_wrong_span_is_a_usage_error(span):
    with pytest.raises(CommandError) as refused:
        call_command("parse_deadline", "Quý I hằng năm", *span)
    assert refused.value.returncode == 2


def test_exit_codes_of_the_real_command():
    assert run("").returncode == 0
    refused = run("Quý I hằng năm", "--plan-from", "01/01/2021")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--plan-from" in refused.stderr
