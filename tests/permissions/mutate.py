"""The negative control: each guard of the code is taken away in turn, and a check must see it.

`python -m tests.permissions.mutate` (or `make mutants`). Nothing is written to disk: every guard
is compiled with a switch beside it, `(rows.all() if off(7) else rows.for_user(user))`, into the
functions as they stand in memory. A first round without any switch notes which checks meet which
guard; then each guard is switched off and only those checks run, until one complains.
"""

import ast
import gc
import logging
import sys
import types
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from time import monotonic

from .write import prepared_world  # isort: skip - sets Django up

from django.db.models import Q

from tests.sources import SOURCES, short

from .checks import Cell, listings, offers, table
from .matrix import FORBIDDEN, NOT_FOUND, all_rows
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
EQUIVALENT: dict[str, str] = {}


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
LISTED_TO = ("district", "owner", "agency", "admin")
OFFERED_TO = ("district", "auditor", "clerk", "district_standing")


def checks():
    for row in all_rows():
        if row.relation != "missing" and not row.name.startswith("admin"):
            yield from cells_of_a_row(row)
    yield from (listing for listing in listings() if listing.column.key in LISTED_TO)
    yield from (offer for offer in offers() if offer.column.key in OFFERED_TO)


def cells_of_a_row(row):
    """Cells of those who are refused; in the rows of one address not always the same people."""
    answers = table().get(row.key, {})
    refused = [c for c in COLUMNS[1:] if answers.get(c.key) in (FORBIDDEN, NOT_FOUND)]
    start = len(row.state) + len(row.relation)
    for place in range(min(REFUSED_IN_A_ROW, len(refused))):
        step = place * max(1, len(refused) // REFUSED_IN_A_ROW)
        yield Cell(row, refused[(start + step) % len(refused)])


def thinned(found, most=8):
    """Of the checks that meet a guard, some of each address: enough to see it gone."""
    by_place = defaultdict(list)
    for check in found:
        by_place[getattr(check, "name", None) or check.row.name].append(check)
    groups = [group[:: max(1, len(group) // most)] for group in by_place.values()]
    # The cheap ones first, one address after the other.
    return [check for turn in zip_longest(*groups) for check in turn if check]


def run(asker):
    """(guards, survivors, guards that no check meets)."""
    experiment = Experiment().install()
    meets = defaultdict(list)
    for check in checks():
        experiment.met.clear()
        wrong = check.complaints(asker)
        assert not wrong, f"without any change: {wrong}"
        for number in experiment.met:
            meets[number].append(check)
    print(f"{len(experiment.guards)} guards, {len(meets)} met", file=sys.stderr, flush=True)
    survivors = []
    for guard in experiment.guards:
        experiment.off = guard.number
        if not any(check.complaints(asker) for check in thinned(meets[guard.number])):
            survivors.append(guard)
            print(f"unnoticed: {guard}", file=sys.stderr, flush=True)
        experiment.off = None
    unmet = {guard for guard in survivors if not meets[guard.number]}
    return experiment.guards, survivors, unmet


def report(guards, survivors, unmet, seconds):
    known = [guard for guard in survivors if guard.key in EQUIVALENT]
    print(f"{len(guards)} guards taken away, {len(survivors)} unnoticed, {seconds:.0f} s")
    for guard in survivors:
        why = EQUIVALENT.get(guard.key) or ("no check meets it" if guard in unmet else "SURVIVES")
        print(f"  {guard}  -- {why}")
    return [guard for guard in survivors if guard not in known]


def main():
    logging.disable(logging.CRITICAL)
    start = monotonic()
    with prepared_world() as asker:
        left = report(*run(asker), monotonic() - start)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
