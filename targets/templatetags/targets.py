"""Words of targets for templates."""

from django import template

from .. import wording

register = template.Library()

register.filter("condition", wording.condition_words)
register.filter("cumulative", wording.cumulative_words)


@register.filter
def figure(value, indicator):
    """A figure as written, a missing one as a dash."""
    return wording.number_words(value, indicator.decimals)
