"""The read-only API: lists and details within scope, refusals as problems in JSON."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework.viewsets import ReadOnlyModelViewSet

WORDS = {
    400: "Tham số không hợp lệ.",
    401: "Cần đăng nhập để dùng giao diện lập trình.",
    403: "Chức danh hiện giữ không có quyền làm việc này.",
    404: "Không có dữ liệu này trong phạm vi của bạn.",
    405: "Giao diện lập trình chỉ cho đọc.",
}
OTHERWISE = "Yêu cầu không thực hiện được."


class ReadOnlyViewSet(ReadOnlyModelViewSet):
    """List and detail of what the person may read; `title` is shown on the reference page."""

    title = ""
    filterset_fields: Any = {}
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return self.readable(rows)

    def readable(self, rows: Any) -> Any:
        return rows.for_user(self.request.user)


def problem(error: Exception, context: Any) -> Response | None:
    """Every refusal as application/problem+json (RFC 9457) with `ma` and `thong_bao`."""
    answer = exception_handler(error, context)
    if answer is None:
        return None
    body = {
        "type": "about:blank",
        "status": answer.status_code,
        "ma": code_of(error),
        "thong_bao": WORDS.get(answer.status_code, OTHERWISE),
    }
    if isinstance(error, ValidationError):
        body["chi_tiet"] = error.detail
    return Response(
        body,
        status=answer.status_code,
        headers={name: answer[name] for name in ("WWW-Authenticate", "Allow") if name in answer},
        content_type="application/problem+json",
    )


def code_of(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    return error.default_code if isinstance(error, APIException) else "error"
