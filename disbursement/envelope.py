"""The envelope tree: a place with all below it, level by level: what it was given, what it shared
out, what was paid. Figures are read per unit, in a number of queries that no row adds to, and
folded in memory; works are read for the places that stand open, and only these."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from core.money import rate
from organizations.models import Unit, UnitKind, UnitParent, UnitScope
from organizations.models.units import valid_on

from .figures import OF_YEAR, Books, Denominator, Figure, add, grouped
from .models import Source
from .rows import Where

Pair = tuple[int | None, int | None]
NOTHING: Pair = (None, None)


@dataclass(frozen=True)
class Node:
    """A unit in the tree; `figure` holds all below, `own` the works directly at the unit."""

    unit: Unit
    figure: Figure
    own: Figure | None
    given: Pair = NOTHING
    children: list["Node"] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.figure == Figure() and self.given == NOTHING

    @property
    def assigned(self) -> int | None:
        """What the level above gave it, as the chain says."""
        return add(*self.given)

    @property
    def allotted(self) -> int | None:
        """What it has shared out of that: to units below (what the chain gave them, else what
        stands on their works) and to its own works. Money that the chain does not tell of for
        this unit is left out, or the share would compare unlike things."""
        if self.assigned is None:
            return None
        own = self.own or Figure()
        shares = [passed_on(child) for child in self.children] + [(own.planned, own.carried)]
        sums = [add(*(share[part] for share in shares)) for part in (0, 1)]
        told = [total for total, given in zip(sums, self.given, strict=True) if given is not None]
        return add(*told) or 0

    @property
    def allotted_rate(self) -> Decimal | None:
        return rate(self.allotted, self.assigned)


def passed_on(node: Node) -> Pair:
    stands = (node.figure.planned, node.figure.carried)
    pairs = zip(node.given, stands, strict=True)
    planned, carried = (stood if given is None else given for given, stood in pairs)
    return planned, carried


@dataclass(frozen=True)
class Tree:
    """One place with all below it, over one named denominator."""

    root: Node
    where: Where
    over: str
    books: Books


def tree_of(where: Where, user: Any, over: str = Denominator.WITH_CARRY) -> Tree:
    """Of what the person may read: five queries, whatever the number of rows."""
    whole = where.open(user)
    books = whole.of_unit(where.unit)
    inside = list(
        UnitScope.objects.tree(where.unit, books.tree_day).values_list("descendant", flat=True)
    )
    figures = grouped(books, "unit")
    given = given_by_unit(whole, inside)
    root = node_of(where.unit, below(where.unit, inside, books), figures, given)
    if over in (Denominator.PROVINCE, Denominator.PM):
        root = with_rungs(root, whole, books, over)
    return Tree(root, where, over, books)


def below(unit: Unit, inside: list[int], books: Books) -> dict[int | None, list[Unit]]:
    """{parent: units directly under it} within the tree of the day."""
    parents = dict(
        UnitParent.objects.filter(valid_on(books.tree_day), unit__in=inside).values_list(
            "unit", "parent"
        )
    )
    out: dict[int | None, list[Unit]] = defaultdict(list)
    for found in Unit.objects.filter(pk__in=inside).exclude(pk=unit.pk):
        out[parents.get(found.pk)].append(found)
    return out


def given_by_unit(whole: Books, inside: list[int]) -> dict[int, Pair]:
    """{unit: (of the year, carried in)} of the chain's rows."""
    out: dict[int, Pair] = {}
    sums = whole.chain.filter(unit__in=inside).total_by("unit", "origin_year")
    for (unit, origin), total in sums.items():
        planned, carried = out.get(unit, NOTHING)
        is_carried = origin < whole.plan_year
        out[unit] = (planned, add(carried, total)) if is_carried else (add(planned, total), carried)
    return out


def node_of(unit: Unit, under: Any, figures: dict[int, Figure], given: dict[int, Pair]) -> Node:
    children = [node_of(child, under, figures, given) for child in under[unit.pk]]
    children = [child for child in children if not child.is_empty]
    own = figures.get(unit.pk)
    figure = sum((child.figure for child in children), own or Figure())
    pair = given.get(unit.pk, NOTHING)
    return Node(unit, replace(figure, assigned=add(*pair)), own, pair, children)


def with_rungs(root: Node, whole: Books, books: Books, over: str) -> Node:
    """What the province gave its units, or the Prime Minister the province: each stands on the
    rung it was given to and nowhere below."""
    is_province = root.unit.kind == UnitKind.PROVINCE
    if over == Denominator.PM:
        return pm_rung(root, whole, books) if is_province else root
    if not is_province:
        above = root.unit.parent_on(books.tree_day)
        is_next = above is not None and above.kind == UnitKind.PROVINCE
        return with_figure(root, by_province=root.assigned) if is_next else root
    children = [with_figure(child, by_province=child.assigned) for child in root.children]
    given = add(*(child.assigned for child in children))
    return replace(with_figure(root, by_province=given), children=children)


def pm_rung(root: Node, whole: Books, books: Books) -> Node:
    """Central money of the year, and what was paid out of it."""
    central = {"source": Source.CENTRAL, "origin_year": whole.plan_year}
    given = whole.chain.filter(OF_YEAR, unit=root.unit, source=Source.CENTRAL).total()
    paid = books.of_money(**central).total().paid
    return with_figure(root, by_pm=given, paid_of_pm=paid)


def with_figure(node: Node, **values: Any) -> Node:
    return replace(node, figure=replace(node.figure, **values))


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)
