from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, timezone


def render(source, **context):
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ x|vnd }}", 1_274_696, "1.274.696"),
        ("{{ x|million }}", 1_274_500_000, "1.275"),
        ("{{ x|exact_million }}", 3_125_000, "3,125"),
        ("{{ x|exact_million }}", 1_274_696_000_000, "1.274.696"),
        ("{{ x|exact_million }}", -1, "-0,000001"),
        ("{{ x|exact_million }}", 0, "0"),
        ("{{ x|rate }}", Decimal("52.19"), "52,19"),
        ("{{ x|rate1 }}", Decimal("52.15"), "52,2"),
        ("{{ x|vidate }}", date(2023, 7, 3), "03/07/2023"),
        ("{{ x|dash }}", 0, "0"),
        ("{{ x|vnd }}", 0, "0"),
    ],
)
def test_filters(source, value, shown):
    assert render(source, x=value) == shown


NAMES = ["vnd", "million", "exact_million", "rate", "rate1", "vidate", "dash"]


@pytest.mark.parametrize("name", NAMES)
def test_missing_is_a_dash(name):
    assert render(f"{{{{ x|{name} }}}}", x=None) == "–"
    assert render(f"{{{{ nowhere|{name} }}}}") == "–"


@pytest.mark.parametrize(
    ("due", "words"), [(9, "còn 6 ngày"), (3, "hôm nay"), (1, "quá 2 ngày"), (4, "còn 1 ngày")]
)
def test_days_left(due, words):
    source = "{% days_left due today %}"
    assert render(source, due=date(2023, 7, due), today=date(2023, 7, 3)) == words


def test_no_days_left_without_a_day():
    assert render("{% days_left due today %}", due=None, today=date(2023, 7, 3)) == ""


def test_the_fifth_of_october_is_not_the_tenth_of_may():
    field = forms.DateField(localize=True)
    assert field.clean("05/10/2024") == date(2024, 10, 5)
    with pytest.raises(forms.ValidationError):
        field.clean("10/25/2024")


def test_numbers_and_moments_as_vietnamese_offices_write_them():
    assert formats.localize(Decimal("1274696.50")) == "1.274.696,50"
    moment = timezone.make_aware(datetime(2023, 7, 3, 9, 12))
    assert Template("{{ x }}").render(Context({"x": moment})) == "09:12 03/07/2023"
