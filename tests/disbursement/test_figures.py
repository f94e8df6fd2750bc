from datetime import date

from disbursement.chain import chain_breaks
from disbursement.figures import (
    Figure,
    by_place,
    cumulative_by_month,
    grouped,
    open_books,
    vintages,
)
from disbursement.models import EntryKind, Moment, Nature, Source
from tests.disbursement.conftest import MILLION, allot, assign, pay

DAY = date(2023, 7, 3)


def test_nothing_recorded_is_none_not_zero(units):
    total = open_books(2023, DAY).of_unit(units.province).total()
    assert total == Figure()
    assert total.to_spend is None and total.paid is None and total.rate() is None


def test_plan_without_any_payment_of_the_year_has_no_paid_figure(make_project):
    project = make_project("P")
    allot(project, 100)
    assert open_books(2023, DAY).total().paid is None
    other = make_project("Q")
    allot(other, 100)
    pay(other, 1)
    assert open_books(2023, DAY).where(project=project).total().paid == 0


def test_several_entries_and_payments_are_not_multiplied(make_project, units):
    project = make_project("P")
    for _ in range(3):
        allot(project, 100)
        pay(project, 10)
    pay(project, 10)
    total = open_books(2023, DAY).of_unit(units.province).total()
    assert (total.planned, total.paid) == (300 * MILLION, 40 * MILLION)


def test_chain_rows_are_not_added_to_project_rows(make_project, units, catalogue):
    assign(units.province, catalogue.ntm, 500)
    assign(units.district_a, catalogue.ntm, 300)
    allot(make_project("P"), 100)
    total = open_books(2023, DAY).of_unit(units.province).total()
    assert (total.planned, total.assigned) == (100 * MILLION, 500 * MILLION)


def test_places_add_up_to_their_parent(make_project, units):
    for code, unit, amount in (
        ("A1", units.commune_a1, 10),
        ("A2", units.commune_a2, 20),
        ("B1", units.commune_b1, 30),
        ("A", units.district_a, 5),
        ("S", units.construction, 7),
    ):
        allot(make_project(code, unit), amount)
    books = open_books(2023, DAY)
    found = {place.unit: place.figure.planned for place in by_place(books, units.province)}
    assert found == {
        units.district_a: 35 * MILLION,
        units.district_b: 30 * MILLION,
        units.construction: 7 * MILLION,
    }
    inside = {p.unit: p.figure.planned for p in by_place(books, units.district_a)}
    assert inside[units.district_a] == 5 * MILLION
    assert sum(inside.values()) == 35 * MILLION


def test_a_figure_names_its_rows(make_project, units):
    project, other = make_project("P"), make_project("Q", units.commune_b1)
    mine, payment = allot(project, 10), pay(project, 4)
    allot(other, 10)
    books = open_books(2023, DAY).only("project", project.pk)
    assert list(books.entries) == [mine] and list(books.payments) == [payment]
    assert list(grouped(books, "project")) == [project.pk]


def test_rows_after_the_day_do_not_count(make_project):
    project = make_project("P")
    allot(project, 100, on=date(2023, 7, 3))
    allot(project, 50, on=date(2023, 7, 4), kind=EntryKind.SUPPLEMENT, moment=Moment.LATER)
    assert open_books(2023, DAY).total().planned == 100 * MILLION


def test_money_is_cut_by_program_source_and_nature(make_project, catalogue):
    allot(make_project("P"), 10, source=Source.PROVINCE)
    allot(make_project("Q", component=catalogue.gn), 20, nature=Nature.RECURRENT)
    books = open_books(2023, DAY)
    assert books.of_program("GN").total().planned == 20 * MILLION
    assert books.of_money(source=Source.PROVINCE).total().planned == 10 * MILLION
    assert grouped(books, "nature")[Nature.RECURRENT].planned == 20 * MILLION


def test_vintages_keep_their_own_balance(make_project):
    project = make_project("P")
    allot(project, 10)
    allot(project, 5, origin_year=2022, kind=EntryKind.CARRY_IN)
    pay(project, 5, origin_year=2022)
    held = vintages(open_books(2023, DAY))
    left = {key[2]: figure.remaining for key, figure in held.items()}
    assert left == {2022: 0, 2023: 10 * MILLION}


def test_curve_is_cumulative_and_silent_about_the_future(make_project):
    project = make_project("P")
    allot(project, 100)
    pay(project, 10, on=date(2023, 2, 28))
    pay(project, 5, on=date(2023, 3, 1))
    points = cumulative_by_month(open_books(2023, DAY))
    assert [p.paid for p in points[:4]] == [0, 10 * MILLION, 15 * MILLION, 15 * MILLION]
    assert points[6].paid == 15 * MILLION
    assert all(p.paid is None for p in points[7:])


def test_children_may_reach_their_parent_but_not_pass_it(make_project, units, catalogue):
    assign(units.province, catalogue.ntm, 100)
    assign(units.district_a, catalogue.ntm, 60)
    assign(units.district_b, catalogue.ntm, 40)
    allot(make_project("P"), 60)
    assert chain_breaks(2023) == []
    allot(make_project("Q"), 1)
    broken = chain_breaks(2023)
    assert [(b.unit, b.assigned, b.shared) for b in broken] == [
        (units.district_a, 60 * MILLION, 61 * MILLION)
    ]
    assign(units.district_b, catalogue.ntm, 1)
    assert {b.unit for b in chain_breaks(2023)} == {units.district_a, units.province}
