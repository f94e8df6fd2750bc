"""Preview rows of an appendix (JSON-able), and the corrections made in them before applying."""

import re
from datetime import date
from typing import Any

from core.deadline_text import parse_deadline
from core.text import search_key
from organizations.models import COMMUNE_KINDS, Unit
from programs.models import Program

from .appendix import TaskRow
from .leads import Directory, Match, lead_doubts
from .models import short_path

Row = dict[str, Any]
CONTRACT = (
    "section",
    "number",
    "title",
    "lead_text",
    "leads",
    "coordinating_text",
    "coordinating",
    "deadline",
    "doubts",
)
MISSING_DEADLINE = {
    "code": "deadline_missing",
    "message": "Chưa ghi thời hạn. Hãy nhập thời hạn hoặc ghi “thường xuyên”.",
}


def preview_row(task: TaskRow, directory: Directory, span, subjects: "Subjects") -> Row:
    leads = directory.find(task.lead_text)
    others = directory.find(task.coordinating_text)
    row = {
        "section": task.section,
        "section_title": task.headings[-1] if task.headings else "",
        "number": task.number,
        "title": task.title,
        "lead_text": task.lead_text,
        "coordinating_text": task.coordinating_text,
        "program": subjects.guess(task.headings, task.title),
        "sheet": task.sheet,
        "cells": task.cells,
        **_lead_part(task.lead_text, leads),
        **_coordinating_part(others),
        **_deadline_part(task.deadline_text, span),
    }
    return _with_doubts(row)


def _lead_part(text, matches: list[Match]):
    return {
        "leads": [name for match in matches for name in match.names],
        "lead_units": list(dict.fromkeys(u.code for m in matches for u in m.units)),
        "lead_groups": [m.text for m in matches if m.role or not m.units],
        "lead_how": [match.how for match in matches],
        "lead_doubts": lead_doubts(text, matches),
    }


def _coordinating_part(matches: list[Match]):
    unknown = [match.text for match in matches if match.how == "unknown"]
    return {
        "coordinating": [name for match in matches for name in match.names],
        "coordinating_units": list(dict.fromkeys(u.code for m in matches for u in m.units)),
        "coordinating_groups": [m.text for m in matches if m.role or not m.units],
        "coordinating_doubts": [
            {
                "code": "coordinating_unknown",
                "message": f"Chưa nhận ra cơ quan phối hợp “{text}”; giữ nguyên văn.",
            }
            for text in unknown
        ],
    }


def _deadline_part(text: str, span: tuple[date, date]):
    spec = parse_deadline(text, *span).as_json()
    doubts = list(spec["doubts"])
    if spec["kind"] == "NONE" and not doubts:
        doubts = [MISSING_DEADLINE]
    return {"deadline": spec, "deadline_doubts": doubts}


def _with_doubts(row: Row) -> Row:
    parts = ("lead_doubts", "deadline_doubts", "coordinating_doubts")
    return row | {"doubts": [doubt for part in parts for doubt in row[part]]}


def corrected(row: Row, span, *, lead: Unit | None = None, deadline_text: str | None = None) -> Row:
    """The row after a person chose the lead or rewrote the deadline."""
    changed = dict(row)
    if lead is not None:
        changed |= {
            "leads": [lead.code],
            "lead_units": [lead.code],
            "lead_groups": [],
            "lead_doubts": [],
            "chosen_lead": lead.code,
        }
    if deadline_text is not None and deadline_text != row["deadline"]["text"]:
        changed |= _deadline_part(deadline_text, span)
        changed["deadline_edited"] = True
    return _with_doubts(changed)


class Subjects:
    """Guesses the programme from the headings above a task; nothing when it is not clear."""

    def __init__(self, starts_on: date, ends_on: date):
        programs = Program.objects.filter(valid_from__lte=ends_on).exclude(valid_to__lte=starts_on)
        self.phrases = [(program.code, phrases_of(program)) for program in programs]

    def guess(self, headings: list[str], title: str) -> str | None:
        """The innermost heading that names a programme decides; the title tells two apart."""
        named = next((found for h in reversed(headings) if (found := self._named(h))), [])
        in_title = self._named(title)
        if len(named) != 1:
            named = [code for code in in_title if code in named or not named]
        return named[0] if len(named) == 1 else None

    def _named(self, text):
        key = f" {spaced_key(text)} "
        return [code for code, phrases in self.phrases if any(f" {p} " in key for p in phrases)]


def spaced_key(text: str) -> str:
    return search_key(re.sub(r"[^\w ]", " ", text))


LEADING = re.compile(
    r"^(chuong trinh )?((muc tieu quoc gia|mtqg) )?(ve )?(phat trien kinh te xa hoi )?(xay dung )?"
)
TRAILING = re.compile(r"( va mien nui)?( giai doan .*| den nam .*)?$")


def phrases_of(program: Program) -> set[str]:
    """Words by which headings call a programme: its short name, code and the core of its name."""
    texts = (program.code, program.short_name, program.name)
    keys = {spaced_key(text) for text in texts}
    cores = {TRAILING.sub("", LEADING.sub("", key)) for key in keys}
    return {phrase for phrase in cores if len(phrase) > 2}


def preview_context(batch, request) -> dict[str, Any]:
    """Rows to show on the import page: all, in doubt, without a date or clear."""
    wanted = request.GET.get("loc", "")
    rows = [dict(row, index=index) for index, row in enumerate(batch.preview)]
    for row in rows:
        row["days"] = [date.fromisoformat(day) for day in row["deadline"]["occurrences"]]
        row["path"] = short_path(row["section"])
        row["is_edited"] = str(row["index"]) == request.GET.get("sua")
    choices = [
        ("", "Tất cả", rows),
        ("xac-nhan", "Cần xác nhận", [row for row in rows if row["doubts"]]),
        ("thieu-han", "Thiếu thời hạn", [r for r in rows if r["deadline"]["kind"] == "NONE"]),
        ("da-ro", "Đã rõ", [row for row in rows if not row["doubts"]]),
    ]
    shown = next((found for key, _, found in choices if key == wanted), rows)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes_in(shown))}
    for row in shown:
        row["lead_names"] = [units[code].label for code in row["lead_units"] if code in units]
    return {
        "rows": shown,
        "chips": [
            {
                "label": label,
                "url": f"?loc={key}" if key else "?",
                "count": len(found),
                "current": key == wanted,
            }
            for key, label, found in choices
        ],
        "agencies": Unit.objects.exclude(kind__in=COMMUNE_KINDS).order_by("sort_key"),
    }


def codes_in(rows):
    return {code for row in rows for code in row["lead_units"]}
