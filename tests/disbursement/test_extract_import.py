"""A cumulative extract is kept as differences, whatever order the extracts come in."""

from datetime import date

import pytest

from core.append_only import AppendOnlyError
from core.transitions import InvalidTransition
from disbursement.figures import open_books
from disbursement.models import Payment, PaymentKind
from disbursement.payments import record_payment
from disbursement.treasury.gaps import reconcile
from jobs.imports import undo_batch
from tests.disbursement.conftest import MILLION, allot, pay, vintage, workbook

HEAD = [
    "Mã dự án",
    "Nguồn vốn",
    "Tính chất",
    "Năm gốc",
    "Thời điểm giao",
    "Tạm ứng lũy kế",
    "Thanh toán KLHT lũy kế",
]
MAY, JUNE, JULY = "2023-05-31", "2023-06-30", "2023-07-31"


def row(advance, volume, code="P"):
    return [code, "NSTW", "ĐTPT", 2023, "Đầu năm", advance, volume]


@pytest.fixture
def project(make_project):
    project = make_project("P")
    allot(project, 100)
    return project


@pytest.fixture
def extract(run_import, project):
    def run(as_of, advance, volume):
        params = {"as_of": as_of, "year": 2023}
        return run_import("disbursements", workbook([row(advance, volume)], HEAD), params)

    return run


def paid(as_of):
    return Payment.objects.as_of(date.fromisoformat(as_of)).total()


def test_advance_and_volume_are_both_paid(extract):
    extract(JUNE, 30, 20)
    payment = Payment.objects.get()
    assert payment.amount == payment.reported_cumulative == 50 * MILLION
    assert payment.reported_advance == 30 * MILLION
    assert payment.paid_on == date(2023, 6, 30)


def test_a_converted_advance_is_not_added_again(extract):
    extract(JUNE, 30, 0)
    extract(JULY, 10, 20)
    assert paid(JULY) == 30 * MILLION


def test_same_extract_twice_doubles_nothing(extract):
    extract(JUNE, 30, 20)
    again = extract(JUNE, 30, 20)
    assert again.counts == {"read": 1, "created": 0, "updated": 0, "unchanged": 1}
    assert paid(JUNE) == 50 * MILLION
    assert Payment.objects.count() == 1


def test_a_corrected_extract_of_the_same_day_replaces_the_figure(extract):
    extract(JUNE, 30, 20)
    assert extract(JUNE, 30, 25).counts["updated"] == 1
    assert paid(JUNE) == 55 * MILLION


@pytest.mark.parametrize("order", [(MAY, JUNE, JULY), (JULY, JUNE, MAY), (JUNE, JULY, MAY)])
def test_every_snapshot_holds_in_any_order(extract, order):
    reported = {MAY: 10, JUNE: 10, JULY: 40}
    for as_of in order:
        extract(as_of, 0, reported[as_of])
    assert {day: paid(day) for day in reported} == {
        day: amount * MILLION for day, amount in reported.items()
    }


def test_zero_reported_is_kept_as_a_report(extract):
    extract(JUNE, 0, 0)
    assert Payment.objects.get().reported_cumulative == 0
    assert paid(JUNE) == 0


def test_unchanged_later_snapshot_still_guards_its_day(extract):
    """The July report equals the May one; a late June report must not lift July."""
    extract(MAY, 0, 20)
    extract(JULY, 0, 20)
    extract(JUNE, 0, 25)
    assert (paid(JUNE), paid(JULY)) == (25 * MILLION, 20 * MILLION)


def test_above_the_plan_is_kept_flagged_and_warned(read_import, extract):
    params = {"as_of": JUNE, "year": 2023}
    reading = read_import("disbursements", workbook([row(0, 101)], HEAD), params)
    assert [(i.severity, i.cell) for i in reading.issues] == [("warning", "G3")]
    extract(JUNE, 0, 101)
    assert Payment.objects.get().is_over_plan
    extract(JULY, 0, 100)
    assert not Payment.objects.latest("pk").is_over_plan


def test_a_code_nobody_knows_waits_with_a_warning_at_its_cell(read_import, project):
    params = {"as_of": JUNE, "year": 2023}
    book = workbook([row(0, 1), row(0, 1, "KHÔNG")], HEAD)
    reading = read_import("disbursements", book, params)
    assert [(i.severity, i.cell) for i in reading.issues] == [("warning", "A4")]
    assert [line["state"] for line in reading.rows] == ["created", "waiting"]
    assert not Payment.objects.exists()


def test_undo_gives_back_every_day_and_waits_for_later_batches(extract):
    july = extract(JULY, 0, 40)
    june = extract(JUNE, 0, 10)
    with pytest.raises(InvalidTransition, match="ghi sau"):
        undo_batch(july, None)
    undo_batch(june, None)
    assert (paid(JUNE), paid(JULY)) == (0, 40 * MILLION)
    undo_batch(july, None)
    assert paid(JULY) == 0
    assert extract(JUNE, 0, 10).counts["created"] == 1
    assert (paid(JUNE), paid(JULY)) == (10 * MILLION, 10 * MILLION)


def enter(project, amount, kind=PaymentKind.VOLUME):
    return record_payment(
        project,
        kind=kind,
        amount=amount * MILLION,
        paid_on=date(2023, 6, 1),
        user=None,
        **vintage(),
    )


def test_typed_payment_may_reach_the_plan_and_not_pass_it(project):
    enter(project, 100)
    with pytest.raises(InvalidTransition) as refusal:
        enter(project, 1)
    assert str(refusal.value).startswith(
        "Giải ngân lũy kế 101 triệu đồng vượt kế hoạch 100 triệu đồng (gồm 0 chuyển nguồn)"
    )
    assert Payment.objects.total() == 100 * MILLION


def test_one_vintage_does_not_pay_for_another(project):
    with pytest.raises(InvalidTransition):
        record_payment(
            project,
            kind=PaymentKind.VOLUME,
            amount=MILLION,
            paid_on=date(2023, 6, 1),
            user=None,
            **vintage(origin_year=2022),
        )


def test_taking_back_an_advance_needs_one(project):
    enter(project, 30, PaymentKind.ADVANCE)
    enter(project, 30, PaymentKind.RECOVERY)
    assert Payment.objects.total() == 0
    with pytest.raises(InvalidTransition, match="chưa thu hồi"):
        enter(project, 1, PaymentKind.RECOVERY)


def test_the_same_voucher_is_not_a_second_payment(project):
    facts = {
        "kind": PaymentKind.VOLUME,
        "amount": MILLION,
        "paid_on": date(2023, 6, 1),
        "user": None,
        "voucher": "CT-1",
        **vintage(),
    }
    record_payment(project, **facts)
    with pytest.raises(InvalidTransition, match="CT-1"):
        record_payment(project, **facts)
    assert Payment.objects.count() == 1


def test_both_numbers_are_shown_side_by_side(extract, project, make_project, run_import):
    assert reconcile(open_books(2023, date(2023, 8, 1))) is None
    other = make_project("Q")
    allot(other, 100)
    extract(JUNE, 0, 10)
    params = {"as_of": JUNE, "year": 2023}
    run_import("disbursements", workbook([row(0, 10, "Q")], HEAD), params)
    agreed = reconcile(open_books(2023, date(2023, 8, 1)))
    assert (agreed.reported, agreed.booked, agreed.difference) == (20 * MILLION, 20 * MILLION, 0)
    pay(project, 3, on=date(2023, 6, 30))
    assert reconcile(open_books(2023, date(2023, 8, 1))).difference == 3 * MILLION


def test_what_was_paid_after_the_extract_is_no_difference(extract, project):
    extract(JUNE, 0, 10)
    pay(project, 3, on=date(2023, 7, 1))
    found = reconcile(open_books(2023, date(2023, 8, 1)))
    assert (found.reported, found.booked, found.day) == (
        10 * MILLION,
        10 * MILLION,
        date(2023, 6, 30),
    )


def test_a_district_sees_what_the_treasury_said_of_its_own_works(extract, project, people):
    extract(JUNE, 0, 10)
    own = reconcile(open_books(2023, date(2023, 8, 1), user=people.officer_a))
    assert own.reported == 10 * MILLION
    assert reconcile(open_books(2023, date(2023, 8, 1), user=people.officer_b)) is None


def test_a_line_without_any_figure_is_no_report_of_zero(extract, read_import):
    extract(MAY, 0, 40)
    content = workbook([row(None, None)], HEAD)
    reading = read_import("disbursements", content, {"as_of": JUNE, "year": 2023})
    assert list(reading.rows) == []
    [issue] = reading.issues
    assert (issue.severity, issue.cell) == ("warning", "G3")
    assert extract(JUNE, None, 0).counts["created"] == 1 and paid(JUNE) == 0


def test_a_voucher_the_extract_already_holds_is_refused(extract, project):
    """The day before and the day of the extract are inside it, the day after is not."""
    extract(JUNE, 10, 20)
    facts = {"kind": PaymentKind.VOLUME, "amount": MILLION, "user": None, **vintage()}
    for day in (date(2023, 6, 29), date(2023, 6, 30)):
        with pytest.raises(InvalidTransition, match="30/06/2023 đã gồm"):
            record_payment(project, paid_on=day, **facts)
    assert record_payment(project, paid_on=date(2023, 7, 1), **facts).amount == MILLION


def test_rows_of_record_are_neither_edited_nor_removed(extract):
    extract(JUNE, 10, 20)
    row = Payment.objects.get()
    for attempt in (row.save, row.delete, Payment.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            attempt()
    with pytest.raises(AppendOnlyError):
        Payment.objects.filter(pk=row.pk).update(amount=1)
