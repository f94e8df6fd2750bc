"""Transfers, carry-over, recovery, corrections: what leaves arrives, and nothing is edited."""

from datetime import date

import pytest

from core.transitions import InvalidTransition
from disbursement.acts import Posting
from disbursement.chain import chain_breaks
from disbursement.closing import close_year
from disbursement.correcting import Correct, ReverseMovement, ReversePayment
from disbursement.integrity import integrity_checks
from disbursement.limits import MoneyRefused
from disbursement.models import (
    EntryKind,
    LedgerEntry,
    Moment,
    Movement,
    Payment,
    PaymentKind,
    Source,
)
from disbursement.moving import CarryOver, Recover, Transfer
from disbursement.payments import record_payment
from tests.disbursement.conftest import MILLION, allot, assign, pay
from tests.disbursement.test_allotting import decision, money

__all__ = ["decision"]
TODAY = date(2024, 6, 30)
DAY = date(2023, 7, 10)


def sound():
    return not [check for check in integrity_checks() if not check["ok"]]


@pytest.fixture
def chain(units, catalogue):
    """Rungs of the province and both districts, none of the communes."""
    for unit, amount in ((units.province, 200), (units.district_a, 100), (units.district_b, 50)):
        assign(unit, catalogue.ntm, amount)


@pytest.fixture
def two(make_project, units):
    source, target = make_project("ĐI"), make_project("ĐẾN", unit=units.commune_b1)
    allot(source, 100)
    allot(target, 20)
    return source, target


@pytest.fixture
def move(decision, people):
    def move(source, target, amount, *, on=DAY, component=None, **axes):
        act = Transfer(
            source, target, amount * MILLION, 2023, money(**axes), decision, on,
            component=component,
        )  # fmt: skip
        return act.book(user=people.standing, today=TODAY)

    return move


def rung(unit):
    return LedgerEntry.objects.on_rungs().filter(unit=unit).total()


# Transfers


def test_both_halves_stand_under_one_decision_and_sum_to_zero(two, move, decision, people):
    source, target = two
    move(source, target, 30)
    movement = Movement.objects.get()
    rows = list(movement.entries.order_by("pk"))
    assert [(r.project, r.amount, r.moment) for r in rows] == [
        (source, -30 * MILLION, Moment.START),
        (target, 30 * MILLION, Moment.LATER),
    ]
    assert movement.entries.total() == 0 and movement.recorded_by == people.standing
    assert {r.decision for r in rows} == {decision}
    assert sound()


def test_the_rungs_between_two_districts_move_along(two, move, units, chain):
    move(*two, 30)
    assert rung(units.district_a) == 70 * MILLION
    assert rung(units.district_b) == 80 * MILLION
    assert rung(units.province) == 200 * MILLION
    assert rung(units.commune_a1) is None
    assert Movement.objects.get().entries.total() == 0
    assert not chain_breaks(2023)


def test_within_one_district_its_rung_stays(make_project, move, units, chain, two):
    near = make_project("GẦN", unit=units.commune_a2)
    move(two[0], near, 30)
    assert rung(units.district_a) == 100 * MILLION
    assert Movement.objects.get().entries.count() == 2


def test_no_source_falls_below_what_it_paid(two, move):
    source, target = two
    pay(source, 75)
    with pytest.raises(MoneyRefused, match="còn 25 triệu đồng; việc này cần 26"):
        move(source, target, 26)
    assert not Movement.objects.exists()
    move(source, target, 25)
    assert source.entries.total() == 75 * MILLION and sound()


def test_money_of_another_vintage_is_not_taken(two, decision):
    other = money(source=Source.PROVINCE)
    with pytest.raises(MoneyRefused, match="còn 0 triệu đồng"):
        Transfer(*two, MILLION, 2023, other, decision, DAY).preview(TODAY)


def test_programmes_are_not_mixed(make_project, move, catalogue, two):
    other = make_project("GN", component=catalogue.gn)
    with pytest.raises(MoneyRefused, match="hai chương trình"):
        move(two[0], other, 1)


def test_to_itself_nothing_moves(two, move):
    with pytest.raises(MoneyRefused, match="phải khác nhau"):
        move(two[0], two[0], 1)


def test_units_move_what_they_were_assigned(move, units, chain, catalogue, make_project):
    allot(make_project("P"), 80)
    with pytest.raises(MoneyRefused, match="vốn giao cho Huyện An là 79"):
        move(units.district_a, units.district_b, 21, component=catalogue.ntm)
    move(units.district_a, units.district_b, 20, component=catalogue.ntm)
    assert (rung(units.district_a), rung(units.district_b)) == (80 * MILLION, 70 * MILLION)
    assert not chain_breaks(2023)


def test_between_a_unit_and_one_below_it_there_is_no_transfer(move, units, chain, catalogue):
    with pytest.raises(MoneyRefused, match="cấp trên và cấp dưới"):
        move(units.province, units.district_a, 1, component=catalogue.ntm)


# Carry-over


def carry(project, amount, decision, people, on=date(2024, 3, 1), **axes):
    act = CarryOver(project, amount * MILLION, 2023, money(**axes), decision, on)
    return act.book(user=people.standing, today=TODAY)


def test_a_balance_goes_on_with_the_year_it_was_given_for(two, decision, people):
    source, _ = two
    pay(source, 60)
    with pytest.raises(MoneyRefused, match="còn 40 triệu đồng"):
        carry(source, 41, decision, people)
    carry(source, 40, decision, people)
    out, arrived = source.entries.filter(movement__isnull=False).order_by("pk")
    assert (out.plan_year, out.effective_on, out.amount) == (2023, date(2024, 1, 31), -40 * MILLION)
    assert (arrived.plan_year, arrived.origin_year) == (2024, 2023)
    assert arrived.effective_on == date(2024, 3, 1) and arrived.kind == EntryKind.CARRY_IN
    assert sound()


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2025, 1, 1)])
def test_carried_money_arrives_in_the_next_year_only(two, decision, people, day):
    act = CarryOver(two[0], MILLION, 2023, money(), decision, day)
    with pytest.raises(MoneyRefused, match="trong năm 2024"):
        act.book(user=people.standing, today=date(2025, 6, 1))


def test_the_rungs_carry_over_as_well(two, decision, people, units, chain):
    carry(two[0], 40, decision, people)
    for year, amount in ((2023, 60), (2024, 40)):
        rows = LedgerEntry.objects.on_rungs().filter(unit=units.district_a, plan_year=year)
        assert rows.total() == amount * MILLION
    assert Movement.objects.get().entries.total() == 0
    assert not chain_breaks(2023) and not chain_breaks(2024)


def test_neither_year_may_be_closed(two, decision, people, units):
    close_year(units.province, 2024, reason="x", user=people.standing)
    with pytest.raises(MoneyRefused, match="Sổ năm kế hoạch 2024"):
        carry(two[0], 1, decision, people)


# Recovery


def test_recovered_money_lies_with_the_province_and_is_no_assignment(
    two, decision, people, units, chain
):
    source, _ = two
    act = Recover(source, units.province, 30 * MILLION, 2023, money(), decision, DAY)
    act.book(user=people.standing, today=TODAY)
    assert source.entries.total() == 70 * MILLION
    recovered = LedgerEntry.objects.get(kind=EntryKind.RECOVERED)
    assert (recovered.unit, recovered.project) == (units.province, None)
    assert recovered.amount == 30 * MILLION
    assert rung(units.province) == 200 * MILLION and rung(units.district_a) == 70 * MILLION
    assert sound()


# Corrections


def correct(row, people, amount=None, reason="Gõ nhầm số", **given):
    act = Correct(row, reason, amount=amount and amount * MILLION, **given)
    return act.book(user=people.standing, today=TODAY)


def test_a_correction_is_a_reversal_and_a_new_row(make_project, people):
    project = make_project("P")
    row = allot(project, 100)
    correct(row, people, 90)
    old, back, again = project.entries.order_by("pk")
    assert (old.amount, back.amount, back.reverses) == (100 * MILLION, -100 * MILLION, row)
    assert again.amount == 90 * MILLION and again.kind == EntryKind.ALLOTMENT
    assert "Gõ nhầm số" in again.note and sound()


def test_a_correction_may_not_leave_less_than_was_paid(make_project, people):
    project = make_project("P")
    row = allot(project, 100)
    pay(project, 70)
    with pytest.raises(MoneyRefused, match="đã giải ngân 70"):
        correct(row, people, 69)
    with pytest.raises(MoneyRefused):
        correct(row, people)
    correct(row, people, 70)
    assert project.entries.total() == 70 * MILLION


def test_what_was_corrected_is_not_corrected_again(make_project, people):
    row = allot(make_project("P"), 100)
    correct(row, people, 90)
    with pytest.raises(InvalidTransition, match="đã được đảo"):
        correct(row, people, 80)
    with pytest.raises(InvalidTransition, match="dòng đảo"):
        correct(LedgerEntry.objects.get(reverses=row), people, 80)


def test_no_correction_without_a_reason(make_project, people):
    with pytest.raises(MoneyRefused, match="Chưa nêu lý do"):
        correct(allot(make_project("P"), 1), people, 2, reason="  ")


def test_a_movement_is_reversed_whole(two, move, people, units, chain):
    move(*two, 30)
    movement = Movement.objects.get()
    with pytest.raises(InvalidTransition, match="đảo cả lần điều chỉnh"):
        correct(movement.entries.first(), people, 1)
    ReverseMovement(movement, "Sai quyết định").book(user=people.standing, today=TODAY)
    assert [p.entries.total() for p in two] == [100 * MILLION, 20 * MILLION]
    assert rung(units.district_a) == 100 * MILLION and sound()
    with pytest.raises(InvalidTransition, match="đã được đảo"):
        ReverseMovement(movement, "Nữa").book(user=people.standing, today=TODAY)


def test_a_movement_whose_money_was_spent_is_not_reversed(two, move, people):
    move(*two, 30)
    pay(two[1], 1, moment=Moment.LATER, on=date(2023, 8, 1))
    with pytest.raises(MoneyRefused, match="đã giải ngân 1 "):
        ReverseMovement(Movement.objects.get(), "x").book(user=people.standing, today=TODAY)


# Payments


def voucher(project, amount, people, *, kind=PaymentKind.VOLUME, number="CT1", on=DAY):
    return record_payment(
        project,
        kind=kind,
        amount=amount * MILLION,
        paid_on=on,
        plan_year=2023,
        user=people.treasury,
        voucher=number,
        **money(),
    )


def back(payment, people, again=None):
    ReversePayment(payment, "Sai số tiền", again).book(user=people.treasury, today=TODAY)


def test_a_voucher_is_taken_back_and_replaced(two, people):
    source, _ = two
    wrong = voucher(source, 60, people)
    again = {"kind": "volume", "paid_on": DAY, "voucher": "CT1", "amount": 6 * MILLION}
    back(wrong, people, again)
    assert source.payments.total() == 6 * MILLION
    assert [p.amount for p in source.payments.order_by("pk")][1:] == [-60 * MILLION, 6 * MILLION]
    with pytest.raises(InvalidTransition, match="đã được đảo"):
        back(wrong, people)
    assert sound()


def test_a_replacement_stays_within_the_plan(two, people):
    wrong = voucher(two[0], 60, people)
    again = {"kind": "volume", "paid_on": DAY, "voucher": "CT1", "amount": 101 * MILLION}
    with pytest.raises(MoneyRefused, match="kế hoạch là 100"):
        back(wrong, people, again)
    assert two[0].payments.total() == 60 * MILLION


def test_an_advance_partly_taken_back_is_not_reversed(two, people):
    advance = voucher(two[0], 30, people, kind=PaymentKind.ADVANCE)
    recovery = voucher(two[0], 10, people, kind=PaymentKind.RECOVERY, number="CT2")
    with pytest.raises(MoneyRefused, match="đảo chứng từ thu hồi trước"):
        back(advance, people)
    back(recovery, people)
    back(advance, people)
    assert two[0].payments.total() == 0


def test_the_treasurys_own_difference_is_no_voucher(two, people):
    row = Payment.objects.create(
        project=two[0], kind=PaymentKind.CUMULATIVE, amount=MILLION, paid_on=DAY, plan_year=2023,
        reported_cumulative=MILLION, **money(),
    )  # fmt: skip
    with pytest.raises(InvalidTransition, match="không phải chứng từ"):
        back(row, people)


@pytest.mark.parametrize(
    ("day", "is_taken"), [(date(2024, 1, 31), True), (date(2024, 2, 1), False)]
)
def test_money_of_a_year_is_paid_until_the_end_of_january(two, people, day, is_taken):
    if is_taken:
        voucher(two[0], 1, people, on=day)
        assert two[0].payments.total() == MILLION
    else:
        with pytest.raises(InvalidTransition, match="chỉ chi đến hết 31/01/2024"):
            voucher(two[0], 1, people, on=day)


def test_nothing_is_paid_out_of_a_closed_year(two, people, units):
    paid = voucher(two[0], 1, people)
    close_year(units.province, 2023, reason="x", user=people.standing)
    with pytest.raises(InvalidTransition, match="đã khóa"):
        voucher(two[0], 1, people, number="CT2")
    with pytest.raises(MoneyRefused, match="đã khóa"):
        back(paid, people)


def test_a_preview_writes_nothing(two, decision):
    act = Transfer(*two, 30 * MILLION, 2023, money(), decision, DAY)
    posting = act.preview(TODAY)
    assert isinstance(posting, Posting) and len(posting.entries) == 2
    shown = {line.place: (line.before, line.after, line.left) for line in posting.balances()}
    assert shown[str(two[0])] == (100 * MILLION, 70 * MILLION, 70 * MILLION)
    assert not Movement.objects.exists() and LedgerEntry.objects.count() == 2
