"""The start page: one for each kind of person, scoped, and as many queries for six as for one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alerts.evaluation import evaluate_alerts
from disbursement.models import Project
from documents.models import IssuedDocument
from notices.models import Notice
from organizations.closure import rebuild_closure
from organizations.models import UnitKind, User
from reporting.models import Consolidated, Report
from targets.models import Indicator, Target
from tests.alerts.cast import (
    MILLION,
    make_plan,
    make_programme,
    make_project,
    make_round,
    make_rule,
    make_task,
    owe,
    pay,
)
from tests.conftest import make_unit

START = reverse("dashboards:start")


@pytest.fixture
def portal(people, units):
    component = make_programme()
    make_rule(units.province)
    project = make_project("A1", units.commune_a1, component, difficulty="vướng mặt bằng")
    paid = make_project("B1", units.commune_b1, component)
    pay(paid, 900 * MILLION, date(2023, 6, 30))
    make_task(make_plan(units.province), 1, date(2023, 6, 30), units.construction)
    indicator = Indicator.objects.create(code="XA", name="Xã đạt chuẩn", measure_unit="xã")
    Target.objects.create(
        indicator=indicator,
        program=component.program,
        unit=units.province,
        period="2023",
        wording="Thêm ít nhất 07 xã",
        operator=">=",
        value=7,
        base=35,
        cumulative=42,
    )
    report_round = make_round()
    owed = owe(report_round, units.district_a, units.planning)
    evaluate_alerts(date(2023, 7, 3), None)
    return component, project, report_round, owed


def page_of(client_of, user, **query):
    reply = client_of(user).get(START, query)
    assert reply.status_code == 200
    return reply.content.decode()


def test_the_head_reads_the_finding_the_tiles_and_who_is_short(client_of, people, portal):
    page = page_of(client_of, people.head)
    assert "thứ Hai, 03/07/2023" in page
    assert "Số liệu thanh toán chốt đến ngày 30/06/2023" in page
    assert "Giải ngân <b>45,00 %</b>, thấp hơn mốc tiến độ đều" in page
    assert '<b class="bad">4,59 điểm %</b>' in page
    assert "Huyện An thiếu <b>496</b> triệu đồng" in page
    assert "vướng mặt bằng" in page
    assert "1 công trình, hoạt động ở mức 0 %, còn 1.000 triệu đồng." in page
    assert "mục tiêu năm 7 xã" in page
    assert "trên 1 đơn vị" in page


def test_the_head_urges_a_district_from_the_page(client_of, people, units, portal):
    topic = f"money:{units.district_a.pk}"
    assert f'value="{topic}"' in page_of(client_of, people.head)
    client_of(people.head).post(reverse("notices:urge"), {"topic": topic, "next": START})
    notice = Notice.objects.get()
    assert notice.unit == units.district_a
    assert "1 công trình, hoạt động chưa giải ngân, còn 1.000 triệu đồng" in notice.body
    assert notice.subject in page_of(client_of, people.officer_a)


def test_a_stranger_cannot_urge_and_an_auditor_sees_no_button(client_of, people, units, portal):
    topic = f"money:{units.district_a.pk}"
    assert "Đôn đốc<span" not in page_of(client_of, people.auditor)
    for person, status in ((people.auditor, 403), (people.officer_a, 403), (people.officer_b, 404)):
        reply = client_of(person).post(reverse("notices:urge"), {"topic": topic})
        assert reply.status_code == status


def test_the_draft_report_waits_for_the_head_and_reviews_for_the_standing_agency(
    client_of, people, committee, portal
):
    _, _, report_round, owed = portal
    draft = Consolidated.objects.create(
        round=report_round, committee=committee, built_at="2023-07-01T08:00Z"
    )
    Report.objects.create(obligation=owed, state="submitted", receipt="BN-1")
    approve = reverse("reporting:consolidated", args=[draft.pk])
    review = reverse("reporting:review", args=[owed.pk])
    head, standing = page_of(client_of, people.head), page_of(client_of, people.standing)
    assert approve in head and review not in head
    assert review in standing and approve not in standing


def test_the_programme_is_kept_in_the_address(client_of, people, portal):
    make_programme("GNBV", "Giảm nghèo", 2)
    page = page_of(client_of, people.head, ct="GNBV")
    assert "chưa có số liệu giải ngân" in page
    assert "?ct=GNBV" in page
    assert "45,00 %" in page_of(client_of, people.head, ct="không có")


def test_a_programme_owner_sees_only_that_programme(client_of, people, units, portal):
    other = make_programme("GNBV", "Giảm nghèo", 2)
    pay(make_project("G1", units.commune_a1, other), MILLION, date(2023, 6, 1))
    assert "45,00 %" in page_of(client_of, people.owner)


def test_districts_and_communes_see_their_own(client_of, people, portal):
    a, b = page_of(client_of, people.officer_a), page_of(client_of, people.officer_b)
    assert "Việc của Huyện An" in a and "Công trình A1" in a and "Còn <b>1</b> báo cáo" in a
    assert "Công trình A1" not in b and "Huyện An" not in b and "Không nợ báo cáo" in b
    assert "90,00 %" in b
    commune = page_of(client_of, people.commune)
    assert "Việc của Xã An Một" in commune and "Công trình A1" in commune


def test_an_agency_sees_its_late_task(client_of, people, portal):
    page = page_of(client_of, people.agency)
    assert "Nhiệm vụ số 1" in page and "1 nhiệm vụ quá hạn" in page and "quá 3 ngày" in page


def test_more_than_fits_is_counted_in_full(client_of, people, units, portal):
    _, _, report_round, owed = portal
    Report.objects.create(obligation=owed, state="submitted")
    for number in range(9):
        district = make_unit(f"T-Y{number}", f"Huyện Y{number}", UnitKind.DISTRICT, units.province)
        row = owe(report_round, district, units.planning)
        Report.objects.create(obligation=row, state="submitted")
    rebuild_closure()
    page = page_of(client_of, people.standing)
    assert "10 việc chờ xử lý" in page and "8 trong 10 việc" in page


def test_a_returned_report_is_owed_again(client_of, people, portal):
    *_, owed = portal
    Report.objects.create(obligation=owed, state="submitted")
    type(owed).objects.update(done_on=date(2023, 7, 2))
    assert "Không nợ báo cáo" in page_of(client_of, people.officer_a)
    Report.objects.update(state="returned")
    assert "Bị trả lại" in page_of(client_of, people.officer_a)


def test_treasury_clerk_and_administrator_have_their_own_pages(client_of, people, units, portal):
    IssuedDocument.objects.create(
        kind="BC",
        title="Báo cáo sáu tháng",
        unit=units.planning,
        subject="x",
        content={},
        template_version="1",
    )
    assert "đã có đến ngày <b>30/06/2023</b>" in page_of(client_of, people.treasury)
    assert reverse("disbursement:import_disbursements") in page_of(client_of, people.treasury)
    assert "Báo cáo sáu tháng" in page_of(client_of, people.clerk)
    assert "Chưa tiến trình nền nào báo nhịp" in page_of(client_of, people.admin)


def test_somebody_without_a_post_is_told_so(client_of, db):
    page = page_of(client_of, User.objects.create_user("nobody", password="x", full_name="Ai"))
    assert "chưa giữ chức danh" in page


def queries_of(client_of, user):
    client = client_of(user)
    client.get(START)
    with CaptureQueriesContext(connection) as log:
        client.get(START)
    return len(log)


def more_districts(units, component, report_round):
    for number in range(5):
        district = make_unit(f"T-X{number}", f"Huyện {number}", UnitKind.DISTRICT, units.province)
        commune = make_unit(f"T-X{number}1", f"Xã {number}", UnitKind.COMMUNE, district)
        project = make_project(f"X{number}", commune, component, difficulty=f"lý do {number}")
        zero = make_project(f"Z{number}", commune, component, difficulty="chưa có đất")
        pay(project, number * MILLION + 1, date(2023, 6, 1))
        owe(report_round, district, units.planning)
        Notice.objects.send(
            key=f"n{number}", unit=units.province, kind="reminder", subject=zero.name
        )
    rebuild_closure()


@pytest.mark.parametrize("person", ["head", "standing", "officer_a"])
def test_six_districts_take_as_many_queries_as_one(client_of, people, units, portal, person):
    component, _, report_round, _ = portal
    Notice.objects.send(key="n", unit=units.province, kind="reminder", subject="một")
    user = getattr(people, person)
    first = queries_of(client_of, user)
    more_districts(units, component, report_round)
    assert Project.objects.count() == 12
    assert queries_of(client_of, user) == first
    assert first <= 40
