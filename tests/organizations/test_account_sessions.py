"""Sessions end when the person's rights change, and one's own page shows and ends them."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from organizations.models import Grant, PersonSession, Post, PostHolder, Role, User
from tests.conftest import START
from tests.test_sign_in import is_signed_in, sign_in

MINE, END = "/tai-khoan/", "/tai-khoan/phien/ket-thuc/"


@pytest.fixture
def session(people):
    client = Client()
    sign_in(client)
    assert is_signed_in(client)
    return client


def own_grant(people):
    return Grant.objects.get(post__code="officer_a")


def add_grant(people):
    grant = own_grant(people)
    Grant.objects.create(
        post=grant.post, role=Role.CLERK, area_unit=grant.area_unit, valid_from=START
    )


def end_grant(people):
    grant = own_grant(people)
    grant.valid_to = date(2026, 1, 1)
    grant.save()


def move_grant(people):
    grant = own_grant(people)
    grant.post = Post.objects.get(code="commune")
    grant.save()


def delete_grant(people):
    own_grant(people).delete()


def end_term(people):
    term = PostHolder.objects.get(user=people.officer_a)
    term.valid_to = date(2026, 1, 1)
    term.save()


def give_post(people):
    post = Post.objects.get(code="commune")
    PostHolder.objects.create(post=post, user=people.officer_a, valid_from=START)


def move_post(people):
    post = Post.objects.get(code="officer_a")
    post.unit = Post.objects.get(code="commune").unit
    post.save()


def set_password(people):
    people.officer_a.set_password("Mat-khau-khac-1")
    people.officer_a.save()


def deactivate(people):
    people.officer_a.is_active = False
    people.officer_a.save()


CHANGES = [
    *(add_grant, end_grant, move_grant, delete_grant, end_term, give_post, move_post),
    *(set_password, deactivate),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_of_rights_ends_the_sessions(session, people, change):
    rival = Client()
    sign_in(rival, "officer_b")
    change(people)
    assert not is_signed_in(session)
    assert is_signed_in(rival)


def test_other_changes_do_not(session, people):
    people.officer_a.full_name = "Tên khác"
    people.officer_a.save()
    assert is_signed_in(session)


@pytest.mark.parametrize("model", ["grant", "postholder"])
def test_deleting_many_in_the_account_pages_ends_them_too(session, people, client_of, model):
    User.objects.filter(pk=people.admin.pk).update(is_staff=True)
    permissions = Permission.objects.filter(codename__in=(f"view_{model}", f"delete_{model}"))
    people.admin.user_permissions.set(permissions)
    rows = {
        "grant": Grant.objects.filter(post__code="officer_a"),
        "postholder": people.officer_a.held_posts,
    }
    asked = {
        "action": "delete_selected",
        "_selected_action": [row.pk for row in rows[model].all()],
        "post": "yes",
    }
    client_of(people.admin).post(reverse(f"admin:organizations_{model}_changelist"), asked)
    assert not rows[model].exists()
    assert not is_signed_in(session)


def test_the_page_shows_my_sessions_and_nobody_elses(session, people):
    other = Client()
    sign_in(other, "officer_b", address="10.0.0.77")
    sign_in(Client(), address="10.0.0.5")
    text = session.get(MINE).content.decode()
    assert "10.0.0.1" in text and "10.0.0.5" in text and "10.0.0.77" not in text
    assert "Cán bộ huyện, xã" in text and "Huyện An" in text


def test_one_session_is_ended_and_the_others_stay(session, people):
    second, third = Client(), Client()
    sign_in(second), sign_in(third)
    row = PersonSession.objects.get(key=second.session.session_key)
    session.post(END, {"session": row.pk})
    assert not is_signed_in(second)
    assert is_signed_in(third) and is_signed_in(session)


def test_all_others_are_ended_and_this_one_goes_on(session, people):
    others = [Client(), Client()]
    for other in others:
        sign_in(other)
    session.post(END)
    assert is_signed_in(session) and not any(map(is_signed_in, others))
    assert PersonSession.objects.alive(User.objects.get(username="officer_a")).count() == 1


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 30])
def test_a_session_of_others_is_not_mine_to_end(session, people, sent):
    rival = Client()
    sign_in(rival, "officer_b")
    theirs = PersonSession.objects.get(key=rival.session.session_key)
    session.post(END, {"session": theirs.pk})
    session.post(END, {"session": sent})
    assert is_signed_in(rival)


def test_signing_in_forgets_the_sessions_that_are_over(people):
    first = Client()
    sign_in(first)
    Session.objects.filter(pk=first.session.session_key).delete()
    sign_in(Client())
    assert PersonSession.objects.filter(user=people.officer_a).count() == 1
