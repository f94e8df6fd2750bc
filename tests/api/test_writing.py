"""Verbs: the page's rights and checks, declared fields alone, once per key, for tokens too."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.apps import apps
from django.test import Client

from assignments.models import Assignment, AssignmentUpdate
from core.api import StrictSerializer
from core.api_fields import PlainDecimal, WholeNumber
from core.api_rules import StrictJSON
from disbursement.models import Payment, Project
from jobs.models import AuditEntry, Batch, StoredFile
from mtqg_portal.api import VIEWSETS
from notices.models import Notice
from organizations.models import ApiToken, EventKind, SecurityEvent
from reporting.models import Report
from targets.models import Progress, Target
from tests.api.rows import every_row
from tests.api.verbs import SCENES, workbook
from tests.sources import OWN_MODELS

# Written by asking at all: the last use of a token, keys of sendings, the log.
BESIDE = {
    "jobs.FirstAnswer",
    "organizations.ApiToken",
    "organizations.PersonSession",
    "organizations.SecurityChain",
    "organizations.SecurityEvent",
}


@pytest.fixture
def cast(units, people):
    every_row(units, 1)
    return people


@pytest.fixture(params=SCENES)
def scene(request):
    return SCENES[request.param]


@pytest.fixture
def key(scene, cast, units):
    return scene.prepare(units, cast)


def send(client, scene, key, body=None, **headers):
    body = scene.body(key) if body is None else body
    if scene.is_form:
        return client.post(scene.address(key), body, **headers)
    return client.post(scene.address(key), json.dumps(body), "application/json", **headers)


def state_of_everything():
    """Every business row as it stands."""
    models = [m for m in OWN_MODELS if m._meta.label not in BESIDE]
    return {m._meta.label: list(m._base_manager.order_by("pk").values()) for m in models}


def bearer(user, *scopes):
    post = user.current_posts().first()
    _, secret = ApiToken.objects.issue(
        user=user, post=post, name="thử", scopes=scopes, expires_on=date(2999, 1, 1)
    )
    return {"headers": {"authorization": f"Bearer {secret}"}}


def verbs():
    return [
        (f"{prefix}/{action.url_path}", action.kwargs["body_class"], viewset.queryset.model)
        for prefix, viewset in VIEWSETS.items()
        for action in viewset.get_extra_actions()
        if "post" in action.mapping
    ]


def test_every_verb_has_a_scene():
    assert {name for name, _, _ in verbs()} == set(SCENES)


@pytest.mark.parametrize(("name", "body", "model"), verbs())
def test_only_declared_fields_are_taken(name, body, model):
    """Each field of the row, sent beside nothing else, is refused unless the verb names it."""
    declared = set(body().fields)
    assert declared == set(SCENES[name].writable)
    columns = {f.name for f in model._meta.get_fields()} | {
        f.attname for f in model._meta.concrete_fields
    }
    for column in sorted(columns - declared):
        checked = body(data={column: 1})
        assert not checked.is_valid()
        assert str(checked.errors[column][0]).startswith("Trường này không có")


def test_what_a_session_is_refused_is_written_down(cast, client_of):
    scene = SCENES["projects/pay"]
    client, pk = client_of(getattr(cast, scene.outsider)), Project.objects.get().pk
    assert once(client, scene.body(pk), pk=pk).status_code == 403
    event = SecurityEvent.objects.get(kind=EventKind.FORBIDDEN)
    assert event.user == getattr(cast, scene.outsider)
    assert event.detail["path"] == f"POST {scene.address(pk)}"
    assert Client().get("/api/v1/units/").status_code == 401
    assert SecurityEvent.objects.count() == 1


def test_the_right_person_may(scene, key, cast, client_of):
    client = client_of(getattr(cast, scene.actor))
    before = state_of_everything()
    answer = send(client, scene, key)
    assert answer.status_code == scene.status, answer.content.decode()
    assert state_of_everything() != before


def test_the_wrong_person_may_not(scene, key, cast, client_of):
    client = client_of(getattr(cast, scene.outsider))
    before = state_of_everything()
    answer = send(client, scene, key)
    assert answer.status_code == scene.outsider_status, answer.content.decode()
    assert state_of_everything() == before


@pytest.mark.parametrize("name", [name for name, scene in SCENES.items() if scene.stranger])
def test_a_stranger_finds_nothing(name, cast, units, client_of):
    scene = SCENES[name]
    key = scene.prepare(units, cast)
    client = client_of(getattr(cast, scene.stranger))
    before = state_of_everything()
    answer = send(client, scene, key)
    assert answer.status_code == 404 or (name == "notices/urge" and answer.status_code == 403)
    assert state_of_everything() == before


def test_a_field_that_the_verb_does_not_take_changes_nothing(scene, key, cast, client_of):
    """Mass assignment: a right body with each field of every row of the house beside it."""
    client = client_of(getattr(cast, scene.actor))
    before = state_of_everything()
    for name in ("state", "unit_id", "is_official", "approved_by", "version_", "id"):
        answer = send(client, scene, key, {**scene.body(key), name: "1"})
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert [error["field"] for error in answer.json()["errors"]] == [name]
    assert state_of_everything() == before


def test_a_token_needs_the_scope(scene, key, cast):
    person = getattr(cast, scene.actor)
    others = [s for s in ("catalog:read", "tasks:read") if s != scene.scope]
    before = state_of_everything()
    answer = send(Client(), scene, key, **bearer(person, *others))
    assert answer.status_code == 403 and scene.scope in answer.json()["detail"]
    assert state_of_everything() == before


def test_a_token_with_the_scope_may_and_is_noted(scene, key, cast):
    answer = send(Client(), scene, key, **bearer(getattr(cast, scene.actor), scene.scope))
    assert answer.status_code == scene.status, answer.content.decode()
    note = AuditEntry.objects.filter(action="api.write").get()
    assert note.object_label == scene.address(key)
    assert note.detail["token"] == ApiToken.objects.get().prefix


def test_a_session_without_the_page_token_writes_nothing(scene, key, cast, client_of):
    client = client_of(getattr(cast, scene.actor), enforce_csrf_checks=True)
    before = state_of_everything()
    answer = send(client, scene, key)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert state_of_everything() == before


# Once per key


def once(client, body, key="lan-gui-0001", headers=None, pk=None):
    address = f"/api/v1/projects/{pk}/pay/"
    headers = {**(headers or {}), "Idempotency-Key": key}
    return client.post(address, json.dumps(body), "application/json", headers=headers)


@pytest.mark.parametrize("by_token", [True, False])
def test_the_same_key_is_one_payment_and_one_answer(cast, client_of, by_token):
    project = Project.objects.get()
    auth = bearer(cast.treasury, "money:write")["headers"] if by_token else {}
    client = Client() if by_token else client_of(cast.treasury)
    body, count = SCENES["projects/pay"].body(None), Payment.objects.count()
    first = once(client, body, headers=auth, pk=project.pk)
    again = once(client, body, headers=auth, pk=project.pk)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() and again["X-First-Answer"]
    assert Payment.objects.count() == count + 1
    other = once(client, {**body, "amount": 5}, headers=auth, pk=project.pk)
    assert (other.status_code, other.json()["code"]) == (422, "NTM-204")
    assert Payment.objects.count() == count + 1


def test_without_a_key_the_same_voucher_is_refused_by_the_verb_itself(cast, client_of):
    """The negative control: it is the key that makes the second answer a 201."""
    scene, key = SCENES["projects/pay"], Project.objects.get().pk
    client = client_of(cast.treasury)
    assert send(client, scene, key).status_code == 201
    answer = send(client, scene, key)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "amount"


def test_a_refused_sending_leaves_the_key_free(cast):
    auth = bearer(cast.treasury, "money:write")["headers"]
    project, body = Project.objects.get(), SCENES["projects/pay"].body(None)
    assert once(Client(), {**body, "kind": "x"}, headers=auth, pk=project.pk).status_code == 422
    assert once(Client(), body, headers=auth, pk=project.pk).status_code == 201


# The page's own checks


def test_money_is_whole_dong(cast, client_of):
    scene, key = SCENES["projects/pay"], Project.objects.get().pk
    send(client_of(cast.treasury), scene, key)
    assert Payment.objects.order_by("-pk").first().amount == 250_000_007


def test_money_above_the_plan_is_refused_in_the_words_of_the_page(cast, client_of):
    scene, key = SCENES["projects/pay"], Project.objects.get().pk
    body = {**scene.body(key), "amount": 2_000_000_000}
    answer = send(client_of(cast.treasury), scene, key, body)
    assert answer.status_code == 422
    assert "vượt kế hoạch" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("value", [7, 7.0, "7", "7.0000"])
def test_a_result_is_the_number_that_was_sent(cast, client_of, value):
    scene, key = SCENES["targets/progress"], Target.objects.get().pk
    answer = send(client_of(cast.commune), scene, key, {**scene.body(key), "value": value})
    assert answer.status_code == 201
    assert Progress.objects.official().get(period="2023-06").value == 7


@pytest.mark.parametrize("written", ["1e3", "1E3", "7e-1", "1.5e1", '"1e3"'])
def test_a_number_with_an_exponent_is_refused_by_its_field(cast, client_of, written):
    scene, key = SCENES["targets/progress"], Target.objects.get().pk
    body = json.dumps({**scene.body(key), "value": "THE NUMBER"})
    sent = body.replace('"THE NUMBER"', written)
    answer = client_of(cast.commune).post(scene.address(key), sent, "application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "value")


def test_every_digit_of_a_number_arrives():
    """As a float 12345678901234.5678 becomes …568359."""

    class Body(StrictSerializer):
        value = PlainDecimal(max_digits=18, decimal_places=4)
        count = WholeNumber(required=False)

    def read(text):
        return Body(data=StrictJSON().parse(BytesIO(text.encode())))

    body = read('{"value": 12345678901234.5678}')
    assert body.is_valid(), body.errors
    assert body.validated_data["value"] == Decimal("12345678901234.5678")
    for count in ("1.0", "1e3", "1e0", "true"):
        body = read(f'{{"value": 1, "count": {count}}}')
        assert not body.is_valid() and set(body.errors) == {"count"}


@pytest.mark.parametrize("value", [7.5, "1e999", "NaN", "٧", "1.234,5", True, [1]])
def test_a_result_that_is_no_such_number_is_refused(cast, client_of, value):
    scene, key = SCENES["targets/progress"], Target.objects.get().pk
    answer = send(client_of(cast.commune), scene, key, {**scene.body(key), "value": value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "value")


def test_evidence_comes_as_a_form(cast, client_of):
    scene, key = SCENES["assignments/progress"], Assignment.objects.get().pk
    body = {**scene.body(key), "evidence": workbook()["file"]}
    answer = client_of(cast.officer_a).post(scene.address(key), body)
    assert answer.status_code == 201
    assert AssignmentUpdate.objects.order_by("-pk").first().evidence.name == "vốn.xlsx"


def test_a_draft_saved_meanwhile_is_a_conflict_that_changes_nothing(cast, client_of):
    scene, key = SCENES["obligations/draft"], Report.objects.get().obligation_id
    client = client_of(cast.commune)
    assert send(client, scene, key).json()["version"] == 1
    other = {"version": 0, "cells": {"n-results": "Bản khác"}}
    answer = send(client, scene, key, other)
    assert (answer.status_code, answer.json()["code"]) == (409, "NTM-203")
    assert Report.objects.get().draft["n-results"] == "Đạt kế hoạch"


def test_a_cell_that_the_report_has_not_is_named(cast, client_of):
    scene, key = SCENES["obligations/draft"], Report.objects.get().obligation_id
    answer = send(client_of(cast.commune), scene, key, {"version": 0, "cells": {"t-99-value": "1"}})
    assert answer.json()["errors"][0]["field"] == "cells.t-99-value"


def test_a_report_with_faults_names_every_cell_and_is_not_sent(cast, client_of):
    client, key = client_of(cast.commune), Report.objects.get().obligation_id
    assert send(client, SCENES["obligations/draft"], key).status_code == 200
    answer = send(client, SCENES["obligations/submit"], key)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["cells.n-difficulties"]
    assert Report.objects.get().state == "draft"


def test_nobody_accepts_their_own_report(cast, units, client_of):
    scene = SCENES["reports/accept"]
    key = scene.prepare(units, cast)
    Report.objects.update(edited_by=cast.standing)
    answer = send(client_of(cast.standing), scene, key)
    assert answer.status_code == 403 and "tự duyệt" in answer.json()["detail"]


def test_a_step_that_is_over_is_a_conflict(cast, units, client_of):
    scene = SCENES["reports/accept"]
    key = scene.prepare(units, cast)
    client = client_of(cast.standing)
    assert send(client, scene, key).status_code == 200
    answer = send(client, scene, key)
    assert (answer.status_code, answer.json()["code"]) == (409, "NTM-208")


@pytest.mark.parametrize(
    ("name", "given", "status", "code"),
    [
        ("vốn.exe", {}, 415, "NTM-302"),
        ("vốn.xlsx", {"plan": "KH"}, 422, "NTM-202"),
        ("vốn.xlsx", {"year": "1900"}, 422, "NTM-202"),
        ("vốn.xlsx", {"kind": "khác"}, 422, "NTM-202"),
    ],
)
def test_a_file_that_will_not_do(cast, client_of, name, given, status, code):
    body = {**workbook(), **given}
    body["file"].name = name
    answer = client_of(cast.standing).post("/api/v1/batches/send/", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_wrong_kind_of_file_is_kept_all_the_same(cast, client_of):
    body = workbook()
    body["file"].name = "vốn.exe"
    client_of(cast.standing).post("/api/v1/batches/send/", body)
    batch = Batch.objects.order_by("-pk").first()
    assert batch.state == "refused" and StoredFile.objects.get(pk=batch.file_id).name == "vốn.exe"


def test_urging_twice_on_a_day_is_one_notice(cast, units, client_of):
    scene = SCENES["notices/urge"]
    key, client = scene.prepare(units, cast), client_of(cast.standing)
    count = Notice.objects.count()
    assert send(client, scene, key).json()["is_new"] is True
    assert send(client, scene, key).json()["is_new"] is False
    assert Notice.objects.count() == count + 1


def test_a_foreign_key_out_of_reach_is_no_choice(cast, client_of):
    """A standing person of one district cannot place works in another."""
    grant = cast.standing.current_posts().first().grants.get()
    grant.area_unit = apps.get_model("organizations.Unit").objects.get(code="T-A")
    grant.save()
    scene = SCENES["projects/add"]
    answer = send(client_of(cast.standing), scene, None, {**scene.body(None), "unit": "T-B1"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "unit")
    assert send(client_of(cast.standing), scene, None).status_code == 201
