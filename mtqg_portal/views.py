"""Sign-in, health and the pages of errors."""

import logging
import sys
import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from jobs.models import Heartbeat

from .demo import demo_accounts
from .styleguide import samples

log = logging.getLogger(__name__)
RETRY_AFTER = 5
HEARTBEAT_LIMIT = timedelta(minutes=3)


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Accounts of the demo province are listed below the form, outside production only."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        accounts = [] if settings.PRODUCTION else demo_accounts()
        return super().get_context_data(demo_accounts=accounts, **kwargs)


@login_not_required
def admin_sign_in(request):
    """One door only: the account pages have no sign-in form of their own."""
    if request.user.is_authenticated:
        raise PermissionDenied("Chức danh hiện giữ không có quyền làm việc này.")
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


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


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def server_error(request):
    """A database that is away is a 503 that says to wait; anything else a 500 with a number.

    Rendered without the page's frame, whose counts would ask the database again.
    """
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        retry = RETRY_AFTER if request.method in ("GET", "HEAD") else None
        page = render_to_string("503.html", {"retry": retry})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    request_id = uuid.uuid4().hex[:8]
    log.error("request %s failed: %s", request_id, request.path)
    return HttpResponse(render_to_string("500.html", {"request_id": request_id}), status=500)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)
