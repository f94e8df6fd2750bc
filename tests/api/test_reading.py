"""Reading over the API: own rows only, strict parameters, constant query counts."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from core.api_rules import AllowedFilters
from mtqg_portal.api import VIEWSETS
from organizations.models import User
from tests.api.rows import MAKERS, WITH, every_row

PROBLEM = "application/problem+json"


@pytest.fixture
def rows(units, people):
    every_row(units, 1)


def url(prefix, pk=None):
    return f"/api/v1/{prefix}/" if pk is None else f"/api/v1/{prefix}/{pk}/"


def test_every_endpoint_has_a_row_maker():
    assert set(MAKERS) | set(WITH) | {"units"} == set(VIEWSETS)


@pytest.mark.parametrize("prefix", VIEWSETS)
def test_anonymous_is_401_in_json(db, prefix):
    answer = Client().get(url(prefix))
    assert answer.status_code == 401
    assert answer["Content-Type"] == PROBLEM
    assert answer["WWW-Authenticate"] == 'Bearer realm="api", Session'
    body = answer.json()
    assert (body["status"], body["code"], body["errors"]) == (401, "NTM-102", [])
    assert "đăng nhập" in body["detail"] and body["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize("prefix", VIEWSETS)
def test_the_head_reads_list_and_detail(rows, people, client_of, prefix):
    client = client_of(people.head)
    listed = client.get(url(prefix)).json()
    assert listed["results"]
    first = listed["results"][0]
    assert client.get(url(prefix, first["id"])).json() == first


# Catalogues of the whole province, and rows of the person alone.
OPEN = {"units", "committees", "posts", "programs", "components", "indicators", "calendar-rules"}
OWN = {"jobs", "notices"}


@pytest.mark.parametrize("prefix", sorted(set(VIEWSETS) - OPEN - OWN))
def test_a_stranger_gets_an_empty_list_and_404(rows, people, client_of, prefix):
    pk = client_of(people.officer_a).get(url(prefix)).json()["results"][0]["id"]
    stranger = client_of(people.officer_b)
    assert stranger.get(url(prefix)).json()["results"] == []
    answer = stranger.get(url(prefix, pk))
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert answer.json()["code"] == "NTM-105"


@pytest.mark.parametrize("prefix", sorted(OWN))
def test_what_is_mine_alone_is_told_to_nobody_else(rows, people, client_of, prefix):
    pk = client_of(people.head).get(url(prefix)).json()["results"][0]["id"]
    other = client_of(people.standing)
    assert other.get(url(prefix)).json()["results"] == []
    assert other.get(url(prefix, pk)).status_code == 404


@pytest.mark.parametrize("prefix", ["committees", "posts"])
def test_committees_and_posts_end_at_the_area_too(rows, people, client_of, prefix):
    units = client_of(people.officer_b).get(url(prefix)).json()["results"]
    assert {row["unit"] for row in units} <= {"T-B", "T-B1"}


def test_units_end_at_the_area_of_the_grant(rows, people, client_of):
    found = client_of(people.officer_b).get(url("units")).json()["results"]
    assert {unit["code"] for unit in found} == {"T-B", "T-B1"}


@pytest.mark.parametrize("prefix", VIEWSETS)
def test_a_person_without_grant_reads_nothing(rows, client_of, prefix):
    nobody = User.objects.create_user("nobody", password="mat-khau-dai")
    answer = client_of(nobody).get(url(prefix))
    assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "ordering=created_by__password",
        "unit__code__startswith=T",
        "unit__code=T-A1",
        "limit=abc",
        "limit=-1",
        "limit=0",
        "limit=201",
        "limit=٥",
        "offset=0",
        "cursor=abc",
        "cursor=",
        "format=xml",
    ],
)
@pytest.mark.parametrize("prefix", ["projects", "targets"])
def test_an_unknown_or_broken_parameter_is_400(rows, people, client_of, prefix, query):
    answer = client_of(people.head).get(f"{url(prefix)}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == [query.split("=")[0]]


def test_a_parameter_given_twice_is_400(rows, people, client_of):
    answer = client_of(people.head).get(f"{url('projects')}?kind=works&kind=activity")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "kind", "message": "Tham số chỉ được ghi một lần."}
    ]


@pytest.mark.parametrize("prefix", VIEWSETS)
def test_a_detail_takes_no_parameters(rows, people, client_of, prefix):
    client = client_of(people.head)
    pk = client.get(url(prefix)).json()["results"][0]["id"]
    assert client.get(f"{url(prefix, pk)}?unit=T-B").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "plan_year=abc",
        "plan_year=1e99",
        "effective_on_from=2023-02-30",
        "kind=xx",
        "unit=%00",
    ],
)
def test_a_value_that_makes_no_sense_is_400(rows, people, client_of, query):
    assert client_of(people.head).get(f"{url('ledger-entries')}?{query}").status_code == 400


def test_a_number_too_large_for_the_column_finds_nothing(rows, people, client_of):
    head = client_of(people.head)
    assert head.get(f"{url('ledger-entries')}?plan_year=99999999999").json()["results"] == []
    assert head.get(url("payments", 10**30)).status_code == 404


@pytest.mark.parametrize(("value", "count"), [("T-A1", 1), ("T-B1", 0)])
def test_filters_narrow(rows, people, client_of, value, count):
    answer = client_of(people.head).get(f"{url('projects')}?unit={value}")
    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize("prefix", VIEWSETS)
def test_filters_are_named_as_the_api_names_things(prefix):
    view = VIEWSETS[prefix]
    for name in AllowedFilters().names(view) if view.filterset_fields else ():
        assert "__" not in name and not name.endswith("_code"), name


@pytest.mark.parametrize(("program", "count"), [("CT1", 1), ("CT2", 0)])
def test_a_programme_is_asked_for_wherever_it_hangs(rows, people, client_of, program, count):
    """The same word for a work, whose component belongs to it, and for a target of its own."""
    for prefix in ("projects", "targets"):
        answer = client_of(people.head).get(f"{url(prefix)}?program={program}")
        assert len(answer.json()["results"]) == count, prefix


@pytest.mark.parametrize(
    ("day", "count"), [("2023-02-28", 1), ("2023-03-01", 1), ("2023-03-02", 0)]
)
def test_day_filters_include_their_day(rows, people, client_of, day, count):
    answer = client_of(people.head).get(f"{url('payments')}?paid_on_from={day}")
    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("prefix", VIEWSETS)
def test_a_list_takes_no_writing(rows, people, client_of, prefix, method):
    client = client_of(people.standing)
    answer = getattr(client, method)(url(prefix), "{}", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)


@pytest.mark.parametrize("path", ["/api/v1/khong-co/", "/api/v1/units/abc/"])
def test_an_unknown_address_is_a_404_in_json(people, client_of, path):
    answer = client_of(people.head).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("prefix", VIEWSETS)
def test_the_number_of_queries_does_not_grow_with_the_rows(units, people, client_of, prefix):
    client = client_of(people.head)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            count = len(client.get(url(prefix)).json()["results"])
        return count, len(queries)

    every_row(units, 1)
    client.get(url(prefix))
    few, before = counted()
    for number in range(2, 7):
        every_row(units, number)
    many, after = counted()
    assert many > few or prefix == "units"
    assert after <= 20
    assert after == before


def test_project_figures_are_whole_dong_and_missing_is_null(rows, people, client_of):
    answer = client_of(people.head).get("/api/v1/projects/figures/?plan_year=2023&as_of=2023-06-30")
    line = answer.json()["results"][0]
    assert (line["planned"], line["paid"], line["remaining"]) == (1_000_000_001, 1, 10**9)
    assert line["carried"] is None
    early = client_of(people.head).get("/api/v1/projects/figures/?plan_year=2023&as_of=2023-02-28")
    assert early.json()["results"][0]["paid"] is None


def test_figures_of_other_districts_are_not_told(rows, people, client_of):
    answer = client_of(people.officer_b).get("/api/v1/projects/figures/?plan_year=2023")
    assert answer.json()["results"] == []


@pytest.mark.parametrize(
    "query", ["", "?plan_year=1", "?plan_year=2023&as_of=x", "?plan_year=2023&a=1"]
)
def test_figures_ask_for_a_year(rows, people, client_of, query):
    assert client_of(people.head).get(f"/api/v1/projects/figures/{query}").status_code == 400


def test_only_official_progress_is_told(rows, people, client_of):
    MAKERS["progress"].model.objects.update(is_official=False)
    assert client_of(people.head).get(url("progress")).json()["results"] == []


def test_reports_tell_their_state_and_not_their_draft(rows, people, client_of):
    first = client_of(people.head).get(url("reports")).json()["results"][0]
    assert first["state"] == "draft"
    assert "draft" not in first


@pytest.mark.parametrize("viewset", VIEWSETS.values())
def test_serializers_name_their_fields_and_show_no_person(viewset):
    serializer = viewset.serializer_class
    assert isinstance(serializer, type) and issubclass(serializer, serializers.ModelSerializer)
    assert isinstance(serializer.Meta.fields, list)
    people_fields = {f.name for f in serializer.Meta.model._meta.fields if f.related_model is User}
    assert not people_fields & set(serializer.Meta.fields)
