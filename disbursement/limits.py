"""How much the books can bear: plan against payments, rung against what lies below, at the end of
every day and not only at the last one."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from core.columns import MILLION, vietnamese_number
from core.transitions import InvalidTransition
from organizations.models import Unit, UnitParent, UnitScope
from organizations.models.units import valid_on

from .models import STOCK, VINTAGE, LedgerEntry, Payment

CHAIN_KEY = ("component__program", *STOCK)


class MoneyRefused(InvalidTransition):
    """An act that the books do not allow; `field` is the box of the form that can mend it."""

    def __init__(self, message, field="amount"):
        super().__init__(message)
        self.field = field


def millions(amount):
    """Exact: thousands with dots, đồng kept as decimals of a million."""
    return vietnamese_number(Decimal(amount) / MILLION)


def by_day(rows):
    """{day: sum in đồng} of a queryset of money."""
    totals = rows.order_by().values_list(rows.effective).annotate(total=Sum("amount"))
    return Counter(dict(totals))


@dataclass(frozen=True)
class Shortfall:
    """The day on which most is missing: what was left then, and what would be."""

    day: date
    before: int
    after: int


def shortfall(before, after, since=date.min, begun=date.min):
    """Where the change leaves less than nothing and less than there was; None when nowhere.

    Only from `since` on; before `begun` there was nothing that could have been short already.
    """
    worst, old, new = None, 0, 0
    for day in sorted({*before, *after}):
        old, new = old + before[day], new + after[day]
        is_worse = day >= since and new < 0 and (new < old or day < begun)
        if is_worse and (worst is None or new < worst.after):
            worst = Shortfall(day, old, new)
    return worst


def line_of(row):
    """Project × year × vintage: the money that a payment comes out of."""
    return (row.project_id, row.plan_year, *(getattr(row, name) for name in VINTAGE))


def line_lookup(line):
    return dict(zip(("project", "plan_year", *VINTAGE), line, strict=True))


def plan_of_line(line):
    return by_day(LedgerEntry.objects.filter(**line_lookup(line)))


def paid_of_line(line):
    return by_day(Payment.objects.filter(**line_lookup(line)))


def minus(plan, paid):
    """Counters keep what is below zero only this way."""
    out = Counter(plan)
    out.subtract(paid)
    return out


def plus(one, other):
    out = Counter(one)
    out.update(other)
    return out


class Tree:
    """Who stands directly above whom on a day."""

    def __init__(self, day):
        self.day = day
        self.parents = dict(UnitParent.objects.filter(valid_on(day)).values_list("unit", "parent"))

    def path(self, unit):
        """The unit and all above it, upwards."""
        out = []
        while unit is not None and unit not in out:
            out.append(unit)
            unit = self.parents.get(unit)
        return out

    def between(self, one, other):
        """(units from `one` up to, not including, the common unit above; the same of `other`)."""
        up, down = self.path(one), self.path(other)
        shared = set(up) & set(down)
        return [u for u in up if u not in shared], [u for u in down if u not in shared]


def chain_key(row):
    return (row.component.program_id, *(getattr(row, name) for name in STOCK))


class Chain:
    """One programme's stock in one plan year: the rungs of all units and the projects below."""

    def __init__(self, plan_year, key, tree):
        self.tree = tree
        rows = LedgerEntry.objects.for_year(plan_year)
        rows = rows.filter(**dict(zip(CHAIN_KEY, key, strict=True)))
        self.projects = rows.on_projects()
        self.rungs = defaultdict(Counter)
        rungs = rows.on_rungs().order_by().values_list("unit", "effective_on")
        for unit, day, total in rungs.annotate(total=Sum("amount")):
            self.rungs[unit][day] += total

    def refuse(self, rows):
        """`rows`: entries of this key about to be written. Each rung that feels them is weighed
        against the rungs directly below and against the projects inside."""
        changed = defaultdict(Counter)
        for row in rows:
            if row.project_id is None:
                changed[row.unit_id][row.effective_on] += row.amount
        after = {u: plus(self.rungs[u], changed[u]) for u in {*self.rungs, *changed}}
        felt = {u for row in rows for u in self.tree.path(row.unit_id)}
        for unit in sorted(felt & after.keys()):
            self._refuse_children(unit, after)
            self._refuse_projects(unit, after, rows)

    def _refuse_children(self, unit, after):
        old, new = Counter(self.rungs.get(unit, {})), Counter(after[unit])
        for child, above in self.tree.parents.items():
            if above == unit and child in after:
                old.subtract(self.rungs.get(child, {}))
                new.subtract(after[child])
        self._refuse(unit, old, new, after, "cho các đơn vị trực tiếp bên dưới")

    def _refuse_projects(self, unit, after, rows):
        inside = set(
            UnitScope.objects.tree(unit, self.tree.day).values_list("descendant", flat=True)
        )
        shared = by_day(self.projects.filter(project__unit__in=inside))
        more = Counter()
        for row in rows:
            if row.project_id and row.project.unit_id in inside:
                more[row.effective_on] += row.amount
        old = minus(self.rungs.get(unit, {}), shared)
        new = minus(minus(after[unit], shared), more)
        self._refuse(unit, old, new, after, "theo danh mục công trình")

    def _refuse(self, unit, old, new, after, below):
        # A rung that is only now begun, or begun earlier, has to hold what lies below it already.
        begun = min(self.rungs[unit]) if self.rungs.get(unit) else date.max
        found = shortfall(old, new, min(after[unit]), begun)
        if found is None:
            return
        name = Unit.objects.get(pk=unit)
        held = sum(total for day, total in after[unit].items() if day <= found.day)
        left = (
            "" if found.day < begun else f", trước khi ghi còn {millions(found.before)} triệu đồng"
        )
        raise MoneyRefused(
            f"Đến ngày {found.day:%d/%m/%Y}, vốn giao cho {name} là {millions(held)} triệu đồng, "
            f"giao tiếp {below} là {millions(held - found.after)} triệu đồng{left}; "
            f"vượt {millions(-found.after)} triệu đồng. Hãy giảm số tiền, hoặc ghi bổ sung vốn "
            f"cho {name} trước."
        )
