"""A reporting period as a value: "2023", "2023-H1", "2023-Q1", "2023-03"; and its cut-off rules."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Self

from django.db import models

from .text import roman

_CODE = re.compile(r"(?P<year>[12]\d{3})(?:-?(?P<kind>[HQ])(?P<part>\d)|-(?P<month>\d\d))?")
_PARTS = {"Y": 1, "H": 2, "Q": 4, "M": 12}
_NAMES = {"Y": "năm", "H": "nửa năm", "Q": "quý", "M": "tháng"}


class CutoffRule(models.TextChoices):
    """Up to which day figures count. An attribute of the report type, never global."""

    ND09 = "ND09", "Theo Nghị định 09/2019/NĐ-CP (chốt ngày 14)"
    CALENDAR = "CALENDAR", "Theo lịch (ngày cuối kỳ)"
    TREASURY_MONTH_END = "TREASURY_MONTH_END", "Theo kho bạc (cuối tháng; năm: 31/01 năm sau)"


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


@total_ordering
@dataclass(frozen=True)
class Period:
    """Kind is Y, H, Q or M; part is the number of the half, quarter or month (1 for a year)."""

    year: int
    kind: str = "Y"
    part: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.part <= _PARTS.get(self.kind, 0) or not 1000 <= self.year <= 2999:
            name = _NAMES.get(self.kind, "kỳ")
            raise ValueError(f"Không có {name} {self.part} năm {self.year}.")

    @classmethod
    def parse(cls, code: str) -> Self:
        """Reads "2023", "2023-H1", "2023H1", "2023-Q1", "2023Q1", "2023-03"."""
        match = _CODE.fullmatch(code.strip().upper())
        if not match:
            raise ValueError(
                f"Mã kỳ “{code}” không đúng. Viết như 2023, 2023-H1, 2023-Q1 hoặc 2023-03."
            )
        year = int(match["year"])
        if match["month"]:
            return cls(year, "M", int(match["month"]))
        return cls(year, match["kind"] or "Y", int(match["part"] or 1))

    @property
    def code(self) -> str:
        if self.kind == "Y":
            return str(self.year)
        tail = f"{self.part:02d}" if self.kind == "M" else f"{self.kind}{self.part}"
        return f"{self.year}-{tail}"

    @property
    def months(self) -> int:
        return 12 // _PARTS[self.kind]

    @property
    def start(self) -> date:
        return date(self.year, (self.part - 1) * self.months + 1, 1)

    @property
    def end(self) -> date:
        return month_end(self.year, self.part * self.months)

    @property
    def label(self) -> str:
        if self.kind == "Y":
            return f"năm {self.year}"
        if self.kind == "H":
            return f"6 tháng {'đầu' if self.part == 1 else 'cuối'} năm {self.year}"
        name = f"quý {roman(self.part)}" if self.kind == "Q" else f"tháng {self.part}"
        return f"{name}/{self.year}"

    def previous(self) -> "Period":
        """The period of the same kind just before."""
        if self.part > 1:
            return Period(self.year, self.kind, self.part - 1)
        return Period(self.year - 1, self.kind, _PARTS[self.kind])

    def __lt__(self, other: "Period") -> bool:
        """By end, and the longer period after the shorter ones it closes with."""
        if not isinstance(other, Period):
            return NotImplemented
        return (self.end, self.months) < (other.end, other.months)

    def __str__(self) -> str:
        return self.code


def cutoff(period: Period, rule: CutoffRule | str) -> date:
    """The last day whose figures count for the period."""
    rule = CutoffRule(rule)
    if rule == CutoffRule.ND09:
        # Nghị định 09/2019/NĐ-CP, Điều 12: every period closes on the 14th of its last month.
        return period.end.replace(day=14)
    if rule == CutoffRule.TREASURY_MONTH_END and period.kind == "Y":
        # Money of a budget year is paid until 31/01 of the next one.
        return date(period.year + 1, 1, 31)
    return period.end


def window(period: Period, rule: CutoffRule | str) -> tuple[date, date]:
    """First and last day that count. Only NĐ 09 starts before the calendar period does."""
    last = cutoff(period, rule)
    if CutoffRule(rule) == CutoffRule.ND09:
        return cutoff(period.previous(), rule) + timedelta(days=1), last
    return period.start, last
