"""Statement of money (sao kê): what there was on a day, what came and went, what is left, each
by vintage, as known now or as known at a moment; every row says who recorded it, when and why."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, Q, Sum, Value
from django.utils import timezone

from .figures import Books, add
from .forms import vintage_label
from .models import VINTAGE, EntryKind, PaymentKind
from .rows import Where

CHUNK = 2_000
# Before every row: a statement without a first day has nothing before it.
BEGINNING = date(1900, 1, 1)
# What is read of a row, in the order of `Row`; entries first, payments the same shape.
SHARED = ("project__code", "project__name", "project__unit__name", "kind", *VINTAGE)
TRACE = ("note", "recorded_by__full_name", "recorded_by__username", "batch", "reverses")
ENTRY = ("effective_on", "recorded_at", "pk", "project", *SHARED, "amount", "decision__number")
PAYMENT = ("paid_on", "recorded_at", "pk", "project", *SHARED, "amount", "voucher")


class Row(NamedTuple):
    """One row of record; `basis` is the decision of an entry, the voucher of a payment."""

    day: date
    recorded_at: datetime
    pk: int
    project: int
    code: str
    name: str
    unit: str
    kind: str
    source: str
    nature: str
    origin_year: int
    moment: str
    funding: str
    amount: int
    basis: str
    note: str
    full_name: str
    username: str
    batch: int | None
    reverses: int | None
    is_payment: bool

    @property
    def key(self) -> tuple[Any, ...]:
        return self[8:13]

    @property
    def vintage(self) -> str:
        return vintage_label(self.key)

    @property
    def kind_label(self) -> str:
        words = KINDS[self.is_payment].get(self.kind, self.kind)
        return f"{words} (đảo)" if self.reverses else words

    @property
    def person(self) -> str:
        return self.full_name or self.username or ""

    @property
    def days_late(self) -> int:
        """Days from the day it counts for to the day it was written."""
        return (timezone.localtime(self.recorded_at).date() - self.day).days


KINDS = {False: dict(EntryKind.choices), True: dict(PaymentKind.choices)}


@dataclass(frozen=True)
class Balance:
    """One vintage: capital and payments before the period and within it; sums in đồng."""

    capital_before: int | None = None
    paid_before: int | None = None
    capital_within: int | None = None
    paid_within: int | None = None

    @property
    def before(self) -> int | None:
        return left(self.capital_before, self.paid_before)

    @property
    def capital(self) -> int | None:
        return add(self.capital_before, self.capital_within)

    @property
    def paid(self) -> int | None:
        return add(self.paid_before, self.paid_within)

    @property
    def after(self) -> int | None:
        return left(self.capital, self.paid)

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(
            *(add(getattr(self, f.name), getattr(other, f.name)) for f in fields(Balance))
        )


def left(capital: int | None, paid: int | None) -> int | None:
    return None if capital is None and paid is None else (capital or 0) - (paid or 0)


@dataclass(frozen=True)
class Statement:
    """The money of `where` from a day (the beginning where none is given) to `where.day`."""

    where: Where
    user: Any
    first: date | None = None

    @cached_property
    def books(self) -> Books:
        return self.where.books(self.user)

    @cached_property
    def balances(self) -> dict[tuple, Balance]:
        """{vintage: balance}, in the order of the vintages: two queries."""
        capital = self._split(self.books.entries, "effective_on")
        paid = self._split(self.books.payments, "paid_on")
        out = {}
        for key in sorted({*capital, *paid}):
            (before, within), (paid_before, paid_within) = (
                capital.get(key, (None, None)),
                paid.get(key, (None, None)),
            )
            out[key] = Balance(before, paid_before, within, paid_within)
        return out

    @cached_property
    def total(self) -> Balance:
        return sum(self.balances.values(), Balance())

    def _split(self, rows, day):
        within = Q(**{f"{day}__gte": self.first or BEGINNING})
        parts = {"before": Sum("amount", filter=~within), "within": Sum("amount", filter=within)}
        sums = rows.order_by().values_list(*VINTAGE).annotate(**parts)
        return {tuple(key): (old, new) for *key, old, new in sums}

    @cached_property
    def smallest_unit(self) -> int:
        """The largest of a million, a thousand and 1 đồng that divides every amount."""
        facts = (self.books.entries, self.books.payments)
        for unit in (1_000_000, 1_000):
            odd = (rows.annotate(rest=F("amount") % unit).exclude(rest=0) for rows in facts)
            if not any(rows.exists() for rows in odd):
                return unit
        return 1

    # The rows of the period

    def entries(self):
        rows = self.books.entries
        return rows.filter(effective_on__gte=self.first) if self.first else rows

    def payments(self):
        rows = self.books.payments
        return rows.filter(paid_on__gte=self.first) if self.first else rows

    @cached_property
    def count(self) -> int:
        return self.entries().count() + self.payments().count()

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: slice) -> list[Row]:
        """One page, oldest first."""
        return page_of(self.entries(), self.payments(), place)

    def __iter__(self) -> Iterator[Row]:
        """All rows, oldest first, a chunk at a time: memory does not grow with them."""
        return heapq.merge(stream(self.entries(), False), stream(self.payments(), True))

    # What was written down after the moment, for days it already covered

    def late(self, place: slice) -> list[Row]:
        return page_of(*self._late(), place)

    @cached_property
    def late_count(self) -> int:
        return sum(rows.count() for rows in self._late())

    @cached_property
    def now(self) -> "Statement":
        """The same days as known now."""
        where = self.where
        values = {f.name: getattr(where, f.name) for f in fields(where)}
        return Statement(Where(**values | {"known_at": None}), self.user, self.first)

    def _late(self):
        books, moment = self.now.books, self.where.known_at
        if moment is None:
            return books.entries.none(), books.payments.none()
        return (
            books.entries.filter(recorded_at__gt=moment),
            books.payments.filter(recorded_at__gt=moment),
        )


def page_of(entries, payments, place: slice) -> list[Row]:
    """Two queries and one over both for the order: only the rows of the page are read."""
    keys = keys_of(entries, "effective_on", 0).union(keys_of(payments, "paid_on", 1), all=True)
    found = list(keys.order_by("day", "written", "part", "key")[place])
    rows = {}
    for part, facts in enumerate((entries, payments)):
        wanted = [key for _, _, which, key in found if which == part]
        rows |= {(part, row.pk): row for row in read(facts.filter(pk__in=wanted), bool(part))}
    return [rows[part, key] for _, _, part, key in found]


def keys_of(rows, day: str, part: int):
    named = {"day": F(day), "written": F("recorded_at"), "part": Value(part), "key": F("pk")}
    return rows.order_by().annotate(**named).values_list("day", "written", "part", "key")


def read(rows, is_payment: bool) -> Iterator[Row]:
    names = (*(PAYMENT if is_payment else ENTRY), *TRACE)
    for values in rows.values_list(*names).iterator(chunk_size=CHUNK):
        yield Row(*values, is_payment)


def stream(rows, is_payment: bool) -> Iterator[Row]:
    day = "paid_on" if is_payment else "effective_on"
    return read(rows.order_by(day, "recorded_at", "pk"), is_payment)
