"""Before serving: migrate, collect static files, build the demo province on the first run.

Progress goes to stderr; stdout carries the table of demo accounts alone.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from .env import is_production


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Đang cập nhật cấu trúc cơ sở dữ liệu ...")
        call_command("migrate", interactive=False, verbosity=0)


def static_fingerprint() -> str:
    """Changes whenever a static file is added, removed or edited."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            facts = os.stat(storage.path(path))
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(var: Path) -> None:
    stamp, fingerprint = var / "static.stamp", static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("Đang thu thập tệp tĩnh ...")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)


def seed() -> None:
    """The demo province, whole or not at all, into a database that has no unit yet."""
    if apps.get_model("organizations", "Unit").objects.exists():
        return
    say("Lần chạy đầu: đang tạo dữ liệu mẫu, có thể mất vài phút ...")
    with transaction.atomic():
        call_command("seed_demo", stdout=sys.stderr)


def prepare() -> None:
    django.setup()
    migrate()
    collect_static(settings.VAR_DIR)
    if not is_production():
        seed()
        call_command("demo_accounts")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtqg_portal.settings")
    try:
        prepare()
    except (CommandError, DatabaseError, ImproperlyConfigured) as error:
        say(f"Không chuẩn bị được hệ thống: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
