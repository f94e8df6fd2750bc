"""Figures and dates as an office writes them. A missing figure is an en dash, never zero."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template

from ..money import MISSING, format_amount, format_decimal
from ..numbers import vietnamese_number
from ..provenance import Source, SourceGroup, in_groups

register = template.Library()


@register.filter
def vnd(amount: int | None) -> str:
    """Đồng, grouped."""
    return format_amount(_number(amount))


@register.filter
def million(amount: int | None) -> str:
    """Đồng shown in whole triệu đồng, rounded half-up."""
    return format_amount(_number(amount), "triệu đồng")


@register.filter
def exact_million(amount: int | None) -> str:
    """Đồng in triệu đồng with every digit there is: for single rows, which nobody may round."""
    number = _number(amount)
    return MISSING if number is None else vietnamese_number(Decimal(number) / 1_000_000)


@register.filter
def rate(value: Decimal | None) -> str:
    return format_decimal(_number(value), 2)


@register.filter
def rate1(value: Decimal | None) -> str:
    return format_decimal(_number(value), 1)


@register.filter
def rate_text(value: str | None) -> str:
    """A rate kept as decimal text in frozen figures."""
    return format_decimal(Decimal(value) if value else None, 2)


@register.filter
def decimals(value: Decimal | str | None, places: int) -> str:
    """A figure with its indicator's number of places; text of frozen figures too."""
    return format_decimal(Decimal(value) if value not in (None, "") else None, places or 0)


@register.filter
def dash(value: Any) -> Any:
    return MISSING if value is None or value == "" else value


@register.filter
def vidate(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else MISSING


@register.simple_tag
def days_left(due: date | None, today: date) -> str:
    if not due:
        return ""
    days = (due - today).days
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"quá {-days} ngày"


@register.filter
def by_group(sources: Iterable[Source]) -> list[SourceGroup]:
    return in_groups(sources)


def _number(value: Any) -> Any:
    """A variable that the template did not find arrives as an empty string."""
    return None if value == "" else value
