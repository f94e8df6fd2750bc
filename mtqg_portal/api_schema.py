"""The OpenAPI description: Vietnamese titles, and every refusal as a problem."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

PROBLEM = {
    "type": "object",
    "description": "Lời từ chối theo RFC 9457; mã lỗi tra ở tài liệu hướng dẫn.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "Tên lỗi"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Điều đã xảy ra và cách khắc phục"},
        "code": {"type": "string", "pattern": "^NTM-[0-9]{3}$"},
        "request_id": {"type": "string", "description": "Mã yêu cầu, đọc cho quản trị"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Trường, tham số hoặc ô"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
WORDS = {
    "400": "Tham số của địa chỉ, hoặc JSON, không đúng",
    "401": "Chưa đăng nhập, hoặc mã truy cập không còn dùng được",
    "403": "Chức danh không có quyền, hoặc mã truy cập thiếu phạm vi",
    "404": "Không có, hoặc ngoài phạm vi được xem",
    "409": "Chưa làm được lúc này: đã có người làm trước, kỳ đã khóa, chưa đến ngày",
    "410": "Tệp không còn trên máy chủ",
    "413": "Nội dung quá lớn",
    "415": "Loại nội dung không được nhận",
    "422": "Nội dung có chỗ phải sửa, liệt kê ở errors",
    "429": "Quá nhiều yêu cầu; chờ theo Retry-After",
    "503": "Hệ thống đang khởi động lại; chờ theo Retry-After",
}
EVERY = ("400", "401", "403", "429", "503")
OF_ROWS = ("404",)
OF_VERBS = ("404", "409", "413", "415", "422")
OF_FILES = ("404", "410")


class PortalSchema(AutoSchema):
    def get_summary(self):
        title = getattr(self.view, "title", "")
        words = {"list": "Danh sách: ", "retrieve": "Một dòng: "}
        return words.get(getattr(self.view, "action", ""), "") + title

    def get_description(self):
        """Only words written for readers of the API, not the comments of the code."""
        return getattr(self.view, "about", "")

    def get_tags(self):
        return [getattr(self.view, "scope", "") or "schema"]

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        scope = getattr(self.view, "scope", "")
        if operation and scope:
            word = "read" if self.method == "GET" else self.view.scope_verb
            operation["x-scope"] = f"{scope}:{word}"
        return operation


def with_problems(result, generator, request, public):
    """Names the refusals each operation can answer with."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            for status in refusals(path, method):
                responses.setdefault(status, refusal(status))
    return result


def refusals(path, method):
    found = list(EVERY)
    if method == "post":
        found += OF_VERBS
    elif "{" in path:
        found += OF_FILES
    return sorted(set(found))


def refusal(status):
    body = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": WORDS[status], "content": {"application/problem+json": body}}


class SessionScheme(OpenApiAuthenticationExtension):
    """Tells the schema how the portal's session is carried."""

    target_class = "core.api_rules.ApiSession"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Phiên đăng nhập của trang; gửi POST kèm X-CSRFToken",
        }


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "organizations.api_tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Mã truy cập lập ở trang /api/ma-truy-cap/, có phạm vi và ngày hết hạn",
        }
