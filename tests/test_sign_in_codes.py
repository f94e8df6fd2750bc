"""The second factor: set up, asked for, used once, recovered, reset, switched off."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from mtqg_portal.sessions import forget_ended_sessions
from organizations import shown_once
from organizations.models import EventKind, SecurityEvent, User
from organizations.permissions import SECOND_FACTOR_ROLES, needs_second_factor
from organizations.second_factor import SecondFactor, matching_step, new_secret
from tests.test_sign_in import PASSWORD, is_signed_in, sign_in

CODE, SET_UP, MINE = "/dang-nhap/ma-xac-thuc/", "/tai-khoan/xac-thuc-hai-lop/", "/tai-khoan/"
CODES = "/tai-khoan/xac-thuc-hai-lop/ma-khoi-phuc/"
START = "2026-07-03T01:00:00+00:00"


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def guarded(people, clock):
    """A person with a second factor, a code of which was used just now."""
    secret = new_secret()
    codes = SecondFactor(people.standing).switch_on(secret, code_of(secret))
    clock.shift(60)
    people.standing.secret, people.standing.codes = secret, codes
    return people.standing


def with_password(address="10.0.0.1"):
    client = Client()
    answer = sign_in(client, "standing", address=address)
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    return client


def give(client, code, address="10.0.0.1"):
    return client.post(CODE, {"code": code}, REMOTE_ADDR=address)


def kinds():
    return list(SecurityEvent.objects.order_by("number").values_list("kind", flat=True))


def test_the_password_alone_opens_nothing(guarded):
    client = with_password()
    assert not is_signed_in(client)
    assert client.get(MINE).status_code == 302
    assert EventKind.SIGNED_IN not in kinds()


def test_the_right_code_leads_to_the_page_asked_for(guarded):
    client = Client()
    sign_in(client, "standing", next="/nhiem-vu/")
    answer = give(client, code_of(guarded.secret))
    assert (answer.status_code, answer["Location"]) == (302, "/nhiem-vu/")
    assert is_signed_in(client)
    assert kinds()[-2:] == [EventKind.CODE_USED, EventKind.SIGNED_IN]


@pytest.mark.parametrize(
    ("ahead", "is_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_for_one_step_around_the_clock(guarded, clock, ahead, is_in):
    clock.shift(120)
    client = with_password()
    give(client, code_of(guarded.secret, ahead))
    assert is_signed_in(client) is is_in


def test_a_code_works_once(guarded):
    code = code_of(guarded.secret)
    assert give(with_password(), code).status_code == 302
    second = with_password()
    assert give(second, code).status_code == 200
    assert not is_signed_in(second)


def test_a_recovery_code_works_once(guarded):
    first, second = with_password(), with_password()
    code = guarded.codes[3]
    assert give(first, f"{code[:4]} {code[4:]}").status_code == 302
    assert give(second, code).status_code == 200
    assert is_signed_in(first) and not is_signed_in(second)
    assert EventKind.RECOVERY_USED in kinds()
    assert SecondFactor(guarded).codes_left == 9


def test_new_recovery_codes_replace_the_old(guarded):
    client = with_password()
    give(client, code_of(guarded.secret))
    assert (
        client.post("/tai-khoan/xac-thuc-hai-lop/ma-khoi-phuc/", {"password": "sai"}).status_code
        == 302
    )
    page = client.post(
        "/tai-khoan/xac-thuc-hai-lop/ma-khoi-phuc/", {"password": PASSWORD}, follow=True
    )
    fresh = [
        code.replace(" ", "")
        for code in re.findall(r"<code>([\d ]+)</code>", page.content.decode())
    ]
    assert len(fresh) == 10 and not set(fresh) & set(guarded.codes)
    assert give(with_password(), guarded.codes[0]).status_code == 200
    assert give(with_password(), fresh[0]).status_code == 302


def test_a_double_click_makes_one_set_of_codes_and_shows_it_once(guarded, client_of, people):
    client = with_password()
    give(client, code_of(guarded.secret))
    sent = {"password": PASSWORD, "form_key": "hai-lan-bam"}
    first, again = (client.post(CODES, sent) for _ in range(2))
    assert again.status_code == 302 and again["Location"] == first["Location"]
    assert kinds().count(EventKind.CODES_RENEWED) == 1
    kept = Session.objects.get(pk=first["Location"].partition("=")[2])
    assert not re.search(r"\d{8}", str(kept.get_decoded()))
    # Not to somebody else, not to a look at the head alone; then once.
    assert client_of(people.officer_a).get(first["Location"])["Location"] == MINE
    client.head(first["Location"])
    page = client.get(first["Location"])
    assert len(re.findall(r"<code>[\d ]+</code>", page.content.decode())) == 10
    assert "no-store" in page["Cache-Control"]
    assert client.get(first["Location"])["Location"] == MINE


def test_codes_that_nobody_came_for_are_not_shown_later(guarded, clock):
    client = with_password()
    give(client, code_of(guarded.secret))
    shown = client.post(CODES, {"password": PASSWORD})["Location"]
    clock.shift(shown_once.WAITS)
    assert client.get(shown)["Location"] == MINE


def test_the_tick_forgets_what_nobody_came_for_and_showing_forgets_nothing(guarded, clock):
    client = with_password()
    give(client, code_of(guarded.secret))
    waiting = client.post(CODES, {"password": PASSWORD})["Location"].partition("=")[2]
    clock.shift(shown_once.WAITS + timedelta(seconds=1))
    shown_once.address_showing(CODES, guarded, ["x"])
    assert Session.objects.filter(pk=waiting).exists()
    assert forget_ended_sessions(timezone.now()) == 1
    assert not Session.objects.filter(pk=waiting).exists() and is_signed_in(client)


@pytest.mark.parametrize("wrong", ["000000", "12345678", "abc", "１２３４５６", "0" * 19])
def test_a_wrong_code_is_refused_kindly(guarded, wrong):
    client = with_password()
    answer = give(client, wrong)
    assert answer.status_code == 200 and "Mã chưa đúng" in answer.content.decode()
    assert not is_signed_in(client)


def test_the_sixth_wrong_code_meets_a_closed_door(guarded):
    client = with_password()
    for _ in range(5):
        assert give(client, "000000").status_code == 200
    closed = give(client, code_of(guarded.secret))
    assert closed.status_code == 429 and closed["Retry-After"] == "900"
    assert SecurityEvent.objects.get(kind=EventKind.LOCKED_OUT).user == guarded
    assert not is_signed_in(client)
    elsewhere = with_password("10.0.0.9")
    assert give(elsewhere, code_of(guarded.secret), "10.0.0.9").status_code == 302


def test_the_door_opens_again_after_fifteen_minutes(guarded, clock):
    client = with_password()
    for _ in range(5):
        give(client, "000000")
    clock.shift(timedelta(minutes=15))
    assert give(with_password(), code_of(guarded.secret)).status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 302)])
def test_the_password_counts_for_five_minutes(guarded, clock, seconds, status):
    client = with_password()
    clock.shift(seconds)
    assert client.get(CODE).status_code == status


def test_a_password_changed_meanwhile_ends_the_wait(guarded):
    client = with_password()
    guarded.set_password("Mat-khau-khac-1")
    guarded.save()
    assert give(client, code_of(guarded.secret)).status_code == 302
    assert not is_signed_in(client)


# Who must


def test_who_approves_issues_or_manages_must_have_one(people):
    asked = {name for name, person in vars(people).items() if needs_second_factor(person)}
    assert asked == {"head", "standing", "standing2", "admin"}
    assert {"head", "standing", "admin"} == SECOND_FACTOR_ROLES
    staff = User.objects.create(username="x", is_staff=True)
    assert needs_second_factor(staff)


@pytest.mark.parametrize(
    ("name", "is_required", "goes_on"),
    [
        ("standing", True, False),
        ("admin", True, False),
        ("officer_a", True, True),
        ("standing", False, True),
    ],
)
def test_who_must_is_led_to_the_set_up_page(people, settings, name, is_required, goes_on):
    settings.SECOND_FACTOR_REQUIRED = is_required
    client = Client()
    sign_in(client, name)
    answer = client.get("/nhiem-vu/")
    assert answer.status_code == (200 if goes_on else 302)
    if not goes_on:
        assert answer["Location"] == SET_UP
        assert client.get(SET_UP).status_code == 200
        assert client.get("/api/v1/units/").status_code == 403


def test_set_up_from_the_first_page_to_the_codes(people, settings, clock):
    settings.SECOND_FACTOR_REQUIRED = True
    client, other = Client(), Client()
    sign_in(client, "head"), sign_in(other, "head")
    page = client.get(SET_UP).content.decode()
    secret = re.search(r'class="secret[^"]*">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "data:image/svg+xml;base64," in page
    assert client.post(SET_UP, {"code": "000000"}).status_code == 422
    assert not SecondFactor(people.head).is_on
    done = client.post(SET_UP, {"code": code_of(secret)}, follow=True)
    assert len(re.findall(r"<code>[\d ]+</code>", done.content.decode())) == 10
    assert "no-store" in done["Cache-Control"]
    assert client.get("/nhiem-vu/").status_code == 200
    assert not is_signed_in(other)
    assert client.get(SET_UP).status_code == 302


def test_the_secret_is_not_kept_in_the_clear(guarded):
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert guarded.secret not in kept
    assert matching_step(guarded.secret, code_of(guarded.secret))


def test_who_may_switches_it_off_and_who_must_does_not(guarded, settings):
    client = with_password()
    give(client, code_of(guarded.secret))
    off = "/tai-khoan/xac-thuc-hai-lop/tat/"
    settings.SECOND_FACTOR_REQUIRED = True
    client.post(off, {"password": PASSWORD})
    assert SecondFactor(guarded).is_on
    settings.SECOND_FACTOR_REQUIRED = False
    client.post(off, {"password": "sai"})
    assert SecondFactor(guarded).is_on
    client.post(off, {"password": PASSWORD})
    assert not SecondFactor(guarded).is_on
    assert kinds()[-3:] == [EventKind.PROOF_FAILED, EventKind.FACTOR_OFF, EventKind.SESSIONS_ENDED]


def test_an_administrator_resets_it(guarded, people, client_of):
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    permissions = Permission.objects.filter(codename__in=("view_user", "change_user"))
    people.admin.user_permissions.set(permissions)
    victim = with_password()
    give(victim, code_of(guarded.secret))
    asked = {"action": "reset_factor", "_selected_action": [guarded.pk]}
    people_page = reverse("admin:organizations_user_changelist")
    client_of(people.officer_a).post(people_page, asked)
    assert SecondFactor(guarded).is_on
    client_of(people.admin).post(people_page, asked)
    assert not SecondFactor(guarded).is_on and not is_signed_in(victim)
    event = SecurityEvent.objects.get(kind=EventKind.FACTOR_RESET)
    assert (event.user, event.actor) == (guarded, people.admin)
    sign_in(victim, "standing")
    assert is_signed_in(victim)


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_email",
        "account_reset_password",
        "mfa_index",
        "mfa_authenticate",
    ],
)
def test_no_page_of_the_library_can_be_reached(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
