"""Refusals of the API: answered by `core.api`, and written down like those of the pages."""

from core.api import problem
from organizations.entering import SPAN
from organizations.models import EventKind, SecurityEvent
from organizations.models.accounts import printable


def answer(error, context):
    response = problem(error, context)
    request = context["request"]
    if response is not None and response.status_code == 403 and request.user.is_authenticated:
        note(request, response.data["detail"])
    return response


def note(request, reason):
    """Once in the span for the same step: a program asks on and on, and must not fill the log."""
    path = printable(f"{request.method} {request.path[:200]}")
    detail = {"path": path, "reason": printable(reason)[:200]}
    if request.auth:
        detail["token"] = request.auth.prefix
    tried = SecurityEvent.objects.recent(SPAN).filter(kind=EventKind.FORBIDDEN, user=request.user)
    if not tried.filter(detail=detail).exists():
        SecurityEvent.objects.record(
            EventKind.FORBIDDEN, request=request._request, user=request.user, **detail
        )
