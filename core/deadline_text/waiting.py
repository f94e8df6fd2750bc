"""Deadlines that wait for an event: "sau N ngày kể từ …", "sau khi …", "nếu …".

Their last words are free text up to the end, so they are cut off before anything else is read.
"""

import re
from datetime import date

from .clauses import K, due_part
from .spec import DeadlinePart, Doubt, due_after

_BOUNDARY = r"(?:^|(?<=[,;.] )|(?<=\bva )|(?<=\bhoac ))"
_RELATIVE = re.compile(
    r"(?P<within>(?:cham nhat|trong|khong qua)(?: sau| la| vong| thoi han)*\s*)?(?P<after>sau\s*)?"
    r"\b(?P<n>\d{1,3}) ngay(?P<working> lam viec)?,?"
    r"(?: (?:ke |tinh )?(?:tu|sau)(?: (?:ngay|khi|luc))*)?(?P<event>(?: .*)?)$"
)
_CONDITION = re.compile(
    _BOUNDARY + r"(?:ngay )?(?P<word>sau khi|khi(?! co yeu cau| ket thuc)|neu)\s+(?P<event>.+)$"
)
_EVENT_DATE = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\s*$")


def find_waiting(text: str, folded: str) -> tuple[int, DeadlinePart] | None:
    """Where the waiting deadline starts and what it is."""
    match = _RELATIVE.search(folded)
    if match and (match["event"].strip() or match["after"] or match["within"]):
        return match.start(), _relative(match, text[slice(*match.span("event"))].strip(" ,"))
    match = _CONDITION.search(folded)
    if match:
        return match.start(), _conditional(match, text[slice(*match.span("event"))])
    return None


def _relative(match: re.Match[str], event: str) -> DeadlinePart:
    days = int(match["n"])
    name = f"{days} ngày{' làm việc' if match['working'] else ''}"
    doubts = _relative_doubts(match, name, event)
    known = _event_date(event)
    if known and not match["working"]:
        part = due_part(K.RELATIVE_DAYS, due_after(known, days), f"{name} kể từ {event}")
        return DeadlinePart(
            part.kind, part.due_on, days=days, explanation=part.explanation, doubts=doubts
        )
    return DeadlinePart(
        K.RELATIVE_DAYS,
        waits_for=event or None,
        days=days,
        explanation=f"Hạn là hết {name} kể từ sự kiện “{event or 'chưa rõ'}” "
        "(không tính ngày xảy ra sự kiện)",
        doubts=doubts,
    )


def _relative_doubts(match: re.Match[str], name: str, event: str) -> tuple[Doubt, ...]:
    doubts = []
    if match["after"] and not match["within"]:
        message = f"“Sau {name}” được hiểu là trong {name}; hay là bắt đầu sau {name}?"
        doubts.append(Doubt("after_or_within", message))
    if match["working"]:
        message = "Tính theo ngày làm việc, hệ thống chưa tự cộng; cần nhập ngày hạn."
        doubts.append(Doubt("working_days", message))
    if not event:
        doubts.append(Doubt("no_event", f"Không rõ {name} kể từ khi nào."))
    return tuple(doubts)


def _event_date(event: str) -> date | None:
    match = _EVENT_DATE.match(event)
    if not match:
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Không có ngày {event}.") from None


def _conditional(match: re.Match[str], event: str) -> DeadlinePart:
    lead = "Chỉ phải làm nếu" if match["word"] == "neu" else "Chờ sự kiện:"
    return DeadlinePart(
        K.CONDITIONAL,
        waits_for=event,
        explanation=f"{lead} {event}; chưa có ngày hạn",
    )
