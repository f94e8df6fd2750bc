"""Rows of the envelope table: places that open in place, the works of the places that are open."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.http import QueryDict
from django.urls import reverse

from core.money import MILLION, format_amount

from .envelope import Node, Tree, walk
from .figures import Figure, grouped
from .models import Project
from .rows import Part, Where

# Works shown under an open place; all of them are on its own page.
WORKS = 30
FAR_BEHIND = 10
PARTS = (Part.PLANNED, Part.CARRIED, Part.TO_SPEND, Part.PAID)


@dataclass(frozen=True)
class Line:
    """One row: a place, its own works together, or one of the works."""

    name: str
    url: str
    figure: Figure
    rate: Decimal | None
    note: str = ""
    tone: str = ""
    level: int = 0
    pk: int | None = None
    toggle: str = ""
    is_open: bool = False
    short: int | None = None
    assigned: int | None = None
    allotted: int | None = None
    allotted_rate: Decimal | None = None
    sources: dict[str, str] = field(default_factory=dict)
    more: int = 0

    @property
    def is_zero(self):
        return bool(self.figure.to_spend) and self.figure.paid == 0


def opened_in(query) -> set[int]:
    """Places that stand open, as the address lists them."""
    parts = query.get("mo", "")[:4_000].split("-")
    return {int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10}


class Lines:
    """Lays a tree out as rows; `query` is the address to keep, `readable` the units to link to."""

    def __init__(self, tree: Tree, query: QueryDict, readable: set[int], opened: set[int]):
        self.tree, self.readable, self.opened = tree, readable, opened
        self.query = query.copy()
        for name in ("page", "mo", "tep"):
            self.query.pop(name, None)
        self.share = tree.root.figure.rate(tree.over)
        self.works = self._works()

    def rows(self) -> list[Line]:
        return [self.place(self.tree.root, 0), *self._under(self.tree.root, 1)]

    def places(self) -> list[Line]:
        """Only the first level, as the finding names them."""
        return [row for row in self.rows() if row.level == 1]

    def _under(self, node: Node, level: int) -> list[Line]:
        out: list[Line] = []
        for child in sorted(node.children, key=self._order):
            out.append(self.place(child, level))
            if child.unit.pk in self.opened:
                out += self._inside(child, level + 1)
        if node.own and node.children:
            out.append(self._own(node, level))
        return out

    def _inside(self, node: Node, level: int) -> list[Line]:
        return self._under(node, level) if node.children else self._works_of(node, level)

    def _order(self, node: Node):
        found = node.figure.rate(self.tree.over)
        return (found is None, found or 0, node.unit.sort_key)

    def place(self, node: Node, level: int) -> Line:
        pk, is_root = node.unit.pk, level == 0
        given = {"assigned": node.assigned, "allotted": node.allotted}
        line = self.line(node.unit.name, self.page_of(pk), node.figure, level)
        can_open = not is_root and bool(node.children or node.own)
        return replace(
            line,
            **given,
            allotted_rate=node.allotted_rate,
            pk=pk,
            toggle=self.toggle(pk) if can_open else "",
            is_open=pk in self.opened,
            sources=self.sources(replace(self.tree.where, unit=node.unit), node.figure, given),
        )

    def _own(self, node: Node, level: int) -> Line:
        is_root = node.unit.pk == self.tree.root.unit.pk
        url = "#cong-trinh" if is_root else self.page_of(node.unit.pk, "#cong-trinh")
        where = replace(self.tree.where, unit=node.unit, is_own=True)
        name = f"{node.unit.name}, công trình trực tiếp"
        line = self.line(name, url, node.own, level)
        return replace(line, sources=self.sources(where, node.own))

    def line(self, name, url, figure, level) -> Line:
        found, short, tone = figure.rate(self.tree.over), None, ""
        if found is not None and self.share is not None and found < self.share:
            whole, part = figure.whole(self.tree.over), figure.part(self.tree.over)
            short = int(whole * self.share / 100) - part
            tone = "bad" if found <= self.share - FAR_BEHIND else ""
        return Line(name, url, figure, found, level=level, short=short, tone=tone)

    def page_of(self, pk: int, anchor: str = "") -> str:
        if pk == self.tree.root.unit.pk or pk not in self.readable:
            return ""
        query = self.query.urlencode()
        return reverse("disbursement:unit", args=[pk]) + (f"?{query}" if query else "") + anchor

    def toggle(self, pk: int) -> str:
        """The same page with this place opened, or closed again; it works without script."""
        query, opened = self.query.copy(), self.opened ^ {pk}
        if opened:
            query["mo"] = "-".join(map(str, sorted(opened)))
        return f"?{query.urlencode()}#dv-{pk}"

    def sources(self, where: Where, figure: Figure, given=None) -> dict[str, str]:
        """{part: address of its rows} of what is known; a figure cut to a rung has none here."""
        out = {part.value: where.url(part) for part in PARTS if getattr(figure, part) is not None}
        if given and given["assigned"] is not None:
            out["assigned"] = where.url(Part.ASSIGNED)
        return out

    def _works(self) -> dict[int, list[tuple[int, Figure]]]:
        """{place: [(works, figure)] lowest rate first} of the open places without places below."""
        nodes = [n for n in walk(self.tree.root) if n.unit.pk in self.opened and not n.children]
        leaves = [node.unit.pk for node in nodes]
        if not leaves:
            return {}
        figures = grouped(self.tree.books.where(project__unit__in=leaves), "project")
        places = dict(
            Project.objects.filter(unit__in=leaves, pk__in=figures).values_list("pk", "unit")
        )
        out: dict[int, list] = {}
        for key, figure in figures.items():
            out.setdefault(places[key], []).append((key, figure))
        for works in out.values():
            works.sort(key=lambda pair: by_rate(pair[1].rate(self.tree.over), pair[0]))
        return out

    def _works_of(self, node: Node, level: int) -> list[Line]:
        works = self.works.get(node.unit.pk, [])
        named = self.named
        lines = [self.work(named[key], node, figure, level) for key, figure in works[:WORKS]]
        if len(works) > WORKS:
            url = self.page_of(node.unit.pk, "#cong-trinh")
            rest = Line("", url, Figure(), None, level=level, more=len(works), note=node.unit.label)
            lines.append(rest)
        return lines

    @property
    def named(self) -> dict[int, Project]:
        if not hasattr(self, "_named"):
            shown = [key for works in self.works.values() for key, _ in works[:WORKS]]
            self._named = Project.objects.in_bulk(shown)
        return self._named

    def work(self, project: Project, node: Node, figure: Figure, level: int) -> Line:
        url = reverse("disbursement:project", args=[project.pk])
        line = self.line(project.name, url, figure, level)
        where = replace(self.tree.where, unit=node.unit, project=project.pk)
        return replace(line, note=project.code, sources=self.sources(where, figure))


def by_rate(found: Decimal | None, *rest):
    return (found is None, found or 0, *rest)


def rounding_notes(rows: list[Line]) -> list[str]:
    """Where the rounded rows of the first level do not add up to the rounded total."""
    if len(rows) < 2:
        return []
    out = []
    for part in PARTS:
        lines = [getattr(row.figure, part) for row in rows[1:] if row.level == 1]
        added = sum(rounded(value) for value in lines)
        total = rounded(getattr(rows[0].figure, part))
        if lines and added != total:
            out.append(
                f"Cột {Part(part).label.lower()}: cộng các dòng đã làm tròn được "
                f"{format_amount(added * MILLION, 'triệu đồng')}, tổng là "
                f"{format_amount(total * MILLION, 'triệu đồng')}, chênh {abs(added - total)} "
                "do làm tròn."
            )
    return out


def rounded(amount: int | None) -> int:
    """Whole triệu đồng, half-up, as the page prints them."""
    return 0 if amount is None else (amount + MILLION // 2) // MILLION
