"""Two officers decide about one line at the same moment: one wins, and the locks see to it."""

import threading
from datetime import date

import pytest
from django.db import connection

from core.transitions import InvalidTransition
from disbursement.models import Payment, Project, TreasuryLine
from disbursement.treasury import matching, settling
from disbursement.treasury.gaps import open_gaps
from tests.disbursement.conftest import MILLION, allot, pay, workbook
from tests.disbursement.test_money_race import as_it_is, at_once
from tests.no_skips import ONLY_POSTGRESQL

HEAD = ["Mã dự án", "Nguồn vốn", "Tính chất", "Tạm ứng lũy kế", "Thanh toán KLHT lũy kế"]
SEEN = -5 * MILLION


@pytest.fixture
def scene(transactional_db, make_project, run_import):
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    project = make_project("P")
    make_project("Q")
    allot(project, 100)
    pay(project, 20, on=date(2023, 6, 10))
    rows = [["P", "NSTW", "ĐTPT", 0, 25], ["KB-1", "NSTW", "ĐTPT", 0, 7]]
    run_import("disbursements", workbook(rows, HEAD), {"as_of": "2023-06-30", "year": 2023})
    return project


def posting(user):
    line = TreasuryLine.objects.select_related("project__unit").get(code="P")
    return lambda: settling.post_line(line, difference=SEEN, reason="x", user=user)


def match(code, user):
    line = TreasuryLine.objects.select_related("unit").get(code="KB-1")
    project = Project.objects.select_related("unit").get(code=code)
    return lambda: matching.match_line(line, project, user)


def refused(results):
    return [result for result in results if isinstance(result, InvalidTransition)]


def test_of_two_posts_one_is_written(scene, people):
    results = at_once(posting(people.standing), posting(people.standing2))
    assert len(refused(results)) == 1
    assert Payment.objects.total() == 25 * MILLION


def test_of_two_matches_one_holds(scene, people):
    results = at_once(match("Q", people.treasury), match("P", people.treasury))
    assert len(refused(results)) == 1
    line = TreasuryLine.objects.get(code="KB-1")
    assert Payment.objects.filter(treasury_line=line).values("project").distinct().count() <= 1
    assert line.match == "person"


def test_a_post_and_a_match_do_not_wait_for_each_other_for_ever(scene, people):
    results = at_once(posting(people.standing), match("Q", people.treasury))
    assert refused(results) == []
    assert {gap.difference for gap in open_gaps(2023, date(2023, 7, 3))} == {0}


def test_without_the_locks_both_posts_would_be_written(scene, people, monkeypatch):
    """Control: the locks decide the race, not luck."""
    gate = threading.Barrier(2)
    compare = settling.gap_of_line

    def slow(line):
        found = compare(line)
        gate.wait(10)
        return found

    monkeypatch.setattr(settling, "lock_books", lambda *units: [])
    monkeypatch.setattr(Project.objects.none().__class__, "select_for_update", as_it_is)
    monkeypatch.setattr(settling, "gap_of_line", slow)
    results = at_once(posting(people.standing), posting(people.standing2))
    assert refused(results) == []
    assert Payment.objects.total() == 30 * MILLION
