"""Marks, shortfalls and reasons, at their boundaries."""

from datetime import date
from decimal import Decimal

import pytest

from dashboards import figures, wording
from disbursement.figures import Figure
from programs.models import PlanState
from tests.alerts.cast import (
    MILLION,
    make_plan,
    make_programme,
    make_project,
    make_rule,
    make_task,
    pay,
)

TODAY = date(2023, 7, 3)


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        (date(2022, 12, 31), "0"),
        (date(2023, 1, 1), "0.27"),
        (date(2023, 6, 30), "49.59"),
        (date(2023, 12, 31), "100.00"),
        (date(2024, 1, 15), "100"),
    ],
)
def test_the_even_mark_is_the_share_of_the_year_gone_by(day, mark):
    assert figures.even_mark(day, 2023) == Decimal(mark)


@pytest.mark.parametrize(
    ("figure", "short"),
    [
        (Figure(planned=1000, paid_of_year=400), 50),
        (Figure(planned=1000, paid_of_year=450), 0),
        (Figure(planned=1000, paid_of_year=500), -50),
        (Figure(planned=1000), None),
        (Figure(), None),
    ],
)
def test_the_money_short_of_a_mark_of_45(figure, short):
    assert figures.short_of(figure, Decimal(45)) == short


@pytest.fixture
def province(people, units):
    component = make_programme()
    make_rule(units.province)
    small = make_project("A1", units.commune_a1, component, 100 * MILLION, difficulty="nhỏ")
    large = make_project("A2", units.commune_a2, component, 900 * MILLION, difficulty="mặt bằng")
    good = make_project("B1", units.commune_b1, component, 500 * MILLION)
    pay(good, 400 * MILLION, date(2023, 6, 30))
    return component, small, large, good


def lines_of(people, units, day=TODAY):
    money = figures.money_of(people.head, units.province, day)
    zero = figures.zero_review(people.head, day)
    return money, figures.place_lines(money, units.province, zero)


def test_places_carry_the_reason_of_the_project_with_most_money(people, units, province):
    _, lines = lines_of(people, units)
    assert [line.unit for line in lines] == [units.district_b, units.district_a]
    assert (lines[1].reason, lines[1].zero_count, lines[0].zero_count) == ("mặt bằng", 2, 0)


def test_only_places_below_the_mark_are_listed_as_short(people, units, province):
    money, lines = lines_of(people, units)
    worst = figures.worst(lines)
    assert [line.unit for line in worst] == [units.district_a]
    assert worst[0].short == int(1_000 * MILLION * money.mark / 100)


def test_the_figures_day_is_the_last_payment_and_the_mark_is_of_that_day(people, units, province):
    money, _ = lines_of(people, units)
    assert money.closed_on == date(2023, 6, 30)
    assert money.mark == Decimal("49.59")
    assert money.rate == Decimal("26.67")


def test_the_day_of_the_figures_is_the_same_for_those_who_were_paid_nothing(
    people, units, province
):
    money = figures.money_of(people.officer_a, units.district_a, TODAY)
    assert (money.closed_on, money.rate) == (date(2023, 6, 30), Decimal("0.00"))


def test_months_after_the_figures_day_are_unknown_not_flat(people, units, province):
    money, _ = lines_of(people, units)
    lines = figures.month_lines(money)
    assert [line.rate for line in lines][4:8] == [Decimal("0.00"), Decimal("26.67"), None, None]


def test_without_any_payment_nothing_is_zero(people, units):
    make_project("A1", units.commune_a1, make_programme())
    money, lines = lines_of(people, units)
    assert money.rate is None and money.closed_on is None
    assert figures.worst(lines) == []


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2023, 5, 30), False),
        (date(2023, 5, 31), True),
        (date(2023, 6, 30), True),
        (date(2023, 7, 1), True),
        (date(2024, 1, 31), True),
        (date(2024, 2, 1), False),
    ],
)
def test_zero_money_is_shown_from_its_days_of_warning_on(people, units, province, day, shown):
    zero = figures.zero_review(people.head, day)
    assert (zero is not None) == shown


def test_zero_money_is_that_of_the_rules_day(people, units, province):
    assert figures.zero_review(people.head, date(2023, 6, 29)).amount == 1_500 * MILLION
    zero = figures.zero_review(people.head, date(2023, 6, 30))
    assert (len(zero.projects), zero.amount, zero.days) == (2, 1_000 * MILLION, 0)


def test_zero_money_stays_within_what_a_person_may_see(people, units, province):
    assert len(figures.zero_review(people.officer_a, TODAY).projects) == 2
    assert figures.zero_review(people.officer_b, TODAY) is None
    assert len(figures.zero_review(people.commune, TODAY).projects) == 1


def test_a_programme_narrows_money_and_zero_alike(people, units, province):
    other = make_programme("GNBV", "Giảm nghèo", 2)
    make_project("G1", units.commune_a1, other, 50 * MILLION)
    assert figures.money_of(people.head, units.province, TODAY, "GNBV").total.to_spend == (
        50 * MILLION
    )
    assert figures.zero_review(people.head, TODAY, "GNBV").amount == 50 * MILLION


def test_tasks_of_a_draft_are_not_counted_and_the_tile_opens_what_it_counts(people, units):
    late = date(2023, 6, 1)
    make_task(make_plan(units.province), 1, late)
    make_task(make_plan(units.province, PlanState.DRAFT, "KH-2"), 1, late)
    counts = figures.task_counts(people.standing, TODAY)
    assert (counts.total, counts.overdue) == (1, 1)
    assert wording.task_tile(counts, "")["url"] == "/nhiem-vu/?stage=qua-han"
    assert wording.task_tile(counts, "NTM")["url"] == "/nhiem-vu/?stage=qua-han&program=NTM"
