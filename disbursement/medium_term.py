"""The ceiling of several years: what yearly plans may add up to, and what is left of it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from organizations.models import UnitScope, Via

from .limits import MoneyRefused, millions
from .models import LedgerEntry, MediumTermEntry, Nature, Source

MANY = 5000
ENVELOPE = ("unit", "program", "project", "source", "nature", "first_year", "last_year")


@dataclass(frozen=True)
class Envelope:
    """Sums in đồng: the ceiling, and this year's own money of each year (not carried)."""

    unit: int
    program: int
    project: int | None
    source: str
    nature: str
    first_year: int
    last_year: int
    amount: int
    by_project: dict[int, int]
    by_rung: dict[int, int]

    @property
    def by_year(self) -> dict[int, int]:
        return self.by_project | self.by_rung

    @property
    def given(self) -> int:
        return sum(self.by_year.values())

    def money_words(self) -> str:
        source = Source(self.source).label if self.source else "mọi nguồn"
        nature = Nature(self.nature).label.lower() if self.nature else "đầu tư và sự nghiệp"
        return f"{source}, {nature}"

    def feels(self, row) -> bool:
        """A unit's year is told by its own rung where there is one, else by its projects."""
        if self.project:
            return True
        if row.project_id is None:
            return row.unit_id == self.unit
        return row.plan_year not in self.by_rung

    @property
    def left(self) -> int:
        return self.amount - self.given

    @property
    def years(self) -> list[tuple[int, int | None]]:
        return [(y, self.by_year.get(y)) for y in range(self.first_year, self.last_year + 1)]


def envelopes(rows, as_of=None):
    """Each ceiling of the rows with what the years have taken of it."""
    return measured(ceilings(rows, as_of), as_of)


def ceilings(rows, as_of=None):
    """(*key, sum in đồng) of each plan, those of programmes before those of projects; a page asks
    for what the years have taken only of those it shows."""
    if as_of:
        rows = rows.filter(effective_on__lte=as_of)
    order = (F("project").asc(nulls_first=True), *ENVELOPE)
    return rows.order_by(*order).values_list(*ENVELOPE).annotate(total=Sum("amount"))


def measured(sums, as_of=None):
    """Envelopes of (*key, sum): one query for some thousands of projects, two for a unit's plan."""
    sums = list(sums)
    taken = taken_of_projects({project for _, _, project, *_ in sums if project}, as_of)
    return [
        Envelope(*row, years_of(taken.get(row[2], ()), *row[3:7]), {})
        if row[2]
        else envelope(*row, as_of)
        for row in sums
    ]


def taken_of_projects(projects, as_of):
    """{project: [(source, nature, plan year, sum of that year's own money)]}."""
    out, wanted = defaultdict(list), sorted(projects)
    for start in range(0, len(wanted), MANY):
        own = own_money(as_of).filter(project__in=wanted[start : start + MANY])
        sums = own.total_by("project", "source", "nature", "plan_year")
        for (project, *key), total in sums.items():
            out[project].append((*key, total))
    return out


def years_of(taken, source, nature, first_year, last_year):
    """{year: sum} of what falls under a plan that names its source and nature, or does not."""
    years = defaultdict(int)
    for its_source, its_nature, year, total in taken:
        is_meant = source in ("", its_source) and nature in ("", its_nature)
        if is_meant and first_year <= year <= last_year:
            years[year] += total
    return dict(years)


def own_money(as_of=None):
    """Given for the year itself, not carried into it."""
    own = LedgerEntry.objects.filter(origin_year=F("plan_year"))
    return own.as_of(as_of) if as_of else own


def envelope(unit, program, project, source, nature, first_year, last_year, amount, as_of=None):
    own = own_money(as_of).filter(plan_year__range=(first_year, last_year))
    for name, value in (("source", source), ("nature", nature)):
        own = own.filter(**{name: value}) if value else own
    taken = (
        (own.filter(project=project).total_by("plan_year"), {})
        if project
        else taken_of_unit(own.filter(component__program=program), unit)
    )
    return Envelope(unit, program, project, source, nature, first_year, last_year, amount, *taken)


def taken_of_unit(own, unit):
    """What the unit was assigned in a year; where nobody wrote that down, what its projects got."""
    inside = UnitScope.objects.filter(ancestor=unit, via=Via.TREE).values("descendant")
    projects = own.on_projects().filter(project__unit__in=inside).total_by("plan_year")
    return projects, own.on_rungs().filter(unit=unit).total_by("plan_year")


def refuse_above_ceiling(entries):
    """`entries` are about to be written; years' own money may not pass a medium-term plan."""
    own = [row for row in entries if row.origin_year == row.plan_year]
    met = defaultdict(list)
    for row in own:
        for ceiling in ceilings_over(row):
            met[ceiling].append(row)
    for key, rows in met.items():
        ceiling = envelope(*key)
        refuse_above(ceiling, sum(row.amount for row in rows if ceiling.feels(row)))


def ceilings_over(row):
    """Keys of the plans that cover the row's project, its unit or a unit above it."""
    above = UnitScope.objects.filter(descendant=row.unit_id, via=Via.TREE).values("ancestor")
    place = Q(project=None, program=row.component.program_id)
    place &= Q(unit=row.unit_id) | Q(unit__in=above)
    if row.project_id:
        place |= Q(project=row.project_id)
    found = MediumTermEntry.objects.filter(
        place,
        source__in=("", row.source),
        nature__in=("", row.nature),
        first_year__lte=row.plan_year,
        last_year__gte=row.plan_year,
    )
    sums = found.order_by(*ENVELOPE).values_list(*ENVELOPE).annotate(total=Sum("amount"))
    return [tuple(key) for key in sums]


def refuse_above(ceiling, amount):
    if 0 < amount > ceiling.left:
        raise MoneyRefused(
            f"Kế hoạch trung hạn {ceiling.first_year}–{ceiling.last_year} là "
            f"{millions(ceiling.amount)} triệu đồng, các năm đã giao {millions(ceiling.given)}, "
            f"còn {millions(ceiling.left)} triệu đồng; khoản này cần {millions(amount)}. "
            "Hãy giảm số tiền, hoặc điều chỉnh kế hoạch trung hạn trước."
        )


def check_ceiling(row):
    """Just written: a plan may not be brought below what its years were given already."""
    key = [getattr(row, name) for name in ("unit_id", "program_id", "project_id", *ENVELOPE[3:])]
    same = MediumTermEntry.objects.filter(**dict(zip(ENVELOPE, key, strict=True)))
    total = same.aggregate(total=Sum("amount"))["total"]
    ceiling = envelope(*key, total)
    if ceiling.left < 0 and row.amount < 0:
        raise MoneyRefused(
            f"Các năm đã giao {millions(ceiling.given)} triệu đồng, nhiều hơn kế hoạch trung hạn "
            f"sau điều chỉnh là {millions(ceiling.amount)} triệu đồng. Hãy giảm ít hơn, hoặc cắt "
            "giảm kế hoạch năm trước."
        )
    if ceiling.amount < 0:
        raise MoneyRefused("Kế hoạch trung hạn không thể âm. Hãy xem lại số tiền giảm.")
