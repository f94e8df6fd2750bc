"""One way in for every table: keep, read in a job, preview, apply, undo; and who may do it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import path
from openpyxl import Workbook

from core.column_rows import Issue
from core.sheet_guard import Limits
from core.transitions import InvalidTransition
from jobs import imports, runner
from jobs.imports import Importer, Reading, apply_batch, receive, undo_batch
from jobs.models import AuditEntry, Batch, BatchState, Job, StoredFile
from jobs.tasks import sweep
from jobs.views import UploadView
from mtqg_portal.urls import urlpatterns as portal_urls
from organizations.models import Grant, Role, UnitAlias
from tests.conftest import START, make_person

KIND = "alias_test"
UPLOAD = "/thu-nhap/"
SMALL = 20_000


class AliasImporter(Importer):
    """Invented: column A names the other spellings of the province."""

    kind = KIND
    label = "Tên gọi khác"
    action = "capital.import"
    limits = Limits(file_bytes=SMALL, rows=100, cells=1_000)

    def read(self, book, params, unit):
        texts = [row[0] for row in book.sheets[0].rows[1:]]
        issues = [
            Issue("error", book.sheets[0].name, f"A{number}", "Thiếu tên.")
            for number, text in enumerate(texts, 2)
            if text == "?"
        ]
        return Reading([{"text": text} for text in texts], issues, {"read": len(texts)})

    def apply(self, batch, user):
        for row in batch.preview:
            UnitAlias.objects.create(unit=batch.unit, text=row["text"])
        if batch.params.get("breaks"):
            raise InvalidTransition("Hỏng giữa chừng.")
        return {"created": len(batch.preview)}

    def undo(self, batch, user):
        UnitAlias.objects.filter(text__in=[row["text"] for row in batch.preview]).delete()


class AliasUpload(UploadView):
    kind = KIND

    def render_to_response(self, context, **kwargs):
        words = [error for errors in context["form"].errors.values() for error in errors]
        return HttpResponse(" ".join(words), **kwargs)


urlpatterns = [path("thu-nhap/", AliasUpload.as_view()), *portal_urls]


@pytest.fixture(autouse=True)
def importer(monkeypatch, settings):
    monkeypatch.setattr(runner, "ring", lambda job_id: None)
    monkeypatch.setitem(imports.IMPORTERS, KIND, AliasImporter())
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def workbook(tmp_path):
    def made(*texts, name="ten_goi.xlsx"):
        book = Workbook()
        for text in ("Tên", *texts):
            book.active.append([text])
        book.save(tmp_path / name)
        return (tmp_path / name).read_bytes()

    return made


def taken_in(people, units, content, **params):
    return receive(
        KIND,
        name="ten_goi.xlsx",
        content=content,
        content_type="",
        user=people.standing,
        unit=units.province,
        params=params,
    )


def read(batch):
    runner.run(Job.objects.get(key=f"read-batch-{batch.pk}").pk)
    return Batch.objects.get(pk=batch.pk)


def aliases():
    return set(UnitAlias.objects.values_list("text", flat=True))


def test_the_file_is_kept_before_it_is_read(people, units, workbook):
    content = workbook("Tỉnh T")
    batch = taken_in(people, units, content)
    assert batch.state == BatchState.READING
    assert batch.file.file.read() == content and batch.file.size == len(content)
    assert not aliases()


def test_read_preview_apply_undo(people, units, workbook):
    batch = read(taken_in(people, units, workbook("Tỉnh T", "T. Thử")))
    assert (batch.state, batch.counts, batch.can_apply) == (BatchState.PREVIEW, {"read": 2}, True)
    assert not aliases()
    assert apply_batch(batch, people.standing) == {"created": 2}
    assert aliases() == {"Tỉnh T", "T. Thử"}
    assert Batch.objects.get(pk=batch.pk).counts == {"read": 2, "created": 2}
    undo_batch(batch, people.standing)
    assert not aliases() and batch.state == BatchState.UNDONE
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "import.apply",
        "import.undo",
    ]


def test_applying_twice_is_told_and_done_once(people, units, workbook):
    batch = read(taken_in(people, units, workbook("Tỉnh T")))
    other_tab = Batch.objects.get(pk=batch.pk)
    apply_batch(batch, people.standing)
    with pytest.raises(InvalidTransition, match="đã được áp dụng"):
        apply_batch(other_tab, people.standing)
    assert AuditEntry.objects.count() == 1


def test_undoing_twice_or_before_applying_is_told(people, units, workbook):
    batch = read(taken_in(people, units, workbook("Tỉnh T")))
    with pytest.raises(InvalidTransition, match="đã áp dụng"):
        undo_batch(batch, people.standing)
    apply_batch(batch, people.standing)
    undo_batch(batch, people.standing)
    with pytest.raises(InvalidTransition):
        undo_batch(batch, people.standing)
    with pytest.raises(InvalidTransition):
        apply_batch(batch, people.standing)


def test_with_an_error_nothing_can_be_applied(people, units, workbook):
    batch = read(taken_in(people, units, workbook("Tỉnh T", "?")))
    assert [issue["cell"] for issue in batch.errors] == ["A3"] and not batch.can_apply
    with pytest.raises(InvalidTransition, match="Còn lỗi"):
        apply_batch(batch, people.standing)
    assert not aliases()


def test_a_failure_while_applying_leaves_all_as_it_was(people, units, workbook):
    batch = read(taken_in(people, units, workbook("Tỉnh T"), breaks=True))
    with pytest.raises(InvalidTransition):
        apply_batch(batch, people.standing)
    assert not aliases() and Batch.objects.get(pk=batch.pk).state == BatchState.PREVIEW
    assert not AuditEntry.objects.exists()


def test_a_file_that_the_guard_refuses_is_kept_and_told(people, units):
    batch = read(taken_in(people, units, b"MZ not a workbook"))
    assert batch.state == BatchState.REFUSED and batch.errors and not batch.can_apply
    assert batch.file.file.read() == b"MZ not a workbook"


@pytest.mark.parametrize(("given_up", "state"), [(False, "reading"), (True, "refused")])
def test_a_reading_that_was_given_up_ends(people, units, workbook, given_up, state):
    batch = taken_in(people, units, workbook("Tỉnh T"))
    if given_up:
        Job.objects.update(state="failed", error="Việc này đã dừng giữa chừng.")
    sweep()
    batch.refresh_from_db()
    assert batch.state == state
    assert [issue["message"] for issue in batch.errors] == (
        ["Việc này đã dừng giữa chừng."] if given_up else []
    )


def test_a_job_run_again_does_not_overwrite_what_was_applied(people, units, workbook):
    batch = read(taken_in(people, units, workbook("Tỉnh T")))
    apply_batch(batch, people.standing)
    Job.objects.update(state="queued")
    assert read(batch).state == BatchState.APPLIED


def post_file(client, content, name="ten_goi.xlsx"):
    chosen = {} if content is None else {"file": SimpleUploadedFile(name, content)}
    return client.post(UPLOAD, chosen)


def test_upload_leads_to_the_batch(people, client_of, workbook, units):
    answer = post_file(client_of(people.standing), workbook("Tỉnh T"))
    batch = Batch.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/viec-nen/dot-nhap/{batch.pk}/"
    assert (batch.unit, batch.created_by) == (units.province, people.standing)
    assert Job.objects.get().payload == {"batch": batch.pk}


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"x" * (SMALL + 1), "lon.xlsx", 413, "vượt giới hạn"),
        (b"x" * SMALL, "vua.xlsx", 302, ""),
        (b"x", "bang.xls", 415, "không thuộc loại được nhận"),
        (b"x", "khong_duoi", 415, "không thuộc loại được nhận"),
        (b"", "rong.xlsx", 422, "Tệp rỗng"),
        (None, "", 422, "Hãy chọn tệp"),
    ],
)
def test_upload_statuses(people, client_of, content, name, status, words):
    answer = post_file(client_of(people.standing), content, name)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert Batch.objects.exists() is (status in (302, 415))


def test_a_file_of_a_wrong_kind_is_kept_and_stands_in_the_list(people, client_of, units):
    client = client_of(people.standing)
    answer = post_file(client, b"\xd0\xcf old", "bang.xls")
    batch = Batch.objects.get()
    assert answer.status_code == 415
    assert f"vẫn được giữ ở “Các đợt nhập”, đợt {batch.pk}" in answer.content.decode()
    assert batch.file.file.read() == b"\xd0\xcf old" and batch.file.name == "bang.xls"
    assert (batch.state, batch.unit, batch.created_by) == (
        BatchState.REFUSED,
        units.province,
        people.standing,
    )
    assert "không thuộc loại được nhận" in batch.errors[0]["message"]
    assert not Job.objects.exists() and not batch.can_apply
    assert "bang.xls" in client.get("/viec-nen/dot-nhap/").content.decode()
    assert client.get(f"/viec-nen/dot-nhap/{batch.pk}/").status_code == 200


def test_a_file_over_the_limit_is_not_stored(people, client_of):
    post_file(client_of(people.standing), b"x" * (SMALL + 1), "lon.xls")
    assert not StoredFile.objects.exists()


def test_long_names_and_kinds_of_content_fit_their_columns(people, units, workbook):
    """PostgreSQL refuses what is longer than its column; SQLite would take it."""
    batch = receive(
        KIND,
        name="t" * 250 + ".xlsx",
        content=workbook("Tỉnh T"),
        content_type="a/" + "b" * 200,
        user=people.standing,
        unit=units.province,
        params={},
    )
    apply_batch(read(batch), people.standing)
    assert len(batch.file.content_type) <= 120
    assert len(AuditEntry.objects.get().object_label) <= 250


@pytest.mark.parametrize("who", ["officer_a", "auditor", "head", "treasury"])
def test_upload_is_for_those_who_hold_the_action(people, client_of, workbook, who):
    assert post_file(client_of(getattr(people, who)), workbook("X")).status_code == 403
    assert not StoredFile.objects.exists()


def step(client, batch, word):
    return client.post(f"/viec-nen/dot-nhap/{batch.pk}/{word}/")


@pytest.mark.parametrize(
    ("who", "status"), [("standing2", 302), ("auditor", 403), ("officer_a", 404), ("agency", 404)]
)
def test_who_may_apply(people, units, client_of, workbook, who, status):
    batch = read(taken_in(people, units, workbook("Tỉnh T")))
    assert step(client_of(getattr(people, who)), batch, "ap-dung").status_code == status
    assert bool(aliases()) is (status == 302)


@pytest.mark.parametrize("word", ["ap-dung", "hoan-tac"])
def test_a_link_changes_nothing(people, units, client_of, workbook, word):
    batch = read(taken_in(people, units, workbook("Tỉnh T")))
    answer = client_of(people.standing).get(f"/viec-nen/dot-nhap/{batch.pk}/{word}/")
    assert answer.status_code == 405 and not aliases()


@pytest.mark.parametrize(
    ("who", "status"), [("standing", 200), ("auditor", 200), ("officer_a", 404), ("commune", 404)]
)
def test_a_kept_file_goes_to_those_who_may_see_its_unit(
    people, units, client_of, workbook, who, status
):
    batch = taken_in(people, units, workbook("Tỉnh T"))
    answer = client_of(getattr(people, who)).get(f"/viec-nen/tep/{batch.file.pk}/")
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Disposition"].startswith("attachment")
        assert b"".join(answer.streaming_content) == batch.file.file.read()


def test_a_file_without_unit_is_nobodys(people, client_of):
    stored = StoredFile.objects.store("a.pdf", b"x")
    assert client_of(people.head).get(f"/viec-nen/tep/{stored.pk}/").status_code == 404


def test_a_right_limited_to_one_programme_opens_no_mixed_file(people, units, client_of, workbook):
    """An import holds rows of every programme; its file too."""
    batch = taken_in(people, units, workbook("Tỉnh T"))
    client = client_of(people.owner)
    assert client.get(f"/viec-nen/dot-nhap/{batch.pk}/").status_code == 404
    assert client.get(f"/viec-nen/tep/{batch.file.pk}/").status_code == 404


@pytest.fixture
def limited(people, units):
    """Reads imports as an auditor; the right to import holds one programme alone."""
    person = make_person(
        "limited",
        "Thường trực NTM",
        units.planning,
        Role.STANDING,
        area=units.province,
        program="NTM",
    )
    post = person.current_posts().get()
    Grant.objects.create(post=post, role=Role.AUDITOR, area_unit=units.province, valid_from=START)
    return person


@pytest.mark.parametrize("word", ["cach-doc", "ap-dung", "hoan-tac"])
def test_a_step_of_an_import_needs_a_right_over_all_programmes(
    people, units, client_of, workbook, limited, word
):
    """As sending the file does: its rows may be of any programme."""
    batch = read(taken_in(people, units, workbook("Tỉnh T")))
    if word == "hoan-tac":
        apply_batch(batch, people.standing)
    before = (Batch.objects.get().state, aliases())
    page = client_of(limited).get(f"/viec-nen/dot-nhap/{batch.pk}/")
    assert page.status_code == 200 and page.context["may_act"] is False
    assert step(client_of(limited), batch, word).status_code == 403
    assert (Batch.objects.get().state, aliases()) == before
    page = client_of(people.standing2).get(f"/viec-nen/dot-nhap/{batch.pk}/")
    assert page.context["may_act"] is True
    assert step(client_of(people.standing2), batch, word).status_code == 302
