"""What a form asks back about typed text."""

from typing import Any

from django import template
from django.forms import BoundField

register = template.Library()


@register.inclusion_tag("components/readings.html")
def reading_choices(field: BoundField) -> dict[str, Any]:
    """The readings of a box whose content may mean more than one thing; none most of the time."""
    errors = field.form.errors.as_data()
    asked = [error for error in errors.get(field.name, []) if error.code == "ask"]
    readings = asked[0].params["readings"] if asked and asked[0].params else ()
    column = getattr(field.field, "column", None)
    return {
        "name": field.html_name,
        "readings": readings,
        "unit": column.unit_word if column else "",
    }
