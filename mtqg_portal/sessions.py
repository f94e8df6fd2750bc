"""Idle and absolute limits of a session."""

import time

from django.conf import settings
from django.contrib.auth import logout

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
