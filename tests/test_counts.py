"""Counts tell no more than lists: each figure is that of the rows its reader may open.

Every scene holds rows of somebody else beside the reader's own, so a count that forgot to ask for
the reader's would be another number.
"""

from datetime import date

import pytest
from django.urls import reverse

from alerts.letters import of_alert
from alerts.models import Alert, AlertRule, AlertState
from dashboards.figures import task_counts
from mtqg_portal.context import overdue_assignments
from organizations.models import Role
from tests.alerts.cast import make_plan, make_programme, make_task
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
