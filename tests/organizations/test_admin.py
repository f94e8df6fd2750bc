"""The administrator of accounts reaches accounts and nothing more."""

import pytest
from django.contrib.auth.models import Permission

from organizations.models import User


@pytest.fixture
def manager(people):
    user = people.admin
    user.is_staff = True
    user.save()
    names = [
        f"{verb}_{model}"
        for verb in ("view", "change")
        for model in ("user", "post", "postholder", "grant")
    ]
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="organizations", codename__in=names)
    )
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("model", ["user", "post", "postholder", "grant"])
def test_account_pages_open(manager, client_of, model):
    assert client_of(manager).get(f"/quan-tri/organizations/{model}/").status_code == 200


@pytest.mark.parametrize("path", ["organizations/unit/", "programs/program/"])
def test_other_pages_stay_closed(manager, client_of, path):
    assert client_of(manager).get(f"/quan-tri/{path}").status_code == 403


def test_nobody_is_made_staff(manager, people, client_of):
    url = f"/quan-tri/organizations/user/{people.clerk.pk}/change/"
    form = client_of(manager).get(url).context["adminform"].form
    assert "full_name" in form.fields
    assert {"is_superuser", "is_staff", "user_permissions"}.isdisjoint(form.fields)


def test_own_account_post_and_rights_are_out_of_reach(manager, client_of):
    client, post = client_of(manager), manager.post
    grant, held = post.grants.get(), post.holders.get()
    for model, row in (("user", manager), ("post", post), ("grant", grant), ("postholder", held)):
        url = f"/quan-tri/organizations/{model}/{row.pk}/change/"
        assert client.get(url).status_code == 200
        assert client.post(url, {}).status_code == 403, model


@pytest.mark.parametrize("theirs", [True, False])
def test_a_new_right_goes_to_others_only(manager, people, units, client_of, theirs):
    manager.user_permissions.add(Permission.objects.get(codename="add_grant"))
    post = manager.post if theirs else people.clerk.post
    before = post.grants.count()
    client_of(manager).post(
        "/quan-tri/organizations/grant/add/",
        {
            "post": post.pk,
            "role": "standing",
            "area_unit": units.province.pk,
            "program_code": "",
            "valid_from": "01/01/2023",
        },
    )
    assert post.grants.count() == before + (0 if theirs else 1)


def test_a_superuser_is_out_of_reach(manager, client_of):
    root = User.objects.create_superuser("root", password="mat-khau-dai")
    client = client_of(manager)
    url = f"/quan-tri/organizations/user/{root.pk}/change/"
    assert client.post(url, {"username": "root2"}).status_code == 403
    assert client.get(f"/quan-tri/organizations/user/{root.pk}/password/").status_code == 403


def test_units_are_read_mostly(client_of, units):
    root = User.objects.create_superuser("root", password="mat-khau-dai")
    client = client_of(root)
    page = client.get(f"/quan-tri/organizations/unit/{units.district_a.pk}/change/")
    assert page.status_code == 200 and "code" not in page.context["adminform"].form.fields
    assert client.get("/quan-tri/organizations/unit/add/").status_code == 403
