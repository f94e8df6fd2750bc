from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money


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


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1.274", "đồng", 1274),
        ("1274", "đồng", 1274),
        (" 0 ", "đồng", 0),
        ("-1.000", "đồng", -1000),
        ("1.274.696,5", "triệu đồng", 1_274_696_500_000),
        ("1,274", "triệu đồng", 1_274_000),
        ("0,000001", "triệu đồng", 1),
        ("2,5", "tỷ đồng", 2_500_000_000),
    ],
)
def test_strict_amounts(text, unit, amount):
    assert money.parse_amount(text, unit) == amount


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1.5", "1,5"),
        ("1,274.5", "1.274,5"),
        ("1,274,696", "1.274.696"),
        ("12.34.567", "1.234.567"),
        ("1.2745", "1,2745"),
        ("1 274", "1.274"),
        ("1,2,3", "123"),
        ("1.274,", "1.274"),
        ("", "trống"),
        ("abc", "không phải là số"),
        ("1,274", "1,274 đồng, không tròn đồng"),
        ("٣", "không đúng cách"),
    ],
)
def test_a_refusal_shows_how_it_would_be_read(text, told):
    with pytest.raises(ValueError) as refused:
        money.parse_amount(text)
    assert told in str(refused.value)


@given(st.integers(-(10**18), 10**18), st.sampled_from(list(money.UNITS)))
def test_what_is_shown_in_full_reads_back(amount, unit):
    places = len(str(money.UNITS[unit])) - 1
    assert money.parse_amount(money.format_amount(amount, unit, places), unit) == amount


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
