"""Money that leaves one place and comes to another under one decision: its stock stays what it was.

Between projects the two rows sum to zero. Each rung of the chain that the money leaves or enters
moves along where the unit keeps one, so that what lies below never exceeds what lies above.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from organizations.models import LegalDocument, Unit
from programs.models import Component

from .acts import (
    Act,
    MoneyRefused,
    Posting,
    entry,
    kind_question,
    last_day,
    refuse_not_positive,
    refuse_undecided,
    refuse_unfit,
)
from .limits import Tree
from .models import STOCK, EntryKind, LedgerEntry, Moment, Movement, MovementKind, Project

IN, OUT = EntryKind.TRANSFER_IN, EntryKind.TRANSFER_OUT


class Move(Act):
    """What transfers, carry-over and recovery share; `money` is the vintage that leaves."""

    movement_kind = MovementKind.TRANSFER

    def check_facts(self):
        refuse_not_positive(self.amount)
        refuse_undecided(self.decision)

    @property
    def arriving(self):
        """Money given on the way counts as given later in the year."""
        return self.money | {"moment": Moment.LATER}

    def tree(self):
        return Tree(min(self.effective_on, date(self.plan_year, 12, 31)))

    def row(self, place, kind, amount, money, plan_year=None, day=None):
        made = entry(
            place,
            kind,
            amount,
            plan_year or self.plan_year,
            day or self.effective_on,
            self.decision,
            **money,
        )
        made.movement, made.note = self.movement, self.reason
        return made

    def rung_rows(self, units, program, kind, amount, money):
        """A row on each of the units that keep a rung of this programme's stock."""
        found = rungs_of(units, self.plan_year, program, money)
        return [self.row(place, kind, amount, money) for place in found.values()]

    def posting(self, unit, rows):
        """`rows` is called with the movement at hand."""
        self.movement = Movement(
            kind=self.movement_kind,
            unit=unit,
            decision=self.decision,
            effective_on=self.effective_on,
            reason=self.reason,
        )
        return Posting(rows(), movement=self.movement)


def rungs_of(units, plan_year, program, money):
    """{unit number: (unit, component)} of those units that hold a rung of this stock."""
    stock = {name: money[name] for name in STOCK}
    rows = LedgerEntry.objects.for_year(plan_year).on_rungs()
    rows = rows.filter(unit__in=units, component__program=program, **stock)
    found = rows.order_by("unit", "-pk").select_related("unit", "component")
    return {row.unit_id: (row.unit, row.component) for row in found}


@dataclass
class Transfer(Move):
    """From project to project, or from unit to unit: within one programme, stock unchanged."""

    source: Any
    target: Any
    amount: int
    plan_year: int
    money: dict[str, Any] = field(default_factory=dict)
    decision: LegalDocument | None = None
    effective_on: date | None = None
    reason: str = ""
    component: Component | None = None

    @property
    def is_of_projects(self):
        return isinstance(self.source, Project)

    def units(self):
        return [x.unit if isinstance(x, Project) else x for x in (self.source, self.target)]

    def projects(self):
        return [self.source, self.target] if self.is_of_projects else []

    @property
    def question(self):
        return kind_question(self.target, self.money["nature"]) if self.is_of_projects else ""

    def compose(self):
        self.check_facts()
        if self.source == self.target:
            raise MoneyRefused("Nơi đi và nơi đến phải khác nhau.", "target")
        if self.is_of_projects:
            return self._between_projects()
        return self._between_units()

    def _between_projects(self):
        program = self.source.component.program
        if program != self.target.component.program:
            raise MoneyRefused(
                f"{self.source} và {self.target} thuộc hai chương trình. Chuyển giữa chương trình "
                "phải cắt giảm nơi này và bổ sung nơi kia theo quyết định của cấp giao vốn.",
                "target",
            )
        refuse_unfit(self.target, self.money)
        up, down = self.tree().between(self.source.unit_id, self.target.unit_id)
        return self.posting(
            self.source.unit,
            lambda: [
                self.row(self.source, OUT, -self.amount, self.money),
                *self.rung_rows(up, program, OUT, -self.amount, self.money),
                *self.rung_rows(down, program, IN, self.amount, self.arriving),
                self.row(self.target, IN, self.amount, self.arriving),
            ],
        )

    def _between_units(self):
        up, down = self.tree().between(self.source.pk, self.target.pk)
        if self.source.pk not in up or self.target.pk not in down:
            raise MoneyRefused(
                f"{self.source} và {self.target} là cấp trên và cấp dưới của nhau: hãy ghi giao "
                "vốn hoặc cắt giảm, không phải điều chuyển.",
                "target",
            )
        program = self.component.program
        down.remove(self.target.pk)
        held = rungs_of([self.source.pk], self.plan_year, program, self.money)
        if not held:
            raise MoneyRefused(f"{self.source} chưa được giao vốn này.", "source_place")
        return self.posting(
            self.source,
            lambda: [
                *self.rung_rows(up, program, OUT, -self.amount, self.money),
                *self.rung_rows(down, program, IN, self.amount, self.arriving),
                self.row((self.target, self.component), IN, self.amount, self.arriving),
            ],
        )


@dataclass
class CarryOver(Move):
    """A project's balance goes on to the next plan year and keeps the year it was given for."""

    project: Project
    amount: int
    plan_year: int
    money: dict[str, Any] = field(default_factory=dict)
    decision: LegalDocument | None = None
    effective_on: date | None = None
    reason: str = ""

    movement_kind = MovementKind.CARRY_OVER

    def units(self):
        return [self.project.unit]

    def projects(self):
        return [self.project]

    @property
    def arriving(self):
        return self.money | {"moment": Moment.START}

    def compose(self):
        self.check_facts()
        following = self.plan_year + 1
        if self.effective_on.year != following:
            raise MoneyRefused(
                f"Vốn năm {self.plan_year} chuyển sang có hiệu lực trong năm {following}. "
                "Hãy xem lại ngày hiệu lực hoặc năm kế hoạch.",
                "effective_on",
            )
        return self.posting(self.project.unit, self._rows)

    def _rows(self):
        # The old year's books end on 31/01, whenever the permission to carry over was given.
        left_on = min(self.effective_on, last_day(self.plan_year))
        return [
            row
            for place in [self.project, *self._rungs()]
            for row in (
                self.row(place, EntryKind.CARRY_OUT, -self.amount, self.money, day=left_on),
                self.row(place, EntryKind.CARRY_IN, self.amount, self.arriving, self.plan_year + 1),
            )
        ]

    def _rungs(self):
        """Rungs that go along: those kept in both years, or with nothing below them so far."""
        program = self.project.component.program
        path = self.tree().path(self.project.unit_id)
        held = rungs_of(path, self.plan_year, program, self.money)
        kept = rungs_of(path, self.plan_year + 1, program, self.money)
        stock = {name: self.money[name] for name in STOCK}
        rows = LedgerEntry.objects.for_year(self.plan_year + 1)
        is_begun = rows.filter(component__program=program, **stock).exists()
        return [place for unit, place in held.items() if unit in kept or not is_begun]


@dataclass
class Recover(Move):
    """A project's balance goes back to the province, which holds it apart from what it was
    assigned."""

    project: Project
    province: Unit
    amount: int
    plan_year: int
    money: dict[str, Any] = field(default_factory=dict)
    decision: LegalDocument | None = None
    effective_on: date | None = None
    reason: str = ""

    movement_kind = MovementKind.RECOVERY

    def units(self):
        return [self.project.unit, self.province]

    def projects(self):
        return [self.project]

    def compose(self):
        self.check_facts()
        return self.posting(self.project.unit, self._rows)

    def _rows(self):
        component = self.project.component
        below = [u for u in self.tree().path(self.project.unit_id) if u != self.province.pk]
        rungs = self.rung_rows(
            below, component.program, EntryKind.RECOVERY, -self.amount, self.money
        )
        return [
            self.row(self.project, EntryKind.RECOVERY, -self.amount, self.money),
            *rungs,
            self.row((self.province, component), EntryKind.RECOVERED, self.amount, self.arriving),
        ]
