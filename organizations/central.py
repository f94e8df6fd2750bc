"""Sign-in through the province's own server (OpenID Connect), where it is switched on (ADR 23).

The library knows the addresses and the exchange of the code; what an answer must look like, and
whose account it opens, is decided here. Nobody gets an account by it.
"""

import hmac
from dataclasses import dataclass

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.statekit import unstash_state
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from requests import RequestException

from .models import EventKind, SecurityEvent, User

# Signed with a key of the server's: never "none", never a secret that both sides know.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
DEMANDED = ["exp", "iat", "iss", "aud", "sub"]
LEEWAY = 60
SUBJECT_LENGTH = SocialAccount._meta.get_field("uid").max_length
# Each start asks the server where to go; whoever starts without end must not flood it.
CONFIGURATION_KEPT = 60


class Away(Exception):
    """The server could not be asked."""


class NotTrusted(Exception):
    """What came back is no answer to what was asked."""


@dataclass(frozen=True)
class Claims:
    subject: str
    # Only one that the server says it has verified.
    email: str = ""


class CentralProvider(OpenIDConnectProvider):
    def get_oauth2_adapter(self, request):
        return CentralAdapter(request)


class CentralAdapter(OpenIDConnectOAuth2Adapter):
    """From the settings alone: a row of the database must not name another server."""

    def __init__(self, request):
        super().__init__(request, settings.OIDC_ISSUER)

    def get_provider(self):
        app = SocialApp(
            provider="openid_connect",
            # Part of the key of a link: the subjects of another server are other people.
            provider_id=settings.OIDC_ISSUER,
            name=settings.OIDC_LABEL,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
        )
        return CentralProvider(self.request, app=app)

    def get_callback_url(self, request, app):
        return request.build_absolute_uri(reverse("central_callback"))

    @property
    def openid_config(self):
        key = f"central:{settings.OIDC_ISSUER}"
        found = cache.get(key)
        if found is None:
            found = super().openid_config
            if found["issuer"].rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
                raise NotTrusted("issuer")
            cache.set(key, found, CONFIGURATION_KEPT)
        return found


def asking(what):
    """Decorator: faults of the other side come out as one of the two above."""

    def asks(*args, **kwargs):
        try:
            return what(*args, **kwargs)
        except RequestException as error:
            raise Away(str(error)) from error
        except (OAuth2Error, jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            raise NotTrusted(type(error).__name__) from error

    return asks


@asking
def way_there(request, goal):
    """The redirect to the server; what its answer must fit waits in the session."""
    nonce = get_random_string(32)
    return (
        CentralAdapter(request)
        .get_provider()
        .redirect(request, "login", goal, nonce=nonce, auth_params={"nonce": nonce})
    )


def state_of(request):
    """What was kept at the start, once: the answer belongs to this browser and this start."""
    given = request.GET.get("state", "")
    return unstash_state(request, state_id=given, provider_id=settings.OIDC_ISSUER)


@asking
def claims_of(request, state):
    """Who stands behind the code that the server sent along."""
    adapter = CentralAdapter(request)
    client = adapter.get_client(request, adapter.get_provider().app)
    code = request.GET["code"]
    given = client.get_access_token(code, pkce_code_verifier=state["pkce_code_verifier"])
    told = opened(given["id_token"], adapter.openid_config, state["nonce"])
    if settings.OIDC_LINK_BY_EMAIL and "email" not in told:
        told = {**user_info(adapter, given["access_token"], told["sub"]), **told}
    subject = told["sub"]
    if len(subject) > SUBJECT_LENGTH or not subject.isprintable():
        raise NotTrusted("sub")
    is_verified = told.get("email_verified") is True
    return Claims(subject, str(told.get("email") or "") if is_verified else "")


def opened(token, configuration, nonce):
    """What the token says, after every check of OpenID Connect Core 3.1.3.7."""
    header = jwt.get_unverified_header(token)
    with get_adapter().get_requests_session() as session:
        answer = session.get(configuration["jwks_uri"])
        answer.raise_for_status()
    keys = jwt.PyJWKSet.from_dict(answer.json()).keys
    fitting = [key for key in keys if header.get("kid") in (None, key.key_id)]
    told = jwt.decode(
        token,
        fitting[0],
        algorithms=ALGORITHMS,
        audience=settings.OIDC_CLIENT_ID,
        issuer=configuration["issuer"],
        leeway=LEEWAY,
        options={"require": DEMANDED},
    )
    is_for_us = told.get("azp", settings.OIDC_CLIENT_ID) == settings.OIDC_CLIENT_ID
    if not is_for_us or not hmac.compare_digest(str(told.get("nonce", "")), nonce):
        raise NotTrusted("nonce")
    return told


def user_info(adapter, access_token, subject):
    """Many servers tell the e-mail here alone; of another person nothing is taken."""
    if "userinfo_endpoint" not in adapter.openid_config:
        return {}
    told = adapter._fetch_user_info(access_token)
    return told if told.get("sub") == subject else {}


def links():
    """Stored subjects of the server in use."""
    return SocialAccount.objects.filter(provider=settings.OIDC_ISSUER)


def person_of(request, claims):
    """Whose account it opens, or None. Only an account that is there already, and is active."""
    link = links().filter(uid=claims.subject).select_related("user").first()
    if link:
        return link.user if link.user.is_active else None
    return linked_by_email(request, claims) if settings.OIDC_LINK_BY_EMAIL else None


@transaction.atomic
def linked_by_email(request, claims):
    """The one active account with this address and without a link gets the subject."""
    if not claims.email:
        return None
    fitting = User.objects.select_for_update().filter(email__iexact=claims.email, is_active=True)
    people = list(fitting.exclude(pk__in=links().values("user")))
    # Of two people with one address the server does not say which.
    if len(people) != 1:
        return None
    link = SocialAccount(user=people[0], provider=settings.OIDC_ISSUER, uid=claims.subject)
    link.save()
    SecurityEvent.objects.record(
        EventKind.CENTRAL_LINKED, request=request, user=link.user, subject=link.uid, by="e-mail"
    )
    return link.user
