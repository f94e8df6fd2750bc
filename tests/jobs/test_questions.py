"""Cells with two readings, old fonts: asked, answered, kept; and the copy with faults marked."""

import io

import openpyxl
import pytest
from django.urls import reverse

from core.column_rows import check_rows
from core.columns import MILLION, MONEY, TEXT, Column
from core.sheets import ISSUE_SHEET
from core.transitions import InvalidTransition
from jobs import imports, runner
from jobs.imports import Importer, Reading, apply_batch, receive
from jobs.models import AuditEntry, Batch, BatchState, Job
from organizations.models import UnitAlias

KIND = "asking_test"
COLUMNS = [
    Column("name", "Tên", TEXT, required=True),
    Column("amount", "Số tiền", MONEY, unit=MILLION),
]


class AskingImporter(Importer):
    """Invented: a name and an amount, kept as spellings of the province."""

    kind = KIND
    label = "Tên và số tiền"
    action = "capital.import"

    def read(self, book, params, unit):
        rows, issues = check_rows(book.sheets[0], COLUMNS)
        return Reading([row.values for row in rows], issues, {"read": len(rows)})

    def apply(self, batch, user):
        for row in batch.preview:
            UnitAlias.objects.create(unit=batch.unit, text=f"{row['name']} {row['amount']}")
        return {"created": len(batch.preview)}


@pytest.fixture(autouse=True)
def importer(monkeypatch):
    monkeypatch.setattr(runner, "ring", lambda job_id: None)
    monkeypatch.setitem(imports.IMPORTERS, KIND, AskingImporter())


@pytest.fixture
def sent(people, units):
    def send(*rows, name="so_tien.xlsx"):
        book = openpyxl.Workbook()
        book.active.title = "Biểu 1"
        for row in (("Tên", "Số tiền"), *rows):
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        batch = receive(
            KIND,
            name=name,
            content=out.getvalue(),
            content_type="",
            user=people.standing,
            unit=units.province,
            params={},
        )
        return work(batch)

    return send


def work(batch):
    """Every waiting job, as the worker would."""
    while job := Job.objects.filter(state="queued").first():
        runner.run(job.pk)
    return Batch.objects.get(pk=batch.pk)


def answer(client, batch, **said):
    data = {name.replace("_", "-"): value for name, value in said.items()}
    return client.post(f"/viec-nen/dot-nhap/{batch.pk}/cach-doc/", data)


TWO = (("Xã A", "1.234"), ("Xã B", "2.500"), ("Xã C", "3.000,5"))


def test_two_readings_are_asked_about_and_nothing_can_be_applied(sent, people):
    batch = sent(*TWO)
    assert [(q["cell"], q["column"]) for q in batch.questions] == [
        ("B2", "amount"),
        ("B3", "amount"),
    ]
    both = "1.234 triệu đồng (1.234.000.000 đồng) hay 1,234 triệu đồng (1.234.000 đồng)"
    assert both in batch.questions[0]["message"]
    assert not batch.errors and not batch.can_apply
    with pytest.raises(InvalidTransition, match="chưa rõ cách đọc"):
        apply_batch(batch, people.standing)
    assert not UnitAlias.objects.exists()


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ({"c_0": "thousands"}, 1_234_000_000, 2_500_000_000),
        ({"c_0": "decimals"}, 1_234_000, 2_500_000),
        ({"o_0": "thousands", "o_1": "decimals"}, 1_234_000_000, 2_500_000),
        ({"c_0": "thousands", "o_1": "decimals"}, 1_234_000_000, 2_500_000),
    ],
)
def test_an_answer_for_the_column_or_the_cell_is_kept_and_read_with(
    sent, people, client_of, said, first, second
):
    batch = sent(*TWO)
    assert answer(client_of(people.standing), batch, **said).status_code == 302
    assert Batch.objects.get(pk=batch.pk).state == BatchState.READING
    batch = work(batch)
    assert batch.can_apply and not batch.issues
    assert [row["amount"] for row in batch.preview] == [first, second, 3_000_500_000]
    apply_batch(batch, people.standing)
    entry = AuditEntry.objects.get(action="import.answer")
    assert entry.actor == people.standing and entry.detail == batch.params["answers"]


def test_questions_alone_are_no_fault_and_show_no_code(sent, people, client_of):
    batch = sent(*TWO)
    assert batch.questions and not batch.errors
    page = client_of(people.standing).get(reverse("jobs:batch", args=[batch.pk]))
    assert page.status_code == 200 and not page.has_header("X-Problem")
    assert "Mã lỗi" not in page.content.decode() and "Cần xác nhận" in page.content.decode()


def test_one_cell_answered_leaves_the_other_asked(sent, people, client_of):
    batch = sent(*TWO)
    answer(client_of(people.standing), batch, o_1="thousands")
    batch = work(batch)
    assert [q["cell"] for q in batch.questions] == ["B2"] and not batch.can_apply
    answer(client_of(people.standing), batch, o_0="decimals")
    assert [row["amount"] for row in work(batch).preview[:2]] == [1_234_000, 2_500_000_000]


@pytest.mark.parametrize("said", [{}, {"c_0": "guess"}, {"o_7": "thousands"}, {"o_x": "decimals"}])
def test_an_answer_that_was_not_offered_changes_nothing(sent, people, client_of, said):
    batch = sent(*TWO)
    answer(client_of(people.standing), batch, **said)
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEW and not batch.params
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("standing2", 302), ("auditor", 403), ("officer_a", 404), ("agency", 404)]
)
def test_who_may_answer(sent, people, client_of, who, status):
    batch = sent(*TWO)
    answered = answer(client_of(getattr(people, who)), batch, c_0="thousands")
    assert answered.status_code == status
    batch.refresh_from_db()
    assert (batch.state == BatchState.READING) is (status == 302)


def test_an_applied_batch_is_not_read_again(sent, people, client_of):
    batch = sent(("Xã A", 5))
    apply_batch(batch, people.standing)
    with pytest.raises(InvalidTransition, match="không còn chờ"):
        imports.answer_batch(batch, people.standing, {"Biểu 1": {"amount": "thousands"}})
    assert Batch.objects.get(pk=batch.pk).state == BatchState.APPLIED


def test_text_of_an_old_font_is_shown_converted_and_taken_after_confirmation(
    sent, people, client_of
):
    batch = sent(("X· T©n Hßa", 1), ("Xã Bình An", 2))
    assert [q["cell"] for q in batch.questions] == ["A2"]
    assert (
        "TCVN3" in batch.questions[0]["message"] and "Xã Tân Hòa" in batch.questions[0]["message"]
    )
    answer(client_of(people.standing), batch, c_0="tcvn3")
    assert [row["name"] for row in work(batch).preview] == ["Xã Tân Hòa", "Xã Bình An"]


def test_the_page_asks_and_names_both_readings(sent, people, client_of):
    batch = sent(*TWO)
    page = client_of(people.standing).get(f"/viec-nen/dot-nhap/{batch.pk}/").content.decode()
    assert "Cần xác nhận cách đọc (2 ô)" in page and 'name="c-0"' in page and 'name="o-1"' in page
    assert "Dấu chấm ngăn phần lẻ: 1.234 là 1,234" in page
    assert ">1.234 triệu đồng (1.234.000.000 đồng)</label>" in page
    read_only = client_of(people.auditor).get(f"/viec-nen/dot-nhap/{batch.pk}/").content.decode()
    assert "Xác nhận và kiểm tra lại" in page and "Xác nhận và kiểm tra lại" not in read_only


def copy_of(client, batch):
    answer = client.get(f"/viec-nen/tep/{batch.annotated_id}/")
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def test_faults_stand_at_their_cells_in_a_copy_to_download(sent, people, client_of):
    batch = sent(("Xã A", "12x"), (None, "1.234"), ("Xã C", 5))
    client = client_of(people.standing)
    page = client.get(f"/viec-nen/dot-nhap/{batch.pk}/").content.decode()
    assert f"/viec-nen/tep/{batch.annotated_id}/" in page and "ghi chú lỗi tại ô" in page
    book = copy_of(client, batch)
    assert "không phải số" in book["Biểu 1"]["B2"].comment.text
    assert "Chưa nhập" in book["Biểu 1"]["A3"].comment.text
    assert book["Biểu 1"]["B4"].comment is None and book["Biểu 1"]["B4"].value == 5
    assert [row[0].value for row in book[ISSUE_SHEET].iter_rows(min_row=2)] == [
        "Lỗi",
        "Lỗi",
        "Cần xác nhận",
    ]
    assert batch.annotated.name == "so_tien - ghi chú lỗi.xlsx"
    assert batch.file.file.read() != batch.annotated.file.read()


@pytest.mark.parametrize(
    ("who", "status"), [("auditor", 200), ("officer_a", 404), ("commune", 404), ("owner", 404)]
)
def test_the_copy_goes_where_the_batch_goes(sent, people, client_of, who, status):
    batch, client = sent(("Xã A", "12x")), client_of(getattr(people, who))
    assert client.get(f"/viec-nen/tep/{batch.annotated_id}/").status_code == status
    assert client.get(f"/viec-nen/dot-nhap/{batch.pk}/ban-ghi-chu/").status_code == status


def test_a_file_without_faults_has_no_copy(sent, people, client_of):
    batch = sent(("Xã A", 5))
    assert batch.annotated is None and not Job.objects.filter(kind="annotate_batch").exists()
    page = client_of(people.standing).get(f"/viec-nen/dot-nhap/{batch.pk}/ban-ghi-chu/")
    assert page.content.decode().strip() == ""


def test_a_copy_of_faults_that_were_answered_meanwhile_is_not_kept(sent, people, monkeypatch):
    batch = sent(*TWO)
    stale = Job.objects.get(kind="annotate_batch")
    imports.answer_batch(batch, people.standing, {"Biểu 1": {"amount": "thousands"}})
    write = imports.annotate_batch(stale)
    assert write() == {"annotated": None}
    assert Batch.objects.get(pk=batch.pk).annotated is None


def test_a_copy_that_cannot_be_made_costs_only_the_copy(sent, people, client_of, monkeypatch):
    monkeypatch.setattr("core.annotated.CHILD", "/nowhere.py")
    batch = sent(("Xã A", "12x"))
    assert batch.state == BatchState.PREVIEW and batch.annotated is None and batch.errors
    page = client_of(people.standing).get(f"/viec-nen/dot-nhap/{batch.pk}/").content.decode()
    assert "ghi chú lỗi tại ô" not in page and "không phải số" in page
