"""Our figure beside the Treasury's, computed from rows each time it is looked at.

For each line of money (project × vintage) the Treasury's word is the newest line that stands, and
ours is what was paid up to that line's own day: a voucher of the day after is no difference. What
we hold and the Treasury has never named counts up to the day of its last extract.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import models
from django.db.models import Max, OuterRef, Subquery, Sum

from ..figures import add
from ..models import VINTAGE, GapNote, GapReason, Payment, Project, TreasuryLine

LINE = ("project", *VINTAGE)


class GapState(models.TextChoices):
    """In the order of what needs a person first."""

    UNEXPLAINED = "unexplained", "Chênh, chưa giải trình"
    STALE = "stale", "Giải trình cũ"
    ONLY_TREASURY = "only_treasury", "Kho bạc có, cổng chưa có"
    ONLY_BOOKS = "only_books", "Cổng có, Kho bạc chưa báo"
    EXPLAINED = "explained", "Chênh, đã giải trình"
    AGREED = "agreed", "Khớp"


RANK = {state: place for place, state in enumerate(GapState)}


@dataclass(frozen=True)
class Note:
    """The newest reason given for a line of money, for exactly the difference it had then."""

    reported: int
    booked: int
    reason: str
    text: str

    @property
    def difference(self) -> int:
        return self.booked - self.reported

    @property
    def words(self) -> str:
        return ": ".join(filter(None, [GapReason(self.reason).label, self.text]))


@dataclass(frozen=True)
class Gap:
    """One line of money; None where one side has never spoken."""

    project: int
    vintage: tuple
    as_of: date
    reported: int | None
    booked: int | None
    line: int | None = None
    advance: int | None = None
    volume: int | None = None
    note: Note | None = None

    @property
    def difference(self) -> int:
        return (self.booked or 0) - (self.reported or 0)

    @property
    def key(self) -> tuple:
        return (self.project, *self.vintage)

    @property
    def can_be_posted(self) -> bool:
        return self.line is not None and self.difference != 0

    @cached_property
    def state(self) -> str:
        if self.difference == 0:
            return GapState.AGREED
        if self.note:
            same = self.note.difference == self.difference
            return GapState.EXPLAINED if same else GapState.STALE
        if self.line is None:
            return GapState.ONLY_BOOKS
        return GapState.ONLY_TREASURY if self.booked is None else GapState.UNEXPLAINED


@dataclass(frozen=True)
class ProjectGaps:
    """A project with all its lines of money."""

    project: int
    gaps: tuple[Gap, ...]

    @cached_property
    def reported(self) -> int | None:
        return add(*(gap.reported for gap in self.gaps))

    @cached_property
    def booked(self) -> int | None:
        return add(*(gap.booked for gap in self.gaps))

    @property
    def difference(self) -> int:
        return (self.booked or 0) - (self.reported or 0)

    @cached_property
    def size(self) -> int:
        """Without setting one vintage against another."""
        return sum(abs(gap.difference) for gap in self.gaps)

    @cached_property
    def state(self) -> str:
        return min((gap.state for gap in self.gaps), key=RANK.__getitem__)

    @property
    def as_of(self) -> date:
        return max(gap.as_of for gap in self.gaps)

    @property
    def notes(self) -> list[str]:
        return [gap.note.words for gap in self.gaps if gap.note and gap.difference]


def open_gaps(year, day, projects=None) -> list[Gap]:
    """Every line of money of a plan year that either side knows, up to a day: four queries.

    `projects` narrows to a queryset of projects.
    """
    lines = TreasuryLine.objects.standing().matched().filter(plan_year=year, as_of__lte=day)
    last_day = lines.aggregate(day=Max("as_of"))["day"] or day
    payments = Payment.objects.for_year(year)
    if projects is not None:
        within = projects.order_by().values("pk")
        lines, payments = lines.filter(project__in=within), payments.filter(project__in=within)
    notes = newest_notes(year, projects)
    said = [gap_of(row, notes) for row in said_rows(lines)]
    known = {gap.key for gap in said}
    return [*said, *unreported(payments.as_of(last_day), known, last_day, notes)]


def said_rows(lines):
    """The newest line of each, with what we had paid by its own day."""
    paid = Payment.objects.filter(
        plan_year=OuterRef("plan_year"),
        paid_on__lte=OuterRef("as_of"),
        **{name: OuterRef(name) for name in LINE},
    )
    total = paid.order_by().values("project").annotate(total=Sum("amount")).values("total")
    newest = lines.newest("project", *VINTAGE).order_by()
    return newest.annotate(booked=Subquery(total)).values_list(
        "project", *VINTAGE, "pk", "as_of", "cumulative", "advance", "volume", "booked"
    )


# Places in a row of `said_rows`, after project and vintage and the line's own number.
SAID_ON, REPORTED, BOOKED = len(LINE) + 1, len(LINE) + 2, len(LINE) + 5


def gap_of(row, notes):
    project, *vintage, line, as_of, reported, advance, volume, booked = row
    note = notes.get((project, *vintage))
    return Gap(project, tuple(vintage), as_of, reported, booked, line, advance, volume, note)


def unreported(payments, said, day, notes) -> Iterable[Gap]:
    """Money in our books that no extract has named."""
    for key, total in payments.total_by(*LINE).items():
        if total and key not in said:
            yield Gap(key[0], tuple(key[1:]), day, None, total, note=notes.get(key))


def newest_notes(year, projects=None):
    rows = GapNote.objects.filter(plan_year=year)
    if projects is not None:
        rows = rows.filter(project__in=projects.order_by().values("pk"))
    said = rows.order_by("recorded_at", "pk").values_list(
        *LINE, "reported", "booked", "reason", "text"
    )
    return {tuple(row[: len(LINE)]): Note(*row[len(LINE) :]) for row in said}


def by_project(gaps) -> list[ProjectGaps]:
    """The largest difference first."""
    found: dict[int, list[Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.project, []).append(gap)
    groups = [ProjectGaps(project, tuple(group)) for project, group in found.items()]
    return sorted(groups, key=lambda group: (-group.size, group.project))


def gap_at(project: Project, year, key, day) -> Gap | None:
    """One line of money as it stands."""
    found = open_gaps(year, day, Project.objects.filter(pk=project.pk))
    return next((gap for gap in found if gap.vintage == tuple(key)), None)


@dataclass(frozen=True)
class Reconciliation:
    """Both numbers side by side: what the Treasury last reported, what the books hold."""

    reported: int
    booked: int
    day: date

    @property
    def difference(self) -> int:
        return self.booked - self.reported


def reconcile(books) -> Reconciliation | None:
    """Over the lines of these books, each up to its own day; None when the Treasury said nothing.

    What was paid after an extract's day is no difference: the extract cannot know it.
    """
    rows = list(said_rows(books.lines))
    if not rows:
        return None
    return Reconciliation(
        reported=sum(row[REPORTED] for row in rows),
        booked=sum(row[BOOKED] or 0 for row in rows),
        day=max(row[SAID_ON] for row in rows),
    )


@dataclass(frozen=True)
class Totals:
    """Both numbers with their named parts; each part is a sum of lines of money."""

    reported: int
    booked: int
    unreported: int
    waiting: int
    parts: dict[str, tuple[int, int]]

    @property
    def said(self) -> int:
        """All that the Treasury reports, the lines that wait for a match among it."""
        return self.reported + self.waiting

    @property
    def difference(self) -> int:
        return self.booked + self.unreported - self.said


def totals_of(gaps, waiting=0) -> Totals:
    """`parts`: {state: (lines, sum of differences)}."""
    parts = {str(state): (0, 0) for state in GapState}
    for gap in gaps:
        count, total = parts[gap.state]
        parts[gap.state] = (count + 1, total + gap.difference)
    named = [gap for gap in gaps if gap.line is not None]
    return Totals(
        reported=sum(gap.reported for gap in named),
        booked=sum(gap.booked or 0 for gap in named),
        unreported=sum(gap.booked for gap in gaps if gap.line is None),
        waiting=waiting,
        parts=parts,
    )


def waiting_lines(year, day, user):
    """The newest line of each code that nobody has matched; for those who read whole extracts."""
    lines = TreasuryLine.objects.standing().waiting().for_user(user)
    return lines.filter(plan_year=year, as_of__lte=day).newest("unit", "code", *VINTAGE)
