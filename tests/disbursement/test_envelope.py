"""The envelope tree: rows that open in place, what was given and shared out, named denominators."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.provenance import LazyRows
from disbursement.envelope import tree_of, walk
from disbursement.envelope_lines import Line, rounding_notes
from disbursement.figures import Denominator, Figure
from disbursement.models import EntryKind, Funding, LedgerEntry, Nature
from disbursement.rows import Part, Where, money_rows
from organizations.closure import rebuild_closure
from organizations.models import UnitKind
from tests.conftest import make_unit
from tests.disbursement.conftest import MILLION, allot, assign, pay, vintage

OVERVIEW = reverse("disbursement:overview")
DAY = date(2023, 7, 3)


@pytest.fixture
def money(make_project, units):
    mine = make_project("A-01", units.commune_a1)
    second = make_project("A-02", units.commune_a2)
    other = make_project("B-01", units.commune_b1)
    allot(mine, 100)
    allot(mine, 40, origin_year=2022, kind=EntryKind.CARRY_IN)
    allot(second, 60)
    allot(other, 200)
    pay(mine, 10, on=date(2023, 6, 30))
    pay(other, 50)
    return mine, second, other


def text(response):
    return " ".join(response.content.decode().split())


def node(tree, unit):
    return next(found for found in walk(tree.root) if found.unit == unit)


def lines_of(client, **query):
    return {line.name: line for line in client.get(OVERVIEW, query).context["rows"]}


def test_each_level_adds_up_to_the_one_above(money, units, people):
    tree = tree_of(Where(units.province, 2023, DAY), people.head)
    assert tree.root.figure.to_spend == 400 * MILLION
    for found in walk(tree.root):
        parts = [child.figure for child in found.children] + ([found.own] if found.own else [])
        added = sum(parts, Figure())
        assert replace(added, assigned=None) == replace(found.figure, assigned=None)


def test_the_day_counts_to_its_end(money, units, people):
    for day, paid in ((date(2023, 6, 29), 0), (date(2023, 6, 30), 10), (date(2023, 7, 1), 10)):
        tree = tree_of(Where(units.province, 2023, day), people.head)
        assert node(tree, units.commune_a1).figure.paid == paid * MILLION


def test_a_place_opens_in_place_down_to_its_works(money, units, people, client_of):
    client = client_of(people.head)
    closed = lines_of(client)
    assert "Huyện An" in closed and "Xã An Một" not in closed
    district = closed["Huyện An"]
    assert f"mo={units.district_a.pk}" in district.toggle
    both = f"{units.district_a.pk}-{units.commune_a1.pk}"
    opened = lines_of(client, mo=both)
    names = ("Huyện An", "Xã An Một", "Công trình A-01")
    assert [opened[name].level for name in names] == [1, 2, 3]
    assert "Công trình A-02" not in opened
    assert f"mo={units.commune_a1.pk}#" in opened["Huyện An"].toggle


@pytest.mark.parametrize("broken", ["x", "1-x-2", "-", "9" * 300, "٣"])
def test_a_broken_list_of_open_places_is_not_an_error(money, people, client_of, broken):
    assert client_of(people.head).get(OVERVIEW, {"mo": broken}).status_code == 200


def test_queries_do_not_grow_with_places_works_and_opened_rows(
    money, units, people, client_of, make_project
):
    client = client_of(people.head)
    query = {"mo": f"{units.district_a.pk}-{units.commune_a1.pk}"}

    def cost():
        client.get(OVERVIEW, query)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(OVERVIEW, query).status_code == 200
        return len(seen)

    before = cost()
    for number in range(8):
        commune = make_unit(f"N{number}", f"Xã Mới {number}", UnitKind.COMMUNE, units.district_a)
        for place in (commune, units.commune_a1):
            allot(make_project(f"N-{number}-{place.code}", place), 10)
    rebuild_closure()
    query["mo"] += f"-{commune.pk}"
    assert cost() == before
    assert before <= 45


def test_works_beyond_the_first_thirty_are_one_click_away(
    money, units, people, client_of, make_project
):
    for number in range(31):
        allot(make_project(f"C-{number:02}", units.commune_a1), 1)
    mo = f"{units.district_a.pk}-{units.commune_a1.pk}"
    page = client_of(people.head).get(OVERVIEW, {"mo": mo})
    assert "Xem cả 32 công trình của Xã An Một" in text(page)
    assert sum(line.level == 3 and not line.more for line in page.context["rows"]) == 30


# What was given and what was shared out


def test_shared_out_is_what_the_chain_gave_below_else_what_stands_on_works(
    money, units, people, catalogue
):
    assign(units.province, catalogue.ntm, 400)
    assign(units.district_a, catalogue.ntm, 170)
    tree = tree_of(Where(units.province, 2023, DAY), people.head)
    province, district = tree.root, node(tree, units.district_a)
    assert (province.assigned, province.allotted) == (400 * MILLION, 370 * MILLION)
    assert province.allotted_rate == Decimal("92.50")
    assert (district.assigned, district.allotted) == (170 * MILLION, 160 * MILLION)
    commune = node(tree, units.commune_a1)
    assert (commune.assigned, commune.allotted, commune.allotted_rate) == (None, None, None)


def test_carried_money_is_compared_only_where_the_chain_tells_of_it(
    money, units, people, catalogue
):
    assign(units.district_a, catalogue.ntm, 160)
    where = Where(units.province, 2023, DAY)
    assert node(tree_of(where, people.head), units.district_a).allotted == 160 * MILLION
    assign(units.district_a, catalogue.ntm, 50, origin_year=2022)
    assert node(tree_of(where, people.head), units.district_a).allotted == 200 * MILLION


def test_the_given_view_shows_the_rate_of_sharing_out(money, units, people, client_of, catalogue):
    assign(units.district_a, catalogue.ntm, 200)
    page = client_of(people.head).get(OVERVIEW, {"xem": "giao"})
    assert "Đã<br>phân bổ" in text(page)
    line = next(line for line in page.context["rows"] if line.name == "Huyện An")
    assert line.allotted_rate == Decimal("80.00")


# Named denominators


def test_each_rung_has_its_own_whole_and_nothing_below_it(money, units, people, catalogue):
    assign(units.province, catalogue.ntm, 500)
    assign(units.province, catalogue.ntm, 70, source="province")
    assign(units.district_a, catalogue.ntm, 100)
    where = Where(units.province, 2023, DAY)
    by_province = tree_of(where, people.head, Denominator.PROVINCE)
    rates = [
        node(by_province, unit).figure.rate(Denominator.PROVINCE)
        for unit in (units.province, units.district_a, units.district_b, units.commune_a1)
    ]
    assert rates == [Decimal("60.00"), Decimal("10.00"), None, None]
    by_pm = tree_of(where, people.head, Denominator.PM)
    assert by_pm.root.figure.rate(Denominator.PM) == Decimal("12.00")
    assert node(by_pm, units.district_a).figure.rate(Denominator.PM) is None


def test_a_district_s_own_page_keeps_the_rung_it_was_given_on(money, units, people, catalogue):
    assign(units.district_a, catalogue.ntm, 100)
    tree = tree_of(Where(units.district_a, 2023, DAY), people.head, Denominator.PROVINCE)
    assert tree.root.figure.rate(Denominator.PROVINCE) == Decimal("10.00")
    commune = tree_of(Where(units.commune_a1, 2023, DAY), people.head, Denominator.PROVINCE)
    assert commune.root.figure.rate(Denominator.PROVINCE) is None


def test_money_of_last_year_does_not_lift_what_the_prime_minister_gave(
    money, units, people, catalogue
):
    assign(units.province, catalogue.ntm, 500)
    pay(money[0], 30, origin_year=2022)
    tree = tree_of(Where(units.province, 2023, DAY), people.head, Denominator.PM)
    assert tree.root.figure.paid_of_pm == 60 * MILLION


# Filters, rows, rounding, workbook


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 400),
        ({"goc": "2022"}, 40),
        ({"tinh_chat": "recurrent"}, None),
        ({"von": "foreign"}, None),
        ({"ct": "NTM", "tp": "NTM-02"}, 400),
        ({"ct": "GN"}, None),
        ({"den": "09/01/2023"}, None),
        ({"den": "10/01/2023"}, 400),
    ],
)
def test_filters_narrow_the_figures(money, people, client_of, query, expected):
    page = client_of(people.head).get(OVERVIEW, query)
    found = page.context["total"].to_spend
    assert found == (None if expected is None else expected * MILLION)


def test_what_is_narrowed_stands_as_chips_that_can_be_taken_off(money, people, client_of):
    page = client_of(people.head).get(OVERVIEW, {"goc": "2022", "nam": "2023"})
    (chip,) = page.context["active"]
    assert chip["label"] == "Năm giao vốn gốc: 2022" and chip["remove_url"] == "?nam=2023"


def test_every_figure_of_every_row_opens_rows_that_add_up(money, units, people, client_of):
    client = client_of(people.head)
    allot(money[0], 5, funding=Funding.FOREIGN)
    mo = f"{units.district_a.pk}-{units.commune_a1.pk}"
    page = client.get(OVERVIEW, {"mo": mo, "von": Funding.DOMESTIC})
    checked = 0
    for line in page.context["rows"]:
        for part, url in line.sources.items():
            found = client.get(url).context["found"]
            assert found.total == getattr(line.figure, part), (line.name, part)
            assert isinstance(found.rows, LazyRows)
            assert sum(found.rows.rows.values_list("amount", flat=True)) == found.total
            checked += 1
    assert checked >= 16


def test_what_was_assigned_opens_the_rows_of_the_chain(money, units, people, catalogue):
    assign(units.district_a, catalogue.ntm, 170)
    where = Where(units.district_a, 2023, DAY)
    found = money_rows(where, Part.ASSIGNED, people.head)
    assert found.total == 170 * MILLION and found.rows[0:1][0].name == "Huyện An"


def test_a_difference_by_rounding_is_shown_and_nothing_else(make_project, units, client_of, people):
    def line(level, amount):
        return Line("x", "", Figure(planned=amount), None, level=level)

    half = MILLION // 2
    odd = [line(0, 2 * MILLION + 2 * half), line(1, MILLION + half), line(1, MILLION + half)]
    notes = rounding_notes(odd)
    assert notes and "được 4, tổng là 3, chênh 1 do làm tròn" in notes[0]
    assert rounding_notes([line(0, 3 * MILLION), line(1, MILLION), line(1, 2 * MILLION)]) == []
    for code, unit in (("A-1", units.commune_a1), ("B-1", units.commune_b1)):
        project = make_project(code, unit)
        allot(project, 2)
        LedgerEntry.objects.create(
            project=project,
            unit=unit,
            component=project.component,
            kind=EntryKind.CUT,
            amount=-half,
            effective_on=date(2023, 1, 12),
            **vintage(),
        )
    client = client_of(people.head)
    assert "được 4, tổng là 3, chênh 1 do làm tròn" in text(client.get(OVERVIEW))
    exact = text(client.get(OVERVIEW, {"den": "11/01/2023"}))
    assert "làm tròn" not in exact and "bằng đúng số cấp trên" in exact


def test_the_workbook_holds_the_rows_that_are_shown(money, units, people, client_of):
    client = client_of(people.head)
    query = {"mo": str(units.district_a.pk), "tep": "xlsx", "mau_so": "year_plan"}
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(OVERVIEW, query).content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Vốn năm 2023: Tỉnh Thử"
    assert rows[2][0] == "Mẫu số của tỷ lệ: kế hoạch năm 2023"
    named = {row[0]: row for row in rows[6:] if row[0]}
    assert named["Xã An Một"][2:7] == (100 * MILLION, 40 * MILLION, 140 * MILLION, 10 * MILLION,
                                       130 * MILLION)  # fmt: skip
    assert "Xã Bình Một" not in named


def test_export_and_page_end_at_the_area(money, people, client_of):
    answer = client_of(people.officer_b).get(OVERVIEW, {"tep": "xlsx"})
    cells = [
        str(value)
        for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active.values
        for value in row
    ]
    assert "Huyện An" not in cells and any("Bình" in cell for cell in cells)


def test_programme_and_nature_are_crossed(money, people, client_of):
    allot(money[0], 7, nature=Nature.RECURRENT)
    parts = client_of(people.head).get(OVERVIEW).context["parts"]
    assert [(line.name, line.level, line.figure.to_spend) for line in parts][:3] == [
        ("Nông thôn mới", 0, 407 * MILLION),
        ("Vốn đầu tư phát triển", 1, 400 * MILLION),
        ("Kinh phí sự nghiệp", 1, 7 * MILLION),
    ]
