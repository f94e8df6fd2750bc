import unicodedata
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.deadline_text import DeadlineKind, due_after, parse_deadline

SPAN = (date(2021, 1, 1), date(2025, 12, 31))

DATED = [
    ("trước ngày 15/3/2023", "BEFORE_DATE", "2023-03-14"),
    ("trước ngày 10/10/2023", "BEFORE_DATE", "2023-10-09"),
    ("trước ngày 01/3/2024", "BEFORE_DATE", "2024-02-29"),
    ("đến ngày 30/6/2023", "BY_DATE", "2023-06-30"),
    ("Đến ngày 31/01/2024", "BY_DATE", "2024-01-31"),
    ("21/4 /2022", "BY_DATE", "2022-04-21"),
    ("ngày 15 tháng 3 năm 2023", "BY_DATE", "2023-03-15"),
    ("2023-06-30", "BY_DATE", "2023-06-30"),
    ("Từ ngày 1/7/2023 đến ngày 30/9/2023", "BY_DATE", "2023-09-30"),
    ("chậm nhất đến tháng 3/2023", "BY_MONTH", "2023-03-31"),
    ("trong tháng 9/2022", "IN_MONTH", "2022-09-30"),
    ("vào tháng 12/2023", "IN_MONTH", "2023-12-31"),
    ("tháng 02 năm 2024", "IN_MONTH", "2024-02-29"),
    ("trước tháng 12/2023", "BEFORE_MONTH", "2023-11-30"),
    ("trước tháng 01/2023", "BEFORE_MONTH", "2022-12-31"),
    ("Quý III/2022", "QUARTER", "2022-09-30"),
    ("Quý III//2022", "QUARTER", "2022-09-30"),
    ("trong quý I/2022", "QUARTER", "2022-03-31"),
    ("trong Quý I/2024", "QUARTER", "2024-03-31"),
    ("quý 4 năm 2022", "QUARTER", "2022-12-31"),
    ("Quí IV/2022", "QUARTER", "2022-12-31"),
    ("trước Quý III/2022", "BEFORE_QUARTER", "2022-06-30"),
    ("trước quý I/2022", "BEFORE_QUARTER", "2021-12-31"),
    ("đến khi kết thúc năm 2022", "YEAR_END", "2022-12-31"),
    ("giai đoạn 2021-2025", "PERIOD", "2025-12-31"),
    ("giai đoạn 2021–2025", "PERIOD", "2025-12-31"),
    ("6 tháng đầu năm 2023", "PERIOD", "2023-06-30"),
    ("Sau 30 ngày kể từ ngày 15/3/2023", "RELATIVE_DAYS", "2023-04-14"),
    ("khẩn trương, hoàn thành trước ngày 30/6/2023", "BEFORE_DATE", "2023-06-29"),
    (
        "Kế hoạch giai đoạn 2021-2025 và năm 2022 hoàn thành trước Quý III/2022",
        "BEFORE_QUARTER",
        "2022-06-30",
    ),
]
UNDATED = [
    ("Sau 45 ngày kể từ ngày có hướng dẫn của các Bộ ngành Trung ương", "RELATIVE_DAYS"),
    ("Quý I hằng năm", "RECURRING_QUARTER_OF_YEAR"),
    ("hàng tháng", "PERIODIC"),
    ("hàng quý", "PERIODIC"),
    ("6 tháng, hằng năm", "PERIODIC"),
    ("hằng năm", "PERIODIC"),
    ("định kỳ", "PERIODIC"),
    ("lũy kế theo từng quý, năm", "CUMULATIVE"),
    ("Nhiệm vụ thường xuyên", "CONTINUOUS"),
    ("thường xuyên", "CONTINUOUS"),
    ("đột xuất theo yêu cầu của Trưởng Ban", "ON_DEMAND"),
    ("Sau khi UBND tỉnh ban hành các văn bản hướng dẫn", "CONDITIONAL"),
    ("nếu đến ngày 01/10/2023 xét thấy khả năng không giải ngân hết", "CONDITIONAL"),
    ("khẩn trương", "URGENT_UNDATED"),
    ("kịp thời", "URGENT_UNDATED"),
    ("", "NONE"),
    ("  –  ", "NONE"),
    ("xyz", "UNKNOWN"),
    ("từ ngày 01/7/2023", "UNKNOWN"),
]


@pytest.mark.parametrize(("text", "kind", "due"), DATED)
def test_one_day(text, kind, due):
    spec = parse_deadline(text)
    assert (spec.kind, spec.parts[0].due_on, spec.occurrences) == (
        DeadlineKind(kind),
        date.fromisoformat(due),
        (date.fromisoformat(due),),
    )


@pytest.mark.parametrize(("text", "kind"), UNDATED)
def test_no_day_without_a_plan(text, kind):
    spec = parse_deadline(text)
    assert (spec.kind, spec.occurrences, spec.parts[0].due_on) == (DeadlineKind(kind), (), None)
    assert spec.explanation


def test_every_kind_has_an_example():
    shown = {kind for _, kind, *_ in [*DATED, *UNDATED]} | {"COMPOUND"}
    assert shown == set(DeadlineKind.values)


AFTER = "kể từ khi có hướng dẫn của"
APPENDIX = [
    *["Quý III/2022"] * 7,
    "Quý III//2022",
    *["Quý IV/2022"] * 8,
    "Kế hoạch giai đoạn 2021-2025 và năm 2022 hoàn thành trước Quý III/2022",
    "Sau 45 ngày kể từ ngày có hướng dẫn của các Bộ ngành Trung ương",
    f"Sau 45 ngày {AFTER} các Bộ, ngành Trung ương",
    *[f"Sau 30 ngày {AFTER} các Bộ, ngành Trung ương"] * 2,
    f"Sau 30 ngày {AFTER} Bộ VHTTDL",
    *["Quý III/2022 và Quý I hằng năm"] * 3,
    "Quý I hằng năm",
    "Nhiệm vụ thường xuyên",
    *[""] * 2,
]


def test_a_real_appendix_of_29_tasks():
    assert Counter(parse_deadline(text, *SPAN).kind.value for text in APPENDIX) == {
        "QUARTER": 16, "BEFORE_QUARTER": 1, "RELATIVE_DAYS": 5, "COMPOUND": 3,
        "RECURRING_QUARTER_OF_YEAR": 1, "CONTINUOUS": 1, "NONE": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count", "first", "last"),
    [
        ("Quý I hằng năm", 5, "2021-03-31", "2025-03-31"),
        ("hàng tháng", 60, "2021-01-31", "2025-12-31"),
        ("6 tháng, hằng năm", 10, "2021-06-30", "2025-12-31"),
        ("lũy kế theo từng quý, năm", 20, "2021-03-31", "2025-12-31"),
        ("hằng năm", 5, "2021-12-31", "2025-12-31"),
    ],
)
def test_recurring_days_in_the_plan(text, count, first, last):
    days = parse_deadline(text, *SPAN).occurrences
    assert (len(days), days[0].isoformat(), days[-1].isoformat()) == (count, first, last)


def test_both_ends_of_the_plan_count():
    day = date(2023, 3, 31)
    assert parse_deadline("Quý I hằng năm", day, day).occurrences == (day,)
    assert parse_deadline("Quý I hằng năm", date(2023, 4, 1), date(2024, 3, 30)).occurrences == ()


def test_a_first_plan_then_one_every_year():
    spec = parse_deadline("Quý III/2022 và Quý I hằng năm", *SPAN)
    assert spec.as_json() == {
        "text": "Quý III/2022 và Quý I hằng năm",
        "kind": "COMPOUND",
        "parts": [
            {"kind": "QUARTER", "due_on": "2022-09-30", "recurs": None, "waits_for": None,
             "days": None},
            {"kind": "RECURRING_QUARTER_OF_YEAR", "due_on": None, "recurs": "Quý I hằng năm",
             "waits_for": None, "days": None},
        ],
        "occurrences": ["2022-09-30", "2023-03-31", "2024-03-31", "2025-03-31"],
        "explanation": "Hạn là hết ngày 30/9/2022 (ngày cuối quý III/2022); "
        "hạn là hết ngày 31/3 mỗi năm",
        "doubts": [],
    }  # fmt: skip


def test_several_quarters_of_one_year():
    spec = parse_deadline("Quý I, II và quý III/2022")
    assert [day.month for day in spec.occurrences] == [3, 6, 9]


def test_what_a_relative_deadline_waits_for_is_printed_as_written():
    spec = parse_deadline(f"Sau 45 ngày {AFTER} các Bộ, ngành Trung ương")
    part = spec.parts[0]
    assert (part.days, part.waits_for) == (45, "có hướng dẫn của các Bộ, ngành Trung ương")
    assert [doubt.code for doubt in spec.doubts] == ["after_or_within"]
    assert due_after(date(2022, 1, 1), 45) == date(2022, 2, 15)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Quý III//2022", "extra_slash"),
        ("", "no_deadline"),
        ("xyz", "unreadable"),
        ("31/02/2023", "impossible_date"),
        ("Quý V/2022", "impossible_date"),
        ("tháng 13/2022", "impossible_date"),
        ("năm 0000", "unreadable"),
        ("trước tháng 01/0001", "unreadable"),
        ("từ ngày 01/7/2023", "start_not_deadline"),
        ("khẩn trương", "no_date"),
        ("định kỳ", "no_period"),
        ("30/9/2026", "outside_plan"),
        ("Báo cáo Thường trực Tỉnh ủy; 30/9/2023", "words_ignored"),
        ("Trong 10 ngày làm việc kể từ ngày nhận văn bản", "working_days"),
        ("Sau 30 ngày", "no_event"),
    ],
)
def test_doubts(text, code):
    assert code in [doubt.code for doubt in parse_deadline(text, *SPAN).doubts]


@pytest.mark.parametrize(
    "text", ["Quý III/2022", "trước ngày 15/3/2023", "Quý I hằng năm", "hoàn thành trong năm 2022"]
)
def test_a_clear_wording_raises_no_doubt(text):
    assert parse_deadline(text, *SPAN).doubts == ()


@pytest.mark.parametrize("text", [text for text, *_ in DATED])
def test_spelling_of_the_same_wording_does_not_matter(text):
    spec = parse_deadline(text)
    for other in (text.upper(), unicodedata.normalize("NFD", text), f"  {text}. "):
        assert parse_deadline(other).occurrences == spec.occurrences


VOCABULARY = """quý III / /2022 trước sau tháng 13 hằng năm 31/02/2023 9999 0000 và , ngày kể từ khi
nếu định kỳ giai đoạn 2025-2021 6 tháng đột xuất hoàn thành 30 - I 31/12/9999 2099"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=9).map(" ".join)


@given(st.one_of(st.text(), WORDS), st.booleans())
def test_no_wording_makes_it_fail(text, planned):
    spec = parse_deadline(text, *(SPAN if planned else ()))
    assert spec.text == text
    assert spec.parts
    assert list(spec.occurrences) == sorted(set(spec.occurrences))
    assert spec.kind in (spec.parts[0].kind, DeadlineKind.COMPOUND)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("trước ngày 15/11 hằng năm", ["11-14", "11-14"]),
        ("trước ngày 20 tháng 12 hàng năm", ["12-19", "12-19"]),
        ("ngày 31/12 hằng năm", ["12-31", "12-31"]),
        ("trước ngày 01/3 hằng năm", ["02-28", "02-29"]),
        ("trước 01/01 hằng năm", ["12-31", "12-31"]),
    ],
)
def test_a_day_of_every_year(text, days):
    spec = parse_deadline(text, date(2023, 1, 1), date(2024, 12, 31))
    assert (spec.kind, spec.doubts) == (DeadlineKind.PERIODIC, ())
    assert [f"{day:%m-%d}" for day in spec.occurrences] == days


def test_a_day_of_every_year_that_is_in_no_calendar():
    assert parse_deadline("trước ngày 31/11 hằng năm", *SPAN).kind == DeadlineKind.UNKNOWN
