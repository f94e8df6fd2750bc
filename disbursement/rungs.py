"""More shared out than the rung above was given: told while a file is read, with the amounts."""

from collections import defaultdict

from organizations.models import Unit, UnitParent

from .import_reading import ancestors_of, millions
from .models import STOCK, LedgerEntry

KEY = ("component__program__code", *STOCK)
OF_PROJECTS = (
    "Vốn của các công trình ở {0} thành {1} triệu đồng, nhiều hơn {2} triệu đồng {3} được giao "
    "(vượt {4} triệu đồng)."
)
OF_UNITS = (
    "Vốn giao cho các đơn vị thuộc {0} thành {1} triệu đồng, nhiều hơn {2} triệu đồng {3} được "
    "giao (vượt {4} triệu đồng)."
)


class Rungs:
    """Collects what a file changes; `breaks` compares it with the ledger in a few statements."""

    def __init__(self, year):
        self.entries = LedgerEntry.objects.for_year(year)
        self.changes, self.first = defaultdict(int), {}

    def add(self, unit, program, row, change, where):
        key = (unit, program, *(row[name] for name in STOCK))
        self.changes[key] += change
        self.first.setdefault(key, where)

    def of_projects(self):
        """The works of a place against what that place and those above it were given."""
        assigned = self.entries.on_rungs().total_by("unit", *KEY)
        if not assigned:
            return
        shared = self.entries.on_projects().total_by("project__unit", *KEY)
        yield from self._told(assigned, self._upwards(shared), OF_PROJECTS)

    def of_units(self):
        """What units were given against their parent's money; the parent may be in the file."""
        assigned = defaultdict(int, self.entries.on_rungs().total_by("unit", *KEY))
        for key, change in self.changes.items():
            assigned[key] += change
        parents = dict(UnitParent.objects.values_list("unit", "parent"))
        shared, touched = defaultdict(int), {}
        for (unit, *key), total in assigned.items():
            above = (parents.get(unit), *key)
            shared[above] += total
            if (unit, *key) in self.first:
                touched.setdefault(above, self.first[unit, *key])
        yield from self._told(assigned, (shared, touched), OF_UNITS)

    def _upwards(self, shared):
        sums = defaultdict(int, self.changes)
        for key, total in shared.items():
            sums[key] += total
        above = ancestors_of({unit for unit, *_ in sums})
        out, touched = defaultdict(int), {}
        for (unit, *key), total in sums.items():
            for ancestor in above.get(unit, ()):
                out[ancestor, *key] += total
                if self.changes.get((unit, *key), 0) > 0:
                    touched.setdefault((ancestor, *key), self.first[unit, *key])
        return out, touched

    def _told(self, assigned, sums, words):
        """(where, message) of each rung that a row of the file pushes above what it has."""
        shared, touched = sums
        broken = {
            key: (shared[key], assigned[key])
            for key in touched
            if key in assigned and assigned[key] and shared[key] > assigned[key]
        }
        names = Unit.objects.in_bulk({unit for unit, *_ in broken})
        for key, (given, has) in broken.items():
            name = names[key[0]].label
            over = millions(given - has)
            yield touched[key], words.format(name, millions(given), millions(has), name, over)
