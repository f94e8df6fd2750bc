"""Counts tell no more than lists: each figure is that of the rows its reader may open.

Every scene holds rows of somebody else beside the reader's own, so a count that forgot to ask for
the reader's would be another number.
"""

from datetime import date

import pytest
from django.urls import reverse

from alerts.letters import of_alert
from alerts.models import Alert, AlertRule, AlertState
from core.clock import now
from dashboards.figures import task_counts
from dashboards.sources import FINDERS
from dashboards.waiting import waiting_for
from disbursement.models import LedgerEntry, Project, RuleKind
from documents.models import IssuedDocument
from jobs.models import Batch, StoredFile
from mtqg_portal.context import overdue_assignments
from notices.models import Notice
from organizations.models import Grant, Role
from reporting.models import Consolidated, Obligation, Report
from targets.models import Target
from tests.alerts.cast import (
    MILLION,
    VINTAGE,
    make_plan,
    make_programme,
    make_project,
    make_round,
    make_rule,
    make_task,
    owe,
    pay,
)
from tests.api.rows import MAKERS, every_row
from tests.conftest import make_person

TODAY = date(2023, 7, 3)
LATE, AHEAD = date(2023, 6, 30), date(2023, 7, 10)
READERS = {"officer_a": 3, "officer_b": 1, "standing_ntm": 3, "district_ntm": 2, "head": 4}


@pytest.fixture
def readers(people, units):
    """The cast, and two people whose right holds one programme alone."""
    limited = {"role": Role.STANDING, "program": "NTM"}
    for name, area in (("standing_ntm", units.province), ("district_ntm", units.district_a)):
        person = make_person(name, "Thường trực NTM", units.planning, area=area, **limited)
        setattr(people, name, person)
    return people


@pytest.fixture
def alerts(units):
    """Three open ones of district A (one of another programme), one of its stranger, one over."""
    places = [units.district_a, units.commune_a1, units.district_a, units.district_b]
    codes = ["NTM", "NTM", "GNBV", "NTM"]
    for number, (unit, code) in enumerate(zip(places, codes, strict=True)):
        make_alert(number, unit, code)
    return make_alert(9, units.district_a, "NTM", state=AlertState.CLOSED)


def make_alert(number, unit, program, **extra):
    return Alert.objects.create(
        rule=AlertRule.ZERO_DISBURSEMENT,
        subject=f"project:{number}",
        due_on=LATE,
        unit=unit,
        program_code=program,
        title=f"Công trình {program} số {number} chưa giải ngân",
        **extra,
    )


@pytest.mark.parametrize(("name", "own"), READERS.items())
def test_the_list_of_alerts_counts_what_it_lists(readers, alerts, client_of, name, own):
    user = getattr(readers, name)
    page = client_of(user).get(reverse("alerts:list"))
    tabs = {tab["label"]: tab.get("count") for tab in page.context["tabs"]}
    assert Alert.objects.for_user(user).open().count() == own
    assert page.context["total"] == len(page.context["alerts"]) == tabs["Tất cả"] == own
    assert tabs[AlertRule.ZERO_DISBURSEMENT.label] == own


@pytest.mark.parametrize(("name", "own"), READERS.items())
def test_the_start_page_and_its_menu_count_the_readers_alerts(
    readers, alerts, client_of, name, own
):
    page = client_of(getattr(readers, name)).get(reverse("dashboards:start"))
    menu = {item.label: item.count for item in page.context["nav_items"]}
    assert page.context["alerts"] == menu["Tổng quan"] == own


@pytest.fixture
def tasks(units):
    """District A leads two (one late), district B three (two late); each in a plan of all."""
    component = make_programme()
    plan = make_plan(units.province)
    days = {units.district_a: [LATE, AHEAD], units.district_b: [LATE, LATE, AHEAD]}
    pairs = [(unit, day) for unit, found in days.items() for day in found]
    for number, (unit, day) in enumerate(pairs, 1):
        make_task(plan, number, day, unit)
    first = plan.assignments.get(number="1")
    first.program = component.program
    first.save()


@pytest.mark.parametrize(
    ("name", "total", "late"),
    [("officer_a", 2, 1), ("officer_b", 3, 2), ("standing_ntm", 1, 1), ("head", 5, 3)],
)
def test_tasks_are_counted_for_their_reader(readers, tasks, client_of, name, total, late):
    user = getattr(readers, name)
    counts = task_counts(user, TODAY)
    assert (counts.total, counts.overdue) == (total, late)
    assert overdue_assignments(user) == late
    page = client_of(user).get(reverse("dashboards:start"))
    menu = {item.label: item.count for item in page.context["nav_items"]}
    assert menu["Nhiệm vụ"] == late


@pytest.mark.parametrize(
    ("name", "codes"), [("standing_ntm", ["NTM"]), ("standing", ["GNBV", "NTM"])]
)
def test_the_annex_of_a_letter_lists_what_its_writer_may_read(readers, alerts, units, name, codes):
    """The unit has an alert of another programme: a right over one does not print it."""
    alert = Alert.objects.open().get(unit=units.district_a, program_code="NTM")
    matter = of_alert(alert.pk, getattr(readers, name), TODAY)
    (table,) = matter.annex.blocks
    assert matter.units == (units.district_a,)
    assert matter.annex_rows == len(codes)
    assert sorted(row.cells[1].split()[2] for row in table.rows) == codes


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("standing_ntm", "NTM", 200),
        ("standing_ntm", "GNBV", 404),
        ("standing", "GNBV", 200),
        ("district_b_head", "NTM", 404),
    ],
)
def test_a_letter_is_about_an_alert_its_writer_may_read(
    readers, alerts, units, client_of, name, code, status
):
    readers.district_b_head = make_person(
        "district_b_head", "Trưởng ban huyện Bình", units.district_b, Role.HEAD
    )
    alert = Alert.objects.open().get(unit=units.district_a, program_code=code)
    user = getattr(readers, name)
    asked = {"ve": f"alert:{alert.pk}"}
    assert client_of(user).get(reverse("documents:templates"), asked).status_code == status
    closed = {"ve": f"alert:{alerts.pk}"}
    assert client_of(user).get(reverse("documents:templates"), closed).status_code == 404


def test_the_treasurys_page_tells_of_its_own_area(readers, units, client_of):
    """A treasury of district A: the newest payment and the files are those of its own places."""
    component = make_programme().program.components.first()
    for code, unit, day in (("A", units.district_a, 1), ("B", units.district_b, 2)):
        pay(make_project(code, unit, component), 5 * MILLION, date(2023, 6, day), voucher=code)
    own = make_person(
        "treasury_a", "Kho bạc An", units.treasury, Role.TREASURY, area=units.district_a
    )
    for unit in (units.district_a, units.district_b):
        make_batch(unit)
    page = client_of(own).get(reverse("dashboards:start"))
    assert page.context["last"].voucher == "A"
    assert [batch.unit for batch in page.context["batches"]] == [units.district_a]
    every = client_of(readers.treasury).get(reverse("dashboards:start"))
    assert every.context["last"].voucher == "B" and len(every.context["batches"]) == 2


def make_batch(unit):
    kept = StoredFile.objects.store(f"{unit.code}.xlsx", unit.code.encode(), unit=unit)
    Batch.objects.create(
        kind="disbursements", unit=unit, file=kept, params={}, state="applied", counts={}
    )


def test_the_clerks_page_shows_notices_to_the_own_office(readers, units, client_of):
    for unit in (units.planning, units.district_b):
        Notice.objects.create(key=unit.code, unit=unit, kind="urge", subject=f"Gửi {unit.code}")
    page = client_of(readers.clerk).get(reverse("dashboards:start"))
    assert [notice.subject for notice in page.context["notices"]] == [f"Gửi {units.planning.code}"]


@pytest.mark.parametrize(("name", "own"), READERS.items())
def test_the_rows_behind_the_count_of_alerts_are_the_readers(readers, alerts, client_of, name, own):
    page = client_of(getattr(readers, name)).get(reverse("dashboards:rows", args=["canh-bao"]))
    assert len(page.context["page_obj"].object_list) == own


@pytest.mark.parametrize(
    ("name", "own"), [("officer_a", 2), ("officer_b", 3), ("standing_ntm", 1), ("head", 5)]
)
def test_the_rows_behind_the_count_of_tasks_are_the_readers(readers, tasks, client_of, name, own):
    page = client_of(getattr(readers, name)).get(reverse("dashboards:rows", args=["nhiem-vu"]))
    assert len(page.context["page_obj"].object_list) == own


@pytest.mark.parametrize(("name", "own"), [("officer_a", 1), ("officer_b", 1), ("head", 2)])
def test_the_rows_behind_reports_and_documents_are_the_readers(people, units, client_of, name, own):
    places, report_round = (units.district_a, units.district_b), make_round()
    for unit in places:
        owe(report_round, unit, units.planning)
        words = {"title": unit.code, "subject": unit.code}
        IssuedDocument.objects.create(kind="BC", unit=unit, content={}, **words)
    client = client_of(getattr(people, name))
    for key in ("bao-cao-phai-nop", "van-ban-cho-so"):
        page = client.get(reverse("dashboards:rows", args=[key]))
        assert len(page.context["page_obj"].object_list) == own, key


@pytest.fixture
def money(units):
    """At 0 %: two works of district A, one of them of another programme, and one of B; each
    district has one more whose money came from the year before."""
    rule = make_rule(units.province)
    components = {code: make_programme(code, code) for code in ("NTM", "GNBV")}
    for code, place in (("NTM", "a"), ("GNBV", "a"), ("NTM", "b")):
        unit = getattr(units, f"district_{place}")
        make_project(f"{code}-{place}", unit, components[code])
    for place in (units.district_a, units.district_b):
        project = make_project(f"CU-{place.code}", place, components["NTM"], planned=0)
        LedgerEntry.objects.create(
            kind="carry_in",
            project=project,
            unit=place,
            component=project.component,
            amount=MILLION,
            effective_on=date(2023, 1, 5),
            **VINTAGE | {"origin_year": 2022},
        )
    return rule


@pytest.mark.parametrize(
    ("name", "own", "carried"),
    [("officer_a", 2, 1), ("officer_b", 1, 1), ("standing_ntm", 2, 2), ("head", 3, 2)],
)
def test_the_review_of_money_at_zero_counts_the_readers(
    readers, money, client_of, name, own, carried
):
    page = client_of(getattr(readers, name)).get(reverse("disbursement:zero_review"))
    assert len(page.context["items"]) == own
    assert page.context["outside"] == {"carried": carried, "later": 0}


@pytest.mark.parametrize(("name", "own"), [("officer_a", 2), ("officer_b", 1), ("head", 3)])
def test_the_calendar_lists_the_readers_communes_without_works(people, units, client_of, name, own):
    rule = make_rule(units.province)
    rule.kind = RuleKind.ALLOCATION_COMPLETE
    rule.save()
    page = client_of(getattr(people, name)).get(reverse("disbursement:calendar"))
    assert len(page.context["unallotted"]) == own


def test_a_right_to_read_elsewhere_does_not_add_works_there(people, units, client_of):
    """Reads the whole province, edits the works of one district."""
    component, person = make_programme(), people.auditor
    post = person.held_posts.get().post
    Grant.objects.create(
        post=post, role=Role.STANDING, area_unit=units.district_a, valid_from="2021-01-01"
    )
    for unit, status in ((units.district_a, 201), (units.district_b, 403)):
        said = {"code": f"DA-{unit.code}", "name": "Đường", "kind": "works", "unit": unit.code}
        said |= {"component": component.code}
        answer = client_of(person).post(
            reverse("api:projects-add"), said, content_type="application/json"
        )
        assert answer.status_code == status, answer.content.decode()
    assert Project.objects.get().unit == units.district_a


@pytest.mark.parametrize("key", ["viec-hong", "viec-cho", "tai-khoan"])
def test_the_rows_of_accounts_and_jobs_are_for_who_manages_them(people, client_of, key):
    assert key in FINDERS
    url = reverse("dashboards:rows", args=[key])
    assert client_of(people.admin).get(url).status_code == 200
    others = [person for name, person in vars(people).items() if name != "admin"]
    assert {client_of(person).get(url).status_code for person in others} == {404}


def test_the_rows_behind_a_target_are_the_readers(people, units, client_of):
    for kind in ("programs", "indicators", "targets"):
        MAKERS[kind](units, [1])
    url = reverse("dashboards:rows", args=[f"chi-tieu-{Target.objects.get().pk}"])
    assert client_of(people.officer_a).get(url).status_code == 200
    assert client_of(people.officer_b).get(url).status_code == 404


def test_a_search_finds_the_readers_units(people, units, client_of):
    for name, found in (("officer_a", False), ("officer_b", True), ("head", True)):
        page = client_of(getattr(people, name)).get(reverse("dashboards:search"), {"q": "Bình Một"})
        assert (f"/{units.commune_b1.code}/" in page.content.decode()) is found, name


def test_the_list_of_plans_offers_to_publish_to_whoever_may(people, client_of):
    for name, may in (("standing", True), ("officer_a", False), ("auditor", False)):
        page = client_of(getattr(people, name)).get(reverse("assignments:plans"))
        assert page.context["may_publish"] is may, name


WAITING = {
    Role.HEAD: {"Chờ duyệt"},
    Role.STANDING: {"Chờ xem xét"},
    Role.CLERK: {"Chờ cấp số"},
    Role.UNIT_OFFICER: set(),
    Role.AUDITOR: set(),
}


@pytest.fixture
def steps(people, units):
    """All of one district: a draft to approve, a report to review, a document without number."""
    every_row(units, 1)
    Consolidated.objects.update(built_at=now())
    Report.objects.update(state="submitted", receipt="BN-1")


@pytest.mark.parametrize(("role", "tags"), WAITING.items())
def test_a_step_waits_for_whoever_may_take_it(steps, units, role, tags):
    person = make_person("waited", "Người được chờ", units.district_a, role)
    assert {found.tag for found in waiting_for(person)} == tags


@pytest.mark.parametrize("role", WAITING)
def test_nothing_of_another_district_waits(steps, units, role):
    """Not even a report that the reader's own office reviews for others."""
    Obligation.objects.update(reviewer=units.planning)
    person = make_person("other", "Người nơi khác", units.planning, role, area=units.district_b)
    assert waiting_for(person) == []
