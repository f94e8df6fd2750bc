"""A real province's 2023 (triệu đồng): the totals are published, the split of what was carried
over is not, so the one used here is assumed (giả định) within the bounds the rates leave."""

from datetime import date
from decimal import Decimal

import pytest

from disbursement.figures import Denominator, Figure, grouped, open_books
from disbursement.models import EntryKind, Nature
from tests.disbursement.conftest import MILLION, allot, assign, pay

INVESTMENT, RECURRENT = 706_749, 567_947
CARRIED_ASSUMED = {Nature.INVESTMENT: 378_000, Nature.RECURRENT: 219_053}
PAID = {Nature.INVESTMENT: 786_539, Nature.RECURRENT: 190_398}
END = date(2024, 1, 31)


@pytest.fixture
def year_2023(make_project):
    works, activity = make_project("ĐT"), make_project("SN")
    for project, nature, plan in (
        (works, Nature.INVESTMENT, INVESTMENT),
        (activity, Nature.RECURRENT, RECURRENT),
    ):
        allot(project, plan, nature=nature)
        allot(
            project,
            CARRIED_ASSUMED[nature],
            nature=nature,
            origin_year=2022,
            kind=EntryKind.CARRY_IN,
        )
        pay(project, PAID[nature], nature=nature, on=date(2023, 12, 31))
    return open_books(2023, END)


def test_plan_and_carried_over_add_up(year_2023):
    total = year_2023.total()
    assert total.planned == 1_274_696 * MILLION
    assert total.carried == 597_053 * MILLION
    assert total.to_spend == 1_871_749 * MILLION


def test_published_rate():
    published = Figure(
        planned=1_274_696 * MILLION, carried=597_053 * MILLION, paid_of_year=976_938 * MILLION
    )
    assert published.rate(Denominator.WITH_CARRY) == Decimal("52.19")


def test_parts_have_their_own_denominators(year_2023):
    parts = grouped(year_2023, "nature")
    assert parts[Nature.INVESTMENT].rate() == Decimal("72.51")
    assert parts[Nature.RECURRENT].rate() == Decimal("24.19")
    average = (parts[Nature.INVESTMENT].rate() + parts[Nature.RECURRENT].rate()) / 2
    assert year_2023.total().rate() != average


def test_one_million_lost_in_rounding_is_shown_not_hidden(year_2023):
    parts = grouped(year_2023, "nature").values()
    assert sum(part.paid for part in parts) == 976_937 * MILLION
    assert 976_938 * MILLION - year_2023.total().paid == MILLION
    assert year_2023.total().rate() == Decimal("52.19")


def test_one_numerator_three_named_denominators(make_project, units, catalogue):
    """As published in 9/2022: three rates at once, each true of its own denominator."""
    project = make_project("P")
    allot(project, 900)
    allot(project, 100, origin_year=2022, kind=EntryKind.CARRY_IN)
    assign(units.province, catalogue.ntm, 800)
    pay(project, 450)
    total = open_books(2023, END).of_unit(units.province).total()
    assert {label: total.rate(value) for value, label in Denominator.choices} == {
        "kế hoạch năm, kể cả vốn kéo dài": Decimal("45.00"),
        "kế hoạch năm": Decimal("50.00"),
        "vốn cấp trên giao": Decimal("56.25"),
    }


def test_last_years_money_does_not_lift_the_rate_of_this_years_plan(make_project):
    project = make_project("P")
    allot(project, 100)
    allot(project, 100, origin_year=2022, kind=EntryKind.CARRY_IN)
    pay(project, 80, origin_year=2022)
    total = open_books(2023, END).total()
    assert total.rate(Denominator.YEAR_PLAN) == Decimal("0.00")
    assert total.rate(Denominator.WITH_CARRY) == Decimal("40.00")
