"""How a problem of the register (core/problems.py) is answered: as a page, a fragment or JSON.

The pages are drawn without the frame, whose counts would ask the database again.
"""

import errno
import logging
import sqlite3
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.timezone import localtime

from core import problems
from core.problems import Refused, request_id
from organizations.models import EventKind, SecurityEvent

from .resend import KEY, TOKEN, is_from_here, resend_of

log = logging.getLogger(__name__)
RETRY_AFTER = 5
HEADER = "X-Problem"
# Where base.html keeps room for the code of an answer.
MARK = b"<!--problem-->"
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


def wants_json(request):
    """The API, and scripts of our own pages that ask for JSON."""
    return request.path.startswith("/api/") or asks_for_json(request)


def asks_for_json(request):
    return request.headers.get("Accept", "").startswith(
        ("application/json", "application/problem+json")
    )


def answer(request, problem, *, detail="", resend=None, headers=(), **context):
    """The problem in the shape in which this request can show it."""
    if wants_json(request):
        body = problem.as_json(detail)
        response = JsonResponse(
            body | {"message": body["detail"]},
            status=problem.status,
            content_type="application/problem+json",
        )
    else:
        name = "components/problem.html" if request.headers.get("HX-Request") else "problem.html"
        if resend:
            name = "problem_resend.html"
        context |= {"problem": problem, "detail": detail, "resend": resend}
        page = render_to_string(name, context | {"request_id": request_id.get()})
        response = HttpResponse(page, status=problem.status)
    response[HEADER] = problem.code
    for header, value in headers:
        response[header] = value
    return response


def problem_of(request, error):
    """The answer to an exception that stands for a problem, or None: nobody foresaw it."""
    if isinstance(error, Refused):
        reused = error.problem is problems.KEY_REUSED
        resend = resend_of(request, without=(KEY, TOKEN)) if reused else None
        fresh = {"token": get_token(request), "label": "Gửi như một lần mới"} if resend else {}
        return answer(request, error.problem, detail=error.detail, resend=resend, **fresh)
    if not isinstance(error, OSError):
        return None
    is_kept_file = bool(error.filename) and Path(str(error.filename)).is_relative_to(
        settings.MEDIA_ROOT
    )
    if error.errno in NO_ROOM or (is_kept_file and error.errno in NOT_WRITABLE):
        log.error("no room for files: %s", error)
        return answer(request, problems.DISK_FULL)
    if is_kept_file and error.errno == errno.ENOENT:
        log.error("kept file is missing: %s", error.filename)
        return answer(request, problems.FILE_MISSING)
    return None


class ProblemMiddleware:
    """Names the code of every refusal: in a header, and on pages drawn within the frame.

    A view knows its status only when it has drawn its page; so the page keeps a place open.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code >= 400 and HEADER not in response:
            response[HEADER] = problems.of_status(response.status_code).code
        if HEADER in response and not response.streaming and MARK in response.content:
            line = format_html(
                '<p class="foot mb-0">Mã lỗi {} · mã yêu cầu {}</p>',
                response[HEADER],
                request_id.get(),
            )
            response.content = response.content.replace(MARK, line.encode())
        return response

    def process_exception(self, request, error):
        return problem_of(request, error)


class SignInRequired(LoginRequiredMiddleware):
    """A page is led to the sign-in; what was typed or asked by a script gets 401 and is kept."""

    def handle_no_permission(self, request, view_func):
        # By what is asked for, not by the address: people read pages below /api/ too.
        is_script = asks_for_json(request) or request.headers.get("HX-Request")
        resend = None if is_script or request.method != "POST" else resend_of(request)
        if not (is_script or resend):
            return super().handle_no_permission(request, view_func)
        return answer(request, problems.SESSION_ENDED, resend=resend, label="Đã đăng nhập, gửi lại")


# Django's handlers


def bad_request(request, exception):
    is_big = isinstance(exception, TOO_BIG)
    return answer(request, problems.TOO_LARGE if is_big else problems.BAD_PARAMETER)


def permission_denied(request, exception):
    """Who tries what is not theirs is written down, approving one's own report above all."""
    if request.user.is_authenticated:
        SecurityEvent.objects.record(
            EventKind.FORBIDDEN,
            request=request,
            user=request.user,
            path=f"{request.method} {request.path[:200]}",
            reason=str(exception)[:200],
        )
    return answer(request, problems.FORBIDDEN, detail=str(exception))


def page_not_found(request, exception):
    return answer(request, problems.NOT_FOUND)


def server_error(request):
    """A database that is away is a 503 that sends again by itself; anything else has a number."""
    error = sys.exc_info()[1]
    resend = None if request.method in ("GET", "HEAD") else resend_of(request)
    if is_away(error):
        return database_away(request, error, resend)
    log.error("request %s failed: %s", request_id.get(), request.path)
    saved_at = getattr(request, "draft_saved_at", None)
    kept = f"Bản nháp đã được lưu lúc {localtime(saved_at):%H:%M}." if saved_at else ""
    return answer(request, problems.UNFORESEEN, resend=resend, kept=kept, label="Thử gửi lại")


def is_away(error):
    """SQLite names a fault of our SQL by the same exception as a locked file; waiting mends one."""
    is_fault = getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | InterfaceError) and not is_fault


def database_away(request, error, resend):
    """What was sent stays in the page, which sends it again with the same key."""
    log.error("database away: %s", error)
    is_read = request.method in ("GET", "HEAD")
    if is_read:
        detail = f"Trang tự tải lại sau {RETRY_AFTER} giây."
    elif resend is None or resend.files:
        detail = f"Hãy gửi lại sau {RETRY_AFTER} giây."
    else:
        detail = ""
    return answer(
        request,
        problems.RESTARTING,
        detail=detail,
        resend=resend,
        reload=RETRY_AFTER if is_read else None,
        after=RETRY_AFTER,
        label="Gửi lại ngay",
        headers=[("Retry-After", str(RETRY_AFTER))],
    )


def csrf_failure(request, reason=""):
    """Nothing is done; what one of our own pages sent is shown again behind a confirmation."""
    resend = resend_of(request, without=(TOKEN,)) if is_from_here(request) else None
    fresh = {"token": get_token(request), "label": "Gửi lại nội dung này"} if resend else {}
    return answer(request, problems.STALE_PAGE, resend=resend, path=request.path, **fresh)
