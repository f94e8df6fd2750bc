"""Vouchers of the Treasury: each once, never against the books, taken back while free."""

from datetime import date

import pytest

from core.transitions import InvalidTransition
from disbursement.closing import close_year
from disbursement.models import Payment, PaymentKind, TreasuryLine
from disbursement.treasury.settling import post_line
from jobs.imports import apply_batch, undo_batch
from jobs.models import Batch, StoredFile
from tests.disbursement.conftest import MILLION, allot, workbook

HEAD = [
    "Số chứng từ",
    "Ngày chứng từ",
    "Mã dự án",
    "Loại thanh toán",
    "Nguồn vốn",
    "Tính chất",
    "Năm gốc",
    "Số tiền",
    "Nội dung",
]
EXTRACT_HEAD = ["Mã dự án", "Nguồn vốn", "Tính chất", "Tạm ứng lũy kế", "Thanh toán KLHT lũy kế"]
PARAMS = {"year": 2023, "on": "2023-07-03"}


def row(number="CT-1", amount=10, kind="Thanh toán", on="10/6/2023", code="P"):
    return [number, on, code, kind, "NSTW", "ĐTPT", 2023, amount, "Đợt 1"]


@pytest.fixture
def project(make_project):
    project = make_project("P")
    allot(project, 100)
    return project


@pytest.fixture
def send(run_import, project):
    return lambda *rows, user=None: run_import("vouchers", workbook([*rows], HEAD), PARAMS, user)


@pytest.fixture
def reading(read_import, project):
    return lambda *rows: read_import("vouchers", workbook([*rows], HEAD), PARAMS)


def errors(found):
    return [(i.cell, i.message) for i in found.issues if i.severity == "error"]


def test_each_kind_becomes_its_payment(send, people):
    batch = send(
        row("CT-1", 30, "Tạm ứng"),
        row("CT-2", 20),
        row("CT-3", 10, "Thu hồi", "20/6/2023"),
        user=people.treasury,
    )
    assert batch.counts == {"read": 3, "created": 3, "updated": 0, "unchanged": 0}
    rows = Payment.objects.order_by("pk").values_list("kind", "amount", "voucher", "recorded_by")
    assert list(rows) == [
        ("advance", 30 * MILLION, "CT-1", people.treasury.pk),
        ("volume", 20 * MILLION, "CT-2", people.treasury.pk),
        ("recovery", -10 * MILLION, "CT-3", people.treasury.pk),
    ]


def test_the_same_file_again_writes_nothing(send):
    send(row())
    assert send(row(), row("CT-2", 5)).counts["unchanged"] == 1
    assert Payment.objects.total() == 15 * MILLION


def test_one_number_twice_in_a_file_is_an_error_that_names_both(reading):
    [(cell, words)] = errors(reading(row(), row(amount=11)))
    assert cell == "A4" and "10.000.000" in words and "11.000.000" in words
    [(cell, words)] = errors(reading(row(), row("ct-1")))
    assert cell == "A4" and "dòng 3" in words


def test_one_voucher_may_pay_two_works(reading, make_project):
    make_project("Q")
    assert errors(reading(row(), row(code="Q"))) == []


def test_a_voucher_of_the_books_with_another_amount_names_both(send, reading):
    send(row())
    [(cell, words)] = errors(reading(row(amount=12)))
    assert cell == "A3" and "10.000.000" in words and "12.000.000" in words
    [(cell, words)] = errors(reading(row(on="11/6/2023")))
    assert "10/06/2023" in words and "11/06/2023" in words


@pytest.mark.parametrize(("back", "is_refused"), [(30, False), (31, True)])
def test_a_recovery_reaches_the_advance_and_no_further(reading, back, is_refused):
    found = errors(reading(row("CT-1", 30, "Tạm ứng"), row("CT-2", back, "Thu hồi", "20/6/2023")))
    assert [cell for cell, _ in found] == (["H4"] if is_refused else [])


def test_a_recovery_before_its_advance_is_refused(reading):
    """The order of the days counts, not that of the rows; on one day the advance comes first."""
    advance = row("CT-1", 30, "Tạm ứng", "10/6/2023")
    assert errors(reading(row("CT-2", 30, "Thu hồi", "9/6/2023"), advance))
    assert not errors(reading(row("CT-2", 30, "Thu hồi", "10/6/2023"), advance))


def test_above_the_plan_is_the_treasury_s_word(send, reading):
    assert not [i for i in reading(row(amount=100)).issues]
    assert [(i.severity, i.cell) for i in reading(row(amount=101)).issues] == [("warning", "H3")]
    send(row(amount=101))
    assert Payment.objects.get().is_over_plan


@pytest.mark.parametrize(
    ("on", "is_refused"),
    [("3/7/2023", False), ("4/7/2023", True), ("1/1/2023", False), ("31/12/2022", True)],
)
def test_the_day_lies_within_the_year_and_has_come(reading, on, is_refused):
    assert [cell for cell, _ in errors(reading(row(on=on)))] == (["B3"] if is_refused else [])


def test_what_a_cumulative_figure_holds_is_not_added_again(read_import, run_import, send, reading):
    content = workbook([["P", "NSTW", "ĐTPT", 0, 25]], EXTRACT_HEAD)
    run_import("disbursements", content, {"as_of": "2023-06-10", "year": 2023})
    [(cell, words)] = errors(reading(row(on="10/6/2023")))
    assert cell == "B3" and "10/06/2023" in words
    assert not errors(reading(row(on="11/6/2023")))


def test_a_closed_year_takes_no_voucher(reading, project, people):
    assert not errors(reading(row()))
    close_year(project.unit, 2023, reason="Đã quyết toán", user=people.standing)
    assert "đã khóa" in errors(reading(row()))[0][1]


def test_what_changed_since_the_preview_is_refused_at_the_application(send, reading, units):
    """The second file was read before the first was applied."""
    late = reading(row(amount=12))
    assert not errors(late)
    send(row())
    batch = Batch.objects.create(
        kind="vouchers",
        unit=units.province,
        params=PARAMS,
        preview=list(late.rows),
        counts=late.counts,
        state="preview",
        file=StoredFile.objects.store("b.xlsx", b"x", unit=units.province),
    )
    with pytest.raises(InvalidTransition, match="CT-1 đã ghi"):
        apply_batch(batch, None)
    assert Payment.objects.total() == 10 * MILLION


def test_an_unknown_code_or_amount_is_an_error_at_its_cell(reading):
    assert errors(reading(row(code="LẠ")))[0][0] == "C3"
    for bad in (0, -1, "NaN"):
        assert errors(reading(row(amount=bad)))[0][0] == "H3"


# Undo


def test_undo_reverses_each_voucher(send):
    batch = send(row("CT-1", 30, "Tạm ứng"), row("CT-2", 20))
    undo_batch(batch, None)
    assert Payment.objects.total() == 0 and Payment.objects.count() == 4
    assert send(row("CT-1", 30, "Tạm ứng")).counts["created"] == 1


def test_undo_waits_for_a_recovery_of_its_advance(send):
    first = send(row("CT-1", 30, "Tạm ứng"))
    second = send(row("CT-2", 30, "Thu hồi", "20/6/2023"))
    with pytest.raises(InvalidTransition, match="thu hồi tạm ứng CT-2 của P"):
        undo_batch(first, None)
    undo_batch(second, None)
    first.refresh_from_db()
    undo_batch(first, None)
    assert Payment.objects.total() == 0


def test_undo_waits_for_a_post_that_was_compared_with_it(send, run_import, people):
    batch = send(row())
    content = workbook([["P", "NSTW", "ĐTPT", 0, 25]], EXTRACT_HEAD)
    run_import("disbursements", content, {"as_of": "2023-06-30", "year": 2023})
    post_line(
        TreasuryLine.objects.get(), difference=-15 * MILLION, reason="x", user=people.standing
    )
    with pytest.raises(InvalidTransition, match="số Kho bạc ngày 30/06/2023 của P"):
        undo_batch(batch, None)
    assert Payment.objects.total() == 25 * MILLION


def test_undo_waits_while_the_year_is_closed(send, units, people):
    batch = send(row())
    close_year(units.province, 2023, reason="Đã quyết toán", user=people.standing)
    with pytest.raises(InvalidTransition, match="đã khóa"):
        undo_batch(batch, None)


def test_a_voucher_written_beside_a_line_keeps_the_line_from_being_posted(send, run_import):
    send(row())
    content = workbook([["P", "NSTW", "ĐTPT", 0, 25]], EXTRACT_HEAD)
    batch = run_import("disbursements", content, {"as_of": "2023-06-30", "year": 2023})
    assert batch.counts["held"] == 1
    assert set(Payment.objects.values_list("kind", flat=True)) == {PaymentKind.VOLUME}
    assert date(2023, 6, 30) == TreasuryLine.objects.get().as_of
