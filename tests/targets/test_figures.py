"""What counts as reached: boundaries of operators, sums with gaps, the latest period."""

from datetime import date
from decimal import Decimal

import pytest

from targets.figures import Standing, lines_below, target_lines
from targets.models import Aggregation, Operator, Target

from .conftest import enter, make_indicator, make_target

DAY = date(2023, 7, 3)


def line_of(target, day=DAY):
    return target_lines([target], day)[0]


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        (Operator.AT_LEAST, "3", True),
        (Operator.AT_LEAST, "2.99", False),
        (Operator.MORE_THAN, "3", False),
        (Operator.MORE_THAN, "3.01", True),
        (Operator.EXACTLY, "3", True),
        (Operator.EXACTLY, "2.99", False),
        (Operator.AT_MOST, "3", True),
        (Operator.AT_MOST, "3.01", False),
        (Operator.LESS_THAN, "3", False),
        (Operator.LESS_THAN, "2.99", True),
    ],
)
def test_each_operator_at_its_boundary(units, programs, operator, value, met):
    rate = make_indicator("TL", [programs["GNBV"]], Aggregation.NONE, decimals=2)
    target = make_target(rate, programs["GNBV"], units.province, operator, value=3)
    enter(rate, units.province, "2023-H1", value, date(2023, 6, 14))
    assert line_of(target).standing == (Standing.MET if met else Standing.NOT_YET)


@pytest.mark.parametrize("operator", [Operator.MILESTONE, Operator.QUALITATIVE])
def test_words_are_never_met_or_missed(units, programs, operator):
    kept = make_indicator("GIU", [programs["NTM"]], Aggregation.NONE)
    target = make_target(kept, programs["NTM"], units.province, operator, value=None)
    line = line_of(target)
    assert (line.standing, line.percent) == (Standing.IN_WORDS, None)


def test_no_figure_is_none_and_not_zero(counted):
    line = line_of(counted.province)
    assert (line.reached.value, line.percent, line.standing) == (None, None, Standing.NO_FIGURE)
    assert (line.reached.known, line.reached.expected) == (0, 2)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2023, 12, 31), Standing.NOT_YET),
        (date(2024, 1, 1), Standing.MISSED),
    ],
)
def test_what_is_not_met_is_missed_once_the_year_is_over(counted, units, day, standing):
    enter(counted.indicator, units.district_a, "2023", 3, date(2023, 12, 14))
    assert line_of(counted.a, day).standing == standing


def test_zero_is_a_figure(counted, units):
    enter(counted.indicator, units.district_a, "2023-Q1", 0, date(2023, 3, 31))
    line = line_of(counted.a)
    assert (line.reached.value, line.percent, line.standing) == (0, 0, Standing.NOT_YET)


def test_sum_of_the_districts_says_who_is_missing(counted, units):
    enter(counted.indicator, units.district_a, "2023-H1", 2, date(2023, 6, 14))
    line = line_of(counted.province)
    assert line.reached.value == 2
    assert (line.reached.known, line.reached.expected, line.reached.is_partial) == (1, 2, True)


def test_the_province_own_figure_stands_before_the_sum(counted, units):
    enter(counted.indicator, units.district_a, "2023-H1", 2, date(2023, 6, 14))
    enter(counted.indicator, units.province, "2023-05", 6, date(2023, 5, 31))
    assert line_of(counted.province).reached.value == 6


def test_latest_period_of_the_year_replaces_earlier_ones(counted, units):
    for period, value, day in (
        ("2023-Q1", 1, date(2023, 3, 31)),
        ("2023-H1", 3, date(2023, 6, 14)),
        ("2023-05", 2, date(2023, 5, 31)),
        ("2022", 9, date(2022, 12, 31)),
    ):
        enter(counted.indicator, units.district_a, period, value, day)
    assert line_of(counted.a).reached.value == 3
    assert line_of(counted.a, date(2023, 4, 1)).reached.value == 1


def test_only_official_figures_count(counted, units):
    enter(counted.indicator, units.district_a, "2023-H1", 4, date(2023, 6, 14), official=False)
    assert line_of(counted.a).standing == Standing.NO_FIGURE


@pytest.mark.parametrize(
    ("aggregation", "value"),
    [
        (Aggregation.SUM, 5),
        (Aggregation.LAST, 3),
        (Aggregation.AVERAGE, Decimal("2.5")),
        (Aggregation.NONE, None),
    ],
)
def test_units_are_put_together_as_the_indicator_says(units, programs, aggregation, value):
    indicator = make_indicator("TH", [programs["NTM"]], aggregation, decimals=1)
    target = make_target(indicator, programs["NTM"], units.province)
    enter(indicator, units.district_a, "2023-Q1", 2, date(2023, 3, 31))
    enter(indicator, units.district_b, "2023-H1", 3, date(2023, 6, 14))
    assert line_of(target).reached.value == value


def test_an_average_rounds_half_up(units, programs):
    indicator = make_indicator("BQ", [programs["NTM"]], Aggregation.AVERAGE, decimals=0)
    target = make_target(indicator, programs["NTM"], units.province)
    enter(indicator, units.district_a, "2023-Q1", 2, date(2023, 3, 31))
    enter(indicator, units.district_b, "2023-Q1", 3, date(2023, 3, 31))
    assert line_of(target).reached.value == 3


def test_percent_beyond_the_target_is_kept_and_falling_targets_have_none(units, programs):
    more = make_indicator("TANG", [programs["NTM"]])
    fewer = make_indicator("GIAM", [programs["NTM"]])
    enter(more, units.district_a, "2023", 9, date(2023, 6, 30))
    enter(fewer, units.district_a, "2023", 2, date(2023, 6, 30))
    grown = make_target(more, programs["NTM"], units.district_a, value=6)
    fallen = make_target(fewer, programs["NTM"], units.district_a, Operator.AT_MOST, value=4)
    assert line_of(grown).percent == Decimal("150.00")
    assert line_of(fallen).percent is None


def test_districts_below_with_and_without_a_share(counted, units):
    enter(counted.indicator, units.district_b, "2023-H1", 3, date(2023, 6, 14))
    counted.a.delete()
    below = {line.unit.code: line for line in lines_below(counted.province, DAY)}
    assert set(below) == {"T-B"}
    enter(counted.indicator, units.district_a, "2023-H1", 1, date(2023, 6, 14))
    without = next(x for x in lines_below(counted.province, DAY) if x.unit.code == "T-A")
    assert (without.target, without.reached.value) == (None, 1)


def test_lines_cost_the_same_for_one_and_six_targets(
    counted, units, programs, django_assert_max_num_queries
):
    for number in range(5):
        indicator = make_indicator(f"C{number}", [programs["NTM"]])
        make_target(indicator, programs["NTM"], units.province)
        enter(indicator, units.district_a, "2023-Q1", 1, date(2023, 3, 31))
    rows = Target.objects.filter(unit=units.province).select_related("indicator", "unit")
    with django_assert_max_num_queries(4):
        assert len(target_lines(rows, DAY)) == 6
