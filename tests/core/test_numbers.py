"""A number as typed: one table of cases for the server and (test_style_page_browser) browser."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.columns import (
    DECIMAL,
    INTEGER,
    MILLION,
    MONEY,
    Column,
    ColumnDoubt,
    ColumnError,
)
from core.numbers import NotANumber, number_to_type, read_number, vietnamese_number

CASES = json.loads((Path(__file__).parent / "number_cases.json").read_text())
UNITS = {"": 1, "đồng": 1, "nghìn đồng": 1000, "triệu đồng": MILLION, "tỷ đồng": 1000 * MILLION}


def judged(kind, unit, raw):
    """As the table writes it: the value in plain digits, two readings, False for a fault."""
    column = Column("x", "Số", {"integer": INTEGER, "decimal": DECIMAL, "money": MONEY}[kind])
    if kind == "money":
        column = Column("x", "Số", MONEY, unit=UNITS[unit])
    try:
        value = column.check(raw)
    except ColumnDoubt as doubt:
        return [reading.text for reading in doubt.readings]
    except ColumnError:
        return False
    return None if value is None else Decimal(value) / column.factor


@pytest.mark.parametrize(("kind", "unit", "raw", "expected"), CASES)
def test_every_case_of_the_table(kind, unit, raw, expected):
    if isinstance(expected, str):
        expected = Decimal(expected)
    assert judged(kind, unit, raw) == expected


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("1.5", "hệ thống hiểu là 1,5. Hãy viết 1,5 (dấu phẩy)."),
        ("1,274.5", "nếu nhận sẽ được đọc là 1.274,5"),
        ("1,274,696", "nếu nhận sẽ được đọc là 1.274.696"),
        ("12.34.567", "bỏ dấu đi sẽ được đọc là 1.234.567"),
        ("1,2,3", "bỏ dấu đi sẽ được đọc là 123"),
        ("1.274,", "bỏ dấu đi sẽ được đọc là 1.274"),
        ("１２", "đọc là 12. Hãy gõ lại"),
        ("1e999", "viết kiểu khoa học"),
        ("NaN", "không phải số"),
        ("", "không phải số"),
        ("9" * 61, "không phải số"),
    ],
)
def test_a_refusal_shows_how_it_would_be_read(raw, told):
    with pytest.raises(NotANumber) as refused:
        read_number(raw, is_whole=False)
    assert told in str(refused.value)


def test_a_doubt_names_both_readings_and_the_unit_and_is_settled_by_the_answer():
    paid = Column("paid", "Giải ngân", MONEY, unit=MILLION)
    with pytest.raises(ColumnDoubt) as asked:
        paid.check("1.234")
    assert str(asked.value) == (
        "“1.234” là 1.234 triệu đồng (1.234.000.000 đồng) hay 1,234 triệu đồng (1.234.000 đồng)? "
        "Xin xác nhận."
    )
    assert paid.check("1.234", "thousands") == paid.check("1.234", "1234") == 1_234_000_000
    assert paid.check("1.234", "decimals") == paid.check("1.234", "1,234") == 1_234_000
    assert paid.settled("1.234", "1,234") == "1,234"


@pytest.mark.parametrize("answer", ["", "5678", "5,678", "yes"])
def test_an_answer_about_another_number_settles_nothing(answer):
    rate = Column("rate", "Tỷ lệ", DECIMAL, measure="km")
    with pytest.raises(ColumnDoubt, match="1,234 km"):
        rate.check("1.234", answer)
    assert rate.settled("1.234", answer) == "1.234"


def test_an_answer_changes_nothing_that_was_clear():
    rate = Column("rate", "Tỷ lệ", DECIMAL)
    assert rate.check("12,5", "thousands") == Decimal("12.5")
    assert rate.settled("12,5", "thousands") == "12,5"
    assert rate.settled("sai", "thousands") == "sai"


AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12
)


@settings(deadline=None, max_examples=500)
@given(AMOUNTS)
def test_what_is_put_into_a_box_is_read_back_without_a_question(number):
    assert read_number(number_to_type(number, is_whole=False), is_whole=False) == number


@settings(deadline=None, max_examples=500)
@given(st.integers(-(10**18), 10**18))
def test_whole_numbers_are_read_back_from_what_is_shown(number):
    assert read_number(vietnamese_number(number), is_whole=True) == number


@settings(deadline=None, max_examples=500)
@given(st.text(alphabet="0123456789.,+- −e%‎\u00a0", max_size=12), st.booleans())
def test_a_text_is_read_in_one_way_or_not_at_all(text, is_whole):
    """Whatever is accepted says the same number when it is written again."""
    try:
        number = read_number(text, is_whole=is_whole)
    except NotANumber as refusal:
        assert str(refusal)
    else:
        assert read_number(number_to_type(number, is_whole=is_whole), is_whole=is_whole) == number
