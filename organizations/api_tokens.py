"""Who a token stands for: its owner with the rights of one post."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from .models import ApiToken


class TokenAuthentication(BaseAuthentication):
    """Authorization: Bearer ntm_…; every reason to refuse gets the same answer."""

    def authenticate(self, request):
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = ApiToken.objects.presented(secret.strip())
        if token is None:
            raise AuthenticationFailed
        token.touch()
        return token.owner(), token

    def authenticate_header(self, request):
        return 'Bearer realm="api", Session'
