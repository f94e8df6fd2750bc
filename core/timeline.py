"""One story for every object: what happened, when, by whom, from what to what.

Each room has a `history.py` whose functions give Happenings of one object from its event rows, its
append-only rows and the kept versions of its fields. `tells` notes which models they read, so that
a test can find a model nobody tells of.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from .money import format_amount, format_decimal

# Of one source; a story longer than this is read in its own list.
MOST = 200
SHOWN_WORDS = 160
UNSIGNED = 0
TOLD: dict[str, list[Callable[..., Any]]] = {}


@dataclass(frozen=True)
class Happening:
    """`actor` is a user's key until people are named (organizations.history): None is the system
    itself, UNSIGNED a fact that stands on a decision and not on a person."""

    moment: datetime
    what: str
    actor: int | None = None
    who: str = ""
    old: str = ""
    new: str = ""
    detail: str = ""
    url: str = ""
    file_url: str = ""
    file_label: str = ""
    # Key of the import a row came from: a link only for whoever may open it.
    batch: int | None = None
    mark: str = ""

    @property
    def at(self) -> str:
        return f"{timezone.localtime(self.moment):%H:%M %d/%m/%Y}"


def tells(*labels: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Names the models ("room.Model") whose rows a function of a room's history tells."""

    def note(function: Callable[..., Any]) -> Callable[..., Any]:
        for label in labels:
            TOLD.setdefault(label, []).append(function)
        return function

    return note


def day_moment(day: date) -> datetime:
    """A day without an hour stands at its beginning."""
    return timezone.make_aware(datetime.combine(day, time()))


def newest_first(*groups: Iterable[Happening]) -> list[Happening]:
    happenings = [one for group in groups for one in group]
    return sorted(happenings, key=lambda one: one.moment, reverse=True)


def changes(
    versions: QuerySet[Any], made: str | Callable[[Any], str], skip: tuple[str, ...] = ()
) -> list[Happening]:
    """Kept versions of rows as happenings: made, each changed field old → new, removed.

    `versions` are rows of a django-simple-history manager, of one object or of several; `made`
    names an object, or says how a version names it. Queries: one for the versions and one for
    each link that has changed.
    """
    rows = list(versions.order_by("-history_date", "-history_id")[: MOST + 1])
    if not rows:
        return []
    fields = [
        field
        for field in rows[0].instance_type._meta.concrete_fields
        if not field.primary_key
        and field.name not in skip
        # A model may leave out of its history what is made from other fields.
        and hasattr(rows[0], field.attname)
    ]
    links = _names_of_links(rows, fields)
    found: list[Any] = []
    newer: dict[Any, Any] = {}
    for row in rows:
        found += _steps(newer.get(row.id), row, fields, links)
        newer[row.id] = row
    for row in newer.values():
        found.append(_whole(row, "Lập" if row.history_type == "+" else "Có từ trước"))
    return [
        replace(one, what=f"{one.what} {made if isinstance(made, str) else made(row)}".strip())
        for row, one in found
    ]


def _steps(new: Any, old: Any, fields: list[Any], links: dict[Any, str]) -> list[Any]:
    """From a version to the next one of the same row."""
    if new is None:
        return []
    if new.history_type == "-":
        return [_whole(new, "Bỏ")]
    return [(new, one) for one in _differences(new, old, fields, links)]


def _whole(row: Any, words: str) -> Any:
    return row, Happening(row.history_date, words, row.history_user_id)


def _differences(new: Any, old: Any, fields: list[Any], links: dict[Any, str]) -> list[Happening]:
    return [
        Happening(
            new.history_date,
            f"Sửa {field.verbose_name},",
            new.history_user_id,
            old=_shown(old, field, links),
            new=_shown(new, field, links),
        )
        for field in fields
        if getattr(new, field.attname) != getattr(old, field.attname)
    ]


def _shown(row: Any, field: Any, links: dict[Any, str]) -> str:
    value = getattr(row, field.attname)
    if field.is_relation and value is not None:
        return links.get((field.name, value), "đã xóa")
    return value_words(value, field)


def value_words(value: Any, field: Any = None) -> str:
    """A value as a page shows it; money says its unit in the field's own name."""
    choices = dict(getattr(field, "flatchoices", []) or [])
    if isinstance(value, str | int) and value in choices:
        return str(choices[value])
    if value is None or value == "" or value == []:
        return "trống"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        places = max(0, -int(value.normalize().as_tuple().exponent))
        return format_decimal(value, places)
    if isinstance(value, int):
        is_amount = field is not None and "đồng" in str(field.verbose_name)
        return str(format_amount(value)) if is_amount else str(value)
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= SHOWN_WORDS else f"{text[:SHOWN_WORDS].rstrip()}…"


def _names_of_links(rows: list[Any], fields: list[Any]) -> dict[Any, str]:
    """{(field, key): text} for links whose value differs between versions."""
    names: dict[Any, str] = {}
    for field in fields:
        if not field.is_relation:
            continue
        keys = {getattr(row, field.attname) for row in rows}
        if len(keys) > 1:
            found = field.related_model._base_manager.in_bulk(keys - {None})
            names |= {(field.name, key): str(one) for key, one in found.items()}
    return names
