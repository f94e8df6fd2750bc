"""Files that are refused: what is said at the page or in the list of imports, and what is kept."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import problems
from jobs import runner
from jobs.models import Batch, BatchState, Job, StoredFile
from tests.bad_input.checks import assert_problem, nothing_written
from tests.core.hostile.old_corpus import OLD
from tests.core.test_sheet_guard import parts, sheet_xml, zipped
from tests.disbursement.conftest import workbook
from tests.disbursement.test_capital_import import HEAD, row

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


@pytest.fixture
def upload(people, client_of, monkeypatch):
    """upload(name, content): the answer of the page where capital plans are sent."""
    monkeypatch.setattr(runner, "ring", lambda job_id: None)
    client = client_of(people.standing)

    def send(name, content):
        data = {"year": "2023", "file": SimpleUploadedFile(name, content)}
        return client.post(reverse("disbursement:import_capital"), data)

    return send


@pytest.fixture
def read(upload, people, client_of):
    """The page of the import after the worker has read the file."""

    def through(name, content):
        with nothing_written():
            answer = upload(name, content)
            batch = Batch.objects.get()
            assert answer["Location"] == reverse("jobs:batch", args=[batch.pk])
            runner.run(Job.objects.get(key=f"read-batch-{batch.pk}").pk)
        return client_of(people.standing).get(answer["Location"])

    return through


def assert_kept(content):
    stored = StoredFile.objects.get()
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.file.read() == content


def test_another_kind_is_refused_at_the_page_and_kept(upload):
    with nothing_written():
        answer = upload("so_lieu.csv", b"a;b\n1;2\n")
    words = "Tệp “so_lieu.csv” không thuộc loại được nhận (.xlsx, .xls)."
    assert_problem(answer, problems.FILE_WRONG_KIND, words, "Tệp vẫn được giữ ở “Các đợt nhập”")
    assert_kept(b"a;b\n1;2\n")
    assert Batch.objects.get().state == BatchState.REFUSED


def test_too_large_a_file_is_refused_by_its_size_before_it_is_kept(upload, monkeypatch):
    content = b"x" * 42_200_000
    with nothing_written():
        answer = upload("to.xlsx", content)
    words = "Tệp 42,2 MB vượt giới hạn 40 MB. Hãy xóa hình ảnh và các trang tính không dùng."
    assert_problem(answer, problems.FILE_TOO_LARGE, words)
    assert not StoredFile.objects.exists()


REFUSED_INSIDE = {
    "html renamed": (b"<html><table></table></html>", "Tệp không phải Excel (.xlsx, .xls)."),
    "old xls, damaged": (OLE, "Tệp bị hỏng hoặc tải lên chưa trọn vẹn."),
    "password": (OLD["password"][0](), "Tệp có mật khẩu. Hãy bỏ mật khẩu"),
    "damaged": (zipped(parts())[:-40], "Tệp bị hỏng hoặc tải lên chưa trọn vẹn."),
    "row 1048576": (
        zipped(parts('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "Tệp có cấu trúc bất thường",
    ),
    "macro": (
        zipped(parts(**{"xl/vbaProject.bin": "x"})),
        "Tệp chứa macro, liên kết ngoài hoặc đối tượng nhúng nên không được nhận.",
    ),
    "external link": (
        zipped(parts(**{"xl/externalLinks/externalLink1.xml": "<x/>"})),
        "Tệp chứa macro, liên kết ngoài hoặc đối tượng nhúng nên không được nhận.",
    ),
    "entities": (
        zipped(parts(**{"xl/worksheets/sheet1.xml": "<!DOCTYPE x>" + sheet_xml("")})),
        "Tệp có cấu trúc không an toàn nên không được nhận.",
    ),
}


@pytest.mark.parametrize("case", REFUSED_INSIDE)
def test_what_is_inside_is_told_in_the_list_and_kept(read, case):
    content, words = REFUSED_INSIDE[case]
    answer = read("von.xlsx", content)
    assert Batch.objects.get().state == BatchState.REFUSED
    assert (answer.status_code, answer["X-Problem"]) == (200, problems.FILE_REFUSED.code)
    page = answer.content.decode()
    assert words in page and answer["X-Request-ID"] in page and "NTM-303" in page
    assert_kept(content)


def test_faults_of_cells_are_listed_and_nothing_is_written(read):
    content = workbook([row(amount="=1+1")], HEAD)
    answer = read("von.xlsx", content)
    batch = Batch.objects.get()
    assert batch.errors and not batch.can_apply
    expected = problems.FILE_REFUSED if batch.state == BatchState.REFUSED else None
    expected = expected or problems.FILE_HAS_FAULTS
    assert answer["X-Problem"] == expected.code
    assert batch.errors[0]["message"] in answer.content.decode().replace("&quot;", '"')
    assert_kept(content)
