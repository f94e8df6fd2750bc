"""Giving money to units and projects: windows, the chain, closed years, ceilings."""

from datetime import date

import pytest

from core.transitions import InvalidTransition
from disbursement.acts import SeenOtherwise
from disbursement.allotting import Allot
from disbursement.chain import chain_breaks
from disbursement.closing import close_year, reopen_year, why_closed
from disbursement.integrity import integrity_checks
from disbursement.limits import MoneyRefused
from disbursement.models import (
    EntryKind,
    Funding,
    LedgerEntry,
    MediumTermEntry,
    Moment,
    Nature,
    ProjectKind,
    Source,
)
from organizations.models import LegalDocument
from tests.disbursement.conftest import MILLION, allot, assign, pay

TODAY = date(2024, 6, 30)


@pytest.fixture
def decision(db):
    return LegalDocument.objects.create(
        number="12/QĐ-UBND", kind="decision", issuer="UBND tỉnh", issued_on=date(2023, 1, 4),
        abstract="Giao vốn",
    )  # fmt: skip


def money(**given):
    return {
        "source": Source.CENTRAL,
        "nature": Nature.INVESTMENT,
        "origin_year": 2023,
        "moment": Moment.START,
        "funding": Funding.DOMESTIC,
    } | given


@pytest.fixture
def give(decision, people):
    def give(place, amount, *, kind=EntryKind.ALLOTMENT, on=date(2023, 2, 1), component=None,
             today=TODAY, decision=decision, year=2023, seen="", **axes):  # fmt: skip
        where = {"unit": place, "component": component} if component else {"project": place}
        act = Allot(
            kind=kind,
            amount=amount * MILLION,
            plan_year=year,
            money=money(**axes),
            decision=decision,
            effective_on=on,
            **where,
        )
        return act.book(user=people.standing, today=today, seen=seen)

    return give


def sound():
    return not [check for check in integrity_checks() if not check["ok"]]


# Days


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        (date(2022, 10, 31), False),
        (date(2022, 11, 1), True),
        (date(2024, 1, 31), True),
        (date(2024, 2, 1), False),
    ],
)
def test_a_plan_year_is_written_from_november_to_the_end_of_january(
    make_project, give, day, is_taken
):
    project = make_project("P")
    if is_taken:
        give(project, 10, on=day)
        assert project.entries.total() == 10 * MILLION
    else:
        with pytest.raises(MoneyRefused, match="chỉ ghi từ 01/11/2022 đến hết 31/01/2024"):
            give(project, 10, on=day)
        assert not project.entries.exists()


def test_a_day_to_come_is_refused_and_today_is_not(make_project, give):
    project = make_project("P")
    with pytest.raises(MoneyRefused, match="02/02/2023 chưa đến"):
        give(project, 10, on=date(2023, 2, 2), today=date(2023, 2, 1))
    give(project, 10, on=date(2023, 2, 1), today=date(2023, 2, 1))
    assert project.entries.total() == 10 * MILLION


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_than_nothing_are_refused(make_project, give, amount):
    with pytest.raises(MoneyRefused, match="phải lớn hơn 0"):
        give(make_project("P"), amount)


def test_no_entry_without_a_decision(make_project, give):
    with pytest.raises(MoneyRefused, match="Chưa có quyết định") as refusal:
        give(make_project("P"), 1, decision=None)
    assert refusal.value.field == "decision_number"


# Below what is paid


def test_a_cut_stops_at_what_is_paid_and_says_both_figures(make_project, give):
    project = make_project("P")
    give(project, 100)
    pay(project, 70)
    with pytest.raises(MoneyRefused) as refusal:
        give(project, 31, kind=EntryKind.CUT, on=date(2023, 7, 1))
    assert "kế hoạch là 100 triệu đồng, đã giải ngân 70" in str(refusal.value)
    assert "còn 30 triệu đồng; việc này cần 31" in str(refusal.value)
    give(project, 30, kind=EntryKind.CUT, on=date(2023, 7, 1))
    assert project.entries.total() == 70 * MILLION and sound()


def test_a_cut_is_weighed_on_its_own_day_and_all_later_ones(make_project, give):
    """Later money does not make an earlier day good."""
    project = make_project("P")
    give(project, 100)
    pay(project, 80, on=date(2023, 5, 10))
    give(project, 50, on=date(2023, 9, 1))
    with pytest.raises(MoneyRefused, match="đến ngày 10/05/2023"):
        give(project, 40, kind=EntryKind.CUT, on=date(2023, 3, 1))
    give(project, 40, kind=EntryKind.CUT, on=date(2023, 9, 1))
    assert sound()


def test_what_the_treasury_paid_beyond_the_plan_does_not_stop_more_money(make_project, give):
    project = make_project("P")
    allot(project, 10)
    pay(project, 15)
    give(project, 1, on=date(2023, 9, 1))
    assert project.entries.total() == 11 * MILLION
    with pytest.raises(MoneyRefused):
        give(project, 1, kind=EntryKind.CUT, on=date(2023, 9, 2))


# The chain


def test_a_project_gets_no_more_than_the_rungs_above_hold(make_project, give, units, catalogue):
    give(units.province, 100, component=catalogue.ntm)
    give(units.district_a, 60, component=catalogue.ntm)
    project = make_project("P")
    give(project, 50)
    with pytest.raises(MoneyRefused) as refusal:
        give(make_project("Q"), 11)
    assert "vốn giao cho Huyện An là 60 triệu đồng" in str(refusal.value)
    assert "còn 10 triệu đồng; vượt 1 triệu đồng" in str(refusal.value)
    give(make_project("R"), 10)
    assert not chain_breaks(2023)


def test_a_rung_holds_what_was_shared_out_of_it(make_project, give, units, catalogue):
    give(units.province, 100, component=catalogue.ntm)
    give(units.district_a, 60, component=catalogue.ntm)
    with pytest.raises(MoneyRefused, match="trực tiếp bên dưới là 101 triệu đồng"):
        give(units.district_b, 41, component=catalogue.ntm)
    with pytest.raises(MoneyRefused, match="vượt 1 triệu đồng"):
        give(units.province, 41, component=catalogue.ntm, kind=EntryKind.CUT)
    give(units.province, 40, component=catalogue.ntm, kind=EntryKind.CUT)
    assert not chain_breaks(2023)


def test_a_rung_begun_late_must_hold_what_lies_below(make_project, give, units, catalogue):
    give(make_project("P"), 50)
    with pytest.raises(MoneyRefused, match="vượt 1 triệu đồng"):
        give(units.district_a, 49, component=catalogue.ntm)
    give(units.district_a, 50, component=catalogue.ntm)
    assert not chain_breaks(2023)


def test_programmes_and_sources_do_not_share_a_rung(make_project, give, units, catalogue):
    give(units.province, 10, component=catalogue.ntm)
    give(make_project("G", component=catalogue.gn), 50)
    give(make_project("P"), 50, source=Source.PROVINCE)
    with pytest.raises(MoneyRefused):
        give(make_project("Q"), 11)
    assert not chain_breaks(2023)


def test_the_chain_is_weighed_by_day(make_project, give, units, catalogue):
    give(units.province, 50, component=catalogue.ntm, on=date(2023, 1, 1))
    give(units.province, 50, component=catalogue.ntm, on=date(2023, 6, 1),
         kind=EntryKind.SUPPLEMENT, moment=Moment.LATER)  # fmt: skip
    with pytest.raises(MoneyRefused, match="Đến ngày 01/03/2023"):
        give(make_project("P"), 80, on=date(2023, 3, 1))
    give(make_project("Q"), 80, on=date(2023, 6, 1))
    assert not chain_breaks(2023, date(2023, 3, 1))


# What fits what


def test_activity_with_investment_is_asked_about_and_not_refused(make_project, decision):
    activity = make_project("HĐ")
    activity.kind = ProjectKind.ACTIVITY
    act = Allot(EntryKind.ALLOTMENT, MILLION, 2023, money(), decision, date(2023, 2, 1), activity)
    assert "Hãy kiểm tra quyết định" in act.question
    act.money = money(nature=Nature.RECURRENT)
    assert act.question == ""


def test_the_same_entry_twice_is_asked_about(make_project, give, decision):
    project = make_project("P")
    give(project, 10)
    again = Allot(
        EntryKind.ALLOTMENT, 10 * MILLION, 2023, money(), decision, date(2023, 2, 1), project
    )
    assert "Đã có bút toán như vậy" in again.question
    again.amount += 1
    assert again.question == ""


def test_money_that_cannot_go_there_is_refused(make_project, give):
    with pytest.raises(MoneyRefused, match="Tín dụng chính sách"):
        give(make_project("P"), 10, source=Source.CREDIT)
    with pytest.raises(MoneyRefused, match="Vốn nước ngoài chỉ đi qua"):
        give(make_project("Q"), 10, source=Source.COMMUNE, funding=Funding.FOREIGN)
    give(make_project("R"), 10, funding=Funding.FOREIGN)


def test_last_years_money_is_not_this_years_allotment(make_project, give):
    project = make_project("P")
    with pytest.raises(MoneyRefused, match="kéo dài"):
        give(project, 10, origin_year=2022)
    with pytest.raises(MoneyRefused, match="năm gốc trước"):
        give(project, 10, kind=EntryKind.CARRY_IN)
    give(project, 10, kind=EntryKind.CARRY_IN, origin_year=2022)
    assert project.entries.get().kind == EntryKind.CARRY_IN


# Closed years


def test_a_closed_year_takes_nothing_until_it_is_opened(make_project, give, units, people):
    project = make_project("P")
    closing = close_year(
        units.province, 2023, reason="Đã đối chiếu với Kho bạc", user=people.standing
    )
    with pytest.raises(MoneyRefused, match="Sổ năm kế hoạch 2023 đã khóa") as refusal:
        give(project, 10)
    assert "Đã đối chiếu với Kho bạc" in str(refusal.value)
    assert why_closed(units.commune_b1, 2023) and not why_closed(units.commune_b1, 2024)
    reopen_year(closing, reason="Sót một quyết định", user=people.standing)
    give(project, 10)
    assert project.entries.total() == 10 * MILLION


def test_a_year_is_closed_once_and_opened_once(units, people):
    closing = close_year(units.province, 2023, reason="Xong", user=people.standing)
    with pytest.raises(InvalidTransition, match="đã khóa"):
        close_year(units.province, 2023, reason="Nữa", user=people.standing2)
    reopen_year(closing, reason="Sai", user=people.standing)
    with pytest.raises(InvalidTransition, match="đã được mở lại"):
        reopen_year(closing, reason="Sai", user=people.standing2)
    close_year(units.province, 2023, reason="Lần hai", user=people.standing)
    assert why_closed(units.province, 2023)


# Medium term


def plan(of, **given):
    return MediumTermEntry.objects.create(
        unit=of.unit,
        program=of.component.program,
        first_year=2021,
        last_year=2025,
        effective_on=date(2021, 1, 1),
        **{"source": Source.CENTRAL, "nature": Nature.INVESTMENT} | given,
    )


def test_years_may_not_pass_the_medium_term_plan_of_a_project(make_project, give):
    project = make_project("P")
    plan(project, project=project, amount=100 * MILLION)
    allot(project, 60, plan_year=2022, origin_year=2022)
    allot(project, 500, kind=EntryKind.CARRY_IN, origin_year=2022)
    with pytest.raises(MoneyRefused) as refusal:
        give(project, 41)
    assert "đã giao 60, còn 40 triệu đồng; khoản này cần 41" in str(refusal.value)
    give(project, 40)


def test_a_plan_that_names_no_source_covers_all_of_them(make_project, give):
    project = make_project("P")
    plan(project, project=None, source="", nature="", amount=10 * MILLION)
    give(project, 6)
    with pytest.raises(MoneyRefused, match="còn 4 triệu đồng"):
        give(project, 5, source=Source.PROVINCE)
    give(project, 4, source=Source.PROVINCE)


# Two officers


def test_who_saw_another_balance_is_shown_both(make_project, give):
    project = make_project("P")
    give(project, 100)
    with pytest.raises(SeenOtherwise, match="lúc xem 90 triệu đồng, nay 100 triệu đồng"):
        give(project, 5, on=date(2023, 3, 1), seen=str(90 * MILLION))
    give(project, 5, on=date(2023, 3, 1), seen=str(100 * MILLION))
    assert LedgerEntry.objects.count() == 2


def test_assigned_money_counts_no_project(make_project, units, catalogue, give):
    """Control: without a rung above nothing is weighed."""
    give(make_project("P"), 1000)
    assign(units.province, catalogue.ntm, 1000)
    assert sound()
