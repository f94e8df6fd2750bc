"""The two password policies at their boundaries, expiry, and passwords that others have set."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mtqg_portal.env import password_policy
from organizations.entering import PROOF_LIMIT
from organizations.models import EventKind, SecurityEvent, User
from organizations.passwords import is_due
from tests.test_sign_in import PASSWORD, is_signed_in, sign_in

CHANGE = "/tai-khoan/mat-khau/"
GOOD = "Song-Ba-2026"


def is_accepted(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("policy", "password", "accepted"),
    [
        ("tcvn", "Song-Ba-20", True),
        ("tcvn", "Song-Ba-2", False),
        ("tcvn", "song-ba-20", False),
        ("tcvn", "SONG-BA-20", False),
        ("tcvn", "Song-Ba-xx", False),
        ("tcvn", "SongBa2026x", False),
        ("tcvn", "Sông Ba 2026", True),
        ("asvs", "sông ba đà rằng", True),
        ("asvs", "songbadarang", True),
        ("asvs", "songbadaran", False),
        ("asvs", "password1234", False),
        ("tcvn", "Aa1-" + "x" * 124, True),
        ("tcvn", "Aa1-" + "x" * 125, False),
    ],
)
def test_boundaries(settings, policy, password, accepted):
    settings.PASSWORD_POLICY = policy
    assert is_accepted(password) is accepted


def test_a_password_like_ones_name_is_refused(people):
    assert not is_accepted("Officer_a-1", people.officer_a)


@pytest.mark.parametrize(
    ("policy", "others", "accepted"), [("tcvn", 4, False), ("tcvn", 5, True), ("asvs", 0, True)]
)
def test_the_last_five_do_not_come_back(people, settings, policy, others, accepted):
    settings.PASSWORD_POLICY = policy
    user = people.officer_a
    for password in ["Song-Ba-2026", *(f"Mat-khau-thu-{n}" for n in range(others))]:
        user.set_password(password)
        user.save()
    assert is_accepted("Song-Ba-2026", user) is accepted


@pytest.mark.parametrize(
    ("policy", "days", "age", "due"),
    [
        ("tcvn", 90, timedelta(days=90) - timedelta(seconds=1), False),
        ("tcvn", 90, timedelta(days=90), True),
        ("tcvn", 0, timedelta(days=4000), False),
        ("asvs", 90, timedelta(days=4000), False),
    ],
)
def test_expiry(settings, time_machine, policy, days, age, due):
    time_machine.move_to("2026-07-03T01:00:00+00:00", tick=False)
    settings.PASSWORD_POLICY, settings.PASSWORD_DAYS = policy, days
    assert is_due(User(password_changed_at=timezone.now() - age)) is due


def test_a_due_password_comes_before_every_other_page(people, settings):
    settings.PASSWORD_DAYS = 90
    old = timezone.now() - timedelta(days=90)
    User.objects.filter(pk=people.officer_a.pk).update(password_changed_at=old)
    client = Client()
    sign_in(client)
    assert client.get("/nhiem-vu/")["Location"] == CHANGE
    assert client.get("/api/v1/units/").status_code == 403
    page = client.get(CHANGE)
    assert page.status_code == 200 and "đã hết hạn" in page.content.decode()
    given = {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD}
    assert client.post(CHANGE, given).status_code == 302
    assert client.get("/nhiem-vu/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "repeated"),
    [
        ("sai", GOOD, GOOD),
        (PASSWORD, GOOD, GOOD + "x"),
        (PASSWORD, "ngan", "ngan"),
        (PASSWORD, PASSWORD, PASSWORD),
    ],
)
def test_what_is_not_changed_says_why(people, client_of, old, new, repeated):
    client = client_of(people.officer_a)
    given = {"old_password": old, "new_password1": new, "new_password2": repeated}
    answer = client.post(CHANGE, given)
    assert answer.status_code == 422 and 'class="err"' in answer.content.decode()
    people.officer_a.refresh_from_db()
    assert people.officer_a.check_password(PASSWORD)


def test_a_changed_password_ends_the_other_sessions(people):
    here, there = Client(), Client()
    sign_in(here), sign_in(there)
    key = here.session.session_key
    given = {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD}
    here.post(CHANGE, given)
    assert is_signed_in(here) and not is_signed_in(there)
    assert here.session.session_key != key
    assert SecurityEvent.objects.filter(kind=EventKind.PASSWORD_CHANGED).count() == 1


def test_guessing_the_present_password_is_stopped(people, client_of):
    client = client_of(people.officer_a)
    wrong = {"old_password": "sai", "new_password1": GOOD, "new_password2": GOOD}
    for _ in range(5):
        client.post(CHANGE, wrong)
    answer = client.post(CHANGE, wrong | {"old_password": PASSWORD})
    assert answer.status_code == 422 and "15 phút" in answer.content.decode()


def test_behind_the_closed_door_right_and_wrong_are_answered_alike(people, client_of):
    client = client_of(people.officer_a)
    given = {"old_password": "sai", "new_password1": GOOD, "new_password2": GOOD}
    for _ in range(PROOF_LIMIT):
        client.post(CHANGE, given)
    events = SecurityEvent.objects.count()
    answers = []
    # A new password that will not do brings the old one to judgement before the form is right.
    for old, repeated in product(("sai", PASSWORD), (GOOD, GOOD + "x")):
        answer = client.post(CHANGE, given | {"old_password": old, "new_password2": repeated})
        text = re.sub(r'value="[^"]*"|mã yêu cầu \w+|content="\w{64}"', "", answer.content.decode())
        answers.append((answer.status_code, text))
    assert len(set(answers)) == 1 and answers[0][0] == 422
    assert "15 phút" in answers[0][1] and 'class="err"' not in answers[0][1]
    assert SecurityEvent.objects.count() == events
    people.officer_a.refresh_from_db()
    assert people.officer_a.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["officer_a", "admin"])
def test_the_page_of_the_administration_leads_to_the_portals_own(people, client_of, name):
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    client, page = client_of(getattr(people, name)), reverse("admin:password_change")
    assert client.get(page)["Location"] == CHANGE
    given = {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD}
    assert client.post(page, given).status_code == 405
    assert User.objects.get(username=name).check_password(PASSWORD)


def test_a_password_set_by_an_administrator_is_good_for_one_sign_in(people, client_of):
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    people.admin.user_permissions.set(
        Permission.objects.filter(codename__in=("view_user", "change_user"))
    )
    victim = Client()
    sign_in(victim)
    page = reverse("admin:auth_user_password_change", args=[people.officer_a.pk])
    answer = client_of(people.admin).post(
        page, {"usable_password": "true", "password1": GOOD, "password2": GOOD}
    )
    assert answer.status_code == 302
    assert not is_signed_in(victim)
    sign_in(victim, password=GOOD)
    assert victim.get("/nhiem-vu/")["Location"] == CHANGE
    event = SecurityEvent.objects.get(kind=EventKind.PASSWORD_SET)
    assert (event.user, event.actor) == (people.officer_a, people.admin)


def test_another_policy_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("PASSWORD_POLICY", "loose")
    with pytest.raises(ImproperlyConfigured):
        password_policy()
