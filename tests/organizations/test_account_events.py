"""Security events: what is written, that it cannot be changed unseen, who reads it."""

import io
import threading
import zipfile
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from core.append_only import AppendOnlyError
from jobs.imports import read_batch
from jobs.models import Batch, StoredFile
from organizations.models import EventKind, SecurityChain, SecurityEvent
from tests.no_skips import ONLY_POSTGRESQL
from tests.test_sign_in import sign_in

LOG, EXPORT = "/tai-khoan/nhat-ky-bao-mat/", "/tai-khoan/nhat-ky-bao-mat/xuat/"
TABLE = SecurityEvent._meta.db_table


def broken():
    return list(SecurityEvent.objects.broken_rows())


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def events(people):
    for number in range(6):
        SecurityEvent.objects.record(
            EventKind.SIGNED_IN, user=people.officer_a, note=f"lần {number}", count=number
        )
    assert broken() == []


def test_a_sign_in_tells_who_whence_and_with_what(people):
    client = Client(headers={"User-Agent": "Trình duyệt\u202e thử\n<b>"})
    sign_in(client)
    event = SecurityEvent.objects.get(kind=EventKind.SIGNED_IN)
    assert (event.user, event.address) == (people.officer_a, "10.0.0.1")
    assert event.agent == "Trình duyệt thử<b>" and len(event.request_id) == 12


def test_a_wrong_password_tells_the_name_and_never_the_password(people):
    sign_in(Client(), "ai-do", "mat-khau-bi-lo")
    event = SecurityEvent.objects.get()
    assert (event.kind, event.username, event.user) == (EventKind.WRONG_PASSWORD, "ai-do", None)
    assert "bi-lo" not in str(vars(event))


def test_a_closed_door_is_noted_once(people):
    for _ in range(25):
        sign_in(Client(), password="sai")
    assert SecurityEvent.objects.filter(kind=EventKind.WRONG_PASSWORD).count() <= 10
    assert SecurityEvent.objects.filter(kind=EventKind.LOCKED_OUT).count() == 1


def test_what_is_forbidden_is_written_down(people, client_of):
    assert client_of(people.officer_a).get(LOG).status_code == 403
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user) == (EventKind.FORBIDDEN, people.officer_a)
    assert event.detail["path"] == f"GET {LOG}"


def test_a_row_recorded_during_the_check_is_no_break(events, people, monkeypatch):
    right, signed_in = SecurityEvent.right_digest, []

    def someone_signs_in(event):
        if event.number == 3 and not signed_in:
            signed_in.append(True)
            SecurityEvent.objects.record(EventKind.SIGNED_IN, user=people.officer_b)
        return right(event)

    monkeypatch.setattr(SecurityEvent, "right_digest", someone_signs_in)
    assert broken() == [] and signed_in
    assert SecurityEvent.objects.count() == 7


def test_a_row_put_behind_the_head_is_noticed(events):
    last = SecurityEvent.objects.first()
    forged = SecurityEvent(number=7, at=last.at, kind=last.kind, previous=last.digest)
    forged.digest = forged.right_digest()
    forged.save()
    assert broken() == [8]


def test_rows_are_appended_only(events):
    event = SecurityEvent.objects.first()
    for change in (event.save, event.delete, SecurityEvent.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        SecurityEvent.objects.update(username="x")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "unlocked"),
        ("username", "officer_b"),
        ("user_id", None),
        ("actor_id", None),
        ("address", "1.2.3.4"),
        ("agent", "x"),
        ("request_id", "x"),
        ("detail", '{"note": "khác"}'),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("digest", "0" * 64),
        ("previous", "f" * 64),
    ],
)
def test_a_changed_byte_names_its_row(people, column, value):
    for _ in range(5):
        SecurityEvent.objects.record(
            EventKind.SIGNED_IN, user=people.officer_a, actor=people.admin, note="gốc"
        )
    sql(f"UPDATE {TABLE} SET {column} = %s WHERE number = 3", value)
    assert broken()[0] == 3


def test_a_row_taken_out_put_in_or_cut_off_is_noticed(events):
    sql(f"DELETE FROM {TABLE} WHERE number = 4")
    assert broken() == [5]


def test_rows_cut_from_the_end_are_noticed(events):
    sql(f"DELETE FROM {TABLE} WHERE number > 4")
    assert broken() == [5]


def test_a_table_emptied_with_its_head_left_is_noticed(events):
    sql(f"DELETE FROM {TABLE}")
    assert broken() == [1]


def test_a_head_that_is_gone_is_noticed(events):
    SecurityChain.objects.all().delete()
    assert broken() == [7]


def test_the_command_names_the_broken_row(events, capsys):
    call_command("check_integrity")
    assert '"security_events_chain_holds"' in capsys.readouterr().out
    sql(f"UPDATE {TABLE} SET username = 'x' WHERE number = 2")
    with pytest.raises(SystemExit):
        call_command("check_integrity")
    assert "dòng 2" in capsys.readouterr().out


@pytest.mark.skipif(connection.vendor != "postgresql", reason=ONLY_POSTGRESQL)
@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_chain():
    def write():
        for _ in range(10):
            SecurityEvent.objects.record(EventKind.WRONG_PASSWORD, username="x")
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert SecurityEvent.objects.count() == 60
    assert broken() == []


# The page


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 200), ("auditor", 200), ("head", 403), ("standing", 403), ("officer_a", 403)],
)
def test_who_reads_the_log(events, people, client_of, name, status):
    client = client_of(getattr(people, name))
    assert client.get(LOG).status_code == client.get(EXPORT).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=wrong_password", {"ke-la"}),
        ("username=officer", {"officer_a"}),
        ("address=10.0.0.8", {"ke-la"}),
        ("since=01/01/2020", {"ke-la", "officer_a"}),
        ("until=01/01/2020", set()),
        ("since=01/01/2099", set()),
        ("kind=khong-co", {"ke-la", "officer_a"}),
    ],
)
def test_filters(people, client_of, query, found):
    sign_in(Client(), "ke-la", "sai", address="10.0.0.8")
    sign_in(Client(), "officer_a")
    page = client_of(people.auditor).get(f"{LOG}?{query}")
    assert {event.username for event in page.context["events"]} == found


def test_the_export_holds_what_the_filter_shows_and_no_formula(people, client_of):
    sign_in(Client(headers={"User-Agent": "=HYPERLINK(1)"}), "=1+1", "sai")
    sign_in(Client(), "officer_a")
    answer = client_of(people.admin).get(f"{EXPORT}?kind=wrong_password")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows())
    assert len(rows) == 2
    texts = {cell.value for cell in rows[1]}
    assert {"=1+1", "=HYPERLINK(1)"} <= texts
    assert {cell.data_type for cell in rows[1]} <= {"s", "inlineStr", "n"}
    assert not [cell for cell in rows[1] if cell.data_type == "f"]


# Files that look like attacks


def zipped(**parts):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "is_attack"), [(b"khong phai Excel", False), (zipped(**{"../x": "y"}), True)]
)
def test_a_file_that_looks_like_an_attack_is_written_down(people, units, content, is_attack):
    stored = StoredFile.objects.store(
        "von.xlsx", content, user=people.standing, unit=units.planning
    )
    batch = Batch.objects.create(
        kind="capital", unit=units.planning, file=stored, created_by=people.standing
    )
    read_batch(SimpleNamespace(payload={"batch": batch.pk}, tell=lambda *said: None))
    found = SecurityEvent.objects.filter(kind=EventKind.UPLOAD_REFUSED)
    assert found.exists() is is_attack
    if is_attack:
        assert found.get().detail["sha256"] == stored.sha256
