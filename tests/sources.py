"""The portal's own models and source files, for the tests of the codebase itself."""

import ast
from functools import cache
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
# From the lowest room to the highest; rooms of one line do not know one another.
LEVELS = [
    ["core"],
    ["organizations"],
    ["jobs"],
    ["periods"],
    ["programs"],
    ["documents", "notices"],
    ["targets", "assignments", "disbursement"],
    ["reporting"],
    ["alerts"],
    ["dashboards"],
    ["mtqg_portal"],
]
RANK = {room: rank for rank, rooms in enumerate(LEVELS) for room in rooms}
# History tables are made by their library, with its own columns.
OWN_MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in RANK and not hasattr(model, "instance_type")
]
SOURCES = sorted(
    path for room in RANK for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = ROOT / "templates"


def short(path):
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def each_source(check):
    """{file: findings} of a check that takes a syntax tree."""
    found = {short(path): check(tree(path)) for path in SOURCES}
    return {name: findings for name, findings in found.items() if findings}
