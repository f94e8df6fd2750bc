"""Mending what was written wrongly: the row stays, its reversal stands beside it, then the right
one."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.transitions import InvalidTransition
from organizations.models import LegalDocument

from .acts import Act, MoneyRefused, Posting, entry, refuse_unfit
from .models import (
    TAKES_AWAY,
    VINTAGE,
    EntryKind,
    LedgerEntry,
    Movement,
    Payment,
    PaymentKind,
)
from .payments import (
    check_not_in_extract,
    check_once,
    outstanding_advance,
)

ENTRY_FIELDS = (
    "kind",
    "project",
    "unit",
    "component",
    "plan_year",
    "decision",
    "movement",
    "effective_on",
    *VINTAGE,
)
PAYMENT_FIELDS = ("kind", "project", "plan_year", "paid_on", "voucher", *VINTAGE)


def reversal(row, names, reason):
    copied = {name: getattr(row, name) for name in names}
    return type(row)(**copied, amount=-row.amount, reverses=row, note=reason)


def refuse_reversed(row):
    """Under the lock: of two officers who mend one row, the second is told."""
    if row.reverses_id:
        raise InvalidTransition("Đây là dòng đảo, không đính chính được. Hãy ghi dòng mới.")
    if type(row).objects.filter(reverses=row.pk).exists():
        raise InvalidTransition("Dòng này đã được đảo trước đó. Hãy xem lại sổ trước khi ghi tiếp.")


def refuse_unexplained(reason):
    if not reason.strip():
        raise MoneyRefused("Chưa nêu lý do. Hãy ghi vì sao phải đính chính, đảo.", "reason")


@dataclass
class Correct(Act):
    """Reverses an entry and, with an amount, writes it again as it should have been."""

    row: LedgerEntry
    reason: str
    amount: int | None = None
    money: dict[str, Any] = field(default_factory=dict)
    decision: LegalDocument | None = None
    effective_on: date | None = None

    def units(self):
        return [self.row.unit]

    def projects(self):
        return [self.row.project] if self.row.project_id else []

    def compose(self):
        refuse_unexplained(self.reason)
        refuse_reversed(self.row)
        if self.row.movement_id:
            raise InvalidTransition(
                "Bút toán này là một vế của điều chỉnh vốn, không đính chính riêng được. "
                "Hãy đảo cả lần điều chỉnh rồi ghi lại."
            )
        rows = [reversal(self.row, ENTRY_FIELDS, self.reason)]
        if self.amount is not None:
            rows.append(self._again())
        return Posting(rows)

    def _again(self):
        old = self.row
        if self.amount <= 0:
            raise MoneyRefused("Số tiền phải lớn hơn 0; để trống để chỉ đảo bút toán.", "amount")
        money = {name: getattr(old, name) for name in VINTAGE} | self.money
        refuse_unfit(old.project, money)
        if (money["origin_year"] < old.plan_year) != (old.origin_year < old.plan_year):
            raise MoneyRefused(
                "Đính chính không đổi vốn năm nay thành vốn kéo dài hay ngược lại. "
                "Hãy đảo bút toán rồi ghi mới đúng loại.",
                "origin_year",
            )
        is_less = old.kind in TAKES_AWAY or (old.kind == EntryKind.CORRECTION and old.amount < 0)
        again = entry(
            old.project or (old.unit, old.component),
            old.kind,
            -self.amount if is_less else self.amount,
            old.plan_year,
            self.effective_on or old.effective_on,
            self.decision or old.decision,
            **money,
        )
        again.note = f"Đính chính bút toán {old.pk}: {self.reason}"[:300]
        return again


@dataclass
class ReverseMovement(Act):
    """All rows of a movement at once: half of one would not sum to zero."""

    movement: Movement
    reason: str

    def rows(self):
        rows = self.movement.entries.filter(reverses=None).order_by("pk")
        return list(rows.select_related("unit", "project__unit", "component"))

    def units(self):
        return [row.unit for row in self.rows()]

    def projects(self):
        return list({row.project for row in self.rows() if row.project_id})

    def compose(self):
        refuse_unexplained(self.reason)
        rows = self.rows()
        for row in rows:
            refuse_reversed(row)
        return Posting([reversal(row, ENTRY_FIELDS, self.reason) for row in rows])


@dataclass
class ReversePayment(Act):
    """A voucher typed wrongly is taken back; the right one may follow in the same act."""

    payment: Payment
    reason: str
    replacement: dict[str, Any] | None = None

    def units(self):
        return [self.payment.project.unit]

    def projects(self):
        return [self.payment.project]

    def compose(self):
        refuse_unexplained(self.reason)
        refuse_reversed(self.payment)
        old = self.payment
        if old.kind == PaymentKind.CUMULATIVE:
            raise InvalidTransition(
                "Dòng này là chênh lệch theo số lũy kế Kho bạc, không phải chứng từ. Hãy hoàn tác "
                "đợt nhập, hoặc nhập số liệu Kho bạc mới."
            )
        money = {name: getattr(old, name) for name in VINTAGE}
        check_not_in_extract(old.project, old.paid_on, old.plan_year, money)
        rows = [reversal(old, PAYMENT_FIELDS, self.reason)]
        if self.replacement:
            rows.append(self._again(money))
        self._refuse_advance(rows, money)
        return Posting(payments=rows)

    def _again(self, money):
        old, said = self.payment, self.replacement
        facts = {name: getattr(old, name) for name in ("kind", "paid_on", "voucher")} | said
        amount = facts.pop("amount")
        if amount <= 0:
            raise MoneyRefused("Số tiền phải lớn hơn 0; để trống để chỉ đảo chứng từ.", "amount")
        check_not_in_extract(old.project, facts["paid_on"], old.plan_year, money)
        if facts["voucher"] != old.voucher:
            check_once(old.project, plan_year=old.plan_year, **facts, **money)
        is_back = facts["kind"] == PaymentKind.RECOVERY
        return Payment(
            project=old.project,
            plan_year=old.plan_year,
            amount=-amount if is_back else amount,
            note=f"Thay chứng từ {old.voucher or old.pk}: {self.reason}"[:300],
            **facts,
            **money,
        )

    def _refuse_advance(self, rows, money):
        """What was advanced and taken back may not end below zero."""
        kinds = (PaymentKind.ADVANCE, PaymentKind.RECOVERY)
        standing = outstanding_advance(self.payment.project, self.payment.plan_year, money)
        change = sum(row.amount for row in rows if row.kind in kinds)
        if change < 0 and standing + change < 0:
            raise MoneyRefused(
                "Tạm ứng này đã được thu hồi một phần hoặc hết. Hãy đảo chứng từ thu hồi trước.",
                "reason",
            )
