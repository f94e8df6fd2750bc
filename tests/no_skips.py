"""In CI (PORTAL_CI set) a skipped test is a failure: a skip would hide a part that is missing.

Allowed are only tests that belong to the other database, by one of the two reasons below.
"""

import os

import pytest
from django.db import connection

ONLY_POSTGRESQL = "chỉ chạy trên PostgreSQL"
ONLY_SQLITE = "chỉ chạy trên SQLite"
ALLOWED = {"sqlite": ONLY_POSTGRESQL, "postgresql": ONLY_SQLITE}


def reason_of(report) -> str:
    """Pytest keeps (path, line, reason) of a skip."""
    found = report.longrepr
    return found[2] if isinstance(found, tuple) else str(found)


def is_allowed(reason: str, vendor: str) -> bool:
    return ALLOWED.get(vendor, "\0") in reason


class SkipGuard:
    """Collects the skips; the session fails on those that are not allowed."""

    def __init__(self):
        self.refused = []

    def note(self, report):
        # An expected failure is reported as a skip too; it did run.
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = reason_of(report)
        if not is_allowed(reason, connection.vendor):
            self.refused.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report):
        self.note(report)

    def pytest_collectreport(self, report):
        self.note(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.refused:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if not self.refused:
            return
        terminalreporter.section("skips that CI does not allow", red=True, bold=True)
        for line in self.refused:
            terminalreporter.write_line(line)


def pytest_configure(config):
    if os.environ.get("PORTAL_CI") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipGuard(), "no-skips")
