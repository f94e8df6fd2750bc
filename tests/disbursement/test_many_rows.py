"""A hundred thousand rows once: whole, in few statements, in bounded memory."""

import resource
import time

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disbursement.models import LedgerEntry, MoneyCell, Project
from jobs.imports import IMPORTERS, apply_batch, new_batch, read_file, undo_batch
from jobs.models import StagedRow, StoredFile
from tests.disbursement.conftest import MILLION
from tests.disbursement.test_capital_import import HEAD, row

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]
ROWS, WORKS = 100_000, 20_000
MOST_MEGABYTES = 700
MOST_STATEMENTS = 400
PARAMS = {"year": 2023, "sent_on": "2023-07-03"}


@pytest.fixture
def path(tmp_path):
    """Five sums of each of twenty thousand works."""
    path = tmp_path / "von.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Số liệu")
        sheet.write(0, 0, "Đơn vị tính: triệu đồng")
        sheet.write_row(1, 0, HEAD)
        for number in range(ROWS):
            decision = f"{number // WORKS + 1}/QĐ-UBND"
            line = row(f"DA-{number % WORKS:05}", number % 900 + 1, **{"Số quyết định": decision})
            sheet.write_row(number + 2, 0, line)
    return path


def test_a_hundred_thousand_rows_go_in_and_out(path, units, catalogue, capsys):
    before, times = peak(), [time.monotonic()]
    reading = read_file(IMPORTERS["capital"], path, path.name, dict(PARAMS), units.province)
    times.append(time.monotonic())
    assert reading.issues == [] and reading.counts["created"] == ROWS
    stored = StoredFile.objects.store(path.name, path.read_bytes(), unit=units.province)
    batch = new_batch("capital", units.province, stored, dict(PARAMS), reading)
    times.append(time.monotonic())
    assert StagedRow.objects.filter(batch=batch).count() == ROWS
    with CaptureQueriesContext(connection) as asked:
        apply_batch(batch, None)
    times.append(time.monotonic())
    grown = peak() - before
    total = sum(number % 900 + 1 for number in range(ROWS)) * MILLION
    assert LedgerEntry.objects.total() == total and Project.objects.count() == WORKS
    assert sum(MoneyCell.objects.values_list("planned", flat=True)) == total
    undo_batch(batch, None)
    times.append(time.monotonic())
    assert LedgerEntry.objects.total() == 0
    names = ("đọc", "giữ", "áp dụng", "hoàn tác")
    spent = [f"{name} {b - a:.1f} s" for name, a, b in zip(names, times, times[1:], strict=False)]
    with capsys.disabled():
        print(f" {', '.join(spent)}; +{grown} MB; {len(asked)} câu lệnh")
    assert grown < MOST_MEGABYTES
    assert connection.vendor == "sqlite" or len(asked) < MOST_STATEMENTS


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
