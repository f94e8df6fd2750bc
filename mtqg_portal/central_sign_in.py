"""Out to the province's sign-in and back (ADR 23); these addresses exist only where it is on."""

import logging

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import problems
from core.problems import request_id
from organizations import central, entering

from .problems import HEADER, RETRY_AFTER

log = logging.getLogger(__name__)
CANCELLED = "access_denied"


@login_not_required
@never_cache
@require_GET
def start(request):
    """By a link, not a form: after a form the content policy stops the way to another host."""
    goal = goal_of(request)
    if request.user.is_authenticated:
        return redirect(goal)
    try:
        return central.way_there(request, goal)
    except (central.Away, central.NotTrusted) as error:
        return away(request, goal, error)


@login_not_required
@never_cache
@require_GET
def callback(request):
    """What the server sends back, taken once; the code of the second factor is asked as ever."""
    state = central.state_of(request)
    if state is None or "error" in request.GET or "code" not in request.GET:
        return turned_back(request, state)
    goal = state["next"]
    try:
        claims = central.claims_of(request, state)
    except central.Away as error:
        return away(request, goal, error)
    except central.NotTrusted as error:
        entering.note_refused(request, reason=f"không tin được câu trả lời: {error}")
        return refused(request, problems.CENTRAL_REFUSED, goal)
    return come_in(request, claims, goal)


def come_in(request, claims, goal):
    user = central.person_of(request, claims)
    if user is None:
        known_by = claims.email or claims.subject
        entering.note_refused(request, reason="chưa nối với tài khoản nào", name=known_by)
        context = {"subject": claims.subject, "email": claims.email}
        return refused(request, problems.CENTRAL_UNKNOWN, goal, **context)
    is_in = entering.begin(request, user, goal, is_central=True)
    return redirect(goal if is_in else "login_code")


def goal_of(request):
    """Where to afterwards: a page of the portal, wherever the address says."""
    asked = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def turned_back(request, state):
    """An answer nobody here waits for, or the server's own no."""
    if state is None:
        return refused(request, problems.CENTRAL_REFUSED)
    error = request.GET.get("error", "")[:60]
    log.warning("central sign-in answered: %s", error or "no code")
    words = "Việc đăng nhập đã được hủy ở trang đăng nhập tập trung." if error == CANCELLED else ""
    return refused(request, problems.CENTRAL_REFUSED, state["next"], detail=words)


def away(request, goal, error):
    """By password one gets in all the same; drafts are in the browser and lose nothing."""
    log.error("central sign-in away: %s", error)
    answer = refused(request, problems.CENTRAL_AWAY, goal)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer


def refused(request, problem, goal="", **context):
    context |= {"problem": problem, "request_id": request_id.get(), "next": goal}
    answer = render(request, "registration/central_refused.html", context, status=problem.status)
    answer[HEADER] = problem.code
    return answer
