"""The judge of the mutants: what it takes for a guard, and what it lets pass."""

import ast
import csv

import pytest

from tests.sources import SOURCES, short

from . import mutate
from .checks import Cell, Listing
from .mutate import Guard, Switches, equivalents, report, thinned
from .roles import COLUMNS

GUARD = Guard(0, "rooms/views.py", "page", 7, "can(user, 'plan.import')")


def guards_of(source, path="rooms/views.py"):
    found = []
    Switches(path, found).visit(ast.parse(source))
    return [guard.text for guard in found]


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """listed(key, reason) writes the file of equivalent guards."""
    path = tmp_path / "equivalent_guards.csv"
    monkeypatch.setattr(mutate, "EQUIVALENT", path)

    def write(*lines):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("guard", "reason"), *lines])

    write()
    return write


def test_scopes_and_permissions_are_guards_and_nothing_else():
    source = """
def page(request):
    require(request.user, "plan.import")
    rows = Row.objects.for_user(request.user).filter(pk=1)
    return rows if can(request.user, "plan.edit") else rows.all()
"""
    assert guards_of(source) == [
        "require(request.user, 'plan.import')",
        "Row.objects.for_user(request.user)",
        "can(request.user, 'plan.edit')",
    ]
    rule = "def is_open(grant):\n    return grant.role == 'head' and grant.is_near"
    assert guards_of(rule) == []
    assert guards_of(rule, mutate.RULES[0]) == ["grant.role == 'head'", "grant.is_near"]


def test_a_survivor_without_a_reason_fails_the_run(listed, capsys):
    assert report([GUARD], [GUARD], set(), 1) == [GUARD]
    assert report([GUARD], [], set(), 1) == []
    listed((GUARD.key, "the page is asked for by nobody else"))
    assert report([GUARD], [GUARD], set(), 1) == []
    assert "asked for by nobody else" in capsys.readouterr().out


def test_a_reason_for_a_guard_that_is_noticed_fails_the_run(listed):
    listed((GUARD.key, "nothing can tell"))
    assert report([GUARD], [], set(), 1) == [GUARD]


def test_each_kind_of_check_of_an_address_is_kept():
    """A list and the cells of the same address see different guards of it."""
    lists = [Listing("rooms:list", "", column) for column in COLUMNS]
    row = next(cell.row for cell in mutate.checks() if isinstance(cell, Cell))
    cells = [Cell(row, column) for column in COLUMNS]
    found = thinned([*lists, *cells])
    assert {type(check) for check in found} == {Cell, Listing}
    assert isinstance(found[0], Cell)


def test_reasons_stand_beside_guards_that_exist():
    found = []
    for path in SOURCES:
        Switches(short(path), found).visit(ast.parse(path.read_text(encoding="utf-8")))
    assert len(found) > 150
    assert set(equivalents()) <= {guard.key for guard in found}
    assert all(len(reason) > 20 for reason in equivalents().values())
