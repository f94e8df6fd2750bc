"""Vốn đối ứng: how much local money stands beside the central money of a programme in a year."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core import money
from organizations.models import UnitScope

from .models import CounterpartRule, LedgerEntry, Source

LOCAL = (Source.PROVINCE, Source.DISTRICT, Source.COMMUNE)
WHOLE = 10_000  # The share is kept in hundredths of a percent.


@dataclass(frozen=True)
class Counterpart:
    """One programme of a year; sums in đồng of the year's own money, None where there is none."""

    rule: CounterpartRule
    central: int | None
    local: int | None

    @property
    def share(self) -> Decimal:
        return Decimal(self.rule.required_share) / 100

    @property
    def required(self) -> int | None:
        if self.central is None:
            return None
        exact = Decimal(self.central) * self.rule.required_share / WHOLE
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def rate(self) -> Decimal | None:
        return money.rate(self.local, self.central)

    @property
    def missing(self) -> int | None:
        return None if self.required is None else max(0, self.required - (self.local or 0))


def counterparts(rules, as_of):
    """Each rule with what its projects were given up to the day."""
    return [counterpart(rule, as_of) for rule in rules]


def counterpart(rule, as_of):
    inside = UnitScope.objects.tree(rule.unit, as_of)
    own = LedgerEntry.objects.for_year(rule.plan_year).as_of(as_of).on_projects()
    own = own.filter(
        origin_year=rule.plan_year, component__program=rule.program, project__unit__in=inside
    )
    sums = defaultdict(lambda: None)
    for source, total in own.total_by("source").items():
        part = "local" if source in LOCAL else source
        sums[part] = (sums[part] or 0) + total
    return Counterpart(rule, sums[Source.CENTRAL], sums["local"])
