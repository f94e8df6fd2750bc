"""Tags of the components at their boundaries."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from core.templatetags import ui


@pytest.mark.parametrize(
    ("value", "width"),
    [
        (Decimal("37.38"), "37.4%"),
        (0, "0.0%"),
        (-4, "0.0%"),
        (140, "100.0%"),
        (None, "0%"),
        ("", "0%"),
        (float("nan"), "0%"),
    ],
)
def test_widths_of_bars_stay_between_zero_and_full(value, width):
    assert ui.pct(value) == width


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (None, "chưa có ngày", ""),
        (8, "còn 8 ngày", ""),
        (7, "còn 7 ngày", "warn"),
        (0, "hôm nay", "warn"),
        (-1, "quá 1 ngày", "bad"),
    ],
)
def test_days_left_in_words_and_tone(days, words, tone):
    assert (ui.days_word(days), ui.days_tone(days)) == (words, tone)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2023, 7, 3), "thứ Hai, 03/07/2023"),
        (date(2024, 2, 18), "Chủ nhật, 18/02/2024"),
        (date(2023, 12, 1), "thứ Sáu, 01/12/2023"),
    ],
)
def test_working_day_as_officials_write_it(day, words):
    assert ui.workday(day) == words


def test_a_state_has_one_word_for_the_unit_and_another_for_the_reviewer():
    assert ui.stage_tag("submitted")["label"] == "Đã gửi"
    assert ui.stage_tag("submitted", audience="reviewer")["label"] == "Chờ xem xét"
    assert ui.stage_tag("overdue", audience="reviewer")["label"] == "Quá hạn"


def test_an_unknown_state_shows_itself_without_colour():
    assert ui.stage_tag("Mới") == {"tone": "mute", "label": "Mới"}


def test_page_window_leaves_a_gap_but_keeps_both_ends():
    page = Paginator(range(1000), 50).page(6)
    assert ui.page_window(page) == [1, None, 5, 6, 7, None, 20]


class AmountForm(forms.Form):
    amount = forms.IntegerField(
        label="Số tiền", help_text="triệu đồng", widget=forms.TextInput(attrs={"class": "is-txt"})
    )
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A")])
    sure = forms.BooleanField(label="Đồng ý", required=False)


def test_control_keeps_own_classes_and_marks_the_fault():
    form = AmountForm({"amount": "x", "kind": "a"})
    html = ui.control(form["amount"], "num-box")
    assert 'class="form-control is-txt num-box is-bad"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-select"' in ui.control(form["kind"])
    assert 'class="form-check-input"' in ui.control(form["sure"])


def test_field_ties_hint_and_error_to_the_input():
    form = AmountForm({"amount": "x", "kind": "a"})
    context = {"field": form["amount"], "unit": "triệu đồng"}
    html = render_to_string("components/field.html", context)
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'id="id_amount_helptext"' in html
    assert 'id="id_amount_error"' in html
    assert 'value="x"' in html


def test_error_summary_links_each_line_to_its_field():
    form = AmountForm({"amount": "x", "kind": "a"})
    html = render_to_string("components/error_summary.html", {"form": form})
    assert '<a href="#id_amount">Số tiền: ' in html
    assert render_to_string("components/error_summary.html", {"form": AmountForm()}).strip() == ""


def test_a_missing_value_is_a_dash_with_a_reason_and_no_bar():
    html = render_to_string(
        "components/figure_tile.html", {"label": "Hộ nghèo", "value": None, "reason": "chưa gửi"}
    )
    assert "–" in html and "chưa gửi" in html
    bar = render_to_string("components/progress_bar.html", {"value": None})
    assert "<svg" not in bar and "–" in bar


def test_a_value_of_zero_is_a_figure_not_a_missing_one():
    html = render_to_string("components/progress_bar.html", {"value": 0, "text": "0,00 %"})
    assert 'aria-label="0,00 %"' in html
