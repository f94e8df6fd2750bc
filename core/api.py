"""The base of the API: lists and details within scope, verbs with strict bodies, refusals as
problems in JSON (RFC 9457)."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import APIException, UnsupportedMediaType, ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework.viewsets import GenericViewSet

from .api_rows import columns_of, shown
from .api_rules import PAGE_NAMES, AllowedFilters, check_parameters
from .problems import BAD_VALUES, NOT_NOW, RESTARTING, Problem, Refused, of_status
from .text import nfc
from .transitions import InvalidTransition

SENT_ON = ("Retry-After", "WWW-Authenticate", "Allow")
API_WORDS = {
    401: "Cần đăng nhập, hoặc gửi mã truy cập còn hiệu lực trong Authorization: Bearer.",
    405: "Địa chỉ này không nhận phương thức đó. Xem các phương thức ở trang /api/.",
    429: "Gửi quá nhiều yêu cầu trong một phút. Hãy chờ số giây ghi ở Retry-After rồi gửi lại.",
}


class InvalidBody(ValidationError):
    """What was sent does not fit; a wrong parameter of the address stays a 400."""

    status_code = BAD_VALUES.status


class StrictSerializer(serializers.Serializer[Any]):
    """A body whose every field is declared: a name that nobody asked for is refused, not ignored.

    So no field of a row can be set but those that the verb takes.
    """

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            raise ValidationError(
                {name: ["Trường này không có hoặc không được ghi."] for name in sorted(unknown)}
            )
        if isinstance(data, dict):
            data = {name: nfc(v) if isinstance(v, str) else v for name, v in data.items()}
        return super().to_internal_value(data)


class NoBody(StrictSerializer):
    """A verb that takes nothing."""


class ApiViewSet(GenericViewSet[Any]):
    """`title` is shown in the reference; `scope` names the area that a token needs.

    `order_fields` are the orders one may ask for (name → path), `query_class` the parameters of a
    verb or of a detail; every other parameter is refused.
    """

    title = ""
    about = ""
    scope = ""
    scope_verb = "write"
    filterset_fields: Any = {}
    order_fields = {"id": "pk"}
    ordering = "id"
    # Paths that a page reads as plain values; without them it reads objects.
    only_columns: Any = ()
    query_class: Any = None
    body_class: Any = None
    example: Any = None
    lookup_value_regex = "[0-9]{1,18}"

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_parameters(request.query_params, self.known_parameters())
        check_kind(request)

    def known_parameters(self) -> set[str]:
        if self.query_class:
            own = set(self.query_class().fields)
            return own | {"limit", "cursor", "ordering"} if self.is_paged else own
        if self.action == "list":
            return AllowedFilters().names(self) | PAGE_NAMES
        return set()

    @property
    def is_paged(self) -> bool:
        return not self.detail

    def query(self) -> dict[str, Any]:
        """The parameters of a verb, checked."""
        names = self.query_class().fields
        given = {k: v for k, v in self.request.query_params.items() if k in names}
        checked = self.query_class(data=given)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def body(self) -> dict[str, Any]:
        """The declared fields of the body, checked; anything else is a 422."""
        sent = self.request.data
        data = sent.dict() if hasattr(sent, "dict") else sent
        checked = self.body_class(data=data)
        if not checked.is_valid():
            raise InvalidBody(checked.errors)
        return dict(checked.validated_data)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return self.readable(rows)

    def readable(self, rows: Any) -> Any:
        return rows.for_user(self.request.user)

    def shown(self, row: Any, status: int = 200) -> Response:
        """The row as the list tells it, read again within what the person may see."""
        found = self.get_queryset().get(pk=row.pk)
        return self.answer(type(self).serializer_class, found, status)

    def answer(self, serializer_class: Any, row: Any, status: int = 200) -> Response:
        made = serializer_class(row, context=self.get_serializer_context())
        return Response(made.data, status=status)


def check_kind(request: Any) -> None:
    """A form sent where JSON belongs may have been read already; it must not count as nothing."""
    kind = request.content_type.partition(";")[0].strip().lower()
    if kind and kind not in {parser.media_type for parser in request.parsers}:
        raise UnsupportedMediaType(kind)


class ReadOnlyViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    """List and detail of what the person may read."""

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        columns = columns_of(self.get_serializer_class(), self.queryset.model)
        if columns is None:
            return super().list(request, *args, **kwargs)
        self.only_columns = [path for _, path, _ in columns]
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([shown(columns, row) for row in page])


# Problems


def problem(error: Exception, context: Any) -> Response | None:
    """Every refusal as application/problem+json; the unforeseen goes on to the 500 page."""
    if isinstance(error, OperationalError | InterfaceError):
        return as_response(RESTARTING, headers={"Retry-After": "5"})
    if isinstance(error, InvalidTransition):
        return as_response(NOT_NOW, str(error))
    if isinstance(error, Refused):
        return as_response(error.problem, error.detail)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    headers = {name: answer[name] for name in SENT_ON if name in answer}
    named = of_status(answer.status_code)
    body = named.as_json(words_of(error, answer.status_code), field_errors(error))
    body["status"] = answer.status_code
    return Response(
        body,
        status=answer.status_code,
        headers=headers,
        content_type="application/problem+json",
    )


def as_response(named: Problem, detail: str = "", headers: Any = None) -> Response:
    return Response(
        named.as_json(detail),
        status=named.status,
        headers=headers,
        content_type="application/problem+json",
    )


def words_of(error: Exception, status: int) -> str:
    """Our own words; those of the framework only where they say which."""
    if isinstance(error, ValidationError | Http404):
        return ""
    if isinstance(error, PermissionDenied):
        return str(error)
    if isinstance(error, APIException) and status in (400, 403):
        return str(error.detail)
    return API_WORDS.get(status, "")


def field_errors(error: Exception) -> list[dict[str, str]]:
    if not isinstance(error, ValidationError):
        return []
    return [{"field": name, "message": words} for name, words in flat("", error.detail)]


def flat(name: str, detail: Any) -> Iterator[tuple[str, str]]:
    """("rows.0.value", "…") of nested details."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from flat(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            is_deep = isinstance(inner, dict | list)
            yield from flat(f"{name}.{place}" if is_deep else name, inner)
    else:
        yield name, str(detail)
