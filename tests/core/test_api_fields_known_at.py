"""A moment of knowing lies in the portal's century."""

import pytest
from rest_framework.exceptions import ValidationError

from core.api_fields import KnownAt


@pytest.mark.parametrize("text", ["2000-01-01T00:00:00+07:00", "2100-12-31T23:59:59+07:00"])
def test_the_first_and_the_last_moment_are_taken(text):
    assert KnownAt().run_validation(text).isoformat() == text


@pytest.mark.parametrize(
    "text", ["1999-12-31T23:59:59+07:00", "2101-01-01T00:00:00+07:00", "0048-11-22T23:52:27Z", "x"]
)
def test_moments_beyond_are_refused(text):
    with pytest.raises(ValidationError):
        KnownAt().run_validation(text)
