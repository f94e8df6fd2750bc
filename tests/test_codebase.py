"""The codebase itself: history, words, templates, rights and jobs; each check is shown to fail."""

import ast
import re

import pytest
from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.db import models

from jobs.imports import IMPORTERS
from jobs.runner import HANDLERS
from mtqg_portal.celery import app as celery
from organizations.models import User
from organizations.permissions import ACTIONS
from tests.sources import OWN_MODELS, ROOT, SOURCES, TEMPLATES, each_source, short

# History

APPENDED = {
    *(
        "LedgerEntry",
        "Payment",
        "AuditEntry",
        "AssignmentUpdate",
        "ReportEvent",
        "AlertEvent",
        "SecurityEvent",
    ),
}


def with_history():
    """Their history is written by save(); an update of many rows would pass it by."""
    return {model.__name__ for model in OWN_MODELS if hasattr(model, "history")}


def root_name(node):
    """Target of Target.objects.filter(…)."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def bulk_changes(source, names, verbs):
    return [
        f"{root_name(node.func)}:{node.lineno}"
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in verbs
        and root_name(node.func) in names
    ]


def test_rows_that_are_only_appended_are_never_changed():
    verbs = {"update", "delete", "bulk_update"}
    assert not each_source(lambda source: bulk_changes(source, APPENDED, verbs))


def test_rows_with_history_are_never_updated_past_it():
    names = with_history()
    found = each_source(lambda source: bulk_changes(source, names, {"update", "bulk_update"}))
    # A made-up province has no history to keep.
    assert not {name: lines for name, lines in found.items() if "/seeding/" not in name}


def test_the_check_finds_a_change_past_history():
    source = ast.parse("Payment.objects.filter(pk=1).update(amount=2)")
    assert bulk_changes(source, APPENDED, {"update"}) == ["Payment:1"]
    assert not bulk_changes(ast.parse("counts.update(a=1)"), APPENDED, {"update"})


# Words

VIETNAMESE = re.compile(r"[à-ỹđ]", re.IGNORECASE)


def unnamed_fields(model):
    inherited = {f.name for f in AbstractUser._meta.fields} if model is User else set()
    own = [f for f in (*model._meta.fields, *model._meta.many_to_many) if f.name not in inherited]
    return [
        f"{model._meta.label}.{f.name}: {f.verbose_name}"
        for f in own
        if not f.primary_key and f.verbose_name == f.name.replace("_", " ")
    ]


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_models_and_fields_are_named_in_vietnamese(model):
    assert not unnamed_fields(model)
    assert VIETNAMESE.search(str(model._meta.verbose_name))


def test_the_check_finds_a_field_without_a_name():
    class Nameless(models.Model):
        total_amount = models.IntegerField()
        unit = models.IntegerField("đơn vị")

        class Meta:
            app_label = "core"
            managed = False

        def __str__(self):
            return ""

    try:
        assert unnamed_fields(Nameless) == ["core.Nameless.total_amount: total amount"]
    finally:
        del apps.all_models["core"]["nameless"]
        apps.clear_cache()


def test_every_choice_is_named_in_vietnamese():
    """Labels made from the English value betray a choice that nobody named."""
    fields = [f for m in OWN_MODELS for f in m._meta.fields if f.choices]
    bare = [
        f"{field}: {label}"
        for field in fields
        for value, label in field.choices
        if str(label) == str(value).replace("_", " ").title()
    ]
    assert not bare


# Templates

# Found by Django and its apps under names of their own.
BY_NAME = {"registration/login.html"}


def mentions(name, other, text):
    """By its whole name, or by its stem where the room makes names like f"room/{stem}.html"."""
    if other == f"templates/{name}":
        return False
    folder, _, stem = name.removesuffix(".html").rpartition("/")
    return name in text or (other.startswith(f"{folder}/") and f'"{stem}"' in text)


def unused(names, texts):
    """Names that no text mentions, other than the file itself."""
    return {
        name
        for name in names - BY_NAME
        if not any(mentions(name, other, text) for other, text in texts.items())
    }


def test_every_template_is_used():
    files = [*SOURCES, *TEMPLATES.rglob("*.html")]
    texts = {short(path): path.read_text(encoding="utf-8") for path in files}
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    assert not unused(names, texts)


def test_every_template_that_is_named_exists():
    named = re.compile(r"""["']([a-z_]+(?:/[a-z_0-9]+)+\.html)["']""")
    files = [*SOURCES, *TEMPLATES.rglob("*.html")]
    found = {name for path in files for name in named.findall(path.read_text(encoding="utf-8"))}
    assert not {name for name in found if not (TEMPLATES / name).exists()}


def test_the_check_finds_an_unused_template():
    texts = {"a/views.py": '"a/list.html"', "templates/a/old.html": "a/old.html"}
    assert unused({"a/list.html", "a/old.html"}, texts) == {"a/old.html"}


HOST = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)


def test_own_scripts_and_styles_name_no_host():
    own = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "static/css").rglob("*.css")]
    named = {
        short(path): found
        for path in own
        if (found := [h for h in HOST.findall(path.read_text("utf-8")) if "w3.org" not in h])
    }
    assert own and not named


def test_the_check_finds_a_host():
    assert HOST.search('fetch("https://cdn.example/x")') and HOST.search("url(//cdn.example/x)")
    assert not HOST.search("// a comment of two words")


# Rights and jobs


def asked_actions(source):
    """Words given to can() and require() as the action."""
    return [
        node.args[1].value
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("can", "require")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    ]


def test_every_action_asked_for_stands_in_the_table():
    known = set().union(*ACTIONS.values())
    asked = {action for actions in each_source(asked_actions).values() for action in actions}
    assert asked and not asked - known
    assert not {importer.action for importer in IMPORTERS.values()} - known


def test_the_check_finds_a_misspelt_action():
    assert asked_actions(ast.parse("require(user, 'report.fil')")) == ["report.fil"]


def enqueued(source):
    return [
        node.args[0].value
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "enqueue"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def test_every_job_that_is_enqueued_has_a_handler():
    kinds = {kind for kinds in each_source(enqueued).values() for kind in kinds}
    assert kinds and not kinds - set(HANDLERS)


def test_every_timed_task_exists():
    celery.loader.import_default_modules()
    timed = {entry["task"] for entry in celery.conf.beat_schedule.values()}
    assert timed | {"jobs.tasks.run_job"} <= set(celery.tasks)
