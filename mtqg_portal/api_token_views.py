"""Access tokens: a person makes and revokes their own; who manages accounts may revoke any.

Nobody makes a token for somebody else: whoever sees the secret has that person's rights.
"""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from jobs.models import AuditEntry
from organizations import shown_once
from organizations.entering import why_unproved
from organizations.models import ApiToken
from organizations.permissions import can
from organizations.token_forms import TokenForm


def tokens_of(user):
    """Their own, and everybody's for whoever manages accounts."""
    rows = ApiToken.objects.select_related("user", "post__unit")
    return rows if can(user, "account.manage") else rows.filter(user=user)


@method_decorator(never_cache, name="dispatch")
class TokenView(View):
    def get(self, request):
        made = shown_once.taken(request) or {}
        return self.shown(TokenForm(user=request.user), **made)

    def post(self, request):
        form = TokenForm(request.POST, user=request.user)
        problem = form.is_valid() and why_unproved(request)
        if problem:
            form.add_error("password", problem)
        if form.errors:
            return self.shown(form, status=422)
        del form.cleaned_data["password"]
        token, secret = issue(request.user, form.cleaned_data)
        made = {"made": token.name, "secret": secret}
        return redirect(shown_once.address_showing(reverse("api:tokens"), request.user, made))

    def shown(self, form, status=200, **extra):
        user = self.request.user
        context = {
            "form": form,
            "rows": [(token, token.why_unusable()) for token in tokens_of(user)],
            "manages": can(user, "account.manage"),
            **extra,
        }
        return render(self.request, "api/tokens.html", context, status=status)


class RevokeView(View):
    def post(self, request, pk):
        token = get_object_or_404(tokens_of(request.user), pk=pk)
        with transaction.atomic():
            if token.revoke(request.user):
                noted("token.revoke", token, request.user)
        messages.success(request, f"Đã thu hồi mã “{token.name}”. Phần mềm dùng mã này bị từ chối.")
        return redirect("api:tokens")


@transaction.atomic
def issue(user, data):
    token, secret = ApiToken.objects.issue(user=user, **data)
    noted("token.issue", token, user)
    return token, secret


def noted(action, token, user):
    AuditEntry.objects.create(
        action=action,
        actor=user,
        unit=token.post.unit,
        object_label=str(token)[:250],
        detail={"token": token.prefix, "owner": token.user_id, "scopes": token.scopes},
    )
