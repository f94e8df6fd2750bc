"""Verbs of the API: POST addresses that do what a form of the pages does, once per key.

A verb names its body (declared fields only), asks the same right and calls the same form and model
verb as its page. What a token writes is noted in the log beside what the verb itself notes.
"""

from functools import wraps

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api import InvalidBody, NoBody

from .models import AuditEntry
from .once import answer_once, key_of

NON_FIELD = "__all__"


def verb(title, *, answer, body=NoBody, status=200, detail=True, needs="write", **kwargs):
    """Decorates a method of a viewset; `needs` is the word of the scope that a token must have."""

    def decorate(method):
        @wraps(method)
        def once(view, request, *args, **given):
            return written(view, request, lambda: method(view, request, *args, **given))

        kwargs.setdefault("url_path", method.__name__.replace("_", "-"))
        made = action(
            detail=detail,
            methods=["post"],
            title=title,
            about=method.__doc__ or "",
            body_class=body,
            scope_verb=needs,
            filterset_fields={},
            **kwargs,
        )(once)
        # Outermost, or the decorator of the framework drops what is described.
        request = None if body is NoBody else body
        return extend_schema(request=request, responses={status: answer})(made)

    return decorate


def written(view, request, act):
    """Sessions pass through the middleware of keys; a token's person is known only here."""
    if request.auth is None:
        return act()
    django_request = request._request
    key = key_of(django_request)
    if not key:
        return noted(request, act())
    return answer_once(
        django_request, request.user, key, lambda: drawn(view, request, noted(request, act()))
    )


def noted(request, response):
    token = request.auth
    AuditEntry.objects.create(
        action="api.write",
        actor=request.user,
        unit=token.post.unit,
        object_label=request.path[:250],
        detail={"token": token.prefix, "status": response.status_code},
    )
    return response


def drawn(view, request, response):
    """What is kept for the second sending is the finished answer."""
    view.headers = {}
    return view.finalize_response(request, response).render()


def valid(form, names=None):
    """The cleaned data of the page's form; its errors as a 422 under the API's names."""
    if form.is_valid():
        return form.cleaned_data
    raise wrong(form, names)


def wrong(form, names=None):
    names = names or {}
    return InvalidBody(
        {
            "" if name == NON_FIELD else names.get(name, name): list(errors)
            for name, errors in form.errors.items()
        }
    )


def as_typed(data):
    """Values of a JSON body as a form would carry them; what is missing stays missing."""
    return {name: typed(value) for name, value in data.items() if value is not None}


def typed(value):
    return (
        value
        if isinstance(value, str | list)
        else f"{value:%Y-%m-%d}"
        if hasattr(value, "isoformat")
        else str(value)
    )


def done(**facts):
    return Response(facts)
