"""The bench judges as it says, and in its small size the portal keeps its ratios."""

import json
import subprocess
import sys

import pytest

from bench.racing import Goal, race, table
from tests.sources import ROOT


def goal(measured, **facts):
    return Goal("P1", "trang", "nền", measured, 2.0, **facts)


@pytest.mark.parametrize(
    ("measured", "at_least", "ok"),
    [
        *((1.99, False, True), (2.0, False, True), (2.01, False, False)),
        *((1.99, True, False), (2.0, True, True), (2.01, True, True)),
    ],
)
def test_a_lost_ratio_is_told(measured, at_least, ok):
    assert goal(measured, at_least=at_least).ok is ok


def test_slack_loosens_ratios_but_never_counts():
    assert goal(2.9).loosened(1.5).ok and not goal(3.1).loosened(1.5).ok
    assert goal(1.4, at_least=True).loosened(1.5).ok
    assert not goal(2.9, is_exact=True).loosened(1.5).ok


def test_everybody_runs_in_turn_with_another_number_each_time():
    calls = []
    medians = race(
        {name: lambda turn, name=name: calls.append((name, turn)) for name in ("a", "b")}, 3
    )
    assert calls == [(name, turn) for turn in range(4) for name in ("a", "b")]
    assert set(medians) == {"a", "b"}


def test_the_table_marks_what_was_lost():
    rows = [{"database": "sqlite", **g.as_row()} for g in (goal(1), goal(3))]
    marks = [line[0] for line in table(rows).splitlines()[1:]]
    assert marks == ["✓", "✗"]


@pytest.mark.load
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_portal_keeps_its_ratios(database):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--small", "--database", database],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {row["name"] for row in report["goals"]} >= {"P2", "P3", "P5", "P10", "P13"}
