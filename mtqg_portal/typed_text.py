"""One normal form (NFC) for whatever is typed: "ế" is one letter, whatever keyboard made it."""

import unicodedata
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

from core.text import nfc

# A password is its bytes as they came when it was chosen.
AS_TYPED = "password"


class NormalFormMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = normal(request.GET)
        if request.method == "POST":
            request.POST = normal(request.POST)
        return self.get_response(request)


def normal(data: QueryDict) -> QueryDict:
    """The same data when nothing in it needs a change, which is nearly always."""
    changed = {
        name: [nfc(value) for value in values]
        for name, values in data.lists()
        if AS_TYPED not in name and not all(unicodedata.is_normalized("NFC", v) for v in values)
    }
    if not changed:
        return data
    copy = data.copy()
    for name, values in changed.items():
        copy.setlist(name, values)
    return copy
