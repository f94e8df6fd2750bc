"""A programme's components as lines of a tree, in the order of the catalogue."""

from collections import defaultdict
from dataclasses import dataclass

from core.text import search_key

from .models import Component


@dataclass(frozen=True)
class TreeLine:
    component: Component
    depth: int
    has_children: bool


def tree_of(program):
    """Each component with its depth, a parent before its children: one query."""
    below = defaultdict(list)
    for component in program.components.order_by("order", "code"):
        below[component.parent_id].append(component)
    return list(walk(below, None, 0))


def walk(below, parent_id, depth):
    for component in below[parent_id]:
        yield TreeLine(component, depth, component.pk in below)
        yield from walk(below, component.pk, depth + 1)


def find_components(programs, words):
    """Components whose code or name has all the words, with or without diacritics."""
    wanted = search_key(words).split()
    rows = Component.objects.filter(program__in=programs).select_related("program")
    return [
        row
        for row in rows.order_by("program__order", "order")
        if all(word in search_key(f"{row.code} {row.name}") for word in wanted)
    ]
