"""Access tokens: shown once, kept hashed, cut to scopes and one post, ended with their owner."""

import re
import time
from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import AuditEntry
from organizations.entering import PROOF_LIMIT
from organizations.models import (
    ApiToken,
    EventKind,
    Grant,
    Post,
    PostHolder,
    Role,
    Scope,
    SecurityEvent,
    User,
)
from organizations.models.tokens import LONGEST, digest_of
from organizations.second_factor import SecondFactor, new_secret
from tests.api.rows import every_row
from tests.test_sign_in import PASSWORD

UNITS, PROJECTS = "/api/v1/units/", "/api/v1/projects/"
PAGE = "/api/ma-truy-cap/"


def issue(user, *scopes, **given):
    facts = {
        "user": user,
        "post": user.current_posts().first(),
        "name": "Phần mềm kế toán",
        "scopes": scopes or (Scope.CATALOG_READ,),
        "expires_on": timezone.localdate() + timedelta(days=30),
    }
    return ApiToken.objects.issue(**{**facts, **given})


def ask(secret, address=UNITS):
    return Client().get(address, headers={"authorization": f"Bearer {secret}"})


def test_a_token_opens_what_its_scope_names_and_nothing_else(people):
    _, secret = issue(people.officer_a)
    assert ask(secret).status_code == 200
    answer = ask(secret, PROJECTS)
    assert (answer.status_code, answer.json()["code"]) == (403, "NTM-104")
    assert answer.json()["detail"] == "Mã truy cập không có phạm vi “money:read”."


def test_scopes_add_no_right(units, people):
    """Every scope in hand, a token still reads its owner's rows alone."""
    every_row(units, 1)
    _, secret = issue(people.officer_b, *Scope.values)
    assert ask(secret, PROJECTS).json()["results"] == []
    assert {row["code"] for row in ask(secret).json()["results"]} == {"T-B", "T-B1"}
    _, wide = issue(people.officer_a, *Scope.values)
    assert len(ask(wide, PROJECTS).json()["results"]) == 1


def test_every_area_of_the_api_has_its_scopes():
    from_views = {s.split(":")[0] for s in Scope.values}
    assert from_views == {
        "catalog",
        "tasks",
        "targets",
        "money",
        "reports",
        "documents",
        "notices",
        "alerts",
        "imports",
    }


def test_a_token_speaks_for_one_post_alone(units, people):
    other = Post.objects.create(code="kiem", title="Kiêm nhiệm", unit=units.district_b)
    PostHolder.objects.create(post=other, user=people.officer_a, valid_from=date(2021, 1, 1))
    Grant.objects.create(
        post=other, role=Role.UNIT_OFFICER, area_unit=units.district_b, valid_from=date(2021, 1, 1)
    )
    _, secret = issue(people.officer_a, post=other)
    assert {row["code"] for row in ask(secret).json()["results"]} == {"T-B", "T-B1"}


def test_the_secret_is_nowhere_in_the_database(people):
    token, secret = issue(people.officer_a)
    kept = ApiToken.objects.values().get(pk=token.pk)
    assert kept["digest"] == digest_of(secret)
    assert not [name for name, value in kept.items() if secret.split("_", 2)[2] in str(value)]


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:-1] + "!", lambda s: "ntm_", str.upper]
)
def test_a_wrong_secret_is_401(people, spoil):
    _, secret = issue(people.officer_a)
    answer = ask(spoil(secret))
    assert (answer.status_code, answer.json()["code"]) == (401, "NTM-102")


def test_another_secret_under_a_known_prefix_is_401(people):
    _, secret = issue(people.officer_a)
    _, other = issue(people.officer_a)
    mixed = secret[:15] + other[15:]
    assert ask(mixed).status_code == 401


def test_the_last_day_counts_and_the_next_does_not(people):
    token, secret = issue(people.officer_a)
    last = token.expires_on
    with time_machine.travel(f"{last}T23:59:00+07:00", tick=False):
        assert ask(secret).status_code == 200
    with time_machine.travel(f"{last + timedelta(days=1)}T00:01:00+07:00", tick=False):
        assert ask(secret).status_code == 401
        assert token.why_unusable() == "hết hạn"


@pytest.mark.parametrize("end", ["revoked", "account", "post", "holder", "grant"])
def test_it_ends_with_what_it_hangs_on(people, end):
    token, secret = issue(people.officer_a)
    assert ask(secret).status_code == 200
    if end == "revoked":
        assert token.revoke(people.officer_a) and not token.revoke(people.officer_a)
    elif end == "account":
        people.officer_a.is_active = False
        people.officer_a.save()
    elif end == "post":
        token.post.holders.update(valid_to=timezone.localdate())
    elif end == "holder":
        token.post.holders.update(user=people.officer_b)
    else:
        # Without a right the token still names its person, who reads nothing.
        token.post.grants.update(valid_to=timezone.localdate())
        assert ask(secret).json()["results"] == []
        return
    assert ask(secret).status_code == 401


def test_its_use_is_noted_to_the_minute(people):
    token, secret = issue(people.officer_a)
    ask(secret)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    ask(secret)
    assert first and ApiToken.objects.get(pk=token.pk).last_used_at == first


def test_too_many_requests_are_429_with_the_time_to_wait(people, settings):
    settings.API_RATE = "3/min"
    _, secret = issue(people.officer_a)
    _, other = issue(people.officer_b)
    assert [ask(secret).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = ask(secret)
    assert answer.json()["code"] == "NTM-103" and 0 < int(answer["Retry-After"]) <= 60
    assert ask(other).status_code == 200


# The page


def asked(people, **given):
    return {
        "name": "Phần mềm kế toán",
        "post": people.officer_a.current_posts().first().pk,
        "expires_on": f"{timezone.localdate() + timedelta(days=90):%d/%m/%Y}",
        "scopes": ["money:read"],
        "password": PASSWORD,
        **given,
    }


def test_the_secret_is_shown_once(people, client_of):
    client = client_of(people.officer_a)
    page = client.post(PAGE, asked(people), follow=True)
    secret = re.search(r"ntm_[0-9a-f]{10}_[\w-]{43}", page.content.decode())[0]
    assert "no-store" in page["Cache-Control"]
    shown = page.redirect_chain[0][0]
    assert secret not in shown and secret not in client.get(shown).content.decode()
    assert ask(secret, PROJECTS).status_code == 200
    again = client.get(PAGE).content.decode()
    assert "Phần mềm kế toán" in again and secret not in again
    assert ApiToken.objects.get().prefix in again


def test_making_and_revoking_are_in_the_log_without_the_secret(people, client_of):
    client = client_of(people.officer_a)
    page = client.post(PAGE, asked(people), follow=True).content.decode()
    token = ApiToken.objects.get()
    client.post(reverse("api:token_revoke", args=[token.pk]))
    client.post(reverse("api:token_revoke", args=[token.pk]))
    notes = AuditEntry.objects.filter(action__startswith="token.").order_by("pk")
    assert [note.action for note in notes] == ["token.issue", "token.revoke"]
    secret = re.search(r"ntm_[0-9a-f]{10}_([\w-]{43})", page)[1]
    assert all(secret not in str(note.detail) for note in notes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", []),
        ("scopes", ["everything:write"]),
        ("name", ""),
        ("expires_on", "01/01/2020"),
        ("expires_on", ""),
        ("password", ""),
        ("password", "sai"),
    ],
)
def test_what_does_not_fit_makes_no_token(people, client_of, field, value):
    answer = client_of(people.officer_a).post(PAGE, asked(people, **{field: value}))
    assert answer.status_code == 422 and not ApiToken.objects.exists()


@pytest.mark.parametrize(("more", "status"), [(0, 302), (1, 422)])
def test_a_token_lives_a_year_at_most(people, client_of, more, status):
    day = timezone.localdate() + LONGEST + timedelta(days=more)
    answer = client_of(people.officer_a).post(PAGE, asked(people, expires_on=f"{day:%d/%m/%Y}"))
    assert answer.status_code == status


def test_nobody_takes_a_token_for_somebody_elses_post(people, client_of):
    theirs = people.head.current_posts().first().pk
    for user in (people.officer_a, people.admin):
        answer = client_of(user).post(PAGE, asked(people, post=theirs))
        assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_double_click_makes_one_token_and_shows_its_secret(people, client_of):
    client, sent = client_of(people.officer_a), asked(people, form_key="hai-lan-bam")
    first, again = client.post(PAGE, sent), client.post(PAGE, sent)
    assert first.status_code == again.status_code == 302
    token = ApiToken.objects.get()
    stranger = client_of(people.admin).get(again["Location"]).content.decode()
    assert token.prefix in stranger and f"ntm_{token.prefix}_…" in stranger
    assert not re.search(rf"ntm_{token.prefix}_[\w-]{{43}}", stranger)
    assert re.search(
        rf"ntm_{token.prefix}_[\w-]{{43}}", client.get(again["Location"]).content.decode()
    )


def test_guessing_the_password_of_a_borrowed_session_is_stopped(people, client_of):
    client = client_of(people.officer_a)
    for _ in range(PROOF_LIMIT):
        client.post(PAGE, asked(people, password="sai"))
    assert SecurityEvent.objects.filter(kind=EventKind.PROOF_FAILED).count() == PROOF_LIMIT
    answer = client.post(PAGE, asked(people))
    assert answer.status_code == 422 and "15 phút" in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("remedy", ["demand_password", "reset_factor", "password", "unlock"])
def test_the_remedies_of_an_administrator_end_the_tokens(people, client_of, remedy):
    """Unlocking is the control: a locked door says nothing of the account."""
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    people.admin.user_permissions.set(
        Permission.objects.filter(codename__in=("view_user", "change_user"))
    )
    factor = new_secret()
    SecondFactor(people.officer_a).switch_on(
        factor, format_hotp_value(hotp_value(factor, int(time.time()) // 30))
    )
    _, secret = issue(people.officer_a)
    _, of_another = issue(people.officer_b)
    if remedy == "password":
        page = reverse("admin:auth_user_password_change", args=[people.officer_a.pk])
        sent = {"usable_password": "true", "password1": "Song-Ba-2026"}
        sent["password2"] = sent["password1"]
    else:
        page = reverse("admin:organizations_user_changelist")
        sent = {"action": remedy, "_selected_action": [people.officer_a.pk]}
    assert client_of(people.admin).post(page, sent).status_code == 302
    if remedy == "unlock":
        assert ask(secret).status_code == 200
        return
    assert ask(secret).status_code == 401 and ask(of_another).status_code == 200
    assert ApiToken.objects.get(user=people.officer_a).revoked_by == people.admin
    event = SecurityEvent.objects.filter(actor=people.admin).first()
    assert event.user == people.officer_a and event.detail["tokens_revoked"] == 1


def test_what_a_token_is_refused_is_written_down_once(people):
    token, secret = issue(people.officer_a)
    for _ in range(3):
        assert ask(secret, PROJECTS).status_code == 403
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user) == (EventKind.FORBIDDEN, people.officer_a)
    assert event.detail == {
        "path": f"GET {PROJECTS}",
        "reason": "Mã truy cập không có phạm vi “money:read”.",
        "token": token.prefix,
    }
    ask(secret, "/api/v1/payments/")
    assert SecurityEvent.objects.count() == 2


def test_a_stranger_neither_sees_nor_revokes_it(people, client_of):
    token, secret = issue(people.officer_a)
    client = client_of(people.officer_b)
    assert token.prefix not in client.get(PAGE).content.decode()
    assert client.post(reverse("api:token_revoke", args=[token.pk])).status_code == 404
    assert ask(secret).status_code == 200


def test_who_manages_accounts_revokes_any(people, client_of):
    token, secret = issue(people.officer_a)
    client = client_of(people.admin)
    assert token.prefix in client.get(PAGE).content.decode()
    assert client.post(reverse("api:token_revoke", args=[token.pk])).status_code == 302
    assert ask(secret).status_code == 401


def test_a_token_opens_no_page_and_makes_no_token(people):
    _, secret = issue(people.officer_a, *Scope.values)
    headers = {"authorization": f"Bearer {secret}"}
    assert Client().get(PAGE, headers=headers).status_code != 200
    assert Client().post(PAGE, asked(people), headers=headers).status_code != 200
    assert ApiToken.objects.count() == 1
