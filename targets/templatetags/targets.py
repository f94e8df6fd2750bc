"""Words of targets for templates."""

from django import template

from .. import wording

register = template.Library()

register.filter("condition", wording.condition_words)
register.filter("cumulative", wording.cumulative_words)
register.filter("figure", wording.number_words)
