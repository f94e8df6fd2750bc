import pytest

from organizations.models import User
from programs.catalogue import load_catalogue
from programs.models import Program, ProgramOwner


@pytest.fixture
def catalogue(units):
    load_catalogue()
    for start, end, unit in (
        ("2022-01-01", "2023-01-01", units.planning),
        ("2023-01-01", None, units.ntm_office),
    ):
        ProgramOwner.objects.create(
            program=Program.objects.get(code="NTM"), unit=unit, valid_from=start, valid_to=end
        )


def test_list_names_the_owner_of_the_day(catalogue, people, client_of):
    page = client_of(people.officer_a).get("/chuong-trinh/").content.decode()
    assert "Giảm nghèo bền vững" in page
    assert "Văn phòng Điều phối nông thôn mới tỉnh" in page
    assert "Tỉnh đang thực hiện 5 chương trình: 3 chương trình mục tiêu quốc gia" in page


def test_detail_shows_the_tree_and_owners_of_both_periods(catalogue, people, client_of):
    page = client_of(people.auditor).get("/chuong-trinh/NTM/").content.decode()
    for text in ("NTM-02.11", "NTM-CD6", "Sở Kế hoạch và Đầu tư", "01/01/2023", "263/QĐ-TTg"):
        assert text in page
    assert page.index("NTM-02.") < page.index("NTM-03.")


@pytest.mark.parametrize("words", ["tái định cư đất ở", "DT-1", "dat o, nha o"])
def test_search_needs_no_diacritics(catalogue, people, client_of, words):
    page = client_of(people.head).get("/chuong-trinh/", {"q": words}).content.decode()
    found = "DT-1. Giải quyết tình trạng" in page
    assert found is (words != "tái định cư đất ở")


def test_unknown_programme_and_somebody_without_rights_get_404(catalogue, people, client_of):
    assert client_of(people.head).get("/chuong-trinh/KHONG/").status_code == 404
    nobody = User.objects.create_user("nobody", password="mat-khau-dai")
    assert client_of(nobody).get("/chuong-trinh/NTM/").status_code == 404


def test_list_costs_the_same_with_more_programmes(
    catalogue, people, client_of, django_assert_max_num_queries
):
    client = client_of(people.head)
    with django_assert_max_num_queries(18):
        client.get("/chuong-trinh/")
