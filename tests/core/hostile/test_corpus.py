"""Every handmade file gets its verdict from the closed list; the process that asked lives on."""

import resource
import time
from datetime import date
from decimal import Decimal

import pytest

from core.sheet_guard import Code, inspect
from core.sheets import SheetRefused, SheetUnreadable, read_book
from tests.core.hostile.corpus import HOSTILE, READ, UNREADABLE, VERDICTS
from tests.core.hostile.honest import HONEST, ROWS, raw
from tests.core.hostile.making import zipped
from tests.core.hostile.old_corpus import OLD, SAVED

LONGEST_SECONDS = 20
MOST_MEMORY_KB = 800 * 1024


def made(name):
    content = HOSTILE[name][0]()
    return content if isinstance(content, bytes) else zipped(content)


def verdict_of(path, kind="xlsx"):
    """(verdict, message, the book) as a job would learn it."""
    try:
        book = read_book(path, kind)
    except SheetRefused as refused:
        return refused.verdict.code, str(refused), None
    except SheetUnreadable as unreadable:
        return UNREADABLE, str(unreadable), None
    return READ, "", book


def test_the_corpus_is_large_and_knows_only_the_closed_list():
    assert len(HOSTILE) >= 80 and len(OLD) >= 12 and len(HONEST) >= 6
    expected = {code for _, code in [*HOSTILE.values(), *OLD.values()]}
    assert expected <= VERDICTS
    # Every refusal of the guard is provoked by some file, but the one for the size of the upload.
    assert set(Code) - expected == {Code.OK, Code.TOO_LARGE}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_gets_its_verdict_and_a_message(tmp_path, name, record_property):
    path, expected = tmp_path / "bieu.xlsx", HOSTILE[name][1]
    path.write_bytes(content := made(name))
    started = time.monotonic()
    verdict, message, _ = verdict_of(path)
    seconds = time.monotonic() - started
    record_property("seconds", round(seconds, 2))
    assert verdict == expected
    assert verdict == READ or (message.endswith(".") and "{" not in message)
    assert seconds < LONGEST_SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MOST_MEMORY_KB
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "name", [name for name, (_, code) in HOSTILE.items() if code not in (READ, UNREADABLE)]
)
def test_the_guard_alone_refuses_before_any_parser(tmp_path, name):
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(made(name))
    verdict = inspect(path)
    assert verdict.code == HOSTILE[name][1] and verdict.status in (413, 415, 422)


@pytest.mark.parametrize("name", HONEST)
def test_honest_file_is_read(tmp_path, name):
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(raw(name))
    verdict, message, book = verdict_of(path)
    assert (verdict, message) == (READ, "")
    header, row = book.sheets[0].rows[:2]
    assert header[:3] == ROWS[0] and row[:2] == ROWS[1][:2]
    assert row[2] in (date(2023, 6, 30), "30/6/2023")


@pytest.mark.parametrize("name", OLD)
def test_old_workbook_gets_its_verdict_and_a_message(tmp_path, name):
    path, (make, expected) = tmp_path / "so_lieu.xls", OLD[name]
    path.write_bytes(content := make())
    verdict, message, _ = verdict_of(path, "xls")
    assert verdict == expected
    assert verdict == READ or (message.endswith(".") and "{" not in message)
    assert path.read_bytes() == content
    assert inspect(path, kind="xls").status in (200, 413, 415, 422)


def test_an_old_workbook_is_read_with_its_formulas_and_errors(tmp_path):
    path = tmp_path / "so_lieu.xlsx"
    path.write_bytes(SAVED)
    sheet, hidden = read_book(path, "xls").sheets
    assert (sheet.name, hidden.hidden) == ("Số liệu", True)
    assert sheet.rows[2] == ["DA-01", "Đường làng ấp", Decimal("1250.5"), date(2023, 6, 30)]
    assert sheet.formulas == {"C5", "C6", "A7"} and sheet.rows[5] == [None, None, "#N/A"]


def test_an_old_workbook_is_refused_where_only_the_new_format_is_taken(tmp_path):
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(SAVED)
    assert inspect(path).code is Code.OLD_OR_LOCKED
