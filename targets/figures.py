"""What was reached of each target: own figures first, else those of the units right below.

A figure counts from the start of its year, so of a year's figures the one of the latest period
stands. Units are put together as the indicator says (sum, average, last, not at all); a unit
without a figure is left out and counted, and nothing at all is None, never 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

from core import money
from core.periods import Period
from organizations.models import Unit, UnitParent
from organizations.models.units import valid_on

from .models import Aggregation, Operator, Progress, Target

GROWING = (Operator.AT_LEAST, Operator.MORE_THAN, Operator.EXACTLY)


class Standing(models.TextChoices):
    MET = "met", "Đạt"
    NOT_YET = "not_yet", "Chưa đạt"
    MISSED = "missed", "Không đạt"
    NO_FIGURE = "no_figure", "Chưa có số liệu"
    IN_WORDS = "in_words", "Theo dõi bằng lời"
    IN_LEDGER = "in_ledger", "Theo sổ vốn"


TONES = {
    Standing.MET: "good",
    Standing.NOT_YET: "info",
    Standing.MISSED: "bad",
    Standing.NO_FIGURE: "wait",
    Standing.IN_WORDS: "mute",
    Standing.IN_LEDGER: "mute",
}


@dataclass(frozen=True)
class Reached:
    """A figure with its day; `known` of `expected` units below stand behind a sum.

    Units report at different days: `oldest` is the day of the stalest part.
    """

    value: Decimal | None = None
    note: str = ""
    as_of: date | None = None
    period: str = ""
    known: int = 0
    expected: int = 0
    oldest: date | None = None

    @property
    def is_partial(self) -> bool:
        return self.known < self.expected


@dataclass(frozen=True)
class TargetLine:
    """One line of the list: a unit's target (or none) and what was reached.

    `is_over`: the period has ended, so what is not met now is missed.
    """

    unit: Unit
    target: Target | None
    reached: Reached
    is_over: bool = False

    @property
    def standing(self) -> str:
        if self.target is not None and not self.target.is_numeric:
            return Standing.IN_WORDS
        if self.is_from_ledger:
            return Standing.IN_LEDGER
        if self.reached.value is None:
            return Standing.NO_FIGURE
        met = self.target.is_met_by(self.reached.value) if self.target else None
        if met:
            return Standing.MET
        return Standing.MISSED if self.is_over and self.target else Standing.NOT_YET

    @property
    def is_from_ledger(self) -> bool:
        """Its figure is the programme's disbursement rate, shown on the money pages."""
        return self.target is not None and self.target.indicator.aggregation == Aggregation.LEDGER

    @property
    def standing_label(self) -> str:
        return Standing(self.standing).label

    @property
    def tone(self) -> str:
        return TONES[Standing(self.standing)]

    @property
    def bar_tone(self) -> str:
        return "good" if self.standing == Standing.MET else ""

    @property
    def percent(self) -> Decimal | None:
        """Share of the target reached; None where "more" is not "better" or nothing is known."""
        if self.target is None or self.target.operator not in GROWING:
            return None
        return money.rate(self.reached.value, self.target.value)


def target_lines(targets: Iterable[Target], day: date) -> list[TargetLine]:
    """Targets of one unit and year with what was reached by a day: four queries at any size."""
    rows = list(targets)
    if not rows:
        return []
    year = rows[0].period[:4]
    unit = rows[0].unit
    below = children_on(unit, day)
    indicators = {row.indicator_id for row in rows}
    figures = latest_figures(indicators, [unit.pk, *below], year, day)
    owing = set(
        Target.objects.filter(
            indicator__in=indicators, unit__in=below, period=rows[0].period
        ).values_list("indicator", "unit")
    )
    return [
        TargetLine(
            row.unit,
            row,
            reached_by(row.indicator, unit.pk, below, figures, owing),
            has_ended(row.period, day),
        )
        for row in rows
    ]


def has_ended(period: str, day: date) -> bool:
    return Period.parse(period).end < day


def lines_below(target: Target, day: date) -> list[TargetLine]:
    """The units right below a target's unit that have a share of it or a figure."""
    below = children_on(target.unit, day)
    shares = {
        row.unit_id: row
        for row in Target.objects.filter(
            indicator=target.indicator_id,
            program=target.program_id,
            unit__in=below,
            period=target.period,
        ).select_related("indicator")
    }
    figures = latest_figures([target.indicator_id], below, target.period[:4], day)
    units = Unit.objects.filter(pk__in=below)
    return [
        TargetLine(
            unit,
            shares.get(unit.pk),
            figures.get((target.indicator_id, unit.pk), Reached()),
            has_ended(target.period, day),
        )
        for unit in units
        if unit.pk in shares or (target.indicator_id, unit.pk) in figures
    ]


def children_on(unit: Unit, day: date) -> list[int]:
    return list(
        UnitParent.objects.filter(valid_on(day), parent=unit).values_list("unit", flat=True)
    )


def latest_figures(
    indicators: Iterable[int], units: Iterable[int], year: str, day: date
) -> dict[tuple[int, int], Reached]:
    """{(indicator, unit): official figure of the latest period of the year} known by a day."""
    rows = Progress.objects.official().filter(
        indicator__in=indicators, unit__in=units, period__startswith=year, as_of__lte=day
    )
    found: dict[tuple[int, int], Reached] = {}
    for row in sorted(rows.order_by(), key=lambda row: (Period.parse(row.period), row.as_of)):
        found[(row.indicator_id, row.unit_id)] = Reached(row.value, row.note, row.as_of, row.period)
    return found


def reached_by(indicator: Any, unit: int, below: list[int], figures: dict, owing: set) -> Reached:
    own = figures.get((indicator.pk, unit))
    if own is not None or indicator.aggregation in (Aggregation.NONE, Aggregation.LEDGER):
        return own or Reached()
    parts = [figures.get((indicator.pk, child)) for child in below]
    known = [part for part in parts if part is not None and part.value is not None]
    expected = max(sum((indicator.pk, child) in owing for child in below), len(known))
    if not known:
        return Reached(expected=expected)
    last = max(known, key=lambda part: part.as_of)
    value = together(indicator, [part.value for part in known], last.value)
    oldest = min(part.as_of for part in known)
    return Reached(value, "", last.as_of, last.period, len(known), expected, oldest)


def together(indicator: Any, values: list[Decimal], last: Decimal) -> Decimal:
    if indicator.aggregation == Aggregation.LAST:
        return last
    total = sum(values, Decimal(0))
    if indicator.aggregation == Aggregation.SUM:
        return total
    step = Decimal(1).scaleb(-indicator.decimals)
    return (total / len(values)).quantize(step, ROUND_HALF_UP)
