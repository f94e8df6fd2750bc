"""Limits of a session, and what a person must do before anything else."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.shortcuts import redirect
from django.utils import timezone

from core import problems
from organizations.entering import CENTRAL, VERIFIED
from organizations.models import PersonSession
from organizations.passwords import is_due
from organizations.permissions import needs_second_factor

from .problems import answer, wants_json

STARTED, SEEN = "started_at", "seen_at"
SEEN_EVERY = 60


class SessionLimitMiddleware:
    """Ends a session after 30 idle minutes or 12 hours, whichever comes first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            self.check(request)
        return self.get_response(request)

    def check(self, request):
        now = time.time()
        started = request.session.setdefault(STARTED, now)
        seen = request.session.setdefault(SEEN, now)
        too_idle = now - seen > settings.SESSION_IDLE_LIMIT
        if too_idle or now - started > settings.SESSION_ABSOLUTE_LIMIT:
            logout(request)
        elif now - seen > SEEN_EVERY:
            # Written once a minute at most: a poll of a page must not write a row each time.
            request.session[SEEN] = now
            mine = PersonSession.objects.filter(key=request.session.session_key)
            mine.update(seen_at=timezone.now())


def forget_ended_sessions(now):
    """Also what waited to be shown once and was not fetched (organizations.shown_once)."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


class DutyMiddleware:
    """A password that is due, or a second factor still missing, comes before every other page."""

    password, factor = "account:password", "account:second_factor"
    open_pages = {"logout", "login", "healthz", "readyz"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        page = request.resolver_match.view_name
        if not request.user.is_authenticated or page in self.open_pages:
            return None
        duty = self.duty(request)
        if duty is None or page == duty:
            return None
        if wants_json(request) or request.headers.get("HX-Request"):
            words = "Hãy mở trang Tài khoản của tôi và làm việc được yêu cầu ở đó trước."
            return answer(request, problems.FORBIDDEN, detail=words)
        return redirect(duty)

    def duty(self, request):
        """The page that comes first, or None."""
        # Who came in without the portal's password is not made to change one.
        if is_due(request.user) and not request.session.get(CENTRAL):
            return self.password
        is_strict = settings.SECOND_FACTOR_REQUIRED and not request.session.get(VERIFIED)
        return self.factor if is_strict and needs_second_factor(request.user) else None
