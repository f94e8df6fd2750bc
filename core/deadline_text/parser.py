"""From the wording in the document to a DeadlineSpec."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from ..text import nfc
from .clauses import TOKEN, K, is_start, read_token
from .spec import DeadlineKind, DeadlinePart, DeadlineSpec, Doubt, office_date
from .waiting import find_waiting

_BLANKS = {"", "-", "–", "—", "…", "...", "không", "không có"}
_EDGES = " \t\n.;,:*()[]“”\"'"
_DONE = re.compile(r"\b(?:hoan thanh|xong)\b")
_FILLER = re.compile(
    r"ngay|truoc|den|trong|vao|het|cuoi|cham|nhat|muon|la|hoan|thanh|xong|va|hoac|thoi|han|nhiem"
    r"|vu|bao|cao|thuc|hien|khi|ket|khong|qua|hon|dip|gui|ban|hanh|theo|phai|dong|khan|truong|kip"
    r"|som"
)
_VAGUE = {K.URGENT_UNDATED, K.CONTINUOUS}


def parse_deadline(
    text: str, plan_from: date | None = None, plan_to: date | None = None
) -> DeadlineSpec:
    """Never fails: what cannot be read is UNKNOWN, with a doubt that says why."""
    cleaned, doubts = _clean(text or "")
    if cleaned.casefold() in _BLANKS:
        return _without_date(text or "", K.NONE, "Không ghi thời hạn", "no_deadline")
    try:
        parts, more = _read(cleaned)
    except ValueError as error:
        impossible = Doubt("impossible_date", str(error))
        return DeadlineSpec(text, K.UNKNOWN, _unknown(), (), "Chưa đọc được", (impossible,))
    if not parts:
        spec = _without_date(text, K.UNKNOWN, "Chưa đọc được thời hạn này", "unreadable")
        return DeadlineSpec(**{**vars(spec), "doubts": tuple(more) or spec.doubts})
    span = (plan_from, plan_to) if plan_from and plan_to else None
    days = _occurrences(parts, span)
    doubts += [*more, *(doubt for part in parts for doubt in part.doubts)]
    doubts += [*_kind_doubts(parts), *_span_doubts(parts, span)]
    kind = parts[0].kind if len(parts) == 1 else K.COMPOUND
    return DeadlineSpec(text, kind, tuple(parts), days, _explain(parts), tuple(doubts))


def _clean(text: str) -> tuple[str, list[Doubt]]:
    """One normal form, single spaces, 'III / 2022' -> 'III/2022'; a doubled slash is told."""
    cleaned = re.sub(r"[–—]", "-", " ".join(nfc(text).split())).strip(_EDGES)
    slashed = re.sub(r"\s*/[\s/]*", "/", cleaned)
    doubts = []
    if re.search(r"/\s*/", cleaned):
        doubts.append(Doubt("extra_slash", f"Thừa dấu “/”, đọc là “{slashed}”."))
    return slashed or text.strip(), doubts


def _fold(text: str) -> str:
    """No diacritics, no capitals, "quí" as "quý", and every character at its own place."""
    return re.sub(r"\bqui\b", "quy", "".join(map(_fold_char, text)))


def _fold_char(char: str) -> str:
    plain = unicodedata.normalize("NFD", char.lower())[0]
    return "d" if plain == "đ" else plain


def _read(text: str) -> tuple[list[DeadlinePart], list[Doubt]]:
    folded = _fold(text)
    waiting = find_waiting(text, folded)
    end = waiting[0] if waiting else len(text)
    begin = _begin(folded[:end])
    parts, rest, doubts = _read_dated(text[begin:end], folded[begin:end])
    rest = [text[:begin].strip(_EDGES), *rest]
    if waiting:
        parts.append(waiting[1])
    ignored = [words for words in rest if _unread(words)]
    if parts and ignored:
        message = f"Phần chữ chưa dùng để tính hạn: “{'”, “'.join(ignored)}”."
        doubts.append(Doubt("words_ignored", message))
    return _drop_vague(parts), doubts


def _begin(folded: str) -> int:
    """Words before the last 'hoàn thành' are the subject, if a deadline follows it."""
    found = list(_DONE.finditer(folded))
    return next((done.start() for done in reversed(found) if TOKEN.search(folded, done.end())), 0)


def _read_dated(text: str, folded: str) -> tuple[list[DeadlinePart], list[str], list[Doubt]]:
    """Parts, the words between them, and doubts."""
    parts: list[DeadlinePart] = []
    rest: list[str] = []
    starts: list[str] = []
    last = 0
    for match in TOKEN.finditer(folded):
        lead, printed = folded[last : match.start()], text[match.start() : match.end()]
        if is_start(match, lead):
            starts.append(printed)
        else:
            parts += read_token(match, lead, printed)
            rest.append(text[last : match.start()].strip(_EDGES))
        last = match.end()
    rest.append(text[last:].strip(_EDGES))
    if starts and not parts:
        message = f"“{starts[0]}” là ngày bắt đầu, không phải thời hạn."
        return [], rest, [Doubt("start_not_deadline", message)]
    return parts, rest, []


def _unread(words: str) -> bool:
    return any(not _FILLER.fullmatch(word) for word in re.findall(r"\w+", _fold(words)))


def _drop_vague(parts: list[DeadlinePart]) -> list[DeadlinePart]:
    """'Khẩn trương', 'thường xuyên' beside a real deadline only colour it."""
    firm = [part for part in parts if part.kind not in _VAGUE]
    lasting = [part for part in parts if part.kind == K.CONTINUOUS]
    return firm or lasting[:1] or parts[:1]


def _occurrences(parts: list[DeadlinePart], span: tuple[date, date] | None) -> tuple[date, ...]:
    """Dated days, and recurring ones in the plan; beside a dated part they only follow it."""
    dated = {part.due_on for part in parts if part.due_on}
    if not span:
        return tuple(sorted(dated))
    first = max(span[0], min(dated, default=span[0]))
    recurring = {day for part in parts for day in part.days_between(first, span[1])}
    return tuple(sorted(dated | recurring))


def _kind_doubts(parts: list[DeadlinePart]) -> Iterator[Doubt]:
    for part in parts:
        if part.kind == K.URGENT_UNDATED:
            yield Doubt("no_date", "Không ghi ngày; cần đặt ngày hạn hoặc ghi “thường xuyên”.")
        elif part.kind in (K.PERIODIC, K.CUMULATIVE) and not part.yearly_days:
            message = "Không rõ định kỳ vào những ngày nào; cần chọn kỳ hoặc nhập ngày hạn."
            yield Doubt("no_period", message)


def _span_doubts(parts: list[DeadlinePart], span: tuple[date, date] | None) -> Iterator[Doubt]:
    if not span:
        return
    for part in parts:
        if part.due_on and not span[0] <= part.due_on <= span[1]:
            message = f"Hạn {office_date(part.due_on)} nằm ngoài thời gian của kế hoạch."
            yield Doubt("outside_plan", message)


def _explain(parts: list[DeadlinePart]) -> str:
    first, *others = (part.explanation for part in parts)
    return "; ".join([first, *(other[:1].lower() + other[1:] for other in others)])


def _unknown() -> tuple[DeadlinePart, ...]:
    return (DeadlinePart(K.UNKNOWN),)


def _without_date(text: str, kind: DeadlineKind, words: str, code: str) -> DeadlineSpec:
    messages = {
        "no_deadline": "Dòng này để trống thời hạn; nhập ngày hạn hoặc ghi “thường xuyên”.",
        "unreadable": "Không nhận ra thời hạn trong câu chữ này; nhập ngày hạn hoặc sửa câu chữ.",
    }
    part = DeadlinePart(kind, explanation=words)
    return DeadlineSpec(text, kind, (part,), (), words, (Doubt(code, messages[code]),))
