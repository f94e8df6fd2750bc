"""A day as typed in a form, pasted, or kept by Excel: the day first, never the month."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.utils import formats, translation
from hypothesis import given
from hypothesis import strategies as st

from core.columns import DATE, Column, ColumnError

DAY = Column("on", "Ngày", DATE)
OCTOBER = date(2024, 10, 5)


@pytest.mark.parametrize(
    "raw",
    [
        "05/10/2024",
        "5/10/2024",
        "05/10/24",
        "5-10-2024",
        "05.10.2024",
        "5.10.24",
        " 05 / 10 / 2024 ",
        "2024-10-05",
        "2024/10/5",
        "2024-10-05T00:00:00",
        "2024-10-05 00:00:00",
        "ngày 05 tháng 10 năm 2024",
        "Ngày 5 tháng 10 năm 2024",
        "5 tháng 10 năm 2024",
        "5 tháng 10, 2024",
        "‎05/‎10/‎2024",
        45570,
        "45570",
        Decimal("45570.75"),
        OCTOBER,
        datetime(2024, 10, 5, 9, 30),
    ],
)
def test_the_fifth_of_october(raw):
    assert DAY.check(raw) == OCTOBER


@pytest.mark.parametrize(("raw", "year"), [("1/1/68", 2068), ("1/1/69", 1969), ("1/1/00", 2000)])
def test_two_digits_of_a_year(raw, year):
    assert DAY.check(raw) == date(year, 1, 1)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("31/02/2024", "không có trong lịch"),
        ("29/02/2023", "không có trong lịch"),
        ("00/10/2024", "không có trong lịch"),
        ("10/25/2024", "Nếu là ngày 25 tháng 10, hãy viết 25/10/2024."),
        ("2024-13-01", "không có trong lịch"),
        ("01/01/0001", "có năm ngoài khoảng 1900–2100"),
        ("31/12/9999", "có năm ngoài khoảng 1900–2100"),
        ("0001-01-01", "có năm ngoài khoảng"),
        (date(9999, 12, 31), "có năm ngoài khoảng"),
        ("ngày 31 tháng 02 năm 2024", "không có trong lịch"),
        ("05/10-2024", "không phải ngày"),
        ("05/10", "không phải ngày"),
        ("05/10/024", "không phải ngày"),
        ("tháng 10/2024", "không phải ngày"),
        ("2024", "không phải ngày"),
        (2024, "không phải ngày"),
        (0, "không phải ngày"),
        (-1, "không phải ngày"),
        (99_999, "không phải ngày"),
        ("０５/10/2024", "không phải ngày"),
        ("\u202e05/10/2024", "đảo chiều"),
        ("05/10/2024\x00", "ký tự không hợp lệ"),
        ("#VALUE!", "báo lỗi #VALUE! của Excel"),
    ],
)
def test_what_is_no_day_is_explained(raw, told):
    with pytest.raises(ColumnError) as refused:
        DAY.check(raw)
    assert told in str(refused.value)


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_a_shown_day_is_read_back(day):
    words = f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
    for text in (DAY.display(day), f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", day.isoformat(), words):
        assert DAY.check(text) == day


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_serial_number_of_excel_is_its_day(day):
    assert DAY.check((day - date(1899, 12, 30)).days) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [("05/10/2024", OCTOBER), ("25/10/2024", date(2024, 10, 25)), ("5/10/24", OCTOBER)],
)
def test_a_date_field_of_django_reads_alike(typed, day):
    """Django's own `vi` takes 05/10/2024 for the tenth of May."""
    with translation.override("vi"):
        assert forms.DateField(localize=True).clean(typed) == DAY.check(typed) == day


def test_django_shows_days_and_numbers_as_offices_write_them():
    with translation.override("vi"):
        assert formats.date_format(date(2024, 10, 25)) == "25/10/2024"
        assert formats.number_format(Decimal("1274696.5"), use_l10n=True, force_grouping=True) == (
            "1.274.696,5"
        )
