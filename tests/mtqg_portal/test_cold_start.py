"""A process starts with what every request needs; the rest comes with its first use (ADR 24)."""

import ast
import json
import os
import subprocess
import sys
from importlib import import_module

from django.conf import settings
from django.utils.module_loading import import_string

from documents.issuing import RENDERERS
from documents.models import Format
from tests.sources import ROOT

HEAVY = ("celery", "docx", "fontTools", "kombu", "weasyprint", "xlsxwriter")
# Loaded with the pages of capital, which read and write workbooks by openpyxl.
UNTIL_THE_PAGES = ("openpyxl",)
ROOMS = ("core", "organizations", "jobs", "documents", "targets", "assignments", "reporting")
START = f"""
import json, sys
import django
django.setup()
heavy = {HEAVY!r}
at_start = [name for name in (*heavy, *{UNTIL_THE_PAGES!r}) if name in sys.modules]
from django.test import Client
answers = [Client().get(path).status_code for path in ("/healthz", "/dang-nhap/")]
print(json.dumps([at_start, answers, [name for name in heavy if name in sys.modules]]))
"""


def started(tmp_path, *first):
    """What a process of its own tells after it has started and answered."""
    plain = {
        "DEBUG": "false",
        # Elsewhere the sign-in page lists the accounts of the demo province.
        "PORTAL_ENV": "production",
        "SECRET_KEY": "only-for-this-process-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
        "HTTPS": "false",
        "PORTAL_VAR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "memory://",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "mtqg_portal.settings",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*first, START])],
        cwd=ROOT,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_start_and_first_pages_load_nothing_heavy(tmp_path):
    at_start, answers, after_pages = started(tmp_path)
    assert answers == [200, 200]
    assert (at_start, after_pages) == ([], [])


def test_a_heavy_library_would_be_seen(tmp_path):
    """Control: one import anywhere, and it is named."""
    assert started(tmp_path, "import xlsxwriter")[::2] == [["xlsxwriter"], ["xlsxwriter"]]


def names_given_to_later():
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Later":
                    yield node.args[0].value


def test_every_name_for_later_can_be_loaded():
    names = set(names_given_to_later())
    assert {"openpyxl", "weasyprint", "xlsxwriter"} <= names
    assert not names & set(ROOMS), "a room is imported, only libraries wait"
    assert all(import_module(name) for name in names)
    assert set(RENDERERS) == set(Format)
    assert all(path.startswith("documents.") for path in RENDERERS.values())
    assert all(callable(import_string(path)) for path in RENDERERS.values())
    assert import_string(settings.QUEUE_APP).main == "mtqg_portal"
