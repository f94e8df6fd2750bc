"""Reads one Vietnamese deadline wording and prints what it means, as JSON."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.deadline_text import DeadlineKind, parse_deadline

EPILOG = (
    "Kết quả là JSON trên stdout: text, kind, parts, occurrences, explanation, doubts. "
    "Không đọc được thì kind là UNKNOWN và mã thoát vẫn là 0; sai cách gọi thì mã thoát là 2. "
    "Các loại: " + ", ".join(kind.value for kind in DeadlineKind) + "."
)


class Command(BaseCommand):
    help = "Đọc câu chữ thời hạn, ví dụ “Quý III/2022 và Quý I hằng năm”."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = EPILOG
        parser.add_argument("text", help="câu chữ thời hạn, để trong dấu nháy; có thể để trống")
        parser.add_argument("--plan-from", type=_day, help="ngày đầu kế hoạch, YYYY-MM-DD")
        parser.add_argument("--plan-to", type=_day, help="ngày cuối kế hoạch, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        plan_from, plan_to = options["plan_from"], options["plan_to"]
        problem = _span_problem(plan_from, plan_to)
        if problem:
            raise CommandError(problem, returncode=2)
        spec = parse_deadline(options["text"], plan_from, plan_to)
        self.stdout.write(json.dumps(spec.as_json(), ensure_ascii=False, indent=2))


def _day(text: str) -> date:
    return date.fromisoformat(text)


_day.__name__ = "ngày YYYY-MM-DD"  # argparse names the type in its message


def _span_problem(plan_from: date | None, plan_to: date | None) -> str:
    if (plan_from is None) != (plan_to is None):
        return "Cần cả --plan-from và --plan-to."
    if plan_from and plan_to and plan_from > plan_to:
        return "--plan-from phải trước hoặc bằng --plan-to."
    return ""
