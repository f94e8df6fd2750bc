from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import CutoffRule, Period, cutoff, window

PARTS = {"Y": 1, "H": 2, "Q": 4, "M": 12}
PERIODS = st.sampled_from("YHQM").flatmap(
    lambda kind: st.builds(
        Period, st.integers(2000, 2099), st.just(kind), st.integers(1, PARTS[kind])
    )
)


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2023", "2023-01-01", "2023-12-31", "năm 2023"),
        ("2023-H1", "2023-01-01", "2023-06-30", "6 tháng đầu năm 2023"),
        ("2023-H2", "2023-07-01", "2023-12-31", "6 tháng cuối năm 2023"),
        ("2023-Q1", "2023-01-01", "2023-03-31", "quý I/2023"),
        ("2023-Q4", "2023-10-01", "2023-12-31", "quý IV/2023"),
        ("2023-03", "2023-03-01", "2023-03-31", "tháng 3/2023"),
        ("2024-02", "2024-02-01", "2024-02-29", "tháng 2/2024"),
    ],
)
def test_days_and_label(code, start, end, label):
    period = Period.parse(code)
    found = (period.start.isoformat(), period.end.isoformat(), period.label, period.code)
    assert found == (start, end, label, code)


@pytest.mark.parametrize(("text", "code"), [("2023H1", "2023-H1"), (" 2023q4 ", "2023-Q4")])
def test_other_spellings(text, code):
    assert Period.parse(text).code == code


@pytest.mark.parametrize("bad", ["", "23", "2023-H3", "2023-Q0", "2023-13", "2023-00", "2023-3"])
def test_a_bad_code_is_refused_in_vietnamese(bad):
    with pytest.raises(ValueError, match=r"Mã kỳ|Không có"):
        Period.parse(bad)


@given(PERIODS)
def test_a_code_reads_back(period):
    assert Period.parse(period.code) == period


@given(PERIODS)
def test_periods_of_a_kind_touch(period):
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.previous() < period


def test_a_year_comes_after_the_periods_it_closes():
    codes = ["2023", "2023-12", "2023-Q4", "2023-H2", "2023-H1", "2024-01"]
    assert sorted(codes, key=Period.parse) == [
        "2023-H1", "2023-12", "2023-Q4", "2023-H2", "2023", "2024-01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "rule", "first", "last"),
    [
        ("2023-H1", "ND09", "2022-12-15", "2023-06-14"),
        ("2023-H2", "ND09", "2023-06-15", "2023-12-14"),
        ("2023", "ND09", "2022-12-15", "2023-12-14"),
        ("2023-03", "ND09", "2023-02-15", "2023-03-14"),
        ("2023-Q1", "ND09", "2022-12-15", "2023-03-14"),
        ("2023-H1", "CALENDAR", "2023-01-01", "2023-06-30"),
        ("2023", "CALENDAR", "2023-01-01", "2023-12-31"),
        ("2023-06", "TREASURY_MONTH_END", "2023-06-01", "2023-06-30"),
        ("2023", "TREASURY_MONTH_END", "2023-01-01", "2024-01-31"),
    ],
)
def test_what_counts_under_each_rule(code, rule, first, last):
    period = Period.parse(code)
    assert window(period, rule) == (date.fromisoformat(first), date.fromisoformat(last))
    assert cutoff(period, CutoffRule(rule)) == date.fromisoformat(last)


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError):
        cutoff(Period(2023), "CUSTOM")
