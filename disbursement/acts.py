"""An act on the books: the rows that one decision writes together, or not at all.

Each act says which units and projects it touches, composes its rows once these are locked, has
them checked, and writes them in one transaction. The same rows, unwritten, are its preview.
"""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from .closing import lock_books, why_closed
from .decisions import stored
from .limits import (
    Chain,
    MoneyRefused,
    Tree,
    chain_key,
    line_of,
    millions,
    minus,
    paid_of_line,
    plan_of_line,
    plus,
    shortfall,
)
from .medium_term import refuse_above_ceiling
from .models import (
    STOCK,
    VINTAGE,
    EntryKind,
    Funding,
    LedgerEntry,
    Moment,
    Nature,
    Project,
    ProjectKind,
    Source,
)

MONTH_BEFORE = 11  # A year's first decisions are taken in the last months of the year before.


def first_day(plan_year):
    return date(plan_year - 1, MONTH_BEFORE, 1)


def last_day(plan_year):
    """Money of a plan year is given and paid until 31/01 of the next."""
    return date(plan_year + 1, 1, 31)


class SeenOtherwise(MoneyRefused):
    """Somebody wrote on the same money after the preview was shown."""


@dataclass(frozen=True)
class Balance:
    """One sum that an act touches, in đồng, before and after; `left` is what is not paid yet."""

    place: str
    money: str
    before: int
    after: int
    left: int | None = None


class Posting:
    """Unwritten rows: `entries` and `payments` of one act, with the movement that pairs them."""

    def __init__(self, entries=(), payments=(), movement=None):
        self.entries, self.payments = list(entries), list(payments)
        self.movement = movement

    def check(self, today):
        rows = [*self.entries, *self.payments]
        for unit, year in {(unit_of(row), row.plan_year) for row in rows}:
            if closed := why_closed(unit, year):
                raise MoneyRefused(closed, "plan_year")
        for row in rows:
            refuse_row(row, today)
        self._check_lines()
        self._check_chain()
        refuse_above_ceiling(self.entries)

    def _changes(self):
        """{line: what plan minus payments changes by, on each day}."""
        out = defaultdict(Counter)
        for row in self.entries:
            if row.project_id:
                out[line_of(row)][row.effective_on] += row.amount
        for row in self.payments:
            out[line_of(row)][row.paid_on] -= row.amount
        return out

    def _check_lines(self):
        for line, change in self._changes().items():
            plan, paid = plan_of_line(line), paid_of_line(line)
            before = minus(plan, paid)
            found = shortfall(before, plus(before, change))
            if found:
                held = sum(total for day, total in plan.items() if day <= found.day)
                refuse_line(self._project(line[0]), line, found, held)

    def _project(self, pk):
        rows = [*self.entries, *self.payments]
        return next(row.project for row in rows if row.project_id == pk)

    def _check_chain(self):
        by_key = defaultdict(list)
        for row in self.entries:
            if row.kind != EntryKind.RECOVERED:
                by_key[row.plan_year, chain_key(row)].append(row)
        for (year, key), rows in by_key.items():
            day = min(max(row.effective_on for row in rows), date(year, 12, 31))
            Chain(year, key, Tree(day)).refuse(rows)

    def balances(self):
        """Each sum that is touched, projects by vintage, rungs by stock."""
        return [*self._project_balances(), *self._rung_balances()]

    def _project_balances(self):
        for line, change in self._changes().items():
            planned = sum(plan_of_line(line).values())
            more = sum(row.amount for row in self.entries if line_of(row) == line)
            left = planned - sum(paid_of_line(line).values()) + sum(change.values())
            words = money_words(line[1], line[2:])
            yield Balance(str(self._project(line[0])), words, planned, planned + more, left)

    def _rung_balances(self):
        more = Counter()
        for row in self.entries:
            if row.project_id is None:
                more[row.unit, row.plan_year, chain_key(row)] += row.amount
        for (unit, year, key), amount in more.items():
            rungs = LedgerEntry.objects.for_year(year).filter(project=None, unit=unit)
            stock = dict(zip(STOCK, key[1:], strict=True))
            before = rungs.filter(component__program=key[0], **stock).total() or 0
            place = f"{unit} (vốn được giao)"
            yield Balance(place, money_words(year, stock.values()), before, before + amount)

    def seen(self):
        """What the preview showed before the act, to be compared when it is confirmed."""
        return "/".join(str(balance.before) for balance in self.balances())

    def save(self, user):
        if self.movement:
            self.movement.recorded_by = user
            self.movement.save()
        for row in [*self.entries, *self.payments]:
            row.recorded_by = user
            row.save()


class Act(ABC):
    """The common part of all acts; subclasses say what they lock and which rows they write."""

    question = ""

    @abstractmethod
    def units(self):
        """Units whose books are locked, with all above them."""

    def projects(self):
        return []

    @abstractmethod
    def compose(self):
        """The rows of the act (a Posting), checked for what they say by themselves."""

    def preview(self, today):
        posting = self.compose()
        posting.check(today)
        return posting

    def keep_decision(self):
        """A decision named for the first time is noted down with what rests on it."""
        decision = getattr(self, "decision", None)
        if decision is not None and decision.pk is None:
            self.decision = stored(decision)

    @transaction.atomic
    def book(self, *, user, today, seen=""):
        """Writes under row locks: units by number, then projects by number."""
        lock_books(*self.units())
        self.keep_decision()
        pks = sorted(project.pk for project in self.projects())
        list(Project.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))
        posting = self.preview(today)
        if seen and posting.seen() != seen:
            raise SeenOtherwise(seen_words(seen, posting.seen()))
        posting.save(user)
        return posting


def seen_words(seen, now):
    """Both figures: what this person was shown, and what stands there now."""
    pairs = zip(seen.split("/"), now.split("/"), strict=False)
    said = "; ".join(
        f"lúc xem {millions(int(old))} triệu đồng, nay {millions(int(new))} triệu đồng"
        for old, new in pairs
        if old != new and old.lstrip("-").isdigit()
    )
    return (
        f"Người khác đã ghi vào cùng nguồn vốn trước: {said or 'số dư đã khác'}. Chưa ghi gì; "
        "hãy xem lại số trước và sau bên dưới rồi xác nhận lại."
    )


def money_words(plan_year, axes):
    """A vintage or a stock in words."""
    names = {**dict(Source.choices), **dict(Nature.choices), **dict(Moment.choices)}
    words = [f"năm {plan_year}"]
    for axis in axes:
        if axis == Funding.FOREIGN:
            words.append("vốn nước ngoài")
        elif isinstance(axis, int):
            words += [f"năm gốc {axis}"] if axis != plan_year else []
        elif axis != Funding.DOMESTIC:
            words.append(names[axis].lower())
    return ", ".join(words)


def refuse_line(project, line, found, held):
    paid = held - found.before
    raise MoneyRefused(
        f"{project} ({money_words(line[1], line[2:])}): đến ngày {found.day:%d/%m/%Y} kế hoạch là "
        f"{millions(held)} triệu đồng, đã giải ngân {millions(paid)} triệu đồng, còn "
        f"{millions(found.before)} triệu đồng; việc này cần {millions(found.before - found.after)} "
        "triệu đồng. Hãy giảm số tiền, hoặc xem lại số đã giải ngân."
    )


def unit_of(row):
    return row.unit_id if isinstance(row, LedgerEntry) else row.project.unit_id


def refuse_row(row, today):
    """What a single row may not be, whatever the balances."""
    day, year = row.effective_day, row.plan_year
    if day > today:
        raise MoneyRefused(
            f"Ngày {day:%d/%m/%Y} chưa đến. Hãy ghi khi quyết định đã có hiệu lực.", "effective_on"
        )
    if row.reverses is None and not first_day(year) <= day <= last_day(year):
        raise MoneyRefused(
            f"Vốn năm kế hoạch {year} chỉ ghi từ {first_day(year):%d/%m/%Y} đến hết "
            f"{last_day(year):%d/%m/%Y}. Sau ngày ấy hãy dùng “Chuyển nguồn” hoặc “Thu hồi”, "
            "hoặc xem lại năm kế hoạch.",
            "effective_on",
        )
    if not row.amount:
        raise MoneyRefused("Số tiền phải lớn hơn 0.", "amount")


def refuse_not_positive(amount):
    if amount is None or amount <= 0:
        raise MoneyRefused("Số tiền phải lớn hơn 0. Muốn giảm vốn hãy chọn “Cắt giảm”.", "amount")


def refuse_undecided(decision):
    if decision is None:
        raise MoneyRefused(
            "Chưa có quyết định. Hãy ghi số và ngày của quyết định giao, điều chỉnh vốn.",
            "decision_number",
        )


def refuse_unfit(project, money):
    """Money that such a place cannot take at all."""
    if money["funding"] == Funding.FOREIGN and money["source"] not in FOREIGN_SOURCES:
        raise MoneyRefused(
            "Vốn nước ngoài chỉ đi qua ngân sách trung ương hoặc ngân sách tỉnh. "
            "Hãy sửa nguồn vốn hoặc chọn vốn trong nước.",
            "source",
        )
    if project and project.kind == ProjectKind.WORKS and money["source"] == Source.CREDIT:
        raise MoneyRefused(
            "Tín dụng chính sách cho hộ vay, không giao cho công trình. Hãy sửa nguồn vốn.",
            "source",
        )


FOREIGN_SOURCES = (Source.CENTRAL, Source.PROVINCE)


def kind_question(project, nature):
    """Works built with recurrent money and activities with investment are rare, not wrong."""
    if project is None or (project.kind == ProjectKind.WORKS) == (nature == Nature.INVESTMENT):
        return ""
    return (
        f"{project} là {project.get_kind_display().lower()}, nhưng khoản này là "
        f"{Nature(nature).label.lower()}. Hãy kiểm tra quyết định trước khi ghi."
    )


def money_of(row):
    return {name: getattr(row, name) for name in VINTAGE}


def entry(place, kind, amount, plan_year, day, decision, **money):
    """An unwritten row on a project, or on the rung of a (unit, component)."""
    is_project = isinstance(place, Project)
    unit, component = (place.unit, place.component) if is_project else place
    return LedgerEntry(
        kind=kind,
        project=place if is_project else None,
        unit=unit,
        component=component,
        amount=amount,
        plan_year=plan_year,
        effective_on=day,
        decision=decision,
        **money,
    )
