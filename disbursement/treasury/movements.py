"""How a difference came and went: each row that moved either number, in the order it was known."""

from dataclasses import dataclass
from datetime import datetime

from core.money import format_amount

from ..models import VINTAGE, GapNote, Payment, TreasuryLine


@dataclass(frozen=True)
class Move:
    """One row, and both numbers as they stood once it was known."""

    moment: datetime
    what: str
    detail: str
    reported: int | None
    booked: int | None
    before: int | None
    who: str = ""

    @property
    def difference(self) -> int | None:
        """None while the Treasury has not spoken."""
        return None if self.reported is None else (self.booked or 0) - self.reported

    @property
    def closes(self) -> bool:
        return bool(self.before) and self.difference == 0

    @property
    def opens(self) -> bool:
        return not self.before and bool(self.difference)


def movements(project, year) -> dict[tuple, list[Move]]:
    """{vintage: moves} of a project's plan year, oldest first: three queries."""
    events: dict[tuple, list] = {}
    for moment, order, row in rows_of(project, year):
        key = tuple(getattr(row, name) for name in VINTAGE)
        events.setdefault(key, []).append((moment, order, row.pk, row))
    return {key: list(told(sorted(found, key=lambda e: e[:3]))) for key, found in events.items()}


def rows_of(project, year):
    lines = TreasuryLine.objects.standing().filter(project=project, plan_year=year)
    for line in lines.select_related("batch", "matched_by"):
        known = [line.batch.applied_at or line.batch.created_at, line.matched_at]
        yield max(filter(None, known)), 0, line
    payments = Payment.objects.filter(project=project, plan_year=year)
    for payment in payments.select_related("recorded_by", "treasury_line"):
        yield payment.recorded_at, 1, payment
    notes = GapNote.objects.filter(project=project, plan_year=year)
    for note in notes.select_related("recorded_by"):
        yield note.recorded_at, 2, note


def told(events):
    lines, payments, before = [], [], None
    for moment, _, _, row in events:
        if isinstance(row, TreasuryLine):
            lines.append(row)
        elif isinstance(row, Payment):
            payments.append(row)
        reported, booked = standing(lines, payments)
        who = getattr(row, "recorded_by", None) or getattr(row, "matched_by", None)
        move = Move(moment, what_of(row), detail_of(row), reported, booked, before, str(who or ""))
        before = move.difference
        yield move


def standing(lines, payments):
    """Both numbers as known: the Treasury's newest word, and ours up to its day."""
    newest = max(lines, key=lambda line: (line.as_of, line.pk), default=None)
    until = [p.amount for p in payments if newest is None or p.paid_on <= newest.as_of]
    return newest and newest.cumulative, sum(until) if until else None


def what_of(row):
    if isinstance(row, TreasuryLine):
        return f"Kho bạc báo lũy kế {format_amount(row.cumulative)} đồng"
    if isinstance(row, GapNote):
        return f"Giải trình: {row.get_reason_display()}"
    kind = row.get_kind_display()
    is_posted = row.treasury_line_id and not row.batch_id
    words = "Ghi theo Kho bạc" if is_posted else kind
    return f"{'Đảo: ' if row.reverses_id else ''}{words} {format_amount(row.amount)} đồng"


def detail_of(row):
    if isinstance(row, TreasuryLine):
        how = f", {row.get_match_display().lower()}" if row.match else ""
        return f"chốt ngày {row.as_of:%d/%m/%Y}, đợt nhập {row.batch_id}, dòng {row.number}{how}"
    if isinstance(row, GapNote):
        return row.text
    facts = [
        f"ngày {row.paid_on:%d/%m/%Y}",
        f"chứng từ {row.voucher}" if row.voucher else "",
        f"đợt nhập {row.batch_id}" if row.batch_id else "",
        row.note,
    ]
    return ", ".join(filter(None, facts))


def key_text(vintage):
    return "/".join(map(str, vintage))
