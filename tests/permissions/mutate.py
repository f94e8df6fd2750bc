"""The negative control: each guard of the code is taken away in turn, and a check must see it.

`python -m tests.permissions.mutate` (or `make mutants`). Nothing is written to disk: every guard
is compiled with a switch beside it, `(rows.all() if off(7) else rows.for_user(user))`, into the
functions as they stand in memory. A first round without any switch notes which checks meet which
guard; then each guard is switched off and only those checks run, until one complains.

What no check notices is put before the tests of COUNTED: figures and annexes, which hold no
words of others.

The world is built once, in memory, and every process of the run is a fork of it.
`--only PATH` takes away the guards of the files whose path begins so.
"""

import argparse
import ast
import csv
import gc
import logging
import sys
import types
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from time import monotonic, process_time

from .write import prepared_world  # isort: skip - sets Django up

import pytest
from django.db.models import Q

from tests.sources import SOURCES, short

from .checks import Cell, Listing, Offer, listings, offers, table
from .forks import forked, keep_in_memory
from .matrix import FORBIDDEN, NOT_DONE, NOT_FOUND, all_rows, door_of
from .roles import COLUMNS

SWITCH, Q_NAME = "_is_guard_off", "_Q"
# A call -> what stands there when the guard is gone.
CALLS = {"can": "True", "require": "None", "covers": "True", "published_or_mine": f"{Q_NAME}()"}
METHODS = {
    "for_user": "all",
    "addressed_to": "all",
    "seen_by": "all",
    "reading_grants": "current_grants",
}
# Here each part of an `and` is a guard of its own.
RULES = ("organizations/permissions.py", "organizations/scoping.py")
# Guards that nothing can tell from their absence, each with the reason.
EQUIVALENT = Path(__file__).with_name("equivalent_guards.csv")
COUNTED = ["tests/test_counts.py"]


@dataclass(frozen=True)
class Guard:
    number: int
    path: str
    function: str
    line: int
    text: str

    @property
    def key(self):
        return f"{self.path} {self.function}: {self.text}"

    def __str__(self):
        return f"{self.path}:{self.line} {self.function}: {self.text}"


class Switches(ast.NodeTransformer):
    """Puts a switch beside each guard of one module."""

    def __init__(self, path, guards):
        self.path, self.guards, self.inside = path, guards, []

    def visit_FunctionDef(self, node):
        self.inside.append(node.name)
        self.generic_visit(node)
        self.inside.pop()
        return node

    def visit_Call(self, node):
        source = ast.unparse(node)
        self.generic_visit(node)
        without = self.without(node)
        return self.switched(node, without, source) if without and self.inside else node

    def without(self, node):
        """What stands there when the guard is gone, or None when the call is no guard."""
        if isinstance(node.func, ast.Name) and node.func.id in CALLS:
            return ast.parse(CALLS[node.func.id], mode="eval").body
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            other = ast.Attribute(node.func.value, METHODS[node.func.attr], ast.Load())
            return ast.Call(other, [], [])
        return None

    def visit_BoolOp(self, node):
        sources = [ast.unparse(value) for value in node.values]
        self.generic_visit(node)
        if self.path in RULES and isinstance(node.op, ast.And) and self.inside:
            pairs = zip(node.values, sources, strict=True)
            node.values = [self.switched(v, ast.Constant(True), s) for v, s in pairs]
        return node

    def switched(self, node, without, source):
        guard = Guard(len(self.guards), self.path, self.inside[-1], node.lineno, source[:90])
        self.guards.append(guard)
        test = ast.Call(ast.Name(SWITCH, ast.Load()), [ast.Constant(guard.number)], [])
        made = ast.IfExp(test, without, node)
        return ast.fix_missing_locations(ast.copy_location(made, node))


class Experiment:
    """Which guard is off now, and which ones have been met."""

    def __init__(self):
        self.guards, self.off, self.met = [], None, set()

    def __call__(self, number):
        self.met.add(number)
        return number == self.off

    def install(self):
        """The functions in memory get the code with switches; their modules get the switch."""
        for path in SOURCES:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            before = len(self.guards)
            tree = Switches(short(path), self.guards).visit(tree)
            if len(self.guards) > before:
                replace_functions(path, compile(tree, str(path), "exec"), self)
        return self


def replace_functions(path, code, switch):
    made = {(c.co_qualname, c.co_firstlineno): c for c in codes_in(code)}
    for function in list(gc.get_objects()):
        if not isinstance(function, types.FunctionType):
            continue
        old = function.__code__
        new = made.get((old.co_qualname, old.co_firstlineno))
        if new and Path(old.co_filename) == path and new.co_freevars == old.co_freevars:
            function.__globals__[SWITCH] = switch
            function.__globals__[Q_NAME] = Q
            function.__code__ = new


def codes_in(code):
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield inner
            yield from codes_in(inner)


# Fewer than the tests ask: some who are refused in each row, and some readers of each page.
REFUSED_IN_A_ROW = 3
# Seconds after which a guard is named in the run.
SLOW = 10
# One of every kind and address, and again some: a guard that these do not miss, none misses.
MOST_CHECKS = 200
LISTED_TO = ("district", "owner", "agency", "admin")
OFFERED_TO = ("district", "auditor", "clerk", "district_standing")


def checks():
    for row in all_rows():
        if row.relation != "missing" and not row.name.startswith("admin"):
            yield from cells_of_a_row(row)
    yield from (listing for listing in listings() if listing.column.key in LISTED_TO)
    offered = [offer for offer in offers() if offer.column.key in OFFERED_TO]
    # Two of the four in turn: each page is drawn, and each of its links followed.
    for place, offer in enumerate(offered):
        if (place + place // len(OFFERED_TO)) % 2 == 0:
            yield offer


def cells_of_a_row(row):
    """Cells of those who are refused; in the rows of one address not always the same people.

    Of a form with somebody else's thing in a field all of them: it is taken, and nothing written.
    """
    answers = table().get(row.key, {})
    is_form = row.method == "POST" and door_of(row) is not None
    words = (FORBIDDEN, NOT_FOUND, NOT_DONE) if is_form else (FORBIDDEN, NOT_FOUND)
    refused = [c for c in COLUMNS[1:] if answers.get(c.key) in words]
    most = len(refused) if is_form else min(REFUSED_IN_A_ROW, len(refused))
    start = len(row.state) + len(row.relation)
    for place in range(most):
        step = place * max(1, len(refused) // most)
        yield Cell(row, refused[(start + step) % len(refused)])


def thinned(found, most=8):
    """Of the checks that meet a guard, some of each kind and address: enough to see it gone."""
    by_place = defaultdict(list)
    for check in found:
        name = getattr(check, "name", None) or check.row.name
        by_place[type(check), name].append(check)
    groups = [group[:: max(1, len(group) // most)] for group in by_place.values()]
    # The cheap ones first, one address after the other.
    groups.sort(key=lambda group: (Cell, Listing, Offer).index(type(group[0])))
    found = [check for turn in zip_longest(*groups) for check in turn if check]
    return found[:MOST_CHECKS]


class Laboratory:
    """What every fork knows: the world, the guards with their switch, the checks."""

    def __init__(self, asker):
        self.asker, self.experiment = asker, Experiment().install()
        self.checks, self.meets = list(checks()), defaultdict(list)

    def meet(self, check):
        """(complaints, guards met) of one check of the code as it is.

        Links followed before are not followed again: a guard that is gone refuses nobody.
        """
        self.experiment.met.clear()
        wrong = check.complaints(self.asker)
        return wrong, frozenset(self.experiment.met)

    def note_meetings(self):
        faults = []
        answers = forked(self.meet, self.checks, 16)
        for check, (wrong, met) in zip(self.checks, answers, strict=True):
            faults += wrong
            for number in met:
                self.meets[number].append(check)
        assert not faults, "without any change:\n" + "\n".join(faults)

    def is_noticed(self, guard):
        """(does a check complain once the guard is gone, seconds of the processor)."""
        self.experiment.off = guard.number
        self.asker.refusals.clear()
        start = process_time()
        found = any(check.complaints(self.asker) for check in thinned(self.meets[guard.number]))
        self.experiment.off = None
        return found, process_time() - start


class TakenAway:
    """Has pytest run each test with all guards, and then without each guard that it met.

    Once a test has failed without a guard, no other need run without it.
    """

    def __init__(self, experiment, survivors):
        self.experiment, self.noticed, self.met = experiment, set(), {}
        self.numbers = [None, *(guard.number for guard in survivors)]

    def pytest_generate_tests(self, metafunc):
        metafunc.fixturenames.append("taken_away")
        metafunc.parametrize("taken_away", self.numbers)

    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: off_in(item) is not None)

    def pytest_runtest_protocol(self, item):
        number = off_in(item)
        is_told = number in self.noticed or number not in self.met.get(name_of(item), ())
        return True if number is not None and is_told else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        self.experiment.off = off_in(item)
        self.experiment.met.clear()
        try:
            return (yield)
        finally:
            self.experiment.off = None
            self.met.setdefault(name_of(item), frozenset(self.experiment.met))

    def pytest_runtest_makereport(self, item, call):
        if call.excinfo:
            self.noticed.add(off_in(item))


def off_in(item):
    return item.callspec.params["taken_away"]


def name_of(item):
    """The same for a test whatever guard is off."""
    given = item.callspec.params.items()
    said = [value for name, value in given if name != "taken_away"]
    return item.nodeid.partition("[")[0], str(said)


def still_unnoticed(experiment, survivors):
    """Those that the tests of figures do not notice either."""
    if not survivors:
        return []
    plugin = TakenAway(experiment, survivors)
    pytest.main(["-q", "--tb=no", "--no-summary", "-p", "no:cacheprovider", *COUNTED], [plugin])
    assert plugin.met and None not in plugin.noticed, "these tests fail without any change"
    return [guard for guard in survivors if guard.number not in plugin.noticed]


def run(lab, only=""):
    """(guards taken away, survivors)."""
    start = monotonic()
    lab.note_meetings()
    guards = [guard for guard in lab.experiment.guards if guard.path.startswith(only)]
    say(f"{len(guards)} guards, {len(lab.checks)} checks, {monotonic() - start:.0f} s")
    answers = forked(lab.is_noticed, guards)
    survivors = []
    for guard, (is_noticed, seconds) in zip(guards, answers, strict=True):
        if not is_noticed:
            survivors.append(guard)
        if not is_noticed or seconds > SLOW:
            say(f"{'noticed' if is_noticed else 'unnoticed'}: {guard}, {seconds:.0f} s")
    return guards, survivors


def say(words):
    print(words, file=sys.stderr, flush=True)


def equivalents():
    """{key of a guard: why nothing tells it from its absence}."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {line["guard"]: line["reason"] for line in csv.DictReader(file)}


def report(guards, survivors, unmet, seconds):
    """What must not be: survivors without a reason, and reasons without a survivor."""
    known = equivalents()
    print(f"{len(guards)} guards taken away, {len(survivors)} unnoticed, {seconds:.0f} s")
    for guard in survivors:
        why = known.get(guard.key) or ("no check meets it" if guard in unmet else "SURVIVES")
        print(f"  {guard}  -- {why}")
    keys = {guard.key for guard in survivors}
    idle = [guard for guard in guards if guard.key in known and guard.key not in keys]
    for guard in idle:
        print(f"  {guard}  -- is noticed: take it out of {EQUIVALENT.name}")
    return [guard for guard in survivors if guard.key not in known] + idle


def main():
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    start = monotonic()
    keep_in_memory()
    with prepared_world() as asker:
        lab = Laboratory(asker)
        guards, survivors = run(lab, parser.parse_args().only)
    survivors = still_unnoticed(lab.experiment, survivors)
    unmet = {guard for guard in survivors if not lab.meets[guard.number]}
    return 1 if report(guards, survivors, unmet, monotonic() - start) else 0


if __name__ == "__main__":
    sys.exit(main())
