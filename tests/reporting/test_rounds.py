"""A round, its days and who owes in it."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from core.transitions import InvalidTransition
from notices.models import Notice
from organizations.closure import rebuild_closure
from organizations.models import Role, Unit, UnitParent
from reporting.models import Obligation, Round, RoundKind
from reporting.rounds import open_round
from tests.conftest import make_person


def test_each_column_has_its_own_day(half_year):
    assert half_year.round.figures_on == date(2023, 6, 14)
    assert half_year.round.money_on == date(2023, 6, 30)
    assert half_year.round.due_on == date(2023, 7, 10)


def test_every_district_owes_once_and_is_told_once(half_year, units):
    open_round(RoundKind.HALF_YEAR, "2023-H1", today=date(2023, 7, 2))
    assert Obligation.objects.filter(round=half_year.round).count() == 2
    assert Notice.objects.filter(unit=units.district_a, kind="opened").count() == 1
    assert {o.reviewer for o in Obligation.objects.all()} == {units.planning}


def test_without_districts_communes_report_themselves(units, committee):
    """Two tiers since 01/7/2025."""
    end = date(2025, 7, 1)
    UnitParent.objects.filter(parent__in=[units.district_a, units.district_b]).update(valid_to=end)
    for commune in Unit.objects.communes():
        UnitParent.objects.create(unit=commune, parent=units.province, valid_from=end)
    Unit.objects.districts().update(valid_to=end)
    rebuild_closure()
    before, _ = open_round(RoundKind.HALF_YEAR, "2025-H1", today=date(2025, 7, 1))
    after, made = open_round(RoundKind.HALF_YEAR, "2025-H2", today=date(2026, 1, 1))
    assert {o.unit for o in before.obligations.all()} == {units.district_a, units.district_b}
    assert {o.unit for o in after.obligations.all()} == set(Unit.objects.communes())
    assert made == 3


def test_a_round_that_nobody_owes_is_not_opened(units, committee):
    Unit.objects.districts().update(kind="agency")
    Unit.objects.communes().update(kind="agency")
    with pytest.raises(InvalidTransition, match="Không có huyện"):
        open_round(RoundKind.YEAR, "2023", today=date(2023, 7, 1))
    assert not Round.objects.exists()


def test_only_the_provinces_standing_agency_opens_a_round(units, people, client_of):
    local = make_person("local", "Thường trực huyện", units.district_a, Role.STANDING)
    url = reverse("reporting:open_round")
    answers = {user.username: client_of(user).get(url).status_code for user in (local, people.head)}
    assert answers == {"local": 403, "head": 403}
    assert client_of(people.standing).get(url).status_code == 200


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


@pytest.mark.parametrize(("period", "kind"), [("2023-H1", "half_year"), ("2022", "year")])
def test_the_page_opens_the_chosen_period(people, client_of, period, kind):
    answer = client_of(people.standing).post(reverse("reporting:open_round"), {"period": period})
    opened = Round.objects.get()
    assert answer.url == reverse("reporting:round", args=[opened.pk])
    assert (opened.kind, opened.period, opened.obligations.count()) == (kind, period, 2)


def test_a_period_that_is_not_offered_is_refused(people, client_of):
    answer = client_of(people.standing).post(reverse("reporting:open_round"), {"period": "1999"})
    assert answer.status_code == 422
    assert not Round.objects.exists()
