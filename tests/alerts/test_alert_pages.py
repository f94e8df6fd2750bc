from datetime import date

from django.urls import reverse

from alerts.evaluation import evaluate_alerts
from alerts.models import Alert
from tests.alerts.cast import make_plan, make_programme, make_project, make_task


def test_a_unit_sees_the_alerts_below_it_and_no_others(client_of, people, units, money):
    make_project("DA-B", units.commune_b1, money.component)
    evaluate_alerts(date(2023, 7, 3), None)
    pages = {
        name: client_of(getattr(people, name)).get(reverse("alerts:list")).content.decode()
        for name in ("head", "officer_a", "officer_b", "commune")
    }
    shown = {
        name: [code for code in ("DA-1", "DA-B") if f"Công trình {code}" in page]
        for name, page in pages.items()
    }
    assert shown == {
        "head": ["DA-1", "DA-B"],
        "officer_a": ["DA-1"],
        "officer_b": ["DA-B"],
        "commune": ["DA-1"],
    }
    assert "Đôn đốc" in pages["head"] and "Đôn đốc<span" not in pages["officer_a"]


def test_the_owner_of_a_programme_sees_its_alerts_and_late_reports(
    client_of, people, units, money, owed
):
    make_project("DA-GN", units.commune_b1, make_programme("GNBV", "Giảm nghèo", 2))
    make_task(make_plan(units.province), 1, date(2023, 6, 30), units.construction)
    evaluate_alerts(date(2023, 7, 20), None)
    page = client_of(people.owner).get(reverse("alerts:list")).content.decode()
    assert "Công trình DA-1" in page and "chưa nộp" in page
    assert "Công trình DA-GN" not in page and "Nhiệm vụ số 1" not in page


def test_the_history_of_an_alert_is_for_those_who_see_its_unit(client_of, people, money):
    evaluate_alerts(date(2023, 7, 3), None)
    url = reverse("alerts:detail", args=[Alert.objects.get().pk])
    assert client_of(people.officer_a).get(url).status_code == 200
    assert client_of(people.officer_b).get(url).status_code == 404


def test_the_list_is_filtered_by_rule_and_state(client_of, people, money):
    evaluate_alerts(date(2023, 7, 3), None)
    client = client_of(people.head)
    here = reverse("alerts:list")
    found = "Công trình DA-1"
    assert found in client.get(here, {"quy-tac": "zero_disbursement"}).content.decode()
    assert found not in client.get(here, {"quy-tac": "report_overdue"}).content.decode()
    assert found not in client.get(here, {"trang-thai": "het"}).content.decode()
    assert client.get(here, {"quy-tac": "sai"}).status_code == 200


def test_a_visitor_is_asked_to_sign_in(client, db):
    assert client.get(reverse("alerts:list")).status_code == 302
