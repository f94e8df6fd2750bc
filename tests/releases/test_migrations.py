"""What a migration after a release may do to an office's data, and what it may not."""

import lzma
import sqlite3
from types import SimpleNamespace

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from tests.releases.write import FOLDER
from tests.sources import RANK

LAST = sorted(FOLDER.glob("*.sqlite3.xz"))[-1]
# Takes data or names away: first a release that does not use them, then another look here.
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
)
# (room, migration, words of the operation) -> why no office loses anything by it.
REVIEWED: dict[tuple[str, str, str], str] = {}


def released(tmp_path):
    """The migrations that an office with the last release has run."""
    database = tmp_path / "released.sqlite3"
    database.write_bytes(lzma.decompress(LAST.read_bytes()))
    with sqlite3.connect(database) as connection:
        return set(connection.execute("SELECT app, name FROM django_migrations"))


def is_bare(field):
    """Rows that stand already would have no value for it."""
    empty = field.null or field.has_default() or field.many_to_many or field.primary_key
    # Django fills a text that may be empty with "".
    empty = empty or (field.blank and field.empty_strings_allowed)
    return not (empty or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def was_null(state, room, operation):
    model = state.models.get((room, operation.model_name_lower))
    return bool(model and model.fields[operation.name].null)


def fault(operation, room, state, made):
    """What is wrong with one operation, or None. `made`: models that this release does not have."""
    if isinstance(operation, TAKES_AWAY):
        return "lấy đi dữ liệu hoặc tên"
    if isinstance(operation, migrations.AddField):
        is_new = (room, operation.model_name_lower) in made
        return "cột bắt buộc không có mặc định" if not is_new and is_bare(operation.field) else None
    if isinstance(operation, migrations.AlterField):
        became = was_null(state, room, operation) and not operation.field.null
        return "cột trống được thành bắt buộc" if became else None
    if isinstance(operation, migrations.RunPython | migrations.RunSQL):
        return None if operation.reversible else "không quay lại được"
    return None


def faults(loader, done):
    found, made = [], set()
    for room, name in sorted(set(loader.graph.nodes) - done):
        if room not in RANK:
            continue
        state = loader.project_state((room, name), at_end=False)
        for operation in loader.graph.nodes[room, name].operations:
            if isinstance(operation, migrations.CreateModel):
                made.add((room, operation.name_lower))
            if why := fault(operation, room, state, made):
                found.append((room, name, f"{operation.describe()}: {why}"))
    return found


def test_migrations_since_the_release_keep_what_offices_have(tmp_path):
    done = released(tmp_path)
    assert {room for room, _ in done} >= {"organizations", "disbursement", "reporting"}
    found = faults(MigrationLoader(None), done)
    assert not [line for line in found if line not in REVIEWED]


def test_reviewed_exceptions_are_still_needed(tmp_path):
    found = faults(MigrationLoader(None), released(tmp_path))
    assert set(REVIEWED) <= set(found)


STATE = SimpleNamespace(
    models={("core", "x"): SimpleNamespace(fields={"a": models.IntegerField(null=True)})}
)


@pytest.mark.parametrize(
    ("operation", "is_fault"),
    [
        (migrations.RemoveField("x", "a"), True),
        (migrations.RenameField("x", "a", "b"), True),
        (migrations.DeleteModel("x"), True),
        (migrations.AddField("x", "b", models.IntegerField()), True),
        (migrations.AddField("x", "b", models.IntegerField(default=0)), False),
        (migrations.AddField("x", "b", models.IntegerField(null=True)), False),
        (migrations.AlterField("x", "a", models.IntegerField()), True),
        (migrations.AlterField("x", "a", models.BigIntegerField(null=True)), False),
        (migrations.RunPython(lambda apps, editor: None), True),
        (migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop), False),
    ],
)
def test_the_check_knows_what_takes_data_away(operation, is_fault):
    assert bool(fault(operation, "core", STATE, set())) is is_fault


def test_a_model_made_since_may_have_any_column():
    operation = migrations.AddField("y", "b", models.IntegerField())
    assert fault(operation, "core", STATE, {("core", "y")}) is None
