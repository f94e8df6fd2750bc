"""Every address of the portal, found by walking the resolver."""

from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver


@dataclass(frozen=True)
class Route:
    name: str | None
    view: Any
    arguments: tuple[str, ...]
    address: str


def walk(patterns, spaces=(), arguments=(), address=""):
    for pattern in patterns:
        here = address + str(pattern.pattern)
        taken = (*arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name)) if pattern.name else None
            yield Route(name, pattern.callback, taken, here)
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, inner, taken, here)


def routes():
    return list(walk(get_resolver().url_patterns))


def named_without_arguments():
    """Names of the pages that a person can open as they are."""
    unnamed = {"api:no_such_endpoint"}
    found = {route.name for route in routes() if route.name and not route.arguments}
    return sorted(found - unnamed)
