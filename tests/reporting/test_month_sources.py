"""The points of the curve and the rows behind them count the same places."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from disbursement.models import Project
from disbursement.rows import Part
from organizations.closure import rebuild_closure
from organizations.models import Unit
from reporting.models import Consolidated
from reporting.sources import draft_sources, where_of

from .conftest import MILLION, allot, pay
from .test_consolidated import built

TOTAL = re.compile(r'<data value="([\d.]+)" data-total>')


@pytest.fixture
def dissolved(half_year, units, programme):
    """A commune that was paid 30 million in February and is no place any more from April on."""
    project = Project.objects.create(
        code="DA-2",
        name="Kênh An Hai",
        kind="works",
        unit=units.commune_a2,
        component=programme.component,
    )
    allot(project, 100 * MILLION)
    pay(project, 30 * MILLION, on=date(2023, 2, 10))
    pay(half_year.project, 50 * MILLION, on=date(2023, 2, 11))
    ended = {"valid_to": date(2023, 4, 1)}
    Unit.objects.filter(pk=units.commune_a2.pk).update(**ended)
    units.commune_a2.parent_links.update(**ended)
    rebuild_closure()
    return project


def total_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    found = TOTAL.search(answer.content.decode())
    return Decimal(found[1]) if found else 0


def test_each_point_opens_rows_that_add_up_to_it(dissolved, people, client_of):
    draft = built()
    client = client_of(people.head)
    points = [one for one in draft_sources(draft) if one.label.startswith("Lũy kế T")]
    assert [point.value for point in points[:2]] == [0, 50 * MILLION]
    for point in points:
        assert total_of(client, point.url) == point.value, point.label
    assert total_of(client, points[1].url) == 50 * MILLION


def test_the_tree_of_each_month_s_own_day_would_tell_something_else(dissolved, people, units):
    """Control: the places of February held the commune that the curve leaves out."""
    draft = built()
    where = where_of(draft, units.province)
    assert where.day == date(2023, 6, 30)
    of_february = type(where)(units.province, 2023, date(2023, 2, 28), where.known_at)
    assert of_february.books(people.head).payments.total() == 80 * MILLION
    assert where.books(people.head).total().paid == 450 * MILLION
    assert Part.PAID in where.url(Part.PAID)


@pytest.mark.parametrize("key", ["month-0", "month-13", "month-12", "month-x", "month-"])
def test_a_month_that_has_no_point_has_no_rows(half_year, people, client_of, key):
    draft = built()
    assert Consolidated.objects.get() == draft
    address = reverse("reporting:rows", args=[draft.pk, key])
    assert client_of(people.head).get(address).status_code == 404
