"""From a right password to a session: code of the second factor, limits, what is written down."""

import time
from datetime import timedelta

from django.contrib.auth import login, logout, update_session_auth_hash

from .models import EventKind, PersonSession, SecurityEvent, User
from .models.accounts import printable
from .second_factor import SecondFactor
from .visitors import client_address

BACKEND = "django.contrib.auth.backends.ModelBackend"
# The code is asked for in the session; whoever only knows the password is nobody yet.
WAITING, VERIFIED = "waiting_for_code", "second_factor"
# Came in through the province's sign-in (ADR 23); a due password is then nobody's hurry.
CENTRAL = "central_sign_in"
WAITS = 5 * 60

SPAN = timedelta(minutes=15)
# An office shares one address: its limit over all accounts is far above that of one account.
ADDRESS_LIMIT = 50
CODE_LIMIT_HERE, CODE_LIMIT = 5, 30
PROOF_LIMIT = 5
WRONG_PROOF = "Mật khẩu hiện tại không đúng. Hãy nhập lại."
TOO_MANY_PROOFS = "Nhập sai mật khẩu quá nhiều. Hãy thử lại sau 15 phút."
NO_PASSWORD = (
    "Tài khoản này chưa có mật khẩu của cổng nên chưa xác nhận được việc này. "
    "Hãy nhờ quản trị của đơn vị đặt mật khẩu."
)


def address_is_closed(request):
    """Too many wrong passwords from this address, whichever the accounts."""
    failed = SecurityEvent.objects.recent(SPAN).filter(
        kind=EventKind.WRONG_PASSWORD, address=client_address(request)
    )
    return failed.count() >= ADDRESS_LIMIT


def note_closed(request, user=None):
    """Once in the span for a name and an address: the log must not be a way to fill the disk."""
    tried = {
        "kind": EventKind.LOCKED_OUT,
        "username": user.username if user else printable(request.POST.get("username", ""))[:150],
        "address": client_address(request),
    }
    if not SecurityEvent.objects.recent(SPAN).filter(**tried).exists():
        SecurityEvent.objects.record(
            tried["kind"], request=request, user=user, username=tried["username"]
        )


def codes_are_closed(request, user):
    """Five wrong codes from one address, thirty from anywhere: a code has only six digits."""
    failed = SecurityEvent.objects.recent(SPAN).filter(kind=EventKind.CODE_FAILED, user=user)
    here = failed.filter(address=client_address(request))
    return here.count() >= CODE_LIMIT_HERE or failed.count() >= CODE_LIMIT


def proofs_are_closed(user):
    failed = SecurityEvent.objects.recent(SPAN).filter(kind=EventKind.PROOF_FAILED, user=user)
    return failed.count() >= PROOF_LIMIT


def note_refused(request, *, reason, name=""):
    """Of the central sign-in; like above, once in the span."""
    tried = {"username": printable(name)[:150], "address": client_address(request)}
    events = SecurityEvent.objects.recent(SPAN).filter(kind=EventKind.CENTRAL_REFUSED, **tried)
    if not events.exists():
        kind = EventKind.CENTRAL_REFUSED
        SecurityEvent.objects.record(kind, request=request, username=name, reason=reason)


def begin(request, user, goal="", *, is_central=False):
    """After the right password, or the central server's word for the person.

    True when the person is in, False when a code is still due.
    """
    if not SecondFactor(user).is_on:
        enter(request, user, is_central=is_central)
        return True
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": user.pk,
        "until": time.time() + WAITS,
        "stamp": user.get_session_auth_hash(),
        "goal": goal,
        "is_central": is_central,
    }
    return False


def waiting_person(request):
    """(person, where to afterwards) whose password was right a moment ago, or (None, "")."""
    waiting = request.session.get(WAITING) or {}
    if waiting.get("until", 0) < time.time():
        return None, ""
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != waiting["stamp"]:
        return None, ""
    return user, waiting["goal"]


def try_code(request, user, code):
    """Lets the person in when the code is right."""
    kind = SecondFactor(user).accept(code)
    if kind is None:
        SecurityEvent.objects.record(EventKind.CODE_FAILED, request=request, user=user)
        return False
    waiting = request.session.pop(WAITING, None) or {}
    SecurityEvent.objects.record(kind, request=request, user=user)
    enter(request, user, is_verified=True, is_central=waiting.get("is_central", False))
    return True


def enter(request, user, *, is_verified=False, is_central=False):
    """A new session with a new key."""
    login(request, user, backend=BACKEND)
    if is_verified:
        request.session[VERIFIED] = True
    if is_central:
        request.session[CENTRAL] = True
    PersonSession.open(request, user)
    door = {"door": "đăng nhập tập trung"} if is_central else {}
    SecurityEvent.objects.record(EventKind.SIGNED_IN, request=request, user=user, **door)


def leave_elsewhere(request, *, is_verified=None):
    """Every other session of the person ends; this one goes on under a new key."""
    user = request.user
    user.end_sessions()
    update_session_auth_hash(request, user)
    if is_verified is not None:
        request.session[VERIFIED] = is_verified
    PersonSession.open(request, user)
    SecurityEvent.objects.record(EventKind.SESSIONS_ENDED, request=request, user=user)


def why_unproved(request):
    """The password once more, before something that a borrowed session must not do.

    Why what was typed opens nothing (Vietnamese), or "" when it is right.
    """
    if not request.user.has_usable_password():
        return NO_PASSWORD
    if proofs_are_closed(request.user):
        return TOO_MANY_PROOFS
    if request.user.check_password(request.POST.get("password", "")):
        return ""
    SecurityEvent.objects.record(EventKind.PROOF_FAILED, request=request, user=request.user)
    return WRONG_PROOF


def forget(request):
    """Out, to come in by the front door."""
    logout(request)
