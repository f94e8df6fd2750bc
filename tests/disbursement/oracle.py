"""The books in plain Python: lists, sums, and the rules said once more in the simplest way."""

from dataclasses import dataclass, replace
from datetime import date

LAST = {year: date(year + 1, 1, 31) for year in (2022, 2023, 2024)}
FIRST = {year: date(year - 1, 11, 1) for year in (2022, 2023, 2024)}


@dataclass(frozen=True)
class Row:
    """One entry or payment; `line` is (plan year, source, origin year, moment)."""

    kind: str
    place: str
    line: tuple
    day: date
    amount: int
    act: int
    is_project: bool = True
    is_reported: bool = False

    @property
    def year(self):
        return self.line[0]

    @property
    def stock(self):
        return (*self.line[:3],)


class Books:
    """`parents` is the tree of units, `homes` the unit of each project."""

    def __init__(self, parents, homes):
        self.parents, self.homes = parents, homes
        self.entries, self.payments = [], []
        self.closed, self.reversed = set(), set()

    # Sums

    def line_sum(self, rows, project, line, day=date.max):
        return sum(r.amount for r in rows if r.place == project and r.line == line and r.day <= day)

    def path(self, unit):
        out = []
        while unit:
            out.append(unit)
            unit = self.parents.get(unit)
        return out

    def rungs(self, entries, stock):
        """{unit: rows} of what units were assigned; recovered money is no assignment."""
        out = {}
        for r in entries:
            if not r.is_project and r.stock == stock and r.kind != "recovered":
                out.setdefault(r.place, []).append(r)
        return out

    def inside(self, row, unit):
        return row.is_project and unit in self.path(self.homes[row.place])

    # Rules

    def allows(self, entries=(), payments=(), today=date.max, is_reversal=False):
        """Whether rows may be added, by adding them and looking at every day."""
        for row in (*entries, *payments):
            if row.year in self.closed or row.day > today or not row.amount:
                return False
            if not is_reversal and not FIRST[row.year] <= row.day <= LAST[row.year]:
                return False
        return self.lines_hold(entries, payments) and self.chain_holds(entries)

    def lines_hold(self, entries, payments):
        touched = {(r.place, r.line) for r in (*entries, *payments) if r.is_project}
        for project, line in touched:
            for day in self.days(entries, payments):
                old = self.left(self.entries, self.payments, project, line, day)
                new = self.left(
                    [*self.entries, *entries], [*self.payments, *payments], project, line, day
                )
                if new < 0 and new < old:
                    return False
        return True

    def left(self, entries, payments, project, line, day):
        planned = [r for r in entries if r.is_project]
        return self.line_sum(planned, project, line, day) - self.line_sum(
            payments, project, line, day
        )

    def chain_holds(self, entries):
        after = [*self.entries, *entries]
        for stock in {r.stock for r in entries if r.kind != "recovered"}:
            rungs_now, rungs_new = self.rungs(self.entries, stock), self.rungs(after, stock)
            for unit, rows in rungs_new.items():
                first = min(r.day for r in rows)
                begun = min((r.day for r in rungs_now.get(unit, ())), default=date.max)
                for day in self.days(entries, ()):
                    if day < first:
                        continue
                    for shared in (self.children, self.projects):
                        new = total(rows, day) - shared(after, rungs_new, unit, stock, day)
                        old = total(rungs_now.get(unit, ()), day) - shared(
                            self.entries, rungs_now, unit, stock, day
                        )
                        if new < 0 and (new < old or day < begun):
                            return False
        return True

    def children(self, entries, rungs, unit, stock, day):
        return sum(total(r, day) for u, r in rungs.items() if self.parents.get(u) == unit)

    def projects(self, entries, rungs, unit, stock, day):
        rows = [r for r in entries if r.stock == stock and self.inside(r, unit)]
        return total(rows, day)

    def days(self, entries, payments):
        rows = (*self.entries, *self.payments, *entries, *payments)
        return sorted({r.day for r in rows})

    # Rows of acts

    def moved_rungs(self, units, stock, kind, amount, line, day, act):
        held = self.rungs(self.entries, stock)
        return [
            Row(kind, unit, line, day, amount, act, is_project=False)
            for unit in units
            if unit in held
        ]

    def reversal(self, row, act):
        return replace(row, amount=-row.amount, act=act)


def total(rows, day):
    return sum(r.amount for r in rows if r.day <= day)
