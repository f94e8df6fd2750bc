"""What every API request obeys: session, pages, strict parameters, strict bodies, a rate.

Apart from core.api because the framework loads these while it loads its own views.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import F, Q
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.utils.urls import replace_query_param

from .problems import TOO_LARGE

PAGE_NAMES = {"limit", "cursor", "ordering"}


class ApiSession(SessionAuthentication):
    """The portal's own session; naming a scheme makes an anonymous request 401, not 403."""

    def authenticate_header(self, request: Any) -> str:
        return "Session"


class WithinScopes(BasePermission):
    """A token does what its owner may do and its scopes name, never more; a session has no scopes.

    Asked before anything else, so that a token learns nothing of rows it has no scope for.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        scopes = getattr(request.auth, "scopes", None)
        if scopes is None:
            return True
        verb = "read" if request.method in SAFE_METHODS else view.scope_verb
        self.message = f"Mã truy cập không có phạm vi “{view.scope}:{verb}”."
        return f"{view.scope}:{verb}" in scopes


class ApiRate(SimpleRateThrottle):
    """So many requests a minute for each token, or for each person of a session."""

    scope = "api"

    def get_rate(self) -> str:
        return str(settings.API_RATE)

    def get_cache_key(self, request: Any, view: Any) -> str:
        token = getattr(request.auth, "prefix", None)
        who = f"token-{token}" if token else f"user-{request.user.pk or self.get_ident(request)}"
        return str(self.cache_format % {"scope": self.scope, "ident": who})


# Bodies


class TooLarge(APIException):
    status_code = TOO_LARGE.status
    default_detail = TOO_LARGE.message


def one_value_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name: nobody can say which one was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def as_written(number: str) -> Decimal | str:
    """Every digit that was sent. With an exponent it stays text, which no field of ours takes."""
    return number if "e" in number.lower() else Decimal(number)


class StrictJSON(JSONParser):
    """JSON as RFC 8259 has it: no NaN, no name twice, no bottomless nesting, a bounded size."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        content = stream.read(settings.API_BODY_BYTES + 1)
        if len(content) > settings.API_BODY_BYTES:
            raise TooLarge
        try:
            return json.loads(
                content.decode("utf-8"),
                object_pairs_hook=one_value_each,
                parse_constant=no_constant,
                parse_float=as_written,
            )
        except (ValueError, RecursionError):
            raise ParseError("Nội dung gửi lên không phải JSON đúng quy cách.") from None


# Parameters


LOOKUP_WORDS = {"gte": "from", "lte": "to", "isnull": "empty"}


class AllowedFilters(DjangoFilterBackend):
    """Which filters a list knows; views refuse the rest (a misspelt filter must not answer all)."""

    def get_filterset_class(self, view: Any, queryset: Any = None) -> Any:
        """Named in the words of the API, which are those of its fields, not of our tables."""
        made = super().get_filterset_class(view, queryset)
        if made:
            named = {parameter_name(name): one for name, one in made.base_filters.items()}
            assert len(named) == len(made.base_filters), f"{view}: two filters of one name"
            made.base_filters = named
        return made

    def names(self, view: Any) -> set[str]:
        made = self.get_filterset_class(view, view.queryset)
        return set(made.base_filters) if made else set()


def parameter_name(path: str) -> str:
    """ "component__program__code" is asked for as "program", "paid_on__gte" as "paid_on_from"."""
    *steps, last = path.split("__")
    if last in LOOKUP_WORDS:
        return f"{steps[-1]}_{LOOKUP_WORDS[last]}"
    return steps[-1] if steps and last == "code" else last


def check_parameters(given: Any, known: set[str]) -> None:
    """Each parameter once, and none that nobody knows."""
    wrong = {}
    for name, values in given.lists():
        if name not in known:
            wrong[name] = ["Tham số không có trong danh mục."]
        elif len(values) > 1:
            wrong[name] = ["Tham số chỉ được ghi một lần."]
    if wrong:
        raise ValidationError(wrong)


# Pages


class KeysetPage(BasePagination):
    """Pages that go on from a row, not from a number: rows added meanwhile move nothing.

    The order is one of the view's `order_fields`, ties are broken by the key. Ascending puts
    missing values last, descending is the exact reverse.
    """

    default_limit = 50
    max_limit = 200
    salt = "api-cursor"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        self.request = request
        self.ordering = ordering_of(request, view)
        self.path = view.order_fields[self.ordering.lstrip("-")]
        limit = limit_of(request, self.default_limit, self.max_limit)
        rows = queryset.annotate(sort_value=F(self.path))
        self.field = rows.query.annotations["sort_value"].output_field
        start = self.read_cursor(request.query_params.get("cursor"))
        goes_back = start is not None and start[0] == "before"
        descending = self.ordering.startswith("-") != goes_back
        if start:
            rows = rows.filter(self.beyond(descending, *start[1:]))
        rows = rows.order_by(*self.order(descending))
        if view.only_columns:
            rows = rows.values_list(*view.only_columns, "pk", "sort_value", named=True)
        found = list(rows[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        self.has_next = goes_back or more
        self.has_previous = more if goes_back else bool(start)
        self.rows = found[::-1] if goes_back else found
        return self.rows

    def order(self, descending: bool) -> list[Any]:
        tie = "-pk" if descending else "pk"
        if self.path == "pk":
            return [tie]
        key = F(self.path)
        if not self.field.null:
            return [key.desc() if descending else key.asc(), tie]
        return [key.desc(nulls_first=True) if descending else key.asc(nulls_last=True), tie]

    def beyond(self, descending: bool, value: Any, pk: int) -> Q:
        """The rows after this one in that order."""
        step = "lt" if descending else "gt"
        tie = Q(**{f"pk__{step}": pk})
        if self.path == "pk":
            return tie
        none = Q(**{f"{self.path}__isnull": True})
        if value is None:
            return (none & tie) | (~none if descending else Q())
        here = Q(**{f"{self.path}__{step}": value}) | (Q(**{self.path: value}) & tie)
        return here | none if self.field.null and not descending else here

    def read_cursor(self, text: str | None) -> tuple[str, Any, int] | None:
        """What an earlier page handed out, for the same order; anything else is a 400."""
        if text is None:
            return None
        try:
            ordering, way, value, pk = signing.loads(text, salt=self.salt)
        except signing.BadSignature:
            raise ValidationError({"cursor": ["Con trỏ trang không đúng."]}) from None
        if ordering != self.ordering:
            raise ValidationError({"cursor": ["Con trỏ thuộc cách sắp xếp khác."]})
        return way, None if value is None else self.field.to_python(value), pk

    def link(self, way: str, row: Any) -> str:
        value = row.sort_value
        if isinstance(value, date):
            value = value.isoformat()
        cursor = signing.dumps([self.ordering, way, value, row.pk], salt=self.salt)
        address: str = replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)
        return address

    def get_paginated_response(self, data: Any) -> Response:
        has = bool(self.rows)
        after = self.link("after", self.rows[-1]) if has and self.has_next else None
        before = self.link("before", self.rows[0]) if has and self.has_previous else None
        return Response({"next": after, "previous": before, "results": data})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "Địa chỉ trang sau, rỗng khi đã hết"},
                "previous": {**link, "description": "Địa chỉ trang trước, rỗng ở trang đầu"},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = [f"{sign}{name}" for name in view.order_fields for sign in ("", "-")]
        return [
            parameter(
                "limit",
                f"Số dòng một trang, nhiều nhất {self.max_limit}; mặc định {self.default_limit}",
                {"type": "integer", "minimum": 1, "maximum": self.max_limit},
            ),
            parameter(
                "cursor",
                "Con trỏ lấy từ next hoặc previous của trang đang có",
                {"type": "string"},
            ),
            parameter(
                "ordering",
                "Cột sắp xếp; dấu trừ đứng trước là ngược lại",
                {"type": "string", "enum": names, "default": view.ordering},
            ),
        ]


def parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


def ordering_of(request: Any, view: Any) -> str:
    wanted = request.query_params.get("ordering", view.ordering)
    if wanted.removeprefix("-") not in view.order_fields:
        raise ValidationError({"ordering": [f"Tham số sắp xếp “{wanted}” không được phép."]})
    return str(wanted)


def limit_of(request: Any, default: int, largest: int) -> int:
    text = request.query_params.get("limit", str(default))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= largest:
        raise ValidationError({"limit": [f"Phải là số nguyên từ 1 đến {largest}."]})
    return number
