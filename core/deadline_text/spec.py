"""What a deadline wording means: kinds, parts, doubts, and the days they fall on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models

from ..periods import month_end


class DeadlineKind(models.TextChoices):
    BEFORE_DATE = "BEFORE_DATE", "Trước một ngày"
    BY_DATE = "BY_DATE", "Đến hết một ngày"
    BY_MONTH = "BY_MONTH", "Chậm nhất đến một tháng"
    IN_MONTH = "IN_MONTH", "Trong một tháng"
    BEFORE_MONTH = "BEFORE_MONTH", "Trước một tháng"
    QUARTER = "QUARTER", "Trong một quý"
    BEFORE_QUARTER = "BEFORE_QUARTER", "Trước một quý"
    RELATIVE_DAYS = "RELATIVE_DAYS", "Số ngày kể từ một sự kiện"
    RECURRING_QUARTER_OF_YEAR = "RECURRING_QUARTER_OF_YEAR", "Một quý của mỗi năm"
    COMPOUND = "COMPOUND", "Nhiều thời hạn"
    PERIODIC = "PERIODIC", "Định kỳ"
    CUMULATIVE = "CUMULATIVE", "Định kỳ, lũy kế"
    CONTINUOUS = "CONTINUOUS", "Thường xuyên"
    ON_DEMAND = "ON_DEMAND", "Theo yêu cầu"
    CONDITIONAL = "CONDITIONAL", "Khi có điều kiện"
    URGENT_UNDATED = "URGENT_UNDATED", "Khẩn trương, không ghi ngày"
    YEAR_END = "YEAR_END", "Cuối năm"
    PERIOD = "PERIOD", "Trong một giai đoạn"
    NONE = "NONE", "Không ghi thời hạn"
    UNKNOWN = "UNKNOWN", "Chưa đọc được"


@dataclass(frozen=True)
class Doubt:
    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True)
class DeadlinePart:
    """One deadline of the wording. `yearly_days` are (month, day); day 0 is the month's end."""

    kind: DeadlineKind
    due_on: date | None = None
    recurs: str | None = None
    waits_for: str | None = None
    days: int | None = None
    explanation: str = ""
    yearly_days: tuple[tuple[int, int], ...] = ()
    doubts: tuple[Doubt, ...] = field(default=(), compare=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "recurs": self.recurs,
            "waits_for": self.waits_for,
            "days": self.days,
        }

    def days_between(self, first: date, last: date) -> Iterator[date]:
        """The recurring days from first to last, both included."""
        for year in range(first.year, last.year + 1):
            for month, day in self.yearly_days:
                end = month_end(year, month)
                due_on = end if not day else end.replace(day=min(day, end.day))
                if first <= due_on <= last:
                    yield due_on


@dataclass(frozen=True)
class DeadlineSpec:
    text: str
    kind: DeadlineKind
    parts: tuple[DeadlinePart, ...]
    occurrences: tuple[date, ...]
    explanation: str
    doubts: tuple[Doubt, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of the command-line contract: keys may be added, never renamed."""
        return {
            "text": self.text,
            "kind": self.kind.value,
            "parts": [part.as_json() for part in self.parts],
            "occurrences": [day.isoformat() for day in self.occurrences],
            "explanation": self.explanation,
            "doubts": [doubt.as_json() for doubt in self.doubts],
        }


def due_after(event_on: date, days: int) -> date:
    """Bộ luật Dân sự 2015, Điều 147: the day of the event itself is not counted."""
    return event_on + timedelta(days=days)


def office_date(day: date) -> str:
    """As official papers write it: a zero before days under 10 and before months 1 and 2."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
