"""Text composed by any keyboard reaches pages, search and rows in one normal form."""

import unicodedata

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse

from mtqg_portal.typed_text import NormalFormMiddleware, normal

NAME = "Xã Tiên Phước, huyện Đông Giang"
APART = unicodedata.normalize("NFD", NAME)


def seen(request):
    got = []
    NormalFormMiddleware(got.append)(request)
    return got[0]


def test_query_and_form_come_composed():
    request = seen(RequestFactory().post(f"/?q={APART}", {"name": [APART, "x"], "note": NAME}))
    assert request.GET["q"] == NAME
    assert request.POST.getlist("name") == [NAME, "x"] and request.POST["note"] == NAME


def test_a_password_stays_as_it_was_typed():
    request = seen(RequestFactory().post("/", {"password": APART, "new_password1": APART}))
    assert request.POST["password"] == request.POST["new_password1"] == APART


def test_what_is_composed_already_is_not_copied():
    data = QueryDict(mutable=True)
    data["q"] = NAME
    assert normal(data) is data


@pytest.mark.django_db
def test_search_finds_what_was_typed_in_pieces(people, units, client_of):
    client = client_of(people.head)
    whole = client.get(reverse("organizations:list"), {"q": units.district_a.name})
    apart = unicodedata.normalize("NFD", units.district_a.name)
    pieces = client.get(reverse("organizations:list"), {"q": apart})
    assert pieces.content.count(units.district_a.name.encode()) == whole.content.count(
        units.district_a.name.encode()
    )
