"""Parameters of the address that nobody typed by hand: never a server error, on any page."""

import ast
from collections import defaultdict

import pytest
from django.urls import resolve, reverse

from tests.api.rows import one_of_each
from tests.routes import named_without_arguments
from tests.sources import SOURCES, short, tree

VALUES = ["9" * 31, "abc", "\x00"]
OFTEN = ["page", "q"]
PAGES = [name for name in named_without_arguments() if not name.startswith(("admin:", "api:"))]


def read_parameters(source):
    """Words in request.GET.get("word") and request.GET["word"]."""
    for node in ast.walk(source):
        where = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            where, word = node.func.value, node.args[0]
        elif isinstance(node, ast.Subscript):
            where, word = node.value, node.slice
        is_query = isinstance(where, ast.Attribute) and where.attr == "GET"
        if is_query and isinstance(word, ast.Constant) and isinstance(word.value, str):
            yield word.value


def parameters_by_room():
    found = defaultdict(set)
    for path in SOURCES:
        found[short(path).split("/")[0]].update(read_parameters(tree(path)))
    return found


@pytest.fixture
def rows(units, people):
    one_of_each(units, 1)


@pytest.mark.parametrize("name", PAGES)
def test_no_parameter_breaks_a_page(rows, people, client_of, name):
    client = client_of(people.standing, raise_request_exception=False)
    url = reverse(name)
    room = resolve(url).func.__module__.split(".")[0]
    names = sorted(parameters_by_room()[room].union(OFTEN))
    broken = [
        (word, value)
        for word in names
        for value in VALUES
        if client.get(url, {word: value}).status_code >= 500 and name != "readyz"
    ]
    assert not broken


def test_parameters_were_found():
    assert sum(map(len, parameters_by_room().values())) >= 5
    assert list(read_parameters(ast.parse("request.GET.get('nam')"))) == ["nam"]
    assert list(read_parameters(ast.parse("self.request.GET['nam']"))) == ["nam"]
