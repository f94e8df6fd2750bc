"""Lists of the API as plain values: the answer of the serializer without an object for each row.

What a list shows is declared once, in its serializer. Where every field is a column (of the row or
of one it points to), the database is asked for those columns alone; a serializer with rows inside
rows or with computed fields keeps its own way.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field as ModelField
from django.db.models import ForeignKey, Model
from rest_framework import serializers

# Shown as the database gives them; what is not here is shown by the field itself.
AS_THEY_ARE = (
    serializers.IntegerField,
    serializers.BigIntegerField,
    serializers.BooleanField,
    serializers.ChoiceField,
    serializers.PrimaryKeyRelatedField,
)
BY_THEIR_FIELD = (
    serializers.CharField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.DecimalField,
)
TEXT = (serializers.CharField, serializers.SlugField, serializers.URLField)
# One column: name, path, and what makes of a value what is shown.
Shown = tuple[str, str, Callable[[Any], Any] | None]


@cache
def columns_of(serializer_class: Any, model: type[Model]) -> tuple[Shown, ...] | None:
    """None where some field is more than a column."""
    made = serializer_class()
    if type(made).to_representation is not serializers.Serializer.to_representation:
        return None
    found = [column_of(field, model) for field in made._readable_fields]
    return None if None in found else tuple(one for one in found if one)


def column_of(field: Any, model: type[Model]) -> Shown | None:
    kept = column_at(model, field.source_attrs)
    if kept is None or type(field).get_attribute.__module__.split(".")[0] != "rest_framework":
        return None
    path = "__".join(field.source_attrs)
    if type(field) in AS_THEY_ARE or (type(field) in TEXT and is_text(kept)):
        return field.field_name, path, None
    if type(field) in BY_THEIR_FIELD:
        return field.field_name, path, field.to_representation
    return None


def column_at(model: type[Model], steps: Sequence[str]) -> Any:
    """The column at the end of a path over foreign keys."""
    column = None
    for place, step in enumerate(steps):
        try:
            column = model._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        if place < len(steps) - 1:
            if not isinstance(column, ForeignKey):
                return None
            model = column.related_model
    is_column = isinstance(column, ModelField) and not column.many_to_many
    return column if is_column else None


def is_text(column: Any) -> bool:
    return column.get_internal_type() in ("CharField", "TextField", "SlugField", "URLField")


def shown(columns: Sequence[Shown], row: Any) -> dict[str, Any]:
    """A row of `values_list(…, named=True)` as the serializer would tell it."""
    return {
        name: value if tell is None or value is None else tell(value)
        for (name, _, tell), value in zip(columns, row, strict=False)
    }
