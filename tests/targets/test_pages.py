"""List, one target, entry and edit: scope, roles, words, revisions, the workbook."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from jobs.models import AuditEntry
from mtqg_portal.seeding.targets import DATA, load_indicators, province_target
from periods.models import PeriodLock
from programs.catalogue import load_catalogue, read
from targets.models import Operator, Progress, Target

from .conftest import enter, make_indicator, make_target

ENTRY = {"period": "2023-06", "value": "3", "as_of": "30/06/2023", "note": "Theo báo cáo nhanh"}


@pytest.fixture
def eighteen(units):
    """The plan's targets T1–T18 as the demo province carries them."""
    load_catalogue()
    indicators = load_indicators()
    document = None
    province = type("Place", (), {"unit": units.province})
    Target.objects.bulk_create(
        province_target(province, indicators, row, order, document)
        for order, row in enumerate(read(DATA / "targets_2023.csv"), start=1)
    )


def test_all_eighteen_stand_in_the_list_with_their_operator_words(eighteen, people, client_of):
    page = client_of(people.head).get("/chi-tieu/").content.decode()
    assert Target.objects.count() == 18
    for wording in Target.objects.values_list("wording", flat=True):
        assert wording in page
    for words in (
        "ít nhất 07 xã",
        "lũy kế 42 xã (67 %)",
        "ít nhất 01 xã",
        "ít nhất 3.000 hộ",
        "trên 3 điểm %",
        "trên 6 điểm %",
        "đạt 460 hộ",
        "mốc hoàn thành",
        "định tính",
    ):
        assert words in page
    assert "0 trên 12 chỉ tiêu định lượng đã đạt; 12 chưa có số liệu; 3 theo dõi ở sổ" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_disbursement_target_is_read_from_the_ledger_not_typed(
    eighteen, people, client_of, method
):
    target = Target.objects.get(indicator__code="NTM_PAID")
    client = client_of(people.owner)
    assert "Xem tỷ lệ giải ngân" in client.get(f"/chi-tieu/{target.pk}/").content.decode()
    url = reverse("targets:entry", args=[target.pk])
    assert getattr(client, method)(url, {"value": "99"}).status_code == 403
    assert not Progress.objects.exists()


def test_one_indicator_serves_two_programmes(eighteen, units, people, client_of):
    shared = Target.objects.filter(indicator__code="ETHNIC_POOR_RATE")
    assert {target.program.code for target in shared} == {"GNBV", "DTTS"}
    enter(shared[0].indicator, units.province, "2023-H1", "3.0", date(2023, 6, 14))
    page = client_of(people.head).get("/chi-tieu/").content.decode()
    assert page.count("đến 14/06/2023") == 2


def test_list_costs_the_same_for_one_and_many_targets(
    eighteen, people, client_of, django_assert_max_num_queries
):
    client = client_of(people.head)
    with django_assert_max_num_queries(26):
        client.get("/chi-tieu/")


def test_a_programme_owner_sees_the_own_programme_only(eighteen, people, client_of):
    page = client_of(people.owner).get("/chi-tieu/").content.decode()
    assert "ít nhất 07 xã" in page and "3.000 hộ" not in page


def test_filters_by_programme_year_and_unit(eighteen, counted_district, people, client_of):
    client = client_of(people.head)
    assert "3.000 hộ" not in client.get("/chi-tieu/?chuong_trinh=NTM").content.decode()
    assert "Chưa có chỉ tiêu nào" in client.get("/chi-tieu/?nam=2022").content.decode()
    assert "Huyện An" in client.get("/chi-tieu/?don_vi=T-A").content.decode()


@pytest.fixture
def counted_district(units, programs_of_catalogue):
    indicator = make_indicator("RIENG", [programs_of_catalogue])
    return make_target(indicator, programs_of_catalogue, units.district_a)


@pytest.fixture
def programs_of_catalogue(eighteen):
    return Target.objects.filter(program__code="NTM").first().program


def test_rows_of_another_district_are_not_found(counted, people, client_of):
    client = client_of(people.officer_a)
    assert client.get(f"/chi-tieu/{counted.a.pk}/").status_code == 200
    for path in (
        f"/chi-tieu/{counted.b.pk}/",
        f"/chi-tieu/{counted.b.pk}/nhap/",
        f"/chi-tieu/{counted.province.pk}/",
        "/chi-tieu/?don_vi=T-B",
        "/chi-tieu/tai-ve/?don_vi=T-B",
    ):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("name", ["head", "auditor", "treasury", "clerk"])
def test_who_only_reads_gets_403_for_entry_and_edit(counted, people, client_of, name):
    client = client_of(getattr(people, name))
    assert client.get(f"/chi-tieu/{counted.a.pk}/").status_code == 200
    for path in ("nhap/", "sua/"):
        assert client.post(f"/chi-tieu/{counted.a.pk}/{path}", ENTRY).status_code == 403
    assert not Progress.objects.exists()


def test_a_district_officer_enters_but_does_not_edit(counted, people, client_of):
    client = client_of(people.officer_a)
    page = client.get(f"/chi-tieu/{counted.a.pk}/").content.decode()
    assert "Nhập kết quả" in page and "Sửa chỉ tiêu" not in page
    assert client.get(f"/chi-tieu/{counted.a.pk}/sua/").status_code == 403
    assert client.get("/chi-tieu/them/").status_code == 403


def test_entries_are_kept_as_revisions_and_the_last_counts(counted, people, client_of):
    client = client_of(people.owner)
    url = f"/chi-tieu/{counted.a.pk}/nhap/"
    for value in ("3", "4"):
        assert client.post(url, ENTRY | {"value": value}).status_code == 302
    rows = Progress.objects.filter(unit=counted.a.unit).order_by("revision")
    assert [(row.value, row.revision, row.is_official) for row in rows] == [
        (3, 1, False),
        (4, 2, True),
    ]
    page = client.get(f"/chi-tieu/{counted.a.pk}/").content.decode()
    assert "lần ghi 1" in page and "lần ghi 2" in page and "Đạt" in page


def test_a_double_click_is_one_revision(counted, people, client_of):
    client = client_of(people.owner)
    for _ in range(2):
        client.post(f"/chi-tieu/{counted.a.pk}/nhap/", ENTRY)
    assert Progress.objects.filter(unit=counted.a.unit).count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": "ba"}, "không phải"),
        ({"value": ""}, "Chưa nhập"),
        ({"value": "-1"}, "không được nhỏ hơn 0"),
        ({"value": "1000000000000000"}, "không được lớn hơn"),
        ({"value": "2,5"}, "số nguyên"),
        ({"as_of": "31/02/2023"}, "lịch"),
        ({"as_of": "04/07/2023"}, "không được sau ngày 03/07/2023"),
        ({"as_of": "31/05/2023"}, "không thuộc tháng 6/2023"),
        ({"period": "2023-08"}, "2023-08"),
    ],
)
def test_a_wrong_entry_says_what_to_mend_and_keeps_what_was_typed(
    counted, people, client_of, change, message
):
    response = client_of(people.owner).post(f"/chi-tieu/{counted.a.pk}/nhap/", ENTRY | change)
    page = response.content.decode()
    assert response.status_code == 422 and message in page
    assert "Theo báo cáo nhanh" in page
    assert not Progress.objects.exists()


def test_a_closed_period_takes_no_figure(counted, people, client_of, units):
    PeriodLock.objects.create(period="2023-06", unit=units.district_a, reason="đã chấp nhận")
    response = client_of(people.owner).post(f"/chi-tieu/{counted.a.pk}/nhap/", ENTRY)
    assert response.status_code == 422 and "đã khóa" in response.content.decode()
    other = client_of(people.owner).post(f"/chi-tieu/{counted.b.pk}/nhap/", ENTRY)
    assert other.status_code == 302


def test_a_milestone_is_entered_in_words(units, programs, people, client_of):
    filed = make_indicator("HS", [programs["NTM"]], "none")
    target = make_target(filed, programs["NTM"], units.province, Operator.MILESTONE, value=None)
    client = client_of(people.owner)
    url = f"/chi-tieu/{target.pk}/nhap/"
    assert client.post(url, ENTRY | {"note": ""}).status_code == 422
    assert client.post(url, ENTRY | {"note": "Đã gửi hồ sơ thẩm định"}).status_code == 302
    assert "Đã gửi hồ sơ thẩm định" in client.get("/chi-tieu/").content.decode()
    assert Progress.objects.get().value is None


def edited(target, **change):
    return {
        "program": target.program_id,
        "indicator": target.indicator_id,
        "wording": target.wording,
        "operator": target.operator,
        "value": "4",
        "order": "0",
        "base": "",
        "cumulative": "",
        "share": "",
    } | change


def test_editing_leaves_a_trace(counted, people, client_of):
    response = client_of(people.owner).post(
        f"/chi-tieu/{counted.a.pk}/sua/", edited(counted.a, value="5,5")
    )
    assert response.status_code == 302
    counted.a.refresh_from_db()
    assert counted.a.value == Decimal("5.5")
    assert AuditEntry.objects.get(action="target.edit").detail == {"value": "5.5"}


def test_a_number_is_asked_for_only_where_there_is_one(counted, people, client_of):
    client = client_of(people.standing)
    url = f"/chi-tieu/{counted.a.pk}/sua/"
    refused = client.post(url, edited(counted.a, value=""))
    assert refused.status_code == 422 and "phải có giá trị" in refused.content.decode()
    assert client.post(url, edited(counted.a, operator="qualitative")).status_code == 302
    counted.a.refresh_from_db()
    assert counted.a.value is None


def test_a_new_target_belongs_to_the_unit_of_the_address(counted, units, people, client_of):
    other = make_indicator("MOI", [counted.program])
    client = client_of(people.owner)
    data = edited(counted.a, indicator=other.pk, wording="Chỉ tiêu mới")
    assert client.post("/chi-tieu/them/?don_vi=T-B&nam=2023", data).status_code == 302
    made = Target.objects.get(wording="Chỉ tiêu mới")
    assert (made.unit, made.period) == (units.district_b, "2023")


@pytest.mark.parametrize("year", ["²²²²", "0000", "1900", "9999", "x"])
def test_a_year_that_is_none_gives_the_target_this_year(counted, people, client_of, year):
    other = make_indicator("MOI", [counted.program])
    data = edited(counted.a, indicator=other.pk, wording="Chỉ tiêu mới")
    url = f"/chi-tieu/them/?don_vi=T-B&nam={year}"
    assert client_of(people.owner).post(url, data, follow=True).status_code == 200
    assert Target.objects.get(wording="Chỉ tiêu mới").period == "2023"


def test_the_same_target_twice_is_refused_in_words(counted, people, client_of):
    response = client_of(people.owner).post(
        "/chi-tieu/them/?don_vi=T-A&nam=2023", edited(counted.a)
    )
    assert response.status_code == 422
    assert "đã có chỉ tiêu" in response.content.decode()


def test_an_owner_writes_no_target_of_another_programme(counted, programs, people, client_of):
    poor = make_indicator("NGHEO", [programs["GNBV"]])
    data = edited(counted.a, program=programs["GNBV"].pk, indicator=poor.pk)
    assert client_of(people.owner).post("/chi-tieu/them/?don_vi=T-A", data).status_code == 422


def test_an_agency_without_area_sees_an_empty_list_and_no_file(counted, people, client_of):
    client = client_of(people.agency)
    assert "Chưa có chỉ tiêu nào" in client.get("/chi-tieu/").content.decode()
    assert client.get("/chi-tieu/tai-ve/").status_code == 404


def test_the_entry_offers_the_last_whole_month_first(counted, people, client_of):
    form = client_of(people.owner).get(f"/chi-tieu/{counted.a.pk}/nhap/").context["form"]
    assert form["period"].initial == "2023-06"


def test_detail_drills_down_to_districts(counted, units, people, client_of):
    enter(counted.indicator, units.district_a, "2023-H1", 2, date(2023, 6, 14))
    page = client_of(people.head).get(f"/chi-tieu/{counted.province.pk}/").content.decode()
    for text in ("Huyện An", "Huyện Bình", "1 trên 2 đơn vị có số", "Chưa có số liệu"):
        assert text in page
    assert "có số từ" not in page


def test_a_sum_of_figures_of_different_days_says_so(counted, units, people, client_of):
    enter(counted.indicator, units.district_a, "2023-H1", 2, date(2023, 6, 14))
    enter(counted.indicator, units.district_b, "2023-Q1", 1, date(2023, 3, 31))
    page = client_of(people.head).get(f"/chi-tieu/{counted.province.pk}/").content.decode()
    assert "đến 14/06/2023, có số từ 31/03/2023" in page


def test_workbook_holds_numbers_and_harmless_words(counted, units, people, client_of):
    counted.province.wording = "=1+1"
    counted.province.save()
    enter(counted.indicator, units.province, "2023-H1", 2, date(2023, 6, 14))
    response = client_of(people.head).get("/chi-tieu/tai-ve/?don_vi=T")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    row = [cell.value for cell in sheet[4]]
    assert row[:3] == ["Nông thôn mới", "=1+1", "ít nhất 07 xã"]
    assert sheet["B4"].data_type == "s"
    assert (row[5], float(row[7])) == (2, 28.57)
