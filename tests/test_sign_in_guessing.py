"""Guessing is stopped without locking anybody else out; behind a proxy too."""

import statistics
import time
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from django.urls import reverse

from organizations.entering import ADDRESS_LIMIT
from organizations.models import EventKind, SecurityEvent, User
from organizations.visitors import client_address
from tests.test_sign_in import SIGN_IN, is_signed_in, sign_in


def hashes_made(act):
    with mock.patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
    ) as made:
        act()
    return made.call_count


@pytest.mark.once
def test_of_a_thousand_guesses_ten_are_looked_at(people):
    client = Client()
    assert hashes_made(lambda: [sign_in(client, password=f"sai-{n}") for n in range(1000)]) <= 10
    last = sign_in(client, password="sai")
    assert last.status_code == 429 and last["Retry-After"] == "900"
    assert "Thử sai quá nhiều. Hãy thử lại sau 15 phút." in last.content.decode()
    owner = Client()
    sign_in(owner, address="10.0.0.2")
    assert is_signed_in(owner)
    colleague = Client()
    sign_in(colleague, "officer_b")
    assert is_signed_in(colleague)


def test_one_address_over_many_accounts_is_stopped_too(people):
    client = Client()
    made = hashes_made(lambda: [sign_in(client, f"nguoi-{n}", "sai") for n in range(200)])
    assert made == ADDRESS_LIMIT
    assert sign_in(Client()).status_code == 429
    owner = Client()
    sign_in(owner, address="10.0.0.2")
    assert is_signed_in(owner)


def test_tries_at_a_closed_door_do_not_keep_it_closed(people, time_machine):
    time_machine.move_to("2026-07-03T01:00:00+00:00", tick=False)
    client = Client()
    for _ in range(11):
        sign_in(client, password="sai")
    time_machine.shift(timedelta(minutes=14))
    assert sign_in(client).status_code == 429
    time_machine.shift(timedelta(minutes=1, seconds=1))
    assert sign_in(client).status_code == 302


def test_an_administrator_unlocks(people, client_of):
    for _ in range(11):
        sign_in(Client(), password="sai")
    assert sign_in(Client()).status_code == 429
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    people.admin.user_permissions.set(
        Permission.objects.filter(codename__in=("view_user", "change_user"))
    )
    asked = {"action": "unlock", "_selected_action": [people.officer_a.pk]}
    client_of(people.admin).post(reverse("admin:organizations_user_changelist"), asked)
    assert sign_in(Client()).status_code == 302
    assert SecurityEvent.objects.filter(kind=EventKind.UNLOCKED, actor=people.admin).exists()


@pytest.mark.once
def test_known_and_unknown_names_take_as_long(people, settings):
    """With the real hasher, whose time stands out; medians of interleaved tries."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    with mock.patch.object(PBKDF2PasswordHasher, "iterations", 400_000):
        people.officer_a.set_password("Mat-khau-that-1")
        people.officer_a.save()
        times = {"officer_a": [], "khong-co": []}
        for turn in range(9):
            for name, taken in times.items():
                started = time.perf_counter()
                sign_in(Client(), name, "sai", address=f"10.1.0.{turn}")
                taken.append(time.perf_counter() - started)
    known, unknown = (statistics.median(taken) for taken in times.values())
    # Far apart without the dummy hash: a factor of ten and more.
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize(
    ("proxies", "named", "found"),
    [
        (0, "1.2.3.4", "10.0.0.7"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.8", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.7"),
        (1, "", "10.0.0.7"),
        (1, "<script>", "10.0.0.7"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(settings, proxies, named, found):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR=named)
    assert client_address(request) == found


def test_behind_a_proxy_each_visitor_has_a_limit_of_their_own(people, settings):
    settings.TRUSTED_PROXIES = 1

    def behind(visitor, password):
        data = {"username": "officer_a", "password": password}
        return Client().post(
            SIGN_IN, data, REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR=f"9.9.9.9, {visitor}"
        )

    for _ in range(11):
        behind("1.2.3.4", "sai")
    assert behind("1.2.3.4", "mat-khau-dai").status_code == 429
    assert behind("1.2.3.5", "mat-khau-dai").status_code == 302
