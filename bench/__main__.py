"""Speed as ratios from one run (JSON on stdout, a table on stderr); limits: docs/performance.md.

A ratio holds on any machine where milliseconds do not. Everything runs in throw-away folders, on
SQLite and on a PostgreSQL of its own. Exit code 1 when a ratio is past its limit.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.services import free_port, postgres, stop, wait_until

from . import pages
from .racing import Goal, table

DEMO = {
    "PORTAL_ENV": "demo",
    "PORTAL_TODAY": "2023-07-03",
    "LOG_LEVEL": "ERROR",
    "DEBUG": "false",
    "REDIS_URL": "memory://",
    "DJANGO_SETTINGS_MODULE": "mtqg_portal.settings",
}
# The small size is for a shared machine in a hurry.
SLACK = 1.5


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
    else:
        with postgres() as url:
            yield url


def measured_pages(env: dict, size: str) -> list[Goal]:
    port = free_port()
    web = pages.start_web(env, port)
    try:
        wait_until(lambda: pages.answers(port), web, "gunicorn")
        rounds, seconds = (5, 2.0) if size == "full" else (2, 1.0)
        return pages.measure(port, pages.varied_input(env), rounds, seconds)
    finally:
        stop(web, signal.SIGTERM)


def measured_goals(env: dict, size: str, module: str = "bench.goals") -> list[Goal]:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=pages.BASE,
        env=env | {"BENCH_SIZE": size},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    rows = json.loads(done.stdout.splitlines()[-1])
    return [Goal(**{name: row[name] for name in row if name != "ok"}) for row in rows]


def measured_money(size: str) -> list[Goal]:
    """In a database of its own: its rows would weigh on every other figure."""
    with tempfile.TemporaryDirectory(prefix="mtqg-bench-") as var, database("postgresql") as url:
        env = {**os.environ, **DEMO, "PORTAL_VAR": var, "DATABASE_URL": url}
        pages.manage(env, "-m", "mtqg_portal.prepare")
        return measured_goals(env, size, "bench.money")


def measure(kind: str, size: str) -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="mtqg-bench-") as var, database(kind) as url:
        env = {**os.environ, **DEMO, "PORTAL_VAR": var, "DATABASE_URL": url}
        pages.manage(env, "-m", "mtqg_portal.prepare")
        goals = [*measured_pages(env, size), *measured_goals(env, size)]
    if kind == "postgresql":
        goals += measured_money(size)
    if size == "small":
        goals = [goal.loosened(SLACK) for goal in goals]
    return [{"database": kind, **goal.as_row()} for goal in goals]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="few rows, limits loosened 1.5 times")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args(arguments)
    size = "small" if asked.small else "full"
    rows = [
        row for kind in asked.database or ["sqlite", "postgresql"] for row in measure(kind, size)
    ]
    report = {"size": size, "ok": all(row["ok"] for row in rows), "goals": rows}
    print(table(rows), file=sys.stderr)
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
