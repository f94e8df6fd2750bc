"""Roll-ups say exactly what the rows say, whichever way the rows came."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from disbursement.cells import cell_faults, rebuild_cells
from disbursement.figures import (
    Figure,
    by_place,
    crossed,
    cumulative_by_month,
    grouped,
    open_books,
)
from disbursement.models import EntryKind, LedgerEntry, MoneyCell, Nature, Payment
from tests.disbursement.conftest import MILLION, allot, assign, pay

pytestmark = pytest.mark.django_db
END = date(2023, 6, 30)
LATER = datetime(2030, 1, 1, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def year(make_project, units):
    first, second = make_project("P1"), make_project("P2", units.commune_b1, owner=units.district_a)
    bare = make_project("P3", units.commune_a1)
    allot(first, 100)
    allot(first, 40, kind=EntryKind.CARRY_IN, origin_year=2022)
    allot(second, 60, nature=Nature.RECURRENT, on=date(2023, 6, 15))
    allot(bare, 7)
    assign(units.province, first.component, 500)
    pay(first, 30)
    pay(first, 5, on=END, origin_year=2022)
    pay(second, 2, on=date(2023, 6, 20), nature=Nature.RECURRENT)
    return first, second, bare


def both_ways(day, user=None):
    """Books that read cells, and the same books reading rows."""
    cells, facts = open_books(2023, day, user=user), open_books(2023, day, LATER, user=user)
    assert cells.cells is not None
    assert facts.cells is None
    return cells, facts


@pytest.mark.parametrize("by", ["unit", "program", "component", "nature", "source"])
def test_every_grouping_is_the_same_from_cells_and_from_rows(year, by):
    cells, facts = both_ways(END)
    assert grouped(cells, by) == grouped(facts, by) != {}


def test_totals_places_months_and_crossings_are_the_same(year, units):
    cells, facts = both_ways(END)
    assert cells.total() == facts.total()
    assert cells.total().assigned == 500 * MILLION
    assert by_place(cells, units.province) == by_place(facts, units.province) != []
    assert cumulative_by_month(cells) == cumulative_by_month(facts)
    assert crossed(cells, "program", "nature") == crossed(facts, "program", "nature")
    narrow = {"project__unit": units.commune_a1, "nature": Nature.INVESTMENT}
    assert cells.where(**narrow).total() == facts.where(**narrow).total()
    assert cells.of_program("GN").total() == Figure() == facts.of_program("GN").total()


def test_one_project_or_one_moment_is_read_from_rows(year):
    cells, _ = both_ways(END)
    assert cells.where(project=year[0]).cells is None
    assert cells.of_money(moment="start").cells is None


@pytest.mark.parametrize(
    ("day", "has_cells"),
    [
        (date(2023, 6, 14), False),
        (date(2023, 6, 29), False),
        (END, True),
        (date(2023, 7, 1), True),
        (date(2023, 5, 31), True),
        (date(2023, 5, 9), False),
        (date(2023, 5, 10), True),
    ],
)
def test_cells_serve_a_day_after_which_its_month_brought_nothing(year, day, has_cells):
    books = open_books(2023, day)
    assert (books.cells is not None) == has_cells
    assert books.total() == open_books(2023, day, LATER).total()


def test_a_missing_figure_stays_missing(make_project):
    allot(make_project("P"), 10)
    total = open_books(2023, END).total()
    assert (total.planned, total.carried, total.paid) == (10 * MILLION, None, None)


def test_reading_is_scoped_alike(year, people):
    for person in vars(people).values():
        cells, facts = both_ways(END, person)
        assert grouped(cells, "unit") == grouped(facts, "unit")


def test_bulk_rows_single_rows_and_reversals_are_counted(year):
    assert cell_faults() == (MoneyCell.objects.count(), [])
    first = year[0]
    entry = first.entries.first()
    twins = [
        LedgerEntry(
            **{
                name: getattr(entry, name)
                for name in (
                    "kind",
                    "project",
                    "unit",
                    "component",
                    "source",
                    "nature",
                    "plan_year",
                    "origin_year",
                    "moment",
                    "funding",
                    "effective_on",
                    "amount",
                )
            }
        )
        for _ in range(3)
    ]
    before = open_books(2023, END).total().planned
    LedgerEntry.objects.bulk_create(twins)
    assert open_books(2023, END).total().planned == before + 3 * entry.amount
    assert cell_faults()[1] == []


def test_money_moves_with_its_project(year, units):
    first = year[0]
    first.unit, first.owner = units.commune_b1, units.district_b
    first.save()
    assert cell_faults()[1] == []
    assert grouped(open_books(2023, END), "unit")[units.commune_b1.pk].planned == 160 * MILLION


def test_rows_that_came_past_the_models_are_found_and_mended(year):
    payment = Payment.objects.first()
    Payment._base_manager.filter(pk=payment.pk).update(amount=payment.amount + 1)
    assert len(cell_faults()[1]) == 1
    rebuild_cells()
    assert cell_faults()[1] == []


def test_a_cell_that_says_otherwise_is_found(year):
    MoneyCell.objects.filter(planned_rows__gt=0).first().delete()
    assert len(cell_faults()[1]) == 1
