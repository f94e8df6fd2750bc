"""The list of works: search, filters, pages by key, the workbook, and whose rows they are."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disbursement import register
from disbursement.models import EntryKind, Project
from tests.disbursement.conftest import MILLION, allot, pay

pytestmark = pytest.mark.django_db
URL = "/von/cong-trinh/"


@pytest.fixture(autouse=True)
def the_day(settings):
    settings.PORTAL_TODAY = date(2023, 7, 3)


@pytest.fixture
def works(make_project, units, catalogue):
    road = make_project("A-1", name="Đường thôn Hạ")
    water = make_project("A-2", units.commune_b1, name="Cấp nước Bình Một", component=catalogue.gn)
    idle = make_project("A-3", name="Nhà văn hóa")
    for project in (road, water, idle):
        allot(project, 100)
    allot(road, 20, kind=EntryKind.CARRY_IN, origin_year=2022)
    pay(road, 30)
    make_project("A-4", name="Chưa có vốn")
    return road, water, idle


def codes(answer):
    return [line.project.code for line in answer.context["page"].lines]


def test_a_project_with_money_of_the_year_stands_in_the_list(works, people, client):
    client.force_login(people.standing)
    answer = client.get(URL)
    assert codes(answer) == ["A-1", "A-2", "A-3"]
    first, _, idle = answer.context["page"].lines
    assert (first.figure.to_spend, first.figure.paid) == (120 * MILLION, 30 * MILLION)
    assert str(first.rate) == "25.00"
    assert (first.is_zero, idle.is_zero) == (False, True)
    assert codes(client.get(URL, {"nam": "2022"})) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "duong HA"}, ["A-1"]),
        ({"q": "a-3"}, ["A-3"]),
        ({"q": "không có"}, []),
        ({"ct": "GN"}, ["A-2"]),
        ({"ct": "KHONG"}, ["A-1", "A-2", "A-3"]),
        ({"loai": "activity"}, []),
        ({"dv": "T-B"}, ["A-2"]),
        ({"dv": "T-B", "q": "nha"}, []),
    ],
)
def test_filters_narrow_and_misspelt_ones_do_not(works, people, client, asked, found):
    client.force_login(people.standing)
    assert codes(client.get(URL, asked)) == found


def test_a_district_sees_its_own_works_alone(works, people, client):
    client.force_login(people.officer_b)
    assert codes(client.get(URL)) == ["A-2"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{URL}xuat/").content))
    assert [row[0].value for row in book.active.iter_rows(min_row=4)] == ["A-2"]


def test_a_changed_name_is_found_by_its_new_words(works):
    works[0].name = "Cầu treo"
    works[0].save(update_fields=["name"])
    assert list(Project.objects.matching("cau treo")) == [works[0]]
    assert not Project.objects.matching("duong thon")
    Project.objects.bulk_update([renamed(works[1], "Trạm bơm")], ["name"])
    assert list(Project.objects.matching("tram BOM")) == [works[1]]


def renamed(project, name):
    project.name = name
    return project


def test_pages_go_forward_and_back_by_key(make_project, people, client, monkeypatch):
    monkeypatch.setattr(register, "PAGE", 2)
    for number in range(5):
        allot(make_project(f"B-{number}"), 1)
    client.force_login(people.standing)
    first = client.get(URL)
    assert (codes(first), first.context["previous_url"]) == (["B-0", "B-1"], "")
    second = client.get(first.context["next_url"])
    assert codes(second) == ["B-2", "B-3"]
    last = client.get(second.context["next_url"])
    assert (codes(last), last.context["next_url"]) == (["B-4"], "")
    back = client.get(last.context["previous_url"])
    assert codes(back) == ["B-2", "B-3"]
    assert codes(client.get(back.context["previous_url"])) == ["B-0", "B-1"]


def test_the_workbook_says_what_the_page_says(works, people, client):
    client.force_login(people.standing)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{URL}xuat/").content)).active
    head = [cell.value for cell in sheet[3]]
    rows = [dict(zip(head, (c.value for c in row), strict=True)) for row in sheet.iter_rows(4)]
    assert [row["Mã dự án"] for row in rows] == ["A-1", "A-2", "A-3"]
    assert rows[0]["Tổng vốn được chi"] == 120 * MILLION
    assert rows[0]["Tỷ lệ (%)"] == 25
    assert rows[2]["Vốn kéo dài"] is None


def test_a_text_that_looks_like_a_formula_stays_a_text(make_project, people, client):
    allot(make_project("C-1", name="=1+1"), 1)
    client.force_login(people.standing)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{URL}xuat/").content)).active
    assert sheet["B4"].data_type == "s"


def test_more_rows_take_no_more_queries(works, make_project, people, client):
    client.force_login(people.standing)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(20):
        allot(make_project(f"D-{number:02}"), 1)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) <= len(few)


@pytest.mark.parametrize(("most", "words"), [(2, "Hơn 2 công trình"), (3, ">3 công trình")])
def test_the_count_stops_where_nobody_pages_to(works, people, client, monkeypatch, most, words):
    monkeypatch.setattr(register, "MOST_COUNTED", most)
    client.force_login(people.standing)
    assert words in client.get(URL).text


def test_an_empty_list_says_what_to_do(people, client):
    client.force_login(people.standing)
    assert "bỏ bớt điều kiện lọc" in client.get(reverse("disbursement:register")).text
