"""A round, its days and who owes in it."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from core.transitions import InvalidTransition
from notices.models import Notice
from reporting.models import Obligation, RoundKind
from reporting.rounds import open_round


def test_each_column_has_its_own_day(half_year):
    assert half_year.round.figures_on == date(2023, 6, 14)
    assert half_year.round.money_on == date(2023, 6, 30)
    assert half_year.round.due_on == date(2023, 7, 10)


def test_every_district_owes_once_and_is_told_once(half_year, units):
    open_round(RoundKind.HALF_YEAR, "2023-H1", today=date(2023, 7, 2))
    assert Obligation.objects.filter(round=half_year.round).count() == 2
    assert Notice.objects.filter(unit=units.district_a, kind="opened").count() == 1
    assert {o.reviewer for o in Obligation.objects.all()} == {units.planning}


@pytest.mark.parametrize(("kind", "period"), [("half_year", "2023"), ("year", "2023-H1")])
def test_a_period_of_another_kind_is_refused(committee, kind, period):
    with pytest.raises(InvalidTransition, match=period):
        open_round(kind, period, today=date(2023, 7, 1))


@pytest.mark.parametrize(
    ("day", "missing"), [("2023-07-09", 0), ("2023-07-10", 0), ("2023-07-11", 2)]
)
def test_missing_is_computed_from_the_day(half_year, day, missing):
    assert Obligation.objects.missing(date.fromisoformat(day)).count() == missing


def test_the_command_tells_what_it_made(committee, capsys):
    call_command("open_round", "--type", "half_year", "--period", "2023H1")
    told = json.loads(capsys.readouterr().out)
    assert told["period"] == "2023-H1"
    assert told["created"] == told["obligations"] == 2
