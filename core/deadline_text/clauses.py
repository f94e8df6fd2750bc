"""Readers of single deadlines. Each takes a match on the folded text and says what it means.

Folded text has no diacritics and no capitals but the same length, so hằng/hàng and Quý/quý are one.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from ..periods import Period, month_end
from ..text import from_roman
from .spec import DeadlineKind, DeadlinePart, office_date

K = DeadlineKind

_N = r"(?:[ivx]+|\d)"
_AND = r"\s*(?:,|va|-)\s*"
_4 = r"(?:19|20)\d\d"
_YEAR = r"(?:\s*[/-]\s*|\s+nam\s+)(?P<{0}>(?:19|20)\d\d)\b"
_QUARTERS = rf"{_N}(?:{_AND}(?:quy )?{_N})*"
_MONTHS = rf"\d{{1,2}}(?:{_AND}(?:thang )?\d{{1,2}})*"
_EVERY_YEAR = r"\s+(?:hang|moi|cua moi|tung) nam\b"
_UNIT = r"(?:tuan|thang|quy|nam)\b"
_CADENCE = (
    rf"(?:(?:hang|moi|theo tung|tung|theo|dinh ky) {_UNIT}(?!\s*\d)"
    r"|(?:6|sau) thang(?! dau| cuoi))"
)
_CADENCES = (
    rf"(?:dinh ky )?(?:{_CADENCE}(?:\s*(?:,|/|va)\s*(?:{_CADENCE}|{_UNIT}(?!\s*\d)))*|dinh ky\b)"
)

# Order matters: at one place of the text the first that fits is taken.
TOKEN = re.compile(
    r"(?P<demand>(?:bao cao )?dot xuat(?: theo yeu cau[^;]*)?|(?:theo|khi co) yeu cau[^;]*)"
    rf"|(?P<yearly>quy (?P<yearly_n>{_QUARTERS}){_EVERY_YEAR})"
    r"|(?P<yearday>(?:ngay )?(?<![\d/.-])(?P<yd>\d{1,2})(?:\s*[/.-]\s*| thang )"
    rf"(?P<ym>\d{{1,2}}){_EVERY_YEAR})"
    rf"|(?P<quarter>quy (?P<quarter_n>{_QUARTERS}){_YEAR.format('quarter_year')})"
    rf"|(?P<iso>(?:ngay )?(?P<iso_day>{_4}-\d\d-\d\d)\b)"
    r"|(?P<date>(?:ngay )?(?<![\d/.-])(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]"
    rf"\s*(?P<y>{_4}|\d\d)\b)"
    rf"|(?P<words>ngay (?P<wd>\d\d?) thang (?P<wm>\d\d?) nam (?P<wy>{_4})\b)"
    rf"|(?P<month>thang (?P<month_n>{_MONTHS}){_YEAR.format('month_year')})"
    rf"|(?P<half>6 thang (?P<half_n>dau|cuoi) nam (?P<half_year>{_4})\b)"
    rf"|(?P<span>(?:giai doan )?\b(?P<span_from>{_4})\s*-\s*(?P<span_to>{_4})\b)"
    rf"|(?P<year>\bnam (?P<year_n>{_4})\b)"
    rf"|(?P<cumulative>luy ke (?:theo )?(?P<cumulative_n>{_CADENCES}))"
    rf"|(?P<periodic>\b{_CADENCES})"
    r"|(?P<continuous>\bthuong xuyen\b|\blien tuc\b)"
    r"|(?P<urgent>\bkhan truong\b|\bkip thoi\b|\bkhan cap\b|\bcap bach\b)"
)
_BEFORE = re.compile(r"\btruoc\s*$")
_LATEST = re.compile(r"\b(?:den|cham nhat|muon nhat|het|cuoi|khong qua)(?: (?:vao|het|cuoi))*\s*$")
_START = re.compile(r"\b(?:tu|sau)\s*$")


def read_token(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    """`lead` is the folded text before the match; `printed` the matched words as written.

    ValueError (in Vietnamese) for a day, month or quarter that does not exist.
    """
    name = next(name for name in READERS if match[name])
    return READERS[name](match, lead, printed)


def is_start(match: re.Match[str], lead: str) -> bool:
    """'từ ngày …' tells when work begins, not when it is due."""
    dated = match.group("date", "iso", "words", "month", "quarter", "year")
    return any(dated) and bool(_START.search(lead))


def due_part(kind: DeadlineKind, due_on: date, why: str = "") -> DeadlinePart:
    reason = f" ({why})" if why else ""
    return DeadlinePart(kind, due_on, explanation=f"Hạn là hết ngày {office_date(due_on)}{reason}")


def _real_date(year: str, month: str, day: str) -> date:
    century = "20" if len(year) == 2 else ""
    try:
        return date(int(century + year), int(month), int(day))
    except ValueError:
        raise ValueError(f"Không có ngày {day}/{month}/{century}{year}.") from None


def _read_date(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    if match["iso"]:
        day = _real_date(*match["iso_day"].split("-"))
    else:
        day = _real_date(*match.group(*("ymd" if match["date"] else ("wy", "wm", "wd"))))
    if not _BEFORE.search(lead):
        return [due_part(K.BY_DATE, day)]
    why = f"trước ngày {office_date(day)}"
    return [due_part(K.BEFORE_DATE, day - timedelta(days=1), why)]


def _read_months(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    year = int(match["month_year"])
    months = [Period(year, "M", int(n)) for n in re.findall(r"\d+", match["month_n"])]
    if _BEFORE.search(lead):
        return [_before(K.BEFORE_MONTH, month) for month in months]
    kind = K.BY_MONTH if _LATEST.search(lead) else K.IN_MONTH
    return [due_part(kind, month.end, f"ngày cuối {month.label}") for month in months]


def _read_quarters(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    year = int(match["quarter_year"])
    quarters = [Period(year, "Q", number) for number in _quarter_numbers(match["quarter_n"])]
    if _BEFORE.search(lead):
        return [_before(K.BEFORE_QUARTER, quarter) for quarter in quarters]
    return [due_part(K.QUARTER, quarter.end, f"ngày cuối {quarter.label}") for quarter in quarters]


def _before(kind: DeadlineKind, period: Period) -> DeadlinePart:
    last = period.start - timedelta(days=1)
    return due_part(kind, last, f"ngày cuối cùng trước {period.label}")


def _quarter_numbers(text: str) -> list[int]:
    numbers = re.findall(r"\b(?:[ivx]+|\d)\b", text)
    return [int(n) if n.isdigit() else from_roman(n) for n in numbers]


def _read_yearly(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    parts = []
    for number in _quarter_numbers(match["yearly_n"]):
        quarter = Period(2000, "Q", number)
        name = "Quý " + quarter.label.removeprefix("quý ").removesuffix("/2000")
        parts.append(_quarter_every_year(f"{name} hằng năm", quarter, bool(_BEFORE.search(lead))))
    return parts


def _quarter_every_year(recurs: str, quarter: Period, before: bool) -> DeadlinePart:
    last = quarter.previous().end if before else quarter.end
    return DeadlinePart(
        K.RECURRING_QUARTER_OF_YEAR,
        recurs=f"trước {recurs}" if before else recurs,
        explanation=f"Hạn là hết ngày {last.day}/{last.month} mỗi năm",
        yearly_days=((last.month, 0),),
    )


def _read_yearday(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    """ "trước ngày 15/11 hằng năm": the same day each year; 29/02 is read as February's end."""
    day = _real_date("2024", match["ym"], match["yd"])
    is_before = bool(_BEFORE.search(lead))
    if is_before:
        day -= timedelta(days=1)
    is_end = day == month_end(day.year, day.month)
    shown = f"{'trước ' if is_before else ''}{printed[:1].lower()}{printed[1:]}"
    last = "ngày cuối tháng 2" if is_end and day.month == 2 else f"ngày {day.day}/{day.month}"
    return [
        DeadlinePart(
            K.PERIODIC,
            recurs=shown,
            explanation=f"Hạn là hết {last} mỗi năm",
            yearly_days=((day.month, 0 if is_end else day.day),),
        )
    ]


def _read_half(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    half = Period(int(match["half_year"]), "H", 1 if match["half_n"] == "dau" else 2)
    return [due_part(K.PERIOD, half.end, f"ngày cuối {half.label}")]


def _read_span(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    first, last = int(match["span_from"]), int(match["span_to"])
    if first > last:
        raise ValueError(f"Giai đoạn {first}-{last} có năm đầu sau năm cuối.")
    return [due_part(K.PERIOD, date(last, 12, 31), f"ngày cuối giai đoạn {first}-{last}")]


def _read_year(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    year = int(match["year_n"])
    if _BEFORE.search(lead):
        return [due_part(K.BEFORE_DATE, date(year - 1, 12, 31), f"trước năm {year}")]
    return [due_part(K.YEAR_END, month_end(year, 12), f"ngày cuối năm {year}")]


def _read_periodic(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    kind = K.CUMULATIVE if match["cumulative"] else K.PERIODIC
    cadence = match["cumulative_n"] or match["periodic"]
    months: set[int] = set()
    for unit, step in (("thang", 1), ("quy", 3), ("6 thang", 6), ("sau thang", 6), ("nam", 12)):
        if re.search(rf"(?<!6 )(?<!sau )\b{unit}\b", cadence):
            months.update(range(step, 13, step))
    shown = printed[:1].lower() + printed[1:]
    return [
        DeadlinePart(
            kind,
            recurs=shown,
            explanation=f"Thực hiện {shown}; ngày cụ thể theo loại báo cáo và cách chốt số liệu",
            yearly_days=tuple((month, 0) for month in sorted(months)),
        )
    ]


def _read_continuous(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    words = "Nhiệm vụ thường xuyên, không có ngày hạn; kiểm điểm theo từng kỳ"
    return [DeadlinePart(K.CONTINUOUS, explanation=words)]


def _read_demand(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    waits_for = re.sub(r"^(?:báo cáo )?đột xuất\s*", "", printed, flags=re.IGNORECASE)
    return [
        DeadlinePart(
            K.ON_DEMAND,
            waits_for=waits_for or "yêu cầu đột xuất",
            explanation="Chỉ có hạn khi có yêu cầu; hạn do yêu cầu đó đặt ra",
        )
    ]


def _read_urgent(match: re.Match[str], lead: str, printed: str) -> list[DeadlinePart]:
    return [DeadlinePart(K.URGENT_UNDATED, explanation="Yêu cầu làm gấp nhưng không ghi ngày hạn")]


READERS: dict[str, Callable[[re.Match[str], str, str], list[DeadlinePart]]] = {
    "demand": _read_demand,
    "yearly": _read_yearly,
    "yearday": _read_yearday,
    "quarter": _read_quarters,
    "iso": _read_date,
    "date": _read_date,
    "words": _read_date,
    "month": _read_months,
    "half": _read_half,
    "span": _read_span,
    "year": _read_year,
    "cumulative": _read_periodic,
    "periodic": _read_periodic,
    "continuous": _read_continuous,
    "urgent": _read_urgent,
}
