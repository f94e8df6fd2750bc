"""A right limited to one programme does over the API what it does on the pages, and no more."""

import json
from datetime import date

import pytest

from disbursement.models import Project
from jobs.models import Batch
from organizations.models import Grant, Role
from programs.models import Component, PlanState, WorkPlan
from tests.alerts.cast import make_programme, make_project
from tests.api.verbs import WORKS, batch_in, second_plan
from tests.conftest import START, make_person


@pytest.fixture
def ntm(people, units):
    """Reads everything as an auditor, works on one programme as the standing agency."""
    person = make_person(
        "ntm", "Thường trực NTM", units.planning, Role.STANDING, area=units.province, program="NTM"
    )
    Grant.objects.create(
        post=person.current_posts().get(),
        role=Role.AUDITOR,
        area_unit=units.province,
        valid_from=START,
    )
    return person


def send(client, path, body=None):
    return client.post(f"/api/v1/{path}/", json.dumps(body or {}), "application/json")


@pytest.mark.parametrize(("code", "status"), [("NTM", 201), ("GNBV", 403)])
def test_works_are_added_to_the_programme_of_the_right(ntm, client_of, code, status):
    components = {one: make_programme(one, one, order) for order, one in enumerate(("NTM", "GNBV"))}
    body = WORKS | {"component": components[code].code}
    answer = send(client_of(ntm), "projects/add", body)
    assert answer.status_code == status, answer.content.decode()
    assert Project.objects.filter(code=WORKS["code"]).exists() is (status == 201)


def test_a_wrong_body_is_told_before_the_programme_is_asked_for(ntm, client_of):
    make_programme("GNBV", "Giảm nghèo")
    body = WORKS | {"component": Component.objects.get().code, "unit": "KHONG-CO"}
    assert send(client_of(ntm), "projects/add", body).status_code == 422


@pytest.mark.parametrize(
    ("name", "status"), [("officer_a", 200), ("officer_b", 200), ("agency", 404), ("auditor", 403)]
)
def test_the_owner_of_works_explains_their_delay(people, units, client_of, name, status):
    """The works stand in district B and belong to district A, a stranger of the place."""
    project = make_project("DA-1", units.commune_b1, make_programme(), owner=units.district_a)
    client = client_of(getattr(people, name))
    answer = send(client, f"projects/{project.pk}/explain", {"difficulty": "Vướng mặt bằng"})
    assert answer.status_code == status
    project.refresh_from_db()
    assert bool(project.difficulty) is (status == 200)


@pytest.mark.parametrize(("verb", "state"), [("apply", "preview"), ("undo", "applied")])
@pytest.mark.parametrize(("name", "status"), [("ntm", 403), ("standing", 200)])
def test_an_import_is_for_a_right_over_all_programmes(
    ntm, people, units, client_of, name, status, verb, state
):
    people.ntm = ntm
    key = batch_in(state)(units, people)
    client = client_of(getattr(people, name))
    assert client.get(f"/api/v1/batches/{key}/").status_code == 200
    assert send(client, f"batches/{key}/{verb}").status_code == status
    assert (Batch.objects.get().state == state) is (status == 403)


@pytest.mark.parametrize(("name", "seen", "status"), [("ntm", 404, 404), ("standing", 200, 200)])
def test_a_draft_plan_is_for_a_right_over_all_programmes(
    ntm, people, units, client_of, name, seen, status
):
    people.ntm = ntm
    key = second_plan(units, people)
    client = client_of(getattr(people, name))
    assert client.get(f"/api/v1/plans/{key}/").status_code == seen
    assert send(client, f"plans/{key}/publish").status_code == status
    is_published = WorkPlan.objects.get().state == PlanState.PUBLISHED
    assert is_published is (status == 200)


def test_a_draft_read_through_another_right_is_not_published_with_the_limited_one(
    ntm, units, people, client_of
):
    """The committee of a district makes its drafts; the province's draft is not theirs to issue."""
    Grant.objects.create(
        post=ntm.current_posts().get(),
        role=Role.STANDING,
        area_unit=units.district_a,
        valid_from=START,
    )
    plan = WorkPlan.objects.get(pk=second_plan(units, people))
    assert send(client_of(ntm), f"plans/{plan.pk}/publish").status_code == 404
    plan.state = PlanState.PUBLISHED
    plan.save()
    assert send(client_of(ntm), f"plans/{plan.pk}/publish").status_code == 403
    assert plan.starts_on == date(2023, 1, 1)
