"""What a page shows one time after a redirect: the secret of a token, recovery codes.

It waits in a row of its own among the sessions, encrypted, for the person it is meant for. In the
person's own session it could get lost: of two requests at once the later one writes that row anew.
"""

import json
from datetime import timedelta

from allauth.mfa.utils import decrypt, encrypt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode

PARAMETER = "hien"
WAITS = timedelta(minutes=10)


def address_showing(address, user, content):
    """The address to be led to; there `taken` finds the content, once."""
    data = {"shown_to": user.pk, "content": encrypt(json.dumps(content))}
    row = Session.objects.create(
        session_key=get_random_string(40),
        session_data=SessionStore().encode(data),
        expire_date=timezone.now() + WAITS,
    )
    return f"{address}?{urlencode({PARAMETER: row.pk})}"


def taken(request):
    """What waits for this person at this address, or None; it is gone afterwards."""
    key = request.GET.get(PARAMETER, "")
    if request.method != "GET" or not (key.isascii() and key.isalnum()):
        return None
    waiting = Session.objects.filter(pk=key, expire_date__gt=timezone.now())
    row = waiting.first()
    data = row.get_decoded() if row else {}
    if data.get("shown_to") != request.user.pk or not waiting.delete()[0]:
        return None
    return json.loads(decrypt(data["content"]))
