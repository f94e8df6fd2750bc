"""The reference page of the API, made from its OpenAPI description: nothing is written twice."""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from core.api_rules import KeysetPage
from organizations.models import Scope

TAGS = {
    "catalog": "Danh mục",
    "tasks": "Kế hoạch, nhiệm vụ",
    "targets": "Chỉ tiêu",
    "money": "Vốn, giải ngân",
    "reports": "Báo cáo",
    "documents": "Văn bản",
    "notices": "Thông báo",
    "alerts": "Cảnh báo",
    "imports": "Nhập từ tệp, việc nền",
}
CHOICE = re.compile(r"\* `([^`\n]+` - [^\n]+)")
SAMPLES = {"integer": 1, "number": 1, "boolean": True, "object": {}, "string": "…"}
FORMATS = {"date": "2023-06-30", "decimal": "12.5", "date-time": "2023-06-30T17:00:00+07:00"}


@dataclass
class Line:
    """A parameter or a field: name, kind, is it required, what it means."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass
class Endpoint:
    method: str
    path: str
    title: str
    about: str
    scope: str
    curl: str
    anchor: str
    parameters: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)


@lru_cache(maxsize=1)
def sections() -> list[tuple[str, list[Endpoint]]]:
    """Once a process: the description changes only with the program."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, list[Endpoint]] = {tag: [] for tag in TAGS}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            tag = operation["tags"][0]
            if tag in found:
                found[tag].append(endpoint(schema, path, method, operation))
    return [(TAGS[tag], rows) for tag, rows in found.items()]


def endpoint(schema: dict, path: str, method: str, operation: dict) -> Endpoint:
    content = operation.get("requestBody", {}).get("content", {})
    kind, described = next(iter(content.items()), ("", {}))
    body = resolved(schema, described.get("schema", {}))
    return Endpoint(
        method=method.upper(),
        path=path,
        title=operation["summary"],
        about=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        curl=curl(path, method, kind, body),
        anchor=operation["operationId"],
        parameters=[parameter(row) for row in operation.get("parameters", [])],
        body=fields(schema, body),
        answers=[(s, a.get("description", "")) for s, a in sorted(operation["responses"].items())],
    )


def resolved(schema: dict, part: dict) -> dict:
    if "allOf" in part:
        part = part["allOf"][0]
    name = part.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else part


def parameter(row: dict) -> Line:
    words = plain(row.get("description", "")) or filter_words(row["name"])
    return Line(row["name"], kind_of(row["schema"]), row.get("required", False), words)


def plain(words: str) -> str:
    """The generator lists choices as Markdown; a table has one line for them."""
    return "; ".join(CHOICE.findall(words)).replace("` - ", ": ") or words


def filter_words(name: str) -> str:
    ends = {"from": "Từ giá trị này trở đi", "to": "Đến hết giá trị này", "empty": "true: chưa có"}
    return ends.get(name.rpartition("_")[2], "" if name == "id" else "Đúng bằng giá trị này")


def fields(schema: dict, body: dict) -> list[Line]:
    required = body.get("required", [])
    return [
        Line(name, kind_of(part), name in required, plain(part.get("description", "")))
        for name, part in body.get("properties", {}).items()
    ]


def kind_of(part: dict) -> str:
    if "enum" in part:
        return " | ".join(str(value) for value in part["enum"] if value not in ("", None))
    words = {"integer": "số nguyên", "string": "chữ", "boolean": "true/false", "array": "danh sách"}
    formats = {"date": "ngày", "date-time": "lúc", "decimal": "số thập phân", "binary": "tệp"}
    return formats.get(part.get("format", "")) or words.get(part.get("type", ""), "đối tượng")


def sample(part: dict) -> Any:
    if part.get("enum"):
        return part["enum"][0]
    if part.get("type") == "array":
        return [sample(part.get("items", {}))]
    return FORMATS.get(part.get("format", ""), SAMPLES.get(part.get("type", ""), "…"))


def curl(path: str, method: str, kind: str, body: dict) -> str:
    lines = ['curl -H "Authorization: Bearer $MA_TRUY_CAP"']
    if method == "post":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
        lines += sent(kind, body)
    return " \\\n  ".join([*lines, f'"$CONG{path.replace("{", "$").replace("}", "")}"'])


def sent(kind: str, body: dict) -> list[str]:
    """The required fields of the body, as JSON or as a form."""
    wanted = body.get("required", [])
    values = {n: sample(p) for n, p in body.get("properties", {}).items() if n in wanted}
    if kind.startswith("multipart"):
        return [f'-F "{n}={"@tep.xlsx" if n == "file" else v}"' for n, v in values.items()]
    text = json.dumps(values, ensure_ascii=False)
    return ['-H "Content-Type: application/json"', f"-d '{text}'"]


def reference(request):
    context = {"sections": sections(), "page_limit": KeysetPage.max_limit, "scopes": Scope.choices}
    return render(request, "api/reference.html", context)
