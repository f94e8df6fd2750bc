"""What every API request obeys: session, pages, strict parameters.

Apart from core.api because the framework loads these while it loads its own views.
"""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination


class ApiSession(SessionAuthentication):
    """The portal's own session; naming a scheme makes an anonymous request 401, not 403."""

    def authenticate_header(self, request: Any) -> str:
        return "Session"


class ApiPage(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200


class AllowedFilters(DjangoFilterBackend):
    """A parameter that nobody knows is a 400: a misspelt filter must not answer with all rows."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        known = set(filterset.filters) if filterset else set()
        check_parameters(request.query_params, known)
        return super().filter_queryset(request, queryset, view)


def check_parameters(given: Any, known: set[str]) -> None:
    pages = {"limit", "offset"}
    wrong = {
        name: ["Tham số không có trong danh mục."] for name in given if name not in known | pages
    }
    for name in pages & set(given):
        if not (given[name].isascii() and given[name].isdigit()):
            wrong[name] = ["Phải là số nguyên không âm."]
    if wrong:
        raise ValidationError(wrong)
