"""The day of the 0 % review and each side of it; what is in its scope and what is not."""

import json
from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from disbursement.calendar import as_json, evaluate, out_of_scope
from disbursement.models import (
    CalendarRule,
    EntryKind,
    LedgerEntry,
    Moment,
    Nature,
    PaymentKind,
    RuleKind,
)
from tests.disbursement.conftest import MILLION, allot, pay

DUE = date(2023, 6, 30)


def listed(as_of=DUE, **more):
    return [item.project for item in evaluate(RuleKind.ZERO_REVIEW, as_of, **more).items]


def at(day, hour=12):
    return timezone.make_aware(datetime(2023, *day, hour))


@pytest.fixture
def project(make_project, zero_rule):
    project = make_project("P")
    allot(project, 100)
    return project


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2023, 6, 29), "upcoming"),
        (date(2023, 6, 30), "due"),
        (date(2023, 7, 1), "effective"),
        (date(2024, 1, 31), "effective"),
        (date(2024, 2, 1), "closed"),
    ],
)
def test_stage_on_each_side_of_the_day(project, zero_rule, day, stage):
    found = evaluate(zero_rule, day)
    assert found.stage == stage
    assert [item.project for item in found.items] == ["P"]


def test_item_carries_its_figures(project):
    item = evaluate(RuleKind.ZERO_REVIEW, DUE).items[0]
    assert (item.unit, item.district) == ("Xã An Một", "Huyện An")
    assert (item.plan, item.paid, item.remaining) == (100 * MILLION, 0, 100 * MILLION)


def test_money_spent_from_last_years_plan_does_not_save_this_years(project):
    allot(project, 50, origin_year=2022, kind=EntryKind.CARRY_IN)
    pay(project, 50, origin_year=2022)
    assert listed() == ["P"]


def test_an_advance_counts_as_paid(project):
    pay(project, 1, kind=PaymentKind.ADVANCE, on=DUE)
    assert listed() == []


def test_money_added_during_the_year_is_out_of_scope(make_project, zero_rule):
    allot(make_project("LATER"), 100, kind=EntryKind.SUPPLEMENT, moment=Moment.LATER)
    allot(make_project("OLD"), 100, origin_year=2022, kind=EntryKind.CARRY_IN)
    assert listed() == []


def test_what_is_out_of_scope_is_counted_with_its_reason(make_project, zero_rule, project):
    for code in ("L1", "L2"):
        allot(make_project(code), 100, kind=EntryKind.SUPPLEMENT, moment=Moment.LATER)
    allot(make_project("OLD"), 100, origin_year=2022, kind=EntryKind.CARRY_IN)
    paid = make_project("PAID")
    allot(paid, 100, origin_year=2022, kind=EntryKind.CARRY_IN)
    pay(paid, 1, origin_year=2022)
    assert out_of_scope(zero_rule, DUE) == {"carried": 1, "later": 2}


def test_no_money_left_is_not_listed(project):
    allot(project, -100, kind=EntryKind.CUT, on=date(2023, 6, 1))
    assert listed() == []


@pytest.mark.parametrize(("paid_on", "found"), [(DUE, []), (date(2023, 7, 1), ["P"])])
def test_payment_on_the_day_saves_and_the_day_after_does_not(project, paid_on, found):
    pay(project, 10, on=paid_on)
    assert listed(date(2023, 7, 5)) == found


def test_late_entry_dated_before_the_day_removes(project):
    pay(project, 10, on=date(2023, 6, 28), known=at((7, 2)))
    assert listed(date(2023, 7, 3)) == []


def test_what_was_known_then_can_be_asked(project):
    LedgerEntry._base_manager.filter(project=project).update(recorded_at=at((1, 10)))
    pay(project, 10, on=date(2023, 6, 28), known=at((7, 2)))
    assert listed(date(2023, 7, 3), known_at=at((7, 1), 23)) == ["P"]


def test_a_reversed_payment_is_no_payment(project):
    paid = pay(project, 10)
    pay(project, -10, reverses=paid)
    assert listed() == ["P"]


def test_several_rows_are_not_multiplied(project):
    allot(project, 50)
    allot(project, 25)
    assert evaluate(RuleKind.ZERO_REVIEW, DUE).totals == {"count": 1, "remaining": 175 * MILLION}


def test_one_query_for_the_items(project, zero_rule, make_project, django_assert_num_queries):
    for number in range(6):
        allot(make_project(f"Q{number}"), 10)
    with django_assert_num_queries(1):
        assert len(evaluate(zero_rule, DUE).items) == 7


def test_a_stranger_sees_only_its_own(project, people, make_project, units):
    allot(make_project("B", units.commune_b1), 10)
    assert listed(user=people.officer_a) == ["P"]
    assert listed(user=people.officer_b) == ["B"]
    assert listed(user=people.standing) == ["P", "B"]


@pytest.mark.parametrize("written", [DUE, date(2023, 7, 1)])
def test_stop_takes_effect_the_day_after_the_review(project, units, written):
    stop = CalendarRule.objects.create(
        unit=units.province,
        plan_year=2023,
        kind=RuleKind.TREASURY_STOP,
        wording="từ 01/7",
        last_day=written,
    )
    before, after = evaluate(stop, DUE), evaluate(stop, date(2023, 7, 1))
    assert (before.stage, before.items) == ("due", [])
    assert (after.stage, [item.project for item in after.items]) == ("effective", ["P"])
    said = as_json(after)
    assert (said["date"], said["effective_from"]) == ("2023-06-30", "2023-07-01")


def test_allocation_lists_communes_without_investment_works(make_project, units):
    rule = CalendarRule.objects.create(
        unit=units.province,
        plan_year=2023,
        kind=RuleKind.ALLOCATION_COMPLETE,
        wording="trước ngày 15/3/2023",
        last_day=date(2023, 3, 14),
    )
    allot(make_project("A", units.commune_a1), 10, on=date(2023, 3, 14))
    allot(make_project("B", units.commune_b1), 10, on=date(2023, 3, 15))
    allot(make_project("C", units.commune_a2), 10, nature=Nature.RECURRENT)
    found = evaluate(rule, date(2023, 3, 20))
    assert [item.unit for item in found.items] == ["Xã An Hai", "Xã Bình Một"]


def test_command_speaks_the_contract(project, units, capsys):
    CalendarRule.objects.create(
        unit=units.province,
        plan_year=2023,
        kind=RuleKind.YEAR_END,
        wording="31/01/2024",
        last_day=date(2024, 1, 31),
    )
    call_command("evaluate_rules", as_of="2023-06-30")
    answer = json.loads(capsys.readouterr().out)
    assert answer["as_of"] == "2023-06-30"
    review, year_end = answer["rules"]
    assert (review["rule"], review["date"], review["stage"]) == (
        "zero_disbursement_review",
        "2023-06-30",
        "due",
    )
    assert review["items"][0]["remaining"] == 100 * MILLION
    assert review["totals"] == {"count": 1, "remaining": 100 * MILLION}
    assert (year_end["evaluated"], year_end["items"]) == (False, [])


def test_an_advance_taken_back_was_an_advance_all_the_same(project):
    pay(project, 30, kind=PaymentKind.ADVANCE, on=date(2023, 4, 4))
    pay(project, -30, kind=PaymentKind.RECOVERY, on=date(2023, 6, 1))
    assert listed() == []
