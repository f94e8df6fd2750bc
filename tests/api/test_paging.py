"""Pages by key: at most 200 rows, no row lost or told twice while rows are added, both ways."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disbursement.models import Payment, Project
from reporting.models import Obligation
from tests.api.rows import MAKERS, MONEY, every_row

LIST = "/api/v1/payments/"


@pytest.fixture
def client(units, people, client_of):
    every_row(units, 1)
    return client_of(people.head)


def pay(days, amount=1):
    project = Project.objects.get()
    Payment.objects.bulk_create(
        Payment(project=project, kind="volume", amount=amount, paid_on=day, **MONEY) for day in days
    )


def walk(client, address, way="next"):
    """All pages from an address on, each a list of keys."""
    while address:
        page = client.get(address).json()
        yield [row["id"] for row in page["results"]]
        address = page[way]


def joined(pages):
    return [key for page in pages for key in page]


def last_page(client, address):
    page = client.get(address).json()
    while page["next"]:
        address = page["next"]
        page = client.get(address).json()
    return address


def test_a_page_has_50_rows_and_at_most_200(client):
    pay([date(2023, 3, 1)] * 205)
    assert len(client.get(LIST).json()["results"]) == 50
    assert len(client.get(f"{LIST}?limit=200").json()["results"]) == 200
    assert client.get(f"{LIST}?limit=201").status_code == 400


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
@pytest.mark.parametrize("ordering", ["id", "-id", "paid_on", "-paid_on", "recorded_at"])
def test_the_pages_are_the_whole_list_in_order(client, ordering, limit):
    days = [date(2023, 3, 1 + n % 4) for n in range(12)]
    random.Random(7).shuffle(days)
    pay(days)
    sign = "-" if ordering.startswith("-") else ""
    name = ordering.lstrip("-").replace("id", "pk") if ordering.endswith("id") else ordering
    key = name.lstrip("-")
    wanted = list(
        Payment.objects.order_by(f"{sign}{key}", f"{sign}pk").values_list("pk", flat=True)
    )
    there = list(walk(client, f"{LIST}?ordering={ordering}&limit={limit}"))
    assert joined(there) == wanted
    end = last_page(client, f"{LIST}?ordering={ordering}&limit={limit}")
    back = list(walk(client, end, "previous"))
    assert joined(reversed(back)) == wanted


def test_ties_are_broken_by_the_key(client):
    pay([date(2023, 3, 1)] * 9)
    there = joined(walk(client, f"{LIST}?ordering=paid_on&limit=2"))
    assert there == sorted(set(there)) and len(there) == 10


def test_rows_added_meanwhile_neither_repeat_nor_hide_others(client):
    """A page by number would tell the last row of page one again."""
    pay([date(2023, 3, day) for day in range(2, 8)])
    first = client.get(f"{LIST}?ordering=-paid_on&limit=3").json()
    seen = [row["id"] for row in first["results"]]
    pay([date(2023, 12, 1)])
    rest = joined(walk(client, first["next"]))
    assert not set(seen) & set(rest)
    assert len(seen + rest) == 7


def test_a_row_taken_away_leaves_the_cursor_good(client, units):
    MAKERS["alerts"](units, range(2, 6))
    page = client.get("/api/v1/alerts/?limit=2").json()
    MAKERS["alerts"].model.objects.filter(pk=page["results"][-1]["id"]).delete()
    assert len(client.get(page["next"]).json()["results"]) == 2


@pytest.mark.parametrize("ordering", ["due_on", "-due_on"])
def test_missing_values_are_last_and_are_told_once(client, units, ordering):
    MAKERS["targets"].model.objects.update(due_on=None)
    for number in range(2, 8):
        for name in ("programs", "indicators", "targets"):
            MAKERS[name](units, [number])
    rows = list(MAKERS["targets"].model.objects.order_by("pk"))
    for row, days in zip(rows[::2], (3, 1, 2, 9), strict=True):
        row.due_on = date(2023, 5, 1) + timedelta(days)
        row.save()
    known = sorted((row.due_on, row.pk) for row in rows if row.due_on)
    wanted = [pk for _, pk in known] + [row.pk for row in rows if not row.due_on]
    wanted = wanted if ordering == "due_on" else wanted[::-1]
    address = f"/api/v1/targets/?ordering={ordering}&limit=2"
    assert joined(walk(client, address)) == wanted
    back = list(walk(client, last_page(client, address), "previous"))
    assert joined(reversed(back)) == wanted


def test_a_cursor_holds_for_its_own_order_alone(client):
    pay([date(2023, 3, 2)])
    address = client.get(f"{LIST}?limit=1&ordering=paid_on").json()["next"]
    answer = client.get(address.replace("ordering=paid_on", "ordering=-id"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")


def test_a_forged_cursor_is_refused(client):
    pay([date(2023, 3, 2)])
    address = client.get(f"{LIST}?limit=1").json()["next"]
    assert client.get(f"{address}x").status_code == 400


def test_filters_stay_on_the_next_page(client, units):
    pay([date(2023, 3, 2)] * 3)
    pay([date(2023, 4, 2)] * 3)
    pages = list(walk(client, f"{LIST}?paid_on_to=2023-03-31&limit=2"))
    assert [len(page) for page in pages] == [2, 2]


def test_a_later_page_asks_as_often_as_the_first(client):
    pay([date(2023, 3, 2)] * 40)

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address).json()
        return len(queries), answer

    client.get(LIST)
    first, page = asked(f"{LIST}?limit=10")
    second, _ = asked(page["next"])
    assert second == first


def test_an_order_over_a_link_works(client, units):
    rounds = MAKERS["reports"]
    rounds(units, range(2, 6))
    there = joined(walk(client, "/api/v1/reports/?ordering=due_on&limit=2"))
    assert len(there) == len(set(there)) == Obligation.objects.count()
