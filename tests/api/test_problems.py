"""Refusals of the API: one shape everywhere, also where the framework or the server refuses."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from disbursement.models import Project
from tests.api.rows import every_row

PROBLEM = "application/problem+json"
NAMES = {"type", "title", "status", "detail", "code", "request_id", "errors"}
PAY = "/api/v1/projects/{}/pay/"


@pytest.fixture
def client(units, people, client_of):
    every_row(units, 1)
    return client_of(people.treasury, raise_request_exception=False)


def is_problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    body = answer.json()
    assert set(body) >= NAMES and (body["status"], body["code"]) == (status, code)
    assert body["title"] and body["detail"] and body["request_id"] == answer["X-Request-ID"]
    return body


@pytest.mark.parametrize(
    "path", ["/api/v1/khong-co/", "/api/v1/units/abc/", "/api/v1/units", "/api/v2/units/", "/api/x"]
)
def test_an_unknown_address(client, settings, path):
    settings.DEBUG = False
    is_problem(client.get(path), 404, "NTM-105")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_is_not_there(client, method):
    is_problem(getattr(client, method)("/api/v1/projects/"), 405, "NTM-106")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "NTM-201"),
        ('{"a": NaN}', "application/json", 400, "NTM-201"),
        ('{"amount": 1, "amount": 2}', "application/json", 400, "NTM-201"),
        ("[" * 100_000, "application/json", 400, "NTM-201"),
        ('{"amount": ' + "9" * 5000 + "}", "application/json", 400, "NTM-201"),
        (b"\xff\xfe", "application/json", 400, "NTM-201"),
        ("[]", "application/json", 422, "NTM-202"),
        ("null", "application/json", 422, "NTM-202"),
        ('"x"', "application/json", 422, "NTM-202"),
        ("", "application/json", 422, "NTM-202"),
        ("<a/>", "text/xml", 415, "NTM-206"),
        ("amount=1", "application/x-www-form-urlencoded", 415, "NTM-206"),
        ('{"voucher": "' + "x" * 1_100_000 + '"}', "application/json", 413, "NTM-205"),
    ],
)
def test_a_body_that_cannot_be_read(client, body, kind, status, code):
    before = list(Project.objects.values())
    address = PAY.format(Project.objects.get().pk)
    is_problem(client.post(address, body, content_type=kind), status, code)
    assert list(Project.objects.values()) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 0),
        ("amount", -5),
        ("amount", 10**30),
        ("amount", 1.5),
        ("amount", True),
        ("amount", "١٢"),
        ("amount", None),
        ("paid_on", "30/06/2023"),
        ("paid_on", "2023-02-30"),
        ("paid_on", "２０２３-06-30"),
        ("paid_on", 20230630),
        ("voucher", ""),
        ("voucher", "a\u0000b"),
        ("voucher", "a\ud800b"),
        ("voucher", ["CT"]),
        ("kind", "cumulative"),
        ("vintage", "central/investment/1999/start/domestic"),
    ],
)
def test_a_value_that_does_not_fit_is_named(client, field, value):
    body = {
        "vintage": "central/investment/2023/start/domestic",
        "kind": "volume",
        "amount": 5,
        "paid_on": "2023-06-30",
        "voucher": "CT-1",
    }
    sent = json.dumps({**body, field: value})
    answer = client.post(PAY.format(Project.objects.get().pk), sent, "application/json")
    found = is_problem(answer, 422, "NTM-202")
    assert [error["field"] for error in found["errors"]] == [field]


def test_other_forms_of_answer_are_refused(client):
    answer = client.get("/api/v1/projects/", headers={"accept": "text/csv"})
    is_problem(answer, 406, "NTM-207")


def test_a_database_that_is_away_is_503_with_the_time_to_wait(client, monkeypatch):
    def away(*args):
        raise OperationalError("gone")

    monkeypatch.setattr("disbursement.api.ProjectViewSet.readable", away)
    answer = client.get("/api/v1/projects/")
    is_problem(answer, 503, "NTM-002")
    assert answer["Retry-After"] == "5"


def test_the_unforeseen_is_500_without_a_stack(client, monkeypatch):
    def broken(*args):
        raise RuntimeError("bí mật")

    monkeypatch.setattr("disbursement.api.ProjectViewSet.readable", broken)
    answer = client.get("/api/v1/projects/")
    is_problem(answer, 500, "NTM-001")
    assert "bí mật" not in answer.content.decode()


def test_a_key_of_no_shape_is_refused(client):
    answer = client.post(
        PAY.format(Project.objects.get().pk),
        "{}",
        "application/json",
        headers={"Idempotency-Key": "x"},
    )
    is_problem(answer, 400, "NTM-201")


def test_anonymous_is_told_both_ways_in(db):
    answer = Client().post("/api/v1/notices/urge/", "{}", "application/json")
    is_problem(answer, 401, "NTM-102")
    assert "Bearer" in answer["WWW-Authenticate"]
