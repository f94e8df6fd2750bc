"""Health, and the door of the account pages."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobs.models import Heartbeat

from .styleguide import samples

HEARTBEAT_LIMIT = timedelta(minutes=3)


@login_not_required
def admin_sign_in(request):
    """One door only: the account pages have no sign-in form of their own."""
    if request.user.is_authenticated:
        raise PermissionDenied("Chức danh hiện giữ không có quyền làm việc này.")
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


@require_safe
def admin_password(request):
    """One page only: that of the account pages counts no wrong guesses and ends no session."""
    return redirect("account:password")


@login_not_required
def healthz(request):
    """The process is alive."""
    return JsonResponse({"ok": True})


@login_not_required
def readyz(request):
    """Database, migrations and the heartbeat of the queue."""
    try:
        checks = {"database": True, "migrations": is_migrated(), "queue": queue_is_alive()}
    except DatabaseError:
        checks = {"database": False, "migrations": False, "queue": False}
    ready = all(checks.values())
    return JsonResponse({"ok": ready, "checks": checks}, status=200 if ready else 503)


def is_migrated():
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def queue_is_alive():
    since = timezone.now() - HEARTBEAT_LIMIT
    return Heartbeat.objects.filter(name="tick", at__gte=since).exists()


def styleguide(request):
    return render(request, "styleguide.html", samples())
