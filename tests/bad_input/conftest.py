"""The round of the reports, with its forms, for every door that can be given bad input."""

import pytest
from django.urls import reverse

from tests.bad_input.checks import signed_in
from tests.reporting.conftest import filled, half_year, programme  # noqa: F401


@pytest.fixture
def fill_url(half_year):  # noqa: F811
    return reverse("reporting:fill", args=[half_year.a.pk])


@pytest.fixture
def officer(people):
    """The district's officer at a browser that shows errors instead of raising them."""
    return signed_in(people.officer_a, raise_request_exception=False)


@pytest.fixture
def sent(filled):  # noqa: F811
    """The filled form as the browser sends it with "Kiểm tra và nộp"."""
    sending = {"action": "submit", "version": "0", "form_key": "khoa-lan-gui-1"}
    return filled | {"m-NTM-investment-forecast": "1000"} | sending
