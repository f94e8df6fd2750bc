"""One check for every door: what a value may look like, and what the sender is told."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template.loader import get_template
from hypothesis import given, settings
from hypothesis import strategies as st

from core.columns import (
    CHOICE,
    CODE,
    DATE,
    DECIMAL,
    INTEGER,
    MILLION,
    MONEY,
    TEXT,
    Column,
    ColumnError,
    vietnamese_number,
)
from core.forms import ColumnField

COUNT = Column("count", "Số hộ", INTEGER, minimum=0, maximum=1_000_000)
RATE = Column("rate", "Tỷ lệ", DECIMAL, minimum=0, maximum=100)
PAID = Column("paid", "Giải ngân lũy kế", MONEY, unit=MILLION, minimum=0)
DONE = Column("done_on", "Ngày hoàn thành", DATE, minimum=date(2021, 1, 1))
LEVEL = Column("level", "Cấp", CHOICE, choices=[("province", "Tỉnh"), ("commune", "Xã")])
NOTE = Column("note", "Ghi chú", TEXT, maximum=10)
NUMBER = Column("code", "Mã dự án", CODE, required=True)


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (COUNT, 0, 0),
        (COUNT, "1.234", 1234),
        (COUNT, "1 234", 1234),
        (COUNT, "12\u00a0345", 12345),
        (COUNT, Decimal("7"), 7),
        (COUNT, "–", None),
        (COUNT, "  ", None),
        (RATE, "12,5", Decimal("12.5")),
        (RATE, "1,234", Decimal("1.234")),
        (RATE, 12.5, Decimal("12.5")),
        (RATE, Decimal("0.30000000000000004"), Decimal("0.3")),
        (PAID, 1250, 1_250_000_000),
        (PAID, Decimal("1274.696"), 1_274_696_000),
        (PAID, Decimal("1274.6960000000001"), 1_274_696_000),
        (PAID, Decimal("2455212000.000123"), 2_455_212_000_000_123),
        (PAID, "1.274,5", 1_274_500_000),
        (PAID, "1 274 696", 1_274_696_000_000),
        (Column("x", "Vốn", MONEY, unit="tỷ đồng"), "1,5", 1_500_000_000),
        (Column("x", "Vốn", MONEY), "1.500", 1500),
        (PAID, None, None),
        (DONE, "30/6/2023", date(2023, 6, 30)),
        (DONE, "30.06.2023", date(2023, 6, 30)),
        (DONE, "2023-06-30", date(2023, 6, 30)),
        (DONE, "2023-06-30 00:00:00", date(2023, 6, 30)),
        (DONE, datetime(2023, 6, 30, 9, 5), date(2023, 6, 30)),
        (LEVEL, "tỉnh", "province"),
        (LEVEL, "commune", "commune"),
        (NOTE, "Ghi\u202e chú", "Ghi chú"),
        (NOTE, 12, "12"),
        (NUMBER, 7001, "7001"),
        (NUMBER, " 01 - A ", "01 - A"),
    ],
)
def test_values_that_fit(column, raw, value):
    assert column.check(raw) == value


@pytest.mark.parametrize(
    ("column", "raw", "message"),
    [
        (COUNT, "1.234,5x", "“1.234,5x” không phải số. Hãy nhập số, ví dụ 1.274.696."),
        (COUNT, "1,234", "không phải số nguyên. Nếu là hàng nghìn, hãy viết 1.234."),
        (COUNT, "12,5", "không phải số nguyên"),
        (COUNT, Decimal("12.5"), "“12,5” không phải số nguyên"),
        (COUNT, "１２", "chữ số khác bàn phím thường, đọc là 12"),
        (COUNT, "9" * 300, "không phải số"),
        (COUNT, -1, "không được nhỏ hơn 0."),
        (COUNT, 1_000_001, "không được lớn hơn 1.000.000."),
        (COUNT, date(2023, 6, 30), "“30/06/2023” không phải số"),
        (RATE, "1.5", "hệ thống hiểu là 1,5"),
        (RATE, "1.234", "“1.234” là 1234 hay 1,234? Xin xác nhận."),
        (RATE, "NaN", "không phải số"),
        (RATE, float("inf"), "không phải số"),
        (COUNT, Decimal("1E+999999"), "Số quá lớn"),
        (COUNT, 10**41, "Số quá lớn"),
        (RATE, Decimal("sNaN"), "không phải số"),
        (RATE, "1e3", "viết kiểu khoa học"),
        (
            PAID,
            "1.250",
            "1.250 triệu đồng (1.250.000.000 đồng) hay 1,250 triệu đồng (1.250.000 đồng)?",
        ),
        (RATE, "12%", "không phải số"),
        (RATE, "#REF!", "báo lỗi #REF! của Excel"),
        (RATE, "100,01", "không được lớn hơn 100."),
        (PAID, Decimal("0.0000001"), "lẻ dưới một đồng"),
        (PAID, 10**15, "quá lớn"),
        (PAID, "abc", "không phải số"),
        (PAID, "1.234,5x", "“1.234,5x” không phải số. Hãy nhập số"),
        (PAID, "1.5", "“1.5”"),
        (PAID, "0,0000001", "lẻ dưới một đồng"),
        (PAID, -1, "không được nhỏ hơn 0 triệu đồng."),
        (Column("a", "Số tiền", MONEY, minimum=1, unit=MILLION), "0", "“Số tiền” phải lớn hơn 0."),
        (DONE, "31/6/2023", "không có trong lịch"),
        (DONE, 2023, "không phải ngày"),
        (DONE, "31/12/2020", "không được trước ngày 01/01/2021."),
        (LEVEL, "Huyện", "Hãy chọn: Tỉnh; Xã."),
        (NOTE, "x" * 11, "nhiều nhất 10 ký tự"),
        (NOTE, "a\x00", "ký tự không hợp lệ"),
        (NOTE, "#N/A", "báo lỗi #N/A của Excel"),
        (NUMBER, "-", "Chưa nhập “Mã dự án”."),
        (NUMBER, Decimal("1.5"), "định dạng ô là Văn bản"),
    ],
)
def test_values_that_do_not_fit_are_explained(column, raw, message):
    with pytest.raises(ColumnError) as refused:
        column.check(raw)
    assert message in str(refused.value)
    assert str(refused.value).endswith(".")


ANYTHING = st.text() | st.floats() | st.integers() | st.decimals() | st.dates()


@settings(deadline=None)
@given(ANYTHING, st.sampled_from(range(7)))
def test_any_input_gives_a_value_or_an_explanation(raw, which):
    column = (COUNT, RATE, PAID, DONE, LEVEL, NOTE, NUMBER)[which]
    try:
        column.check(raw)
    except ColumnError as error:
        assert str(error)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=1_000_000))
def test_what_is_shown_can_be_typed_back(number):
    assert COUNT.check(vietnamese_number(number)) == number


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (PAID, 1_274_696_500_000, "1.274.696,5"),
        (PAID, 2_455_212_000_000_123, "2.455.212.000,000123"),
        (RATE, Decimal("12.50"), "12,5"),
        (Column("area", "Diện tích", DECIMAL), Decimal("1234.5"), "1.234,5"),
        (Column("area", "Diện tích", DECIMAL), Decimal("1234"), "1.234,0"),
        (COUNT, 12345, "12.345"),
        (DONE, date(2023, 6, 30), "30/06/2023"),
        (NOTE, "Ghi chú", "Ghi chú"),
    ],
)
def test_what_is_displayed_is_read_back_as_the_same_value(column, value, shown):
    assert column.display(value) == shown
    assert column.check(shown) == value


def test_a_figure_is_shown_with_dots_even_where_typing_them_would_be_asked_about():
    assert (PAID.shown(1_250_000_000), PAID.display(1_250_000_000)) == ("1.250", "1.250,0")
    assert PAID.check("1.250,0") == 1_250_000_000
    assert PAID.display(950_000_000) == "950" and PAID.display(-32_577_000_000) == "-32.577,0"
    assert (RATE.shown(Decimal("1234")), RATE.shown(None)) == ("1.234", "")


def test_a_year_is_written_without_a_dot():
    year = Column("year", "Năm gốc", INTEGER, minimum=2016, maximum=2050)
    with pytest.raises(ColumnError, match=r"không được nhỏ hơn 2016\."):
        year.check(2015)
    assert year.display(2023) == year.shown(2023) == "2023" and year.check("2023") == 2023
    assert COUNT.display(2023) == "2.023"


def test_a_stored_amount_is_not_multiplied_again_when_the_form_comes_back():
    class Entry(forms.Form):
        paid = ColumnField(PAID)

    stored = {"paid": 1_250_000_000}
    assert 'value="1.250,0"' in str(Entry(initial=stored)["paid"])
    assert not Entry({"paid": "1.250,0"}, initial=stored).has_changed()
    assert Entry({"paid": "1251"}, initial=stored).has_changed()
    assert 'value="1.25x"' in str(Entry({"paid": "1.25x"}, initial=stored)["paid"])


def test_form_field_meets_the_same_check():
    class Entry(forms.Form):
        paid = ColumnField(PAID)
        code = ColumnField(NUMBER)
        level = ColumnField(LEVEL)

    good = Entry({"paid": "1250", "code": "A1", "level": "commune"})
    assert good.is_valid()
    assert good.cleaned_data == {"paid": 1_250_000_000, "code": "A1", "level": "commune"}
    bad = Entry({"paid": "1.2x", "code": ""})
    assert "không phải số" in bad.errors["paid"][0]
    assert bad.errors["code"] == ["Chưa nhập “Mã dự án”."]
    assert '<option value="province">Tỉnh</option>' in str(Entry()["level"])


class Amount(forms.Form):
    paid = ColumnField(PAID)


def test_a_form_asks_which_number_is_meant_and_takes_the_answer():
    asked = Amount({"paid": "1.250"})
    page = get_template("components/field.html").render({"field": asked["paid"]})
    assert "1.250.000.000 đồng) hay 1,250 triệu đồng (1.250.000 đồng)" in asked.errors["paid"][0]
    assert ">1.250 triệu đồng (1.250.000.000 đồng)</label>" in page
    assert page.count('type="radio"') == 2 and 'name="paid-reading" value="1,250"' in page
    for answer, amount, shown in (("1250", 1_250_000_000, "1250"), ("1,250", 1_250_000, "1,250")):
        answered = Amount({"paid": "1.250", "paid-reading": answer})
        assert answered.is_valid() and answered.cleaned_data["paid"] == amount
        assert f'value="{shown}"' in str(answered["paid"])


def test_an_answer_left_over_from_another_number_is_not_used():
    assert "paid" in Amount({"paid": "5.678", "paid-reading": "1250"}).errors
    clear = Amount({"paid": "7", "paid-reading": "1250"})
    assert clear.is_valid() and clear.cleaned_data["paid"] == 7_000_000


def test_a_field_without_a_question_offers_no_choice():
    page = get_template("components/field.html").render({"field": Amount({"paid": "x"})["paid"]})
    assert "không phải số" in page and "radio" not in page
