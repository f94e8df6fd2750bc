"""Giving money to a unit or a project: allot, add during the year, cut, carry in."""

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
    refuse_not_positive,
    refuse_undecided,
    refuse_unfit,
)
from .models import EntryKind, LedgerEntry, Moment, Project

GIVEN_BY_HAND = (
    EntryKind.ALLOTMENT,
    EntryKind.SUPPLEMENT,
    EntryKind.CUT,
    EntryKind.CARRY_IN,
)
# When the money was given follows from the act; a cut says which of the two it takes from.
MOMENT_OF = {
    EntryKind.ALLOTMENT: Moment.START,
    EntryKind.SUPPLEMENT: Moment.LATER,
    EntryKind.CARRY_IN: Moment.START,
}


@dataclass
class Allot(Act):
    """One entry on a project, or on a rung of the chain (unit and component, no project)."""

    kind: str
    amount: int
    plan_year: int
    money: dict[str, Any] = field(default_factory=dict)
    decision: LegalDocument | None = None
    effective_on: date | None = None
    project: Project | None = None
    unit: Unit | None = None
    component: Component | None = None
    note: str = ""

    @property
    def place(self):
        return self.project or (self.unit, self.component)

    def units(self):
        return [self.project.unit if self.project else self.unit]

    def projects(self):
        return [self.project] if self.project else []

    @property
    def question(self):
        said = [kind_question(self.project, self.money["nature"]), self._twice()]
        return " ".join(filter(None, said))

    def _twice(self):
        if self.decision is None or self.decision.pk is None:
            return ""
        same = LedgerEntry.objects.filter(
            kind=self.kind,
            project=self.project,
            unit=self.units()[0],
            plan_year=self.plan_year,
            amount=self._signed(),
            decision=self.decision,
            reverses=None,
            reversed_by=None,
            **self.money,
        ).first()
        if same is None:
            return ""
        return (
            f"Đã có bút toán như vậy theo {same.decision}, hiệu lực "
            f"{same.effective_on:%d/%m/%Y}. Chỉ ghi nữa khi quyết định giao hai lần."
        )

    def _signed(self):
        return -self.amount if self.kind == EntryKind.CUT else self.amount

    def compose(self):
        refuse_not_positive(self.amount)
        refuse_undecided(self.decision)
        refuse_unfit(self.project, self.money)
        self._refuse_years()
        given = entry(
            self.place,
            self.kind,
            self._signed(),
            self.plan_year,
            self.effective_on,
            self.decision,
            **self.money,
        )
        given.note = self.note
        return Posting([given])

    def _refuse_years(self):
        is_carried = self.money["origin_year"] < self.plan_year
        if self.money["origin_year"] > self.plan_year:
            raise MoneyRefused("Năm giao vốn gốc không thể sau năm kế hoạch.", "origin_year")
        if self.kind == EntryKind.CARRY_IN and not is_carried:
            raise MoneyRefused(
                "Vốn chuyển nguồn sang phải có năm gốc trước năm kế hoạch. Vốn của chính năm nay "
                "thì chọn “Giao vốn” hoặc “Bổ sung”.",
                "origin_year",
            )
        if self.kind in (EntryKind.ALLOTMENT, EntryKind.SUPPLEMENT) and is_carried:
            raise MoneyRefused(
                "Vốn năm trước kéo dài không ghi là vốn giao năm nay. Hãy dùng “Chuyển nguồn”, "
                "hoặc chọn loại “Chuyển nguồn sang” khi năm trước chưa theo dõi trên cổng.",
                "origin_year",
            )
