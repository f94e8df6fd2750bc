from datetime import UTC, date, datetime

import time_machine

from core import clock


def test_the_business_day_is_the_frozen_one(settings):
    settings.PORTAL_TODAY = date(2023, 7, 3)
    assert clock.today() == date(2023, 7, 3)
    settings.PORTAL_TODAY = "2023-07-04"
    assert clock.today() == date(2023, 7, 4)


def test_without_it_the_day_changes_at_midnight_in_vietnam(settings):
    settings.PORTAL_TODAY = None
    with time_machine.travel(datetime(2023, 6, 30, 16, 59, 59, tzinfo=UTC), tick=False):
        assert clock.today() == date(2023, 6, 30)
    with time_machine.travel(datetime(2023, 6, 30, 17, 0, 0, tzinfo=UTC), tick=False):
        assert clock.today() == date(2023, 7, 1)


def test_rights_and_records_are_never_frozen(settings):
    settings.PORTAL_TODAY = date(2020, 1, 1)
    with time_machine.travel(datetime(2023, 6, 30, 3, tzinfo=UTC), tick=False):
        assert clock.real_today() == date(2023, 6, 30)
        assert clock.now() == datetime(2023, 6, 30, 3, tzinfo=UTC)
