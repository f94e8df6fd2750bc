"""Urging reaches the unit once a day; reading is for the unit's people alone."""

from datetime import date

import pytest
from django.urls import reverse

from alerts.evaluation import evaluate_alerts
from alerts.models import Alert
from notices.models import Notice, NoticeKind
from tests.alerts.cast import make_plan, make_round, make_task, owe

TODAY = date(2023, 7, 3)


@pytest.fixture
def late(people, units):
    """An alert of a task of the construction department, three days late."""
    make_task(make_plan(units.province), 1, date(2023, 6, 30), units.construction)
    evaluate_alerts(TODAY, None)
    return Alert.objects.get()


def urge(client, topic, **extra):
    return client.post(reverse("notices:urge"), {"topic": topic, **extra}, follow=True)


def send(unit, key="k", **extra):
    notice, _ = Notice.objects.send(
        key=key, unit=unit, kind=NoticeKind.REMINDER, subject="Nhắc nộp báo cáo", **extra
    )
    return notice


def test_urging_about_an_alert_reaches_the_people_of_its_unit(client_of, people, units, late):
    page = urge(client_of(people.standing), late.topic, next=reverse("alerts:list"))
    assert "Đã gửi đôn đốc Sở Xây dựng" in page.content.decode()
    notice = Notice.objects.get()
    assert (notice.unit, notice.sender, notice.kind) == (
        units.construction,
        people.standing,
        NoticeKind.URGE,
    )
    assert "Nhiệm vụ số 1. Hạn 30/06/2023, đã quá 3 ngày." in notice.body
    seen = client_of(people.agency).get(reverse("notices:list")).content.decode()
    assert notice.subject in seen
    assert '<span class="count hot">1</span>' in seen


def test_a_second_urge_on_one_day_is_said_and_not_sent(client_of, people, late):
    client = client_of(people.head)
    urge(client, late.topic)
    page = urge(client, late.topic)
    assert "Hôm nay đã đôn đốc" in page.content.decode()
    assert Notice.objects.count() == 1


def test_on_another_day_it_may_be_urged_again(client_of, people, late, settings):
    urge(client_of(people.head), late.topic)
    settings.PORTAL_TODAY = date(2023, 7, 4)
    urge(client_of(people.head), late.topic)
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("person", "status"), [("agency", 403), ("auditor", 403), ("officer_b", 404)]
)
def test_only_those_with_the_right_may_urge(client_of, people, late, person, status):
    assert urge(client_of(getattr(people, person)), late.topic).status_code == status
    assert not Notice.objects.exists()


@pytest.mark.parametrize("topic", ["", "alert", "alert:x", "alert:99999", "nobody:1", "alert:-1"])
def test_an_unknown_topic_is_not_found(client_of, people, late, topic):
    assert urge(client_of(people.head), topic).status_code == 404


def test_a_closed_alert_is_not_urged_about(client_of, people, late):
    Alert.objects.update(state="closed")
    assert urge(client_of(people.head), late.topic).status_code == 404


def test_a_report_owed_can_be_urged_and_one_sent_cannot(client_of, people, units):
    row = owe(make_round(), units.district_a, units.planning)
    urge(client_of(people.standing), f"obligation:{row.pk}")
    assert "hạn nộp 10/07/2023, còn 7 ngày" in Notice.objects.get().body
    type(row).objects.update(done_on=TODAY)
    assert urge(client_of(people.head), f"obligation:{row.pk}").status_code == 404


def test_urging_never_leads_to_another_site(client_of, people, late):
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:x"):
        reply = client_of(people.head).post(
            reverse("notices:urge"), {"topic": late.topic, "next": target}
        )
        assert reply.url == reverse("notices:list")


def test_urging_is_not_done_by_looking(client_of, people, late):
    reply = client_of(people.head).get(reverse("notices:urge"), {"topic": late.topic})
    assert reply.status_code == 405


def test_reading_marks_once_and_opens_what_it_is_about(client_of, people, units):
    notice = send(units.district_a, url="/bao-cao/")
    reply = client_of(people.officer_a).post(reverse("notices:read", args=[notice.pk]))
    assert reply.url == "/bao-cao/"
    notice.refresh_from_db()
    first = (notice.read_at, notice.read_by)
    assert first[1] == people.officer_a
    client_of(people.officer_a).post(reverse("notices:read", args=[notice.pk]))
    notice.refresh_from_db()
    assert (notice.read_at, notice.read_by) == first


def test_strangers_neither_see_nor_read(client_of, people, units):
    notice = send(units.district_a)
    stranger = client_of(people.officer_b)
    stranger.post(reverse("notices:read", args=[notice.pk]))
    stranger.post(reverse("notices:read_all"))
    assert notice.subject not in stranger.get(reverse("notices:list")).content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_of_the_unit_are_read_at_once(client_of, people, units):
    send(units.district_a, "a"), send(units.district_a, "b"), send(units.district_b, "c")
    client_of(people.officer_a).post(reverse("notices:read_all"))
    assert Notice.objects.filter(read_at=None).get().unit == units.district_b


def test_the_sender_sees_whether_it_was_read(client_of, people, units):
    notice = send(units.district_a, sender=people.standing)
    page = client_of(people.standing).get(reverse("notices:list"), {"hop": "gui"})
    assert "Chưa đọc" in page.content.decode()
    client_of(people.officer_a).post(reverse("notices:read", args=[notice.pk]))
    page = client_of(people.standing).get(reverse("notices:list"), {"hop": "gui"})
    assert "Cán bộ huyện An" in page.content.decode()
