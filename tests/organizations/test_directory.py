from datetime import date

import pytest

from organizations.models import Flag, UnitFlag


@pytest.fixture
def flagged(units):
    UnitFlag.objects.create(
        unit=units.commune_a1, flag=Flag.EXTREMELY_DIFFICULT, valid_from=date(2021, 1, 1)
    )
    UnitFlag.objects.create(
        unit=units.commune_a2,
        flag=Flag.BORDER,
        valid_from=date(2021, 1, 1),
        valid_to=date(2023, 1, 1),
    )
    return units


def test_tree_by_district_with_the_flags_of_the_day(flagged, people, client_of):
    page = client_of(people.standing).get("/don-vi/").content.decode()
    assert "2 huyện, thị xã, thành phố; 3 xã, phường, thị trấn, trong đó 1 xã" in page
    assert "đặc biệt khó khăn" in page
    assert "biên giới" not in page
    assert page.index("Huyện An") < page.index("Xã An Một") < page.index("Huyện Bình")


@pytest.mark.parametrize("words", ["An Hai", "an hai", "hai an"])
def test_search_needs_no_diacritics_and_no_order(flagged, people, client_of, words):
    page = client_of(people.head).get("/don-vi/", {"q": words}).content.decode()
    assert "Xã An Hai" in page and "Xã An Một" not in page


def test_a_district_sees_itself_and_below(flagged, people, client_of):
    client = client_of(people.officer_a)
    assert "Huyện Bình" not in client.get("/don-vi/").content.decode()
    assert client.get("/don-vi/T-A1/").status_code == 200
    assert client.get("/don-vi/T-B/").status_code == 404


def test_unit_page_shows_parent_flags_and_posts(flagged, people, client_of):
    page = client_of(people.head).get("/don-vi/T-A1/").content.decode()
    for text in ("thuộc Huyện An", "đặc biệt khó khăn", "Cán bộ xã An Một", "commune"):
        assert text in page


def test_ended_flag_stays_in_the_history_of_the_unit(flagged, people, client_of):
    page = client_of(people.head).get("/don-vi/T-A2/").content.decode()
    assert "biên giới" in page and "01/01/2023" in page


def test_list_costs_the_same_for_any_number_of_units(
    flagged, people, client_of, django_assert_max_num_queries
):
    client = client_of(people.standing)
    with django_assert_max_num_queries(18):
        client.get("/don-vi/")
