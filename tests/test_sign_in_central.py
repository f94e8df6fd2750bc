"""Sign-in through the province's server: the whole way against one of our own, and its faults."""

import os
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from organizations.models import EventKind, SecurityEvent, User
from organizations.second_factor import SecondFactor, new_secret
from tests.central_server import CLIENT, OTHER_KEY, SECRET, central_server
from tests.test_sign_in import PASSWORD, is_signed_in
from tests.test_sign_in_codes import CODE, code_of, give

START, BACK = "/dang-nhap/tap-trung/", "/dang-nhap/tap-trung/tra-loi/"
EMAIL = "officer@tinh.example.vn"


@pytest.fixture
def server(settings):
    """Central sign-in switched on, against a server on this machine."""
    with central_server() as running:
        settings.OIDC_ISSUER = running.issuer
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        settings.OIDC_LABEL = "tài khoản tỉnh"
        settings.OIDC_LINK_BY_EMAIL = False
        settings.ROOT_URLCONF = "tests.central_urls"
        yield running
    cache.clear()


@pytest.fixture
def person(people):
    User.objects.filter(pk=people.officer_a.pk).update(email=EMAIL)
    return people.officer_a


@pytest.fixture
def linked(server, person):
    SocialAccount.objects.create(user=person, provider=server.issuer, uid="s-1")
    return person


def there_and_back(client, goal="/nhiem-vu/"):
    """As a browser goes: out by the link, and the address with which the server sends back."""
    out = client.get(START, {"next": goal})
    assert out.status_code == 302, out.content.decode()
    sent = requests.get(out["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(sent.headers["Location"])
    assert back.path == BACK
    return f"{back.path}?{back.query}"


def walk(client, goal="/nhiem-vu/"):
    return client.get(there_and_back(client, goal))


def kinds():
    return list(SecurityEvent.objects.order_by("number").values_list("kind", flat=True))


def assert_kept_out(client, answer, status, code):
    assert (answer.status_code, answer["X-Problem"]) == (status, code)
    assert not is_signed_in(client)


# In


def test_a_stored_subject_lets_in_and_leads_to_the_page_asked_for(linked):
    client = Client()
    answer = walk(client)
    assert (answer.status_code, answer["Location"]) == (302, "/nhiem-vu/")
    assert is_signed_in(client)
    event = SecurityEvent.objects.latest("number")
    assert (event.kind, event.user) == (EventKind.SIGNED_IN, linked)
    assert event.detail == {"door": "đăng nhập tập trung"}


def test_what_is_asked_of_the_server(linked, server):
    out = urlsplit(Client().get(START)["Location"])
    asked = {name: values[0] for name, values in parse_qs(out.query).items()}
    assert out.netloc == urlsplit(server.issuer).netloc
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert len(asked["nonce"]) == 32 and len(asked["state"]) >= 16


def test_the_session_key_changes_and_nothing_of_the_person_is_kept(linked):
    client = Client()
    back = there_and_back(client)
    before = client.session.session_key
    client.get(back)
    assert client.session.session_key != before
    assert SocialAccount.objects.get().extra_data == {}


def test_nobody_is_led_to_another_site(linked):
    assert walk(Client(), "https://example.com/")["Location"] == reverse("dashboards:start")


def test_who_is_in_already_goes_on(linked, server, client_of):
    answer = client_of(linked).get(START, {"next": "/nhiem-vu/"})
    assert (answer.status_code, answer["Location"]) == (302, "/nhiem-vu/")
    assert server.asked == []


def test_the_code_of_the_second_factor_is_asked_all_the_same(linked, time_machine):
    time_machine.move_to("2026-07-03T01:00:00+00:00", tick=False)
    secret = new_secret()
    SecondFactor(linked).switch_on(secret, code_of(secret))
    time_machine.shift(60)
    client = Client()
    assert walk(client)["Location"] == CODE
    assert not is_signed_in(client) and EventKind.SIGNED_IN not in kinds()
    assert give(client, "000000").status_code == 200
    assert give(client, code_of(secret))["Location"] == "/nhiem-vu/"
    assert is_signed_in(client)
    assert SecurityEvent.objects.latest("number").detail == {"door": "đăng nhập tập trung"}


def test_who_must_have_a_second_factor_sets_it_up_first(server, people, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    SocialAccount.objects.create(user=people.head, provider=server.issuer, uid="s-1")
    client = Client()
    walk(client)
    assert client.get("/nhiem-vu/")["Location"] == "/tai-khoan/xac-thuc-hai-lop/"


def test_a_due_password_is_not_asked_of_who_did_not_use_it(linked):
    User.objects.filter(pk=linked.pk).update(must_change_password=True)
    client = Client()
    walk(client)
    assert client.get("/nhiem-vu/").status_code == 200
    by_password = Client()
    by_password.post("/dang-nhap/", {"username": "officer_a", "password": PASSWORD})
    assert by_password.get("/nhiem-vu/")["Location"] == "/tai-khoan/mat-khau/"


def test_who_has_no_password_is_told_so_where_one_is_asked(linked):
    linked.set_unusable_password()
    linked.save()
    client = Client()
    walk(client)
    page = client.post("/tai-khoan/xac-thuc-hai-lop/tat/", {"password": "x"}, follow=True)
    assert "chưa có mật khẩu của cổng" in page.content.decode()
    assert EventKind.PROOF_FAILED not in kinds()


# By e-mail


def test_an_address_links_nobody_unless_that_is_switched_on(server, person):
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("is_at_userinfo", [False, True])
def test_a_verified_address_links_once_and_then_the_subject_counts(
    server, person, settings, is_at_userinfo
):
    settings.OIDC_LINK_BY_EMAIL = True
    if is_at_userinfo:
        server.info = {name: server.person.pop(name) for name in ("email", "email_verified")}
    client = Client()
    assert walk(client).status_code == 302 and is_signed_in(client)
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.uid) == (person, server.issuer, "s-1")
    assert kinds() == [EventKind.CENTRAL_LINKED, EventKind.SIGNED_IN]
    User.objects.filter(pk=person.pk).update(email="khac@tinh.example.vn")
    again = Client()
    walk(again)
    assert is_signed_in(again) and kinds().count(EventKind.CENTRAL_LINKED) == 1


def test_of_an_address_of_another_person_at_userinfo_nothing_is_taken(server, person, settings):
    settings.OIDC_LINK_BY_EMAIL = True
    server.person = {"sub": "s-1"}
    server.info = {"sub": "s-2", "email": EMAIL, "email_verified": True}
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")


@pytest.mark.parametrize(
    "told",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "nguoi-khac@tinh.example.vn"},
        {"email": ""},
    ],
)
def test_an_address_that_is_not_verified_or_not_known_links_nobody(server, person, settings, told):
    settings.OIDC_LINK_BY_EMAIL = True
    server.claims = told
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")
    assert not SocialAccount.objects.exists()


def test_two_people_with_one_address_are_not_told_apart(server, person, people, settings):
    settings.OIDC_LINK_BY_EMAIL = True
    User.objects.filter(pk=people.officer_b.pk).update(email=EMAIL.upper())
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")


def test_an_address_does_not_take_a_link_from_another_subject(linked, server, settings):
    settings.OIDC_LINK_BY_EMAIL = True
    server.person["sub"] = "s-2"
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")
    assert SocialAccount.objects.get().uid == "s-1"


# Kept out


def test_an_unknown_person_is_told_whom_to_ask_and_gets_no_account(server, people):
    count = User.objects.count()
    client = Client()
    answer = walk(client)
    assert_kept_out(client, answer, 403, "NTM-107")
    page = answer.content.decode()
    assert "quản trị tài khoản của đơn vị" in page and "<code>s-1</code>" in page
    assert "?next=/nhiem-vu/" in page
    assert User.objects.count() == count
    walk(client)
    event = SecurityEvent.objects.get()
    assert (event.kind, event.username, event.user) == (EventKind.CENTRAL_REFUSED, EMAIL, None)


def test_an_account_that_is_switched_off_stays_closed(linked, settings):
    settings.OIDC_LINK_BY_EMAIL = True
    User.objects.filter(pk=linked.pk).update(is_active=False)
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")


def test_the_subject_of_another_server_is_another_person(server, person):
    SocialAccount.objects.create(user=person, provider="https://cu.example.vn", uid="s-1")
    client = Client()
    assert_kept_out(client, walk(client), 403, "NTM-107")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "khac"},
        {"nonce": None},
        {"aud": "cong-khac"},
        {"aud": [CLIENT, "cong-khac"], "azp": "cong-khac"},
        {"iss": "https://khac.example.vn"},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"sub": None},
        {"sub": "x" * 192},
        {"sub": "a\0b"},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_opens_nothing(linked, server, claims):
    server.claims = claims
    client = Client()
    assert_kept_out(client, walk(client), 400, "NTM-108")
    assert kinds() == [EventKind.CENTRAL_REFUSED]


@pytest.mark.parametrize(
    ("algorithm", "key"), [("RS256", OTHER_KEY), ("none", None), ("HS256", SECRET)]
)
def test_a_token_somebody_else_signed_opens_nothing(linked, server, algorithm, key):
    server.algorithm, server.signed_with = algorithm, key
    client = Client()
    assert_kept_out(client, walk(client), 400, "NTM-108")


def test_an_answer_belongs_to_the_browser_that_asked(linked):
    victim, attacker = Client(), Client()
    back = there_and_back(attacker)
    assert_kept_out(victim, victim.get(back), 400, "NTM-108")
    invented = re.sub("state=[^&]+", "state=bia-dat", back)
    assert_kept_out(attacker, attacker.get(invented), 400, "NTM-108")
    assert attacker.get(back).status_code == 302 and is_signed_in(attacker)


def test_an_answer_counts_once_and_for_ten_minutes(linked, time_machine):
    time_machine.move_to("2026-07-03T01:00:00+00:00", tick=False)
    client = Client()
    back = there_and_back(client)
    client.get(back)
    client.post("/dang-xuat/")
    assert_kept_out(client, client.get(back), 400, "NTM-108")
    back = there_and_back(client)
    time_machine.shift(601)
    assert_kept_out(client, client.get(back), 400, "NTM-108")


def test_a_code_that_the_server_does_not_know_opens_nothing(linked):
    client = Client()
    back = re.sub("code=[^&]+", "code=bia-dat", there_and_back(client))
    assert_kept_out(client, client.get(back), 400, "NTM-108")


def test_who_gives_up_at_the_server_is_not_blamed(linked):
    client = Client()
    state = parse_qs(urlsplit(client.get(START)["Location"]).query)["state"][0]
    answer = client.get(BACK, {"error": "access_denied", "state": state})
    assert_kept_out(client, answer, 400, "NTM-108")
    assert "đã được hủy" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?code=x", "?state=%00&code=x", "?error=x"])
def test_an_answer_nobody_waits_for(server, db, query):
    client = Client()
    assert_kept_out(client, client.get(f"{BACK}{query}"), 400, "NTM-108")
    assert not SecurityEvent.objects.exists()


def test_the_addresses_are_read_only(server, db):
    assert Client().post(START).status_code == Client().post(BACK).status_code == 405


# The server is away


def test_a_server_that_is_away_leaves_the_password(linked, server, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    client = Client()
    answer = client.get(START, {"next": "/nhiem-vu/"})
    assert_kept_out(client, answer, 503, "NTM-109")
    assert answer["Retry-After"] == "5"
    assert f"{START}?next=/nhiem-vu/" in answer.content.decode()
    client.post("/dang-nhap/", {"username": "officer_a", "password": PASSWORD})
    assert is_signed_in(client)


def test_a_server_that_falls_on_the_way_back(linked, server):
    client = Client()
    back = there_and_back(client)
    server.is_down = True
    assert_kept_out(client, client.get(back), 503, "NTM-109")


def test_a_configuration_of_another_issuer_is_not_followed(linked, server, settings):
    settings.OIDC_ISSUER = server.issuer.replace("127.0.0.1", "localhost")
    client = Client()
    assert_kept_out(client, client.get(START), 503, "NTM-109")


def test_starting_again_and_again_does_not_ask_the_server_each_time(server, db):
    for _ in range(5):
        Client().get(START)
    assert server.asked == ["/.well-known/openid-configuration"]


# On and off


def test_the_sign_in_page_shows_the_way_only_where_it_is_on(server, db, settings):
    page = Client().get("/dang-nhap/", {"next": "/von/"})
    assert f'href="{START}?next=/von/"' in page.content.decode()
    assert "tài khoản tỉnh" in page.content.decode()
    # The link is no form, and the policy still sends forms nowhere else.
    assert "form-action 'self'" in page["Content-Security-Policy"]
    settings.OIDC_ISSUER = ""
    assert START not in Client().get("/dang-nhap/").content.decode()


def test_switched_off_no_address_of_it_answers(db):
    assert django_settings.OIDC_ISSUER == ""
    for address in (START, BACK):
        assert Client().get(address).status_code == 404
        with pytest.raises(Resolver404):
            resolve(address)
    with pytest.raises(NoReverseMatch):
        reverse("central_start")


@pytest.mark.parametrize("name", ["openid_connect_login", "socialaccount_connections"])
def test_no_page_of_the_library_can_be_reached(server, name):
    with pytest.raises(NoReverseMatch):
        reverse(name, kwargs={"provider_id": "x"} if name.startswith("openid") else None)


PRODUCTION = {"PORTAL_ENV": "production", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "x.example.vn"}
HTTPS = "https://sso.example.vn"
CLIENT_OF = {"OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "404"),
        ({"OIDC_ISSUER": HTTPS, **CLIENT_OF}, "central_start"),
        ({"OIDC_ISSUER": HTTPS}, "OIDC_CLIENT_ID is required"),
        ({"OIDC_ISSUER": "http://sso.example.vn", **CLIENT_OF, **PRODUCTION}, "https://"),
    ],
    ids=["off", "on", "half", "in the clear"],
)
def test_the_environment_switches_it(tmp_path, given, words):
    code = (
        "import django; django.setup(); from django.urls import resolve, Resolver404\n"
        f"try: print(resolve({START!r}).url_name)\nexcept Resolver404: print(404)"
    )
    usual = {"DJANGO_SETTINGS_MODULE": "mtqg_portal.settings", "PORTAL_VAR": str(tmp_path)}
    env = {**os.environ, **usual, "DATABASE_URL": "", **given}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=env, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert words in done.stdout + done.stderr


# The account manager's page


@pytest.fixture
def manager(people, client_of):
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    rights = Permission.objects.filter(codename__in=("view_user", "change_user"))
    people.admin.user_permissions.set(rights)
    return client_of(people.admin)


def page_of(user):
    return reverse("admin:organizations_user_change", args=[user.pk])


def sent(user, links, **rows):
    form = {"username": user.username, "full_name": user.full_name, "is_active": "on"}
    for prefix, total in (("held_posts", 0), ("socialaccount_set", len(links))):
        initial = sum(1 for link in links if link) if total else 0
        form |= {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": initial}
    return {**form, **rows}


def test_the_manager_links_a_person_and_it_is_written_down(server, manager, people):
    form = sent(people.officer_a, [None], **{"socialaccount_set-0-uid": " s-1 "})
    assert manager.post(page_of(people.officer_a), form).status_code == 302
    client = Client()
    assert walk(client).status_code == 302 and is_signed_in(client)
    event = SecurityEvent.objects.get(kind=EventKind.CENTRAL_LINKED)
    assert (event.user, event.actor) == (people.officer_a, people.admin)
    assert event.detail == {"subject": "s-1"}
    form = sent(people.officer_b, [None], **{"socialaccount_set-0-uid": "s-1"})
    again = manager.post(page_of(people.officer_b), form)
    assert "đã nối với một tài khoản khác" in again.content.decode()


def test_a_link_taken_away_ends_the_sessions(linked, manager, people):
    client = Client()
    walk(client)
    link = SocialAccount.objects.get()
    rows = {"socialaccount_set-0-id": link.pk, "socialaccount_set-0-DELETE": "on"}
    form = sent(linked, [link], **rows)
    assert manager.post(page_of(linked), form).status_code == 302
    assert not is_signed_in(client) and not SocialAccount.objects.exists()
    assert EventKind.CENTRAL_UNLINKED in kinds()
    assert walk(Client()).status_code == 403


def test_nobody_links_themselves_or_a_superuser(server, manager, people):
    User.objects.filter(pk=people.head.pk).update(is_superuser=True)
    for user in (people.admin, people.head):
        form = sent(user, [None], **{"socialaccount_set-0-uid": "s-1"})
        assert manager.post(page_of(user), form).status_code == 403
    assert not SocialAccount.objects.exists()


def test_switched_off_the_manager_sees_no_such_part(manager, people):
    assert "đăng nhập tập trung" not in manager.get(page_of(people.officer_a)).content.decode()
