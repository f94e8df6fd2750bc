"""Getting in, staying in, getting out; and every page for every role without a server error."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from organizations.models import User
from tests.routes import named_without_arguments

PASSWORD = "mat-khau-dai"
SIGN_IN = "/dang-nhap/"
START = "2023-07-03T01:00:00+00:00"
SECOND = timedelta(seconds=1)
ANSWERS = {200, 302, 400, 403, 404, 405}
ROLES = (
    "head",
    "standing",
    "standing2",
    "owner",
    "agency",
    "officer_a",
    "officer_b",
    "commune",
    "treasury",
    "clerk",
    "auditor",
    "admin",
)
PAGES = named_without_arguments()
# Answered without a redirect to the sign-in page when nobody is signed in.
PUBLIC = {"login", "login_again", "healthz", "readyz"}


@pytest.fixture
def person(people):
    return people.officer_a


def sign_in(client, username="officer_a", password=PASSWORD, address="10.0.0.1", **data):
    data = {"username": username, "password": password, **data}
    return client.post(SIGN_IN, data, REMOTE_ADDR=address)


def is_signed_in(client):
    return client.get("/api/v1/units/").status_code == 200


def test_the_sign_in_page_is_public(db):
    answer = Client().get(SIGN_IN)
    assert answer.status_code == 200 and "Đăng nhập" in answer.content.decode()


def test_the_right_password_lets_in_and_returns_to_the_page_asked_for(person):
    client = Client()
    answer = sign_in(client, next="/nhiem-vu/")
    assert (answer.status_code, answer["Location"]) == (302, "/nhiem-vu/")
    assert is_signed_in(client)


def test_nobody_is_sent_to_another_site(person):
    answer = sign_in(Client(), next="https://example.com/")
    assert answer.status_code == 302 and answer["Location"] == reverse("dashboards:start")


def shown_errors(answer):
    return list(answer.context["form"].non_field_errors())


def test_an_unknown_name_is_answered_like_a_wrong_password(person):
    known = sign_in(Client(), password="sai")
    unknown = sign_in(Client(), username="khong-co", password="sai")
    assert known.status_code == unknown.status_code == 200
    assert shown_errors(known) == shown_errors(unknown) != []


def test_an_inactive_account_is_answered_the_same_way(person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = Client()
    assert shown_errors(sign_in(client)) == shown_errors(sign_in(Client(), username="khong-co"))
    assert not is_signed_in(client)


def test_an_account_that_is_switched_off_is_out_at_once(person):
    client = Client()
    sign_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_signed_in(client)


def test_a_changed_password_ends_the_sessions(person):
    client = Client()
    sign_in(client)
    person.set_password("mat-khau-moi-hon")
    person.save()
    assert not is_signed_in(client)


def fail(times, **who):
    return [sign_in(Client(), password="sai", **who).status_code for _ in range(times)]


def test_the_tenth_failure_closes_the_account_for_that_address(people):
    assert fail(10) == [200] * 9 + [429]
    answer = sign_in(Client())
    assert answer.status_code == 429
    assert "Thử sai quá nhiều" in answer.content.decode()


def test_nine_failures_and_a_success_start_the_count_again(people):
    fail(9)
    assert sign_in(Client()).status_code == 302
    assert fail(9) == [200] * 9


@pytest.mark.parametrize(
    "who", [{"address": "10.0.0.2"}, {"username": "officer_b"}], ids=["address", "account"]
)
def test_another_address_or_account_is_not_locked_with_it(people, who):
    fail(10)
    assert sign_in(Client(), **who).status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(14, 429), (16, 302)])
def test_the_lock_ends_after_a_quarter_of_an_hour(people, time_machine, minutes, status):
    time_machine.move_to(START, tick=False)
    fail(10)
    time_machine.shift(timedelta(minutes=minutes))
    assert sign_in(Client()).status_code == status


@pytest.mark.parametrize(("idle", "stays"), [(1799, True), (1800, True), (1801, False)])
def test_thirty_idle_minutes_end_the_session(person, time_machine, idle, stays):
    time_machine.move_to(START, tick=False)
    client = Client()
    sign_in(client)
    assert is_signed_in(client)
    time_machine.shift(idle)
    assert is_signed_in(client) is stays


def test_who_works_on_stays_in_until_twelve_hours(person, time_machine):
    time_machine.move_to(START, tick=False)
    client = Client()
    sign_in(client)
    is_signed_in(client)
    for _ in range(12 * 3):
        time_machine.shift(timedelta(minutes=20))
        assert is_signed_in(client)
    time_machine.shift(SECOND)
    assert not is_signed_in(client)


def test_the_limits_leave_no_session_behind(person, time_machine):
    time_machine.move_to(START, tick=False)
    client = Client()
    sign_in(client)
    is_signed_in(client)
    key = client.session.session_key
    time_machine.shift(timedelta(minutes=31))
    is_signed_in(client)
    assert not Session.objects.filter(pk=key).exists()


def test_a_poll_every_few_seconds_writes_the_session_once_a_minute(person, time_machine):
    time_machine.move_to(START, tick=False)
    client = Client()
    sign_in(client)
    is_signed_in(client)
    before = client.session["seen_at"]
    time_machine.shift(60)
    is_signed_in(client)
    assert client.session["seen_at"] == before
    time_machine.shift(1)
    is_signed_in(client)
    assert client.session["seen_at"] == before + 61


def test_the_session_key_changes_at_sign_in(person):
    """A key planted before is worth nothing after."""
    client = Client()
    client.session.save()
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_signing_out_is_a_post(person):
    client = Client()
    sign_in(client)
    assert client.get("/dang-xuat/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/dang-xuat/").status_code == 302
    assert not is_signed_in(client)


def test_a_form_of_another_site_cannot_sign_in_or_out(person):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    client.force_login(person)
    answer = client.post("/dang-xuat/")
    assert answer.status_code == 403
    assert is_signed_in(client)


def test_cookies_are_closed_to_scripts_and_other_sites(person):
    client = Client()
    sign_in(client)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def production_settings(*names, **env):
    code = f"from mtqg_portal import settings as s; print([getattr(s, n) for n in {names!r}])"
    full = {
        **os.environ,
        "PORTAL_ENV": "production",
        "SECRET_KEY": "x" * 60,
        "DEBUG": "false",
        "DATABASE_URL": "",
        "ALLOWED_HOSTS": "mtqg.example.vn",
        **env,
    }
    full.pop("HTTPS", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=full,
        cwd=django_settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_production_sends_cookies_over_https_alone(tmp_path):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "DEBUG")
    found = production_settings(*names, PORTAL_VAR=str(tmp_path))
    assert found == "[True, True, True, False]"


def test_production_does_not_list_the_demo_accounts(db, settings):
    User.objects.create_user("mau.thuong_truc", password=PASSWORD, full_name="Thường trực")
    assert "mau.thuong_truc" in Client().get(SIGN_IN).content.decode()
    settings.PRODUCTION = True
    assert "mau.thuong_truc" not in Client().get(SIGN_IN).content.decode()


def test_a_name_cannot_be_told_by_the_work_it_makes(person, monkeypatch):
    """The password is hashed once for a known name and once for an unknown one."""
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(args) or encode(*args)
    )
    sign_in(Client(), password="sai")
    known = len(hashed)
    sign_in(Client(), username="khong-co", password="sai")
    assert len(hashed) - known == known == 1


@pytest.mark.parametrize("name", PAGES)
def test_without_signing_in_every_page_leads_to_the_sign_in_page(db, name):
    answer = Client().get(reverse(name))
    if name in PUBLIC:
        assert answer.status_code in (200, 503)
    elif name.startswith("api:") and name not in ("api:reference", "api:tokens"):
        assert answer.status_code == 401
    else:
        answer = Client().get(reverse(name), follow=True)
        assert answer.redirect_chain[-1][0].startswith(f"{SIGN_IN}?next=")


def answers(client):
    """{page: status}, without the health page, which is red while no worker runs."""
    client.raise_request_exception = False
    return {name: client.get(reverse(name)).status_code for name in PAGES if name != "readyz"}


@pytest.mark.parametrize("who", ROLES)
def test_every_page_answers_every_role(people, client_of, who):
    found = answers(client_of(getattr(people, who)))
    assert not {name: code for name, code in found.items() if code not in ANSWERS}
    assert found["dashboards:start"] == 200


def test_every_page_answers_a_person_without_any_right(people, client_of):
    found = answers(client_of(User.objects.create_user("nobody", password=PASSWORD)))
    assert not {name: code for name, code in found.items() if code not in ANSWERS}
    assert found["dashboards:start"] == 200


def test_who_is_no_administrator_does_not_walk_in_a_circle(person, client_of):
    client = client_of(person)
    assert client.get("/quan-tri/", follow=True).status_code == 403
    User.objects.filter(pk=person.pk).update(is_staff=True)
    assert client.get("/quan-tri/").status_code == 200


def test_pages_were_found():
    assert {"login", "dashboards:start", "assignments:list", "api:units-list"} <= set(PAGES)
