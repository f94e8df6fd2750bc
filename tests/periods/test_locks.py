"""Closed periods: whose exception opens which lock, until when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from periods.models import LockException, PeriodLock, why_locked

UNTIL = date(2023, 8, 15)


def leave(lock, unit, until, people):
    return LockException.objects.create(
        lock=lock, unit=unit, until=until, reason="số liệu bổ sung", granted_by=people.standing
    )


@pytest.fixture
def general(db):
    return PeriodLock.objects.create(period="2023-H1", reason="đã tổng hợp")


@pytest.mark.parametrize(
    ("day", "is_locked"), [("2023-08-14", False), ("2023-08-15", False), ("2023-08-16", True)]
)
def test_an_exception_counts_to_the_end_of_its_day(general, units, people, day, is_locked):
    leave(general, units.district_a, UNTIL, people)
    assert bool(why_locked(units.district_a, "2023-H1", date.fromisoformat(day))) is is_locked
    assert why_locked(units.district_b, "2023-H1", date.fromisoformat(day))


def test_a_neighbours_exception_does_not_revive_a_lapsed_one(general, units, people):
    leave(general, units.district_a, date(2023, 7, 20), people)
    leave(general, units.district_b, UNTIL, people)
    day = date(2023, 8, 1)
    assert why_locked(units.district_a, "2023-H1", day)
    assert why_locked(units.district_b, "2023-H1", day) is None


def test_other_periods_and_units_stay_open(units, people):
    PeriodLock.objects.create(period="2023-H1", unit=units.district_a, reason="đã nhận")
    assert why_locked(units.district_a, "2023-H2", UNTIL) is None
    assert why_locked(units.district_b, "2023-H1", UNTIL) is None


def test_the_day_of_the_lock_is_the_local_one(general, units):
    at = datetime(2023, 7, 13, 0, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    PeriodLock.objects.update(locked_at=at)
    assert "ngày 13/07/2023" in why_locked(units.district_a, "2023-H1", UNTIL)
