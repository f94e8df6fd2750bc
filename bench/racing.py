"""Races: alternatives take turns in one process; what counts is the ratio of their medians."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Goal:
    """One measured goal. `limit` is the most, or with `at_least` the least, that is allowed."""

    name: str
    job: str
    reference: str
    measured: float
    limit: float
    at_least: bool = False
    note: str = ""
    # A count, which no busy machine changes.
    is_exact: bool = False

    @property
    def ok(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def loosened(self, slack: float) -> "Goal":
        """For a shared machine, which shakes."""
        if self.is_exact:
            return self
        limit = self.limit / slack if self.at_least else self.limit * slack
        return Goal(**(asdict(self) | {"limit": limit}))

    def as_row(self) -> dict:
        return asdict(self) | {"ok": self.ok}


def race(runners: dict[str, Callable[[int], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each; every turn gets its number, so that no input comes twice."""
    times: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(rounds + 1):
        for name, run in runners.items():
            gc.collect()
            start = time.perf_counter()
            run(turn)
            if turn:  # The first turn warms up.
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def table(rows: Iterable[dict]) -> str:
    lines = [f"{'':2} {'đích':5} {'nền':10} {'đo được':>9} {'giới hạn':>10}  việc / so với"]
    for row in rows:
        sign = "≥" if row["at_least"] else "≤"
        lines.append(
            f"{'✓' if row['ok'] else '✗':2} {row['name']:5} {row['database']:10} "
            f"{row['measured']:9.3f} {sign + format(row['limit'], '.3f'):>10}  "
            f"{row['job']} / {row['reference']}" + (f" ({row['note']})" if row["note"] else "")
        )
    return "\n".join(lines)
