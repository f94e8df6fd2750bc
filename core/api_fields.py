"""Fields of API bodies that read ASCII alone: digits of other scripts are no figures here."""

import re
from decimal import Decimal
from typing import Any

from rest_framework import serializers

WHOLE = re.compile(r"-?[0-9]{1,19}")
PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class WholeNumber(serializers.IntegerField):
    """A JSON integer, or its digits where the body is a form; never true, 1.0 or "１"."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | float | Decimal) or not WHOLE.fullmatch(str(data)):
            self.fail("invalid")
        number: int = super().to_internal_value(data)
        return number


class PlainDecimal(serializers.DecimalField):
    """A JSON number, or one in quotes: a dot before the decimals, no exponent."""

    def to_internal_value(self, data: Any) -> Any:
        text = f"{data:f}" if isinstance(data, Decimal) else str(data)
        if not isinstance(data, str | int | Decimal) or not PLAIN.fullmatch(text):
            self.fail("invalid")
        return super().to_internal_value(data)


class IsoDate(serializers.DateField):
    def to_internal_value(self, value: Any) -> Any:
        if not (isinstance(value, str) and DAY.fullmatch(value)):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class KnownAt(serializers.DateTimeField):
    """A moment at which figures may have been known: before the portal's century nothing was."""

    FIRST, LAST = 2000, 2100

    def to_internal_value(self, value: Any) -> Any:
        moment = super().to_internal_value(value)
        if not self.FIRST <= moment.year <= self.LAST:
            raise serializers.ValidationError(
                f"Thời điểm phải trong khoảng năm {self.FIRST}–{self.LAST}."
            )
        return moment
