"""Signing in again from a page that is still open: in JSON, with a fresh token, the same person."""

import pytest
from django.test import Client

from organizations.second_factor import SecondFactor, new_secret
from tests.test_sign_in import PASSWORD, is_signed_in
from tests.test_sign_in_codes import code_of

AGAIN = "/dang-nhap/lai/"
JSON = {"HTTP_ACCEPT": "application/json"}


def post(client, **given):
    return client.post(AGAIN, given, **JSON)


@pytest.fixture
def page(people):
    """An open page: it has a token and no session."""
    client = Client(enforce_csrf_checks=True)
    client.token = client.get(AGAIN, **JSON).json()["token"]
    return client


def test_a_script_without_a_session_gets_401_and_nothing_is_lost(people):
    for headers in (JSON, {"HTTP_HX_REQUEST": "true"}):
        assert Client().post("/nhiem-vu/", {"x": "1"}, **headers).status_code == 401


def test_the_right_password_brings_the_person_and_a_token_back(page, people):
    given = {"username": "officer_a", "password": PASSWORD, "csrfmiddlewaretoken": page.token}
    answer = post(page, **given)
    assert answer.status_code == 200
    assert answer.json()["user"] == str(people.officer_a.pk)
    assert is_signed_in(page)
    signed_out = page.post("/dang-xuat/", {"csrfmiddlewaretoken": answer.json()["token"]})
    assert signed_out.status_code == 302


def test_a_form_of_another_site_is_refused(page):
    assert post(page, username="officer_a", password=PASSWORD).status_code == 403
    assert not is_signed_in(page)


def test_a_wrong_password_says_so(page):
    given = {"username": "officer_a", "password": "sai", "csrfmiddlewaretoken": page.token}
    answer = post(page, **given)
    assert answer.status_code == 422
    assert answer.json() == {"error": "Tên đăng nhập hoặc mật khẩu không đúng."}


def test_guessing_is_stopped_here_too(people):
    for _ in range(10):
        post(Client(), username="officer_a", password="sai")
    answer = post(Client(), username="officer_a", password=PASSWORD)
    assert answer.status_code == 429 and answer["Retry-After"] == "900"
    assert "15 phút" in answer.json()["error"]


def test_the_code_is_asked_for_here_too(people, time_machine):
    time_machine.move_to("2026-07-03T01:00:00+00:00", tick=False)
    secret = new_secret()
    SecondFactor(people.head).switch_on(secret, code_of(secret))
    time_machine.shift(60)
    client = Client()
    assert post(client, username="head", password=PASSWORD).json() == {"needs_code": True}
    assert not is_signed_in(client)
    assert post(client, code="000000").status_code == 422
    assert post(client, code=code_of(secret)).json()["user"] == str(people.head.pk)
    assert is_signed_in(client)
