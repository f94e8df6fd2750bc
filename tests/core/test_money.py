from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money
from core.numbers import read_number


def test_the_rate_of_a_published_plan():
    assert money.rate(976_938, 1_871_749) == Decimal("52.19")


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 800, "0.13"),  # 0.125 rounds up
        (0, 5, "0.00"),
        (5, 0, None),
        (5, None, None),
        (None, 5, None),
    ],
)
def test_rate_at_its_edges(part, whole, expected):
    assert money.rate(part, whole) == (None if expected is None else Decimal(expected))


@given(st.integers(-(10**18), 10**18), st.sampled_from(list(money.UNITS)))
def test_what_is_shown_in_full_reads_back(amount, unit):
    places = len(str(money.UNITS[unit])) - 1
    shown = money.format_amount(amount, unit, places)
    assert read_number(shown, is_whole=not places) * money.UNITS[unit] == amount


def test_display():
    assert money.format_decimal(Decimal("1274696.5"), 1) == "1.274.696,5"
    assert money.format_decimal(Decimal("-0.4"), 0) == "0"
    assert money.format_vnd(1_499_999, "triệu đồng") == "1 triệu đồng"
    assert money.format_vnd(1_500_000, "triệu đồng") == "2 triệu đồng"
    assert money.format_vnd(2_500_000_000, "tỷ đồng", 1) == "2,5 tỷ đồng"
    assert money.format_vnd(1_274_696) == "1.274.696 đồng"
    assert money.format_rate(Decimal("52.19")) == "52,19 %"
    assert money.format_rate(Decimal("52.15"), 1) == "52,2 %"


def test_a_missing_figure_is_a_dash_and_never_zero():
    assert money.format_vnd(None) == money.format_rate(None) == money.format_decimal(None) == "–"
    assert money.format_vnd(0) == "0 đồng"


def test_children_shown_in_millions_add_up_to_their_parent():
    assert money.split_rounding([400_000, 400_000, 400_000]) == [1, 0, 0]
    assert money.split_rounding([1_600_000, 1_700_000, 0]) == [1, 2, 0]
    assert money.split_rounding([]) == []


@given(st.lists(st.integers(-(10**12), 10**12), max_size=12))
def test_split_rounding_adds_up_and_moves_nobody_by_a_whole_unit(amounts):
    shares = money.split_rounding(amounts)
    shown = money.format_amount(sum(amounts), "triệu đồng")
    assert money.format_decimal(sum(shares)) == shown
    pairs = zip(shares, amounts, strict=True)
    assert all(abs(share * money.MILLION - amount) < money.MILLION for share, amount in pairs)
