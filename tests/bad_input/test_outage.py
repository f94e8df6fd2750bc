"""The machine fails: the database, the disk, a kept file, the broker, our own code."""

import errno

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from core import problems
from jobs import runner
from jobs.models import Batch, Job, StoredFile
from mtqg_portal.problems import RETRY_AFTER
from reporting.models import Report
from tests.bad_input.checks import assert_problem, assert_problem_json, nothing_written
from tests.core.test_sheet_guard import parts, zipped

AWAY = OperationalError("server closed the connection")


@pytest.fixture
def breaks(monkeypatch):
    """breaks(where, error): that name raises from now on."""

    def arrange(where, error):
        def raises(*args, **kwargs):
            raise error

        monkeypatch.setattr(where, raises)

    return arrange


def resent(page):
    """Fields of the form that the page would send again."""
    fields = {}
    for piece in page.split('<textarea name="')[1:]:
        name, _, rest = piece.partition('" hidden>\n')
        fields[name] = rest.split("</textarea>")[0]
    return fields


def test_a_form_that_met_no_database_stands_in_the_page_with_its_key(
    officer, fill_url, sent, monkeypatch
):
    with monkeypatch.context() as away:
        away.setattr("reporting.views.filling.obligation_of", raising(AWAY))
        with nothing_written():
            answer = officer.post(fill_url, sent)
    assert_problem(answer, problems.RESTARTING, "Trang tự gửi lại sau 5 giây; không cần nhập lại.")
    assert answer["Retry-After"] == str(RETRY_AFTER) == "5"
    assert not Report.objects.exists()
    page = answer.content.decode()
    assert 'data-resend-after="5"' in page and f'action="{fill_url}"' in page
    fields = resent(page)
    assert fields == sent
    # What the page sends when the database is back, twice: one receipt.
    places = {officer.post(fill_url, fields)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Report.objects.get().events.count() == 1


def raising(error):
    def raises(*args, **kwargs):
        raise error

    return raises


def test_a_password_is_never_put_into_a_page(client, db, monkeypatch):
    monkeypatch.setattr("mtqg_portal.sign_in.SignInView.post", raising(AWAY))
    browser = Client(raise_request_exception=False)
    answer = browser.post("/dang-nhap/", {"username": "ai", "password": "bi-mat-canary"})
    assert_problem(answer, problems.RESTARTING, "Hãy gửi lại sau 5 giây.")
    assert "bi-mat-canary" not in answer.content.decode()


def test_a_script_is_told_to_wait_in_json(officer, fill_url, sent, monkeypatch):
    monkeypatch.setattr("reporting.views.filling.obligation_of", raising(AWAY))
    answer = officer.post(f"{fill_url}luu-tam/", sent, headers={"Accept": "application/json"})
    assert_problem_json(answer, problems.RESTARTING)
    assert answer["Retry-After"] == "5"


def test_the_api_answers_an_outage_as_a_problem(officer, monkeypatch):
    monkeypatch.setattr("organizations.api.UnitViewSet.list", raising(AWAY))
    answer = officer.get("/api/v1/units/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == problems.RESTARTING.code


def test_the_unforeseen_names_its_number_and_when_the_draft_was_kept(
    officer, fill_url, sent, breaks
):
    breaks("reporting.views.filling.submit_report", ValueError("bí mật của mã"))
    with nothing_written():
        answer = officer.post(fill_url, sent)
    saved_at = Report.objects.get().saved_at.astimezone(None)
    assert saved_at is not None
    assert_problem(answer, problems.UNFORESEEN, "Bản nháp đã được lưu lúc ")
    page = answer.content.decode()
    assert "bí mật" not in page and "Traceback" not in page
    assert Report.objects.get().draft["n-results"] == sent["n-results"]
    assert resent(page)["n-results"] == sent["n-results"]


@pytest.fixture
def upload(people, client_of):
    """Sends a workbook to the import of capital plans."""
    client = client_of(people.standing, raise_request_exception=False)
    content = zipped(parts())

    def send(**extra):
        file = SimpleUploadedFile("von.xlsx", content)
        return client.post(
            reverse("disbursement:import_capital"), {"year": "2023", "file": file} | extra
        )

    return send


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_nothing_half_written(upload, breaks, number):
    breaks("django.core.files.storage.FileSystemStorage._save", OSError(number, "đầy"))
    with nothing_written():
        answer = upload()
    assert_problem(answer, problems.DISK_FULL, "Máy chủ không còn chỗ lưu tệp")
    assert not StoredFile.objects.exists() and not Batch.objects.exists()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_is_told(upload, breaks, settings, number):
    path = str(settings.MEDIA_ROOT / "files")
    breaks("django.core.files.storage.FileSystemStorage._save", OSError(number, "khóa", path))
    assert_problem(upload(), problems.DISK_FULL)
    assert not StoredFile.objects.exists()


def test_the_same_fault_elsewhere_stays_unforeseen(upload, breaks):
    """Negative control: only files of people are told so; a fault of ours keeps its number."""
    breaks(
        "django.core.files.storage.FileSystemStorage._save", OSError(errno.EACCES, "x", "/etc/x")
    )
    assert_problem(upload(), problems.UNFORESEEN)


def test_a_kept_file_that_is_gone_is_told(officer, people, units):
    stored = StoredFile.objects.store(
        "bang.xlsx", b"noi dung", user=people.officer_a, unit=units.district_a
    )
    url = reverse("jobs:file", args=[stored.pk])
    assert officer.get(url).status_code == 200
    FileSystemStorage(location=stored.file.storage.location).delete(stored.file.name)
    with nothing_written():
        answer = officer.get(url)
    assert_problem(answer, problems.FILE_MISSING, "Tệp không còn trên máy chủ", "bản sao lưu")


def test_a_silent_broker_does_not_hold_up_an_upload(upload, breaks, monkeypatch):
    breaks("jobs.runner.send", ConnectionError("không có ai"))
    monkeypatch.setattr(runner, "quiet_until", 0.0)
    answer = upload()
    assert answer.status_code == 302
    batch = Batch.objects.get()
    assert Job.objects.get(key=f"read-batch-{batch.pk}").state == "queued"
    assert batch.file.sha256 and batch.params["year"] == 2023
