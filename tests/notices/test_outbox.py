"""Mail from rows and the moment: once a key, tried again, given up in sight, gathered by day."""

import threading
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from jobs.models import AuditEntry
from notices import outbox
from notices.models import (
    LEASE,
    MAX_TRIES,
    PAUSES,
    Delivery,
    DeliveryItem,
    DeliveryQuerySet,
    DeliveryState,
    MailPreference,
    Notice,
    NoticeKind,
    Way,
)
from notices.outbox import fan_out, gather_digests, move_mail, send_due
from organizations.models import PostHolder, User

# 10:00 in Vietnam.
NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


def mailed(user):
    """The person gets an address of the reserved domain."""
    user.email = f"{user.username}@example.test"
    user.save()
    return user


@pytest.fixture
def officer(people):
    return mailed(people.officer_a)


def send(unit, key="k", kind=NoticeKind.URGE, at=NOW - timedelta(minutes=1), **extra):
    notice, _ = Notice.objects.send(
        key=key, unit=unit, kind=kind, subject=f"Việc {key}", body="Đề nghị làm ngay.", **extra
    )
    Notice.objects.filter(pk=notice.pk).update(created_at=at)
    notice.refresh_from_db()
    return notice


class Refusing:
    """A mail server that fails in one way."""

    def __init__(self, error):
        self.error, self.tries = error, 0

    def send_messages(self, messages):
        self.tries += 1
        raise self.error

    def close(self):
        """Nothing is open."""


@pytest.fixture
def refuse(monkeypatch):
    def use(error):
        server = Refusing(error)
        monkeypatch.setattr(outbox.mail, "get_connection", lambda: server)
        return server

    return use


def test_what_must_be_acted_on_goes_at_once_with_its_link(officer, units, settings):
    settings.PORTAL_URL = "https://cong.example.test"
    send(units.district_a, url="/nhiem-vu/")
    move_mail(NOW)
    (sent,) = mail.outbox
    assert sent.to == ["officer_a@example.test"]
    assert sent.subject == "[MTQG] Việc k"
    assert "https://cong.example.test/nhiem-vu/" in sent.body
    assert "Đề nghị làm ngay." in sent.body
    notice = Notice.objects.get()
    delivery = Delivery.objects.get()
    assert sent.extra_headers["Message-ID"] == (
        f"<notice-{notice.pk}-{officer.pk}@cong.example.test>"
    )
    assert (delivery.state, delivery.attempts, delivery.sent_at) == ("sent", 1, NOW)


def test_running_again_sends_nothing_again(officer, units):
    send(units.district_a)
    for minute in range(3):
        move_mail(NOW + timedelta(minutes=minute))
    assert len(mail.outbox) == 1
    assert Delivery.objects.count() == DeliveryItem.objects.count() == 1


def test_strangers_the_retired_and_those_without_address_get_none(officer, people, units):
    mailed(people.officer_b)
    gone = mailed(User.objects.create_user("gone", full_name="Người cũ"))
    PostHolder.objects.create(
        post=officer.post, user=gone, valid_from="2021-01-01", valid_to="2026-07-03"
    )
    closed = mailed(User.objects.create_user("closed", full_name="Đã khóa", is_active=False))
    PostHolder.objects.create(post=officer.post, user=closed, valid_from="2021-01-01")
    User.objects.create_user("bare", full_name="Không thư")
    send(units.district_a)
    move_mail(NOW)
    assert [message.to for message in mail.outbox] == [["officer_a@example.test"]]


def test_a_notice_of_before_the_outbox_is_not_mailed(officer, units):
    notice = send(units.district_a)
    Notice.objects.filter(pk=notice.pk).update(fanned_out_at=NOW)
    move_mail(NOW)
    assert not mail.outbox


def test_none_means_none(officer, units):
    MailPreference.objects.create(user=officer, ways={"urge": Way.NONE})
    send(units.district_a)
    move_mail(NOW)
    assert not mail.outbox and not DeliveryItem.objects.exists()


def test_after_a_failure_it_waits_and_goes_with_the_same_identity(officer, units, refuse, settings):
    send(units.district_a)
    server = refuse(SMTPServerDisconnected("gone"))
    move_mail(NOW)
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.next_try_at == NOW + timedelta(minutes=PAUSES[0])
    assert "Không nối được với máy chủ thư" in row.error
    send_due(row.next_try_at - timedelta(seconds=1))
    assert server.tries == 1
    send_due(row.next_try_at)
    assert server.tries == 2


def test_the_last_try_and_no_sooner_gives_up_in_sight(officer, units, refuse):
    send(units.district_a)
    fan_out(NOW)
    server, at = refuse(SMTPServerDisconnected("gone")), NOW
    for number in range(1, MAX_TRIES + 1):
        assert Delivery.objects.get().state == DeliveryState.WAITING
        send_due(at)
        row = Delivery.objects.get()
        assert (row.attempts, server.tries) == (number, number)
        at = row.next_try_at
    assert row.state == DeliveryState.GAVE_UP
    send_due(at + timedelta(days=30))
    assert server.tries == MAX_TRIES


@pytest.mark.parametrize(("code", "state"), [(550, "gave_up"), (450, "waiting")])
def test_a_refused_address_is_not_tried_again_a_busy_one_is(officer, units, refuse, code, state):
    send(units.district_a)
    refuse(SMTPRecipientsRefused({"officer_a@example.test": (code, b"secret words")}))
    move_mail(NOW)
    row = Delivery.objects.get()
    assert row.state == state
    assert str(code) in row.error and "secret" not in row.error


def test_a_server_away_costs_one_try_a_round(officer, units, refuse):
    for number in range(5):
        send(units.district_a, f"k{number}")
    server = refuse(SMTPServerDisconnected("gone"))
    move_mail(NOW)
    assert server.tries == 1
    assert Delivery.objects.filter(attempts=0, state="waiting").count() == 4


def test_killed_between_sending_and_marking_it_goes_again_after_the_lease(
    officer, units, monkeypatch
):
    """At least once: the repeat has the same Message-ID. Before the lease lapses, nothing goes."""
    send(units.district_a)

    def dies(delivery, now):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Delivery, "mark_sent", dies)
        with pytest.raises(KeyboardInterrupt):
            move_mail(NOW)
    assert len(mail.outbox) == 1
    move_mail(NOW + LEASE)
    assert len(mail.outbox) == 1
    move_mail(NOW + LEASE + timedelta(seconds=1))
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    move_mail(NOW + LEASE * 3)
    assert len(mail.outbox) == 2


def test_a_claim_that_was_lost_marks_nothing(officer, units):
    send(units.district_a)
    fan_out(NOW)
    first = Delivery.objects.claim(Delivery.objects.get().pk, NOW)
    later = NOW + LEASE + timedelta(seconds=1)
    second = Delivery.objects.claim(first.pk, later)
    assert first.mark_sent(later) == 0
    assert first.mark_failed("late", later) == 0
    assert second.mark_sent(later) == 1


# The day's mail


def at_clock(text, day=3):
    return timezone.make_aware(datetime.strptime(f"2026-07-{day:02d} {text}", "%Y-%m-%d %H:%M:%S"))


def test_the_day_s_mail_gathers_what_came_before_its_hour(officer, units):
    send(units.district_a, "a", NoticeKind.OPENED, at_clock("06:59:59"))
    send(units.district_a, "b", NoticeKind.REMINDER, at_clock("06:00:00"))
    send(units.district_a, "c", NoticeKind.OPENED, at_clock("07:00:00"))
    move_mail(at_clock("06:59:59"))
    assert not mail.outbox
    move_mail(at_clock("07:00:00"))
    (digest,) = mail.outbox
    assert digest.subject == "[MTQG] 2 thông báo chưa đọc, ngày 03/07/2026"
    assert "Việc a" in digest.body and "Việc b" in digest.body and "Việc c" not in digest.body
    move_mail(at_clock("23:59:59"))
    assert len(mail.outbox) == 1
    move_mail(at_clock("06:59:59", 4))
    assert len(mail.outbox) == 1
    move_mail(at_clock("07:00:00", 4))
    assert "Việc c" in mail.outbox[1].body


def test_the_day_is_the_vietnamese_one(officer, units):
    """00:30 in Vietnam is still the day before in UTC."""
    MailPreference.objects.create(user=officer, digest_at="00:15")
    send(units.district_a, "a", NoticeKind.OPENED, at_clock("23:00:00"))
    move_mail(at_clock("00:14:59", 4))
    assert not mail.outbox
    move_mail(at_clock("00:15:00", 4))
    assert "04/07/2026" in mail.outbox[0].subject


def test_a_portal_that_was_down_sends_the_day_s_mail_late_and_once(officer, units):
    send(units.district_a, "a", NoticeKind.OPENED, at_clock("06:00:00"))
    move_mail(at_clock("15:00:00", 5))
    move_mail(at_clock("15:01:00", 5))
    assert len(mail.outbox) == 1


def test_the_hour_moved_on_the_same_day_makes_no_second_mail(officer, units):
    send(units.district_a, "a", NoticeKind.OPENED, at_clock("06:00:00"))
    move_mail(at_clock("07:00:00"))
    send(units.district_a, "b", NoticeKind.OPENED, at_clock("08:00:00"))
    MailPreference.objects.create(user=officer, digest_at="09:00")
    move_mail(at_clock("09:30:00"))
    assert len(mail.outbox) == 1
    move_mail(at_clock("09:00:00", 4))
    assert len(mail.outbox) == 2


def test_what_was_read_in_the_portal_is_left_out(officer, units, client_of):
    read = send(units.district_a, "a", NoticeKind.OPENED, at_clock("06:00:00"))
    fan_out(at_clock("06:01:00"))
    client_of(officer).post(reverse("notices:read", args=[read.pk]))
    gather_digests(at_clock("07:00:00"))
    assert not Delivery.objects.exists()
    assert DeliveryItem.objects.get().dropped_at == at_clock("07:00:00")


def end_post(user, day):
    """Handed over: from that day the post is somebody else's."""
    for held in user.held_posts.all():
        held.valid_to = day
        held.save()


@pytest.fixture
def that_day(time_machine):
    """Rights are those of the real day."""
    time_machine.move_to(NOW, tick=False)


@pytest.mark.parametrize(("ends", "mails"), [("2026-07-04", 1), ("2026-07-03", 0)])
def test_a_post_that_ended_since_the_notice_gets_no_day_s_mail(
    that_day, officer, units, ends, mails
):
    send(units.district_a, "a", NoticeKind.OPENED, at_clock("20:00:00", 2))
    fan_out(at_clock("20:01:00", 2))
    end_post(officer, ends)
    move_mail(at_clock("07:00:00"))
    assert len(mail.outbox) == mails
    assert (DeliveryItem.objects.get().dropped_at is None) is bool(mails)


def test_a_mail_that_waited_for_its_server_does_not_follow_a_post_that_ended(
    that_day, officer, units
):
    send(units.district_a)
    with pytest.MonkeyPatch.context() as away:
        away.setattr(outbox.mail, "get_connection", lambda: Refusing(OSError("away")))
        move_mail(NOW)
    assert Delivery.objects.get().state == DeliveryState.WAITING
    end_post(officer, "2026-07-03")
    move_mail(NOW + timedelta(hours=1))
    kept = Delivery.objects.get()
    assert not mail.outbox
    assert (kept.state, kept.error) == (DeliveryState.GAVE_UP, outbox.POST_ENDED)


def test_who_moved_to_another_unit_hears_of_that_unit_alone(that_day, officer, units, people):
    send(units.district_a, "cu", NoticeKind.OPENED, at_clock("05:00:00"))
    fan_out(at_clock("05:01:00"))
    end_post(officer, "2026-07-03")
    PostHolder.objects.create(post=people.officer_b.post, user=officer, valid_from="2026-07-03")
    send(units.district_b, "moi", NoticeKind.OPENED, at_clock("06:00:00"))
    move_mail(at_clock("07:00:00"))
    (digest,) = mail.outbox
    assert digest.subject == "[MTQG] 1 thông báo chưa đọc, ngày 03/07/2026"
    assert "Việc moi" in digest.body and "Việc cu" not in digest.body


def test_of_a_gathered_mail_only_what_is_still_theirs_goes(officer, units, people):
    for key, unit in (("cu", units.district_a), ("moi", units.district_b)):
        send(unit, key, NoticeKind.OPENED, at_clock("06:00:00"))
    notices = dict(Notice.objects.values_list("key", "pk"))
    day_mail = Delivery.objects.create(
        key="digest-x",
        channel="digest",
        user=officer,
        address=officer.email,
        subject="2 thông báo chưa đọc, ngày 03/07/2026",
        next_try_at=at_clock("07:00:00"),
    )
    for pk in notices.values():
        DeliveryItem.objects.create(notice_id=pk, user=officer, delivery=day_mail)
    send_due(at_clock("07:00:00"))
    (digest,) = mail.outbox
    assert digest.subject.startswith("[MTQG] 1 thông báo chưa đọc")
    assert "Việc cu" in digest.body and "Việc moi" not in digest.body


def test_a_file_each_is_written_by_the_demo_s_server(officer, units, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    send(units.district_a)
    move_mail(NOW)
    (path,) = (tmp_path / "mail").iterdir()
    assert b"Message-ID: <notice-" in path.read_bytes()


# Two schedulers


def at_once(work, count=2):
    """Beside each other on PostgreSQL; one after the other on SQLite, which lets one write."""
    if connection.vendor == "sqlite":
        for _ in range(count):
            work()
        return
    together, faults = threading.Barrier(count), []

    def one():
        try:
            together.wait(timeout=20)
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not faults


def fill(units):
    for number in range(20):
        send(units.district_a, f"n{number}")
        send(units.district_a, f"d{number}", NoticeKind.OPENED, at_clock("06:00:00"))


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_send_nothing_twice(officer, units):
    fill(units)
    at_once(lambda: move_mail(NOW), 4)
    move_mail(NOW)
    keys = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(keys) == len(set(keys)) == 21


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_mail_goes_twice(officer, units, monkeypatch):
    """Negative control: a claim that asks nobody shows as doubled mail."""

    def anyone(rows, pk, now):
        return Delivery.objects.select_related("user").get(pk=pk)

    monkeypatch.setattr(DeliveryQuerySet, "claim", anyone)
    monkeypatch.setattr(Delivery, "mark_sent", lambda row, now: 1)
    fill(units)
    fan_out(NOW)
    at_once(lambda: send_due(NOW))
    keys = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(keys) > len(set(keys)) == 20


# Pages


def test_a_person_chooses_kind_by_kind(client_of, officer, units):
    client = client_of(officer)
    url = reverse("notices:preferences")
    page = client.get(url).content.decode()
    assert "officer_a@example.test" in page
    choices = {kind: Way.NONE for kind in NoticeKind.values} | {NoticeKind.OPENED: Way.NOW}
    assert client.post(url, {**choices, "digest_at": "16:30"}).status_code == 302
    kept = MailPreference.of(officer)
    assert (kept.way_of("opened"), kept.way_of("urge")) == (Way.NOW, Way.NONE)
    assert f"{kept.digest_at:%H:%M}" == "16:30"


def test_a_wrong_hour_is_told_and_nothing_is_kept(client_of, officer):
    choices = {kind: Way.NOW for kind in NoticeKind.values}
    page = client_of(officer).post(
        reverse("notices:preferences"), {**choices, "digest_at": "25:00"}
    )
    assert page.status_code == 422
    assert "Hãy nhập giờ và phút" in page.content.decode()
    assert not MailPreference.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"), [("standing", 200), ("admin", 200), ("officer_a", 403), ("auditor", 403)]
)
def test_the_log_is_for_those_who_look_after_mail(client_of, people, person, status):
    reply = client_of(getattr(people, person)).get(reverse("notices:deliveries"))
    assert reply.status_code == status


def test_an_account_manager_sees_that_mail_failed_and_not_what_it_said(
    client_of, people, officer, units, refuse
):
    send(units.district_a)
    refuse(SMTPRecipientsRefused({"x": (550, b"no")}))
    move_mail(NOW)
    url = reverse("notices:deliveries")
    seen = client_of(people.admin).get(url).content.decode()
    assert "Không gửi được" in seen and "Việc k" not in seen
    assert "Việc k" in client_of(people.standing).get(url).content.decode()


def test_a_mail_given_up_goes_again_by_hand(client_of, people, officer, units, refuse, monkeypatch):
    send(units.district_a)
    with monkeypatch.context():
        refuse(SMTPRecipientsRefused({"x": (550, b"no")}))
        move_mail(NOW)
    monkeypatch.undo()
    row = Delivery.objects.get()
    url = reverse("notices:retry", args=[row.pk])
    assert client_of(people.officer_b).post(url).status_code == 403
    client_of(people.standing).post(url)
    assert AuditEntry.objects.get(action="notice.retry").actor == people.standing
    send_due(timezone.now())
    assert len(mail.outbox) == 1
    page = client_of(people.standing).post(url, follow=True)
    assert "không còn ở trạng thái" in page.content.decode()


def test_who_opens_no_rows_gets_no_mail_of_the_unit(people, units):
    """The post of the account manager stands in the planning agency, and reads nothing there."""
    mailed(people.admin)
    reader = mailed(people.standing)
    send(units.planning)
    fan_out(NOW)
    assert {item.user for item in DeliveryItem.objects.all()} == {reader}
