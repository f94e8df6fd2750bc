"""Reading a day as it is typed in Vietnam: the day first, then the month, then the year."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from .text import search_key

# What an office writes about lies between; 0001 and 9999 are slips or tricks.
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
YEAR_FIRST = re.compile(r"([0-9]{4})([/-])([0-9]{1,2})\2([0-9]{1,2})([T ][0-9:.]+Z?)?")
IN_WORDS = re.compile(r"(?:ngay )?([0-9]{1,2}) thang ([0-9]{1,2})(?: nam |,? )([0-9]{4})")
SERIAL = re.compile(r"[0-9]{5}")
# Excel counts days from here (its 29 February 1900 never was).
SERIAL_START = date(1899, 12, 30)
# Smaller numbers in a column of days are years and counts, not days: 1990 to 2100.
SERIALS = range(32_874, 73_416)
# Two digits are of this century up to 68, as everywhere in Python and Excel's kin.
LAST_OF_CENTURY = 68


class NotADate(ValueError):
    """The message says what is wrong and how to write it."""


def read_date(raw: Any, shown: str) -> date:
    """The day of a text, a date or a serial number of Excel; `shown` is it as people see it."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return _in_range(raw, shown)
    if isinstance(raw, int | Decimal):
        return _from_serial(int(raw), shown)
    text = " ".join(str(raw).split())
    if SERIAL.fullmatch(text):
        return _from_serial(int(text), shown)
    year, month, day = _parts(text, shown)
    try:
        return _in_range(date(year, month, day), shown)
    except ValueError as error:
        if isinstance(error, NotADate):
            raise
        raise NotADate(_not_in_calendar(year, month, day, shown)) from None


def _parts(text: str, shown: str) -> tuple[int, int, int]:
    day_first = DAY_FIRST.fullmatch(text.replace(" ", ""))
    if day_first:
        return _full_year(day_first[4]), int(day_first[3]), int(day_first[1])
    year_first = YEAR_FIRST.fullmatch(text)
    if year_first:
        return int(year_first[1]), int(year_first[3]), int(year_first[4])
    in_words = IN_WORDS.fullmatch(search_key(text))
    if in_words:
        return int(in_words[3]), int(in_words[2]), int(in_words[1])
    raise _no_date(shown)


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) <= LAST_OF_CENTURY else 1900)


def _from_serial(number: int, shown: str) -> date:
    if number not in SERIALS:
        raise _no_date(shown)
    return SERIAL_START + timedelta(days=number)


def _in_range(day: date, shown: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotADate(
            f"“{shown}” có năm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}. Hãy kiểm tra lại năm."
        )
    return day


def _not_in_calendar(year: int, month: int, day: int, shown: str) -> str:
    told = f"“{shown}” không có trong lịch. Hãy xem lại ngày."
    if month > 12 >= day > 0:
        told += f" Nếu là ngày {month} tháng {day}, hãy viết {month}/{day}/{year}."
    return told


def _no_date(shown: str) -> NotADate:
    return NotADate(f"“{shown}” không phải ngày. Hãy nhập ngày/tháng/năm, ví dụ 30/6/2023.")
