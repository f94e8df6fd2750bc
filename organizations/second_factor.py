"""The second factor of a person: a code of an authenticator app, or a recovery code (ADR 15).

The library keeps the rows and knows the arithmetic; when a code counts is decided here.
"""

import base64
import hashlib
import time

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction

from .models import EventKind

PERIOD = 30
# Steps before and after the server's own: a phone's clock may be half a minute off.
TOLERANCE = 1
LAST_STEP = "last_step"


class EncryptedAdapter(DefaultMFAAdapter):
    """Secrets are kept encrypted with a key made from SECRET_KEY: a stolen dump shows none."""

    def _fernet(self):
        key = hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, text):
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return self._fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user):
        return user.username

    def get_totp_issuer(self):
        return "MTQG Portal"


def new_secret():
    return generate_totp_secret()


def matching_step(secret, code, now=None):
    """The time step whose code this is, or None."""
    here = int(now or time.time()) // PERIOD
    for step in range(here - TOLERANCE, here + TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


class SecondFactor:
    def __init__(self, user):
        self.user = user
        self.rows = Authenticator.objects.filter(user=user)

    @property
    def is_on(self):
        return self.rows.filter(type=Authenticator.Type.TOTP).exists()

    @property
    def codes_left(self):
        row = self.rows.filter(type=Authenticator.Type.RECOVERY_CODES).first()
        return len(RecoveryCodes(row).get_unused_codes()) if row else 0

    def picture_of(self, secret):
        """The QR code as an address that an <img> of our pages may show."""
        adapter = get_adapter()
        svg = adapter.build_totp_svg(adapter.build_totp_url(self.user, secret))
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

    @transaction.atomic
    def switch_on(self, secret, code):
        """The recovery codes when the code is right, else None."""
        step = matching_step(secret, code)
        if step is None or self.is_on:
            return None
        row = TOTP.activate(self.user, secret).instance
        row.data[LAST_STEP] = step
        row.save()
        return self.renew_codes()

    @transaction.atomic
    def renew_codes(self):
        """Ten new codes; those of before open nothing."""
        self.rows.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
        return RecoveryCodes.activate(self.user).get_unused_codes()

    def switch_off(self):
        return self.rows.delete()[0] > 0

    def accept(self, code):
        """What kind of code let the person in, or None. Every code counts once."""
        code = "".join(code.split())
        if len(code) == 6:
            return EventKind.CODE_USED if self._accept_step(code) else None
        row = self.rows.filter(type=Authenticator.Type.RECOVERY_CODES).first()
        is_right = bool(row) and RecoveryCodes(row).validate_code(code)
        return EventKind.RECOVERY_USED if is_right else None

    @transaction.atomic
    def _accept_step(self, code):
        """In the database and under a lock: two processes never take the same code."""
        row = self.rows.select_for_update().filter(type=Authenticator.Type.TOTP).first()
        step = matching_step(decrypt(row.data["secret"]), code) if row else None
        if step is None or step <= row.data.get(LAST_STEP, 0):
            return False
        row.data[LAST_STEP] = step
        row.save()
        return True
