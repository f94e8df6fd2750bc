"""Imports in the browser: columns mapped once, units asked, the same file told, jobs for big."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from core.transitions import InvalidTransition
from disbursement.closing import close_year
from disbursement.models import LedgerEntry, Project
from jobs import imports, runner
from jobs.imports import apply_batch, ask_for_applying, new_batch, read_file
from jobs.models import Batch, BatchState, ColumnLayout, Job, StagedRow, StoredFile
from jobs.tasks import sweep
from tests.disbursement.conftest import MILLION, pay, workbook
from tests.disbursement.test_capital_import import HEAD, row

ODD = {"Mã dự án": "Ký hiệu", "Số tiền": "KH giao 2023", "Tên công trình, hoạt động": "Nội dung"}
ODD_HEAD = [ODD.get(title, title) for title in HEAD]
URL = "disbursement:import_capital"


@pytest.fixture(autouse=True)
def silent_bell(monkeypatch):
    monkeypatch.setattr(runner, "ring", lambda job_id: None)


@pytest.fixture
def send(people, client_of, units, catalogue):
    """Uploads as the standing agency does, works the jobs off, gives the batch."""

    def sent(content, name="von.xlsx", **extra):
        upload = SimpleUploadedFile(name, content)
        answer = client_of(people.standing).post(
            reverse(URL), {"file": upload, "year": 2023} | extra
        )
        work()
        return answer, Batch.objects.order_by("-pk").first()

    return sent


def work():
    for job in Job.objects.filter(state="queued").order_by("pk"):
        runner.run(job.pk)


def text(answer):
    return answer.content.decode()


def said(batch, unit=MILLION):
    """The page as the browser would send it back, with the unit chosen."""
    table = batch.params["table"]
    data = {f"cot-{c['place']}": c["name"] for c in table["columns"] if c["place"] is not None}
    by_title = {title["title"]: title["index"] for title in table["titles"]}
    data[f"cot-{by_title['Ký hiệu']}"] = "code"
    data[f"cot-{by_title['KH giao 2023']}"] = "amount"
    data[f"cot-{by_title['Nội dung']}"] = "name"
    return data | {"dvt-amount": unit}


def test_odd_columns_are_asked_once_and_remembered(send, people, client_of):
    _, batch = send(workbook([row()], ODD_HEAD, "Danh mục"))
    client = client_of(people.standing)
    assert batch.state == BatchState.MAPPING and not batch.can_apply
    assert "Ghép cột" in text(client.get(reverse("jobs:batch", args=[batch.pk])))
    page = client.get(reverse("jobs:layout", args=[batch.pk]))
    assert "KH giao 2023" in text(page) and "Chưa nhận ra đủ các cột" in text(page)
    assert "100 → 100 triệu đồng = 100.000.000 đồng" in text(page)
    answer = client.post(reverse("jobs:layout", args=[batch.pk]), said(batch))
    assert answer.status_code == 302
    work()
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEW and batch.can_apply, batch.issues
    assert StagedRow.objects.get(batch=batch).data["amount"] == 100 * MILLION
    _, again = send(workbook([row("DA-02", 7)], ODD_HEAD, "Danh mục"))
    assert again.state == BatchState.PREVIEW and ColumnLayout.objects.count() == 1
    shown = text(client.get(reverse("jobs:batch", args=[again.pk])))
    assert "nhớ từ lần xác nhận trước" in shown and "triệu đồng" in shown


def test_a_remembered_layout_belongs_to_its_sender(send, people, units, client_of, tmp_path):
    _, batch = send(workbook([row()], ODD_HEAD, "Danh mục"))
    client_of(people.standing).post(reverse("jobs:layout", args=[batch.pk]), said(batch))
    path = tmp_path / "von.xlsx"
    path.write_bytes(workbook([row()], ODD_HEAD, "Danh mục"))
    params = {"year": 2023, "sent_on": "2023-07-03"}
    importer = imports.IMPORTERS["capital"]
    assert len(read_file(importer, path, path.name, dict(params), units.province).rows) == 1
    with pytest.raises(imports.ColumnsAsked):
        read_file(importer, path, path.name, dict(params), units.district_a)


def test_a_layout_can_be_changed_before_it_is_applied(send, people, client_of):
    _, batch = send(workbook([row()], ODD_HEAD, "Danh mục"))
    client, url = client_of(people.standing), reverse("jobs:layout", args=[batch.pk])
    client.post(url, said(batch))
    work()
    batch.refresh_from_db()
    client.post(url, said(batch, 1000))
    work()
    assert StagedRow.objects.get(batch=batch).data["amount"] == 100_000
    assert ColumnLayout.objects.get().units == {"amount": 1000}


def test_a_layout_without_its_columns_or_unit_is_refused(send, people, client_of):
    _, batch = send(workbook([row()], ODD_HEAD, "Danh mục"))
    client, url = client_of(people.standing), reverse("jobs:layout", args=[batch.pk])
    data = said(batch)
    del data["dvt-amount"]
    answer = client.post(url, data)
    assert answer.status_code == 422 and "Hãy chọn đơn vị tính" in text(answer)
    answer = client.post(url, {"dvt-amount": MILLION})
    assert answer.status_code == 422 and "Chưa ghép cột “Mã dự án”" in text(answer)
    twice = said(batch) | {"cot-2": "code"}
    assert "đã được ghép ở trên" in text(client.post(url, twice))
    assert not ColumnLayout.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("officer_a", 404), ("agency", 404)])
def test_who_may_lay_out_columns(send, people, client_of, who, status):
    _, batch = send(workbook([row()], ODD_HEAD, "Danh mục"))
    client, url = client_of(getattr(people, who)), reverse("jobs:layout", args=[batch.pk])
    assert client.get(url).status_code == status
    assert client.post(url, said(batch)).status_code == status
    assert not ColumnLayout.objects.exists()


def test_the_same_file_is_told_and_goes_on_only_knowingly(send, people, client_of):
    content = workbook([row()], HEAD)
    _, batch = send(content)
    apply_batch(batch, people.standing)
    answer, last = send(content, name="ten-khac.xlsx")
    assert answer.status_code == 422 and last == batch
    assert f"đã được áp dụng ở đợt nhập {batch.pk}" in text(answer)
    kept = StoredFile.objects.order_by("-pk").first()
    assert f'name="kept" value="{kept.pk}"' in text(answer) and 'name="again"' in text(answer)
    client_of(people.standing).post(reverse(URL), {"kept": kept.pk, "year": 2023, "again": "on"})
    assert Batch.objects.count() == 2


def test_a_file_that_was_taken_back_may_come_again(send, people):
    content = workbook([row()], HEAD)
    _, batch = send(content)
    apply_batch(batch, people.standing)
    imports.undo_batch(batch, people.standing)
    answer, again = send(content)
    assert answer.status_code == 302 and again != batch


def test_the_api_tells_the_same_file_too(send, people, client_of):
    content = workbook([row()], HEAD)
    _, batch = send(content)
    apply_batch(batch, people.standing)
    client, url = client_of(people.standing), reverse("api:batches-send")

    def posted(**extra):
        upload = SimpleUploadedFile("von.xlsx", content)
        return client.post(url, {"kind": "capital", "file": upload, "year": 2023} | extra)

    assert posted().status_code == 422
    assert posted(again="true").status_code == 202


def test_undo_shows_what_hangs_on_the_batch(send, people, client_of):
    _, batch = send(workbook([row()], HEAD))
    apply_batch(batch, people.standing)
    pay(Project.objects.get(), 1)
    answer = client_of(people.standing).post(reverse("jobs:undo", args=[batch.pk]))
    assert answer.status_code == 409
    assert f'href="/von/cong-trinh/{Project.objects.get().pk}/"' in text(answer)
    assert "đã giải ngân 1 triệu đồng" in text(answer)


def test_rows_are_paged_with_faults_first(send, people, client_of):
    rows = [row(f"DA-{n:03}") for n in range(60)] + [row("DA-999", **{"Thành phần": "X"})]
    _, batch = send(workbook(rows, HEAD))
    client, url = client_of(people.standing), reverse("jobs:batch", args=[batch.pk])
    first = client.get(url)
    assert len(first.context["rows"]) == 50 and first.context["rows"][0]["state"] == "error"
    assert len(client.get(url, {"page": 2}).context["rows"]) == 11
    only = client.get(url, {"ket-qua": "error"})
    assert [r["number"] for r in only.context["rows"]] == [63]
    assert "ô <b>G63</b>" in text(only)


def test_faults_of_one_kind_stand_together(send, people, client_of):
    rows = [row(f"DA-{n}", **{"Thành phần": f"X{n}"}) for n in range(30)]
    _, batch = send(workbook(rows, HEAD))
    page = text(client_of(people.standing).get(reverse("jobs:batch", args=[batch.pk])))
    assert "<b>30 chỗ</b>" in page and "và 18 ô khác" in page


def test_the_centre_lists_filters_and_offers_uploads(send, people, client_of):
    send(workbook([row()], HEAD), name="mot.xlsx")
    send(workbook([row("DA-02")], ODD_HEAD, "Danh mục"), name="hai.xlsx")
    client, url = client_of(people.standing), reverse("jobs:batches")
    page = text(client.get(url))
    assert "mot.xlsx" in page and "hai.xlsx" in page and reverse(URL) in page
    waiting = text(client.get(url, {"trang_thai": "mapping"}))
    assert "hai.xlsx" in waiting and "mot.xlsx" not in waiting
    assert "Không có đợt nhập nào khớp" in text(client.get(url, {"q": "không có"}))
    assert "mot.xlsx" not in text(client_of(people.officer_b).get(url))
    assert reverse(URL) not in text(client_of(people.auditor).get(url))


# Big imports are applied by a job


@pytest.fixture
def big(units, catalogue, people, read_import, monkeypatch):
    monkeypatch.setattr(imports, "MOST_AT_ONCE", 2)

    def made(*rows):
        content = workbook(rows, HEAD)
        params = {"year": 2023, "sent_on": "2023-07-03"}
        reading = read_import("capital", content, params)
        stored = StoredFile.objects.store("von.xlsx", content, unit=units.province)
        return new_batch("capital", units.province, stored, params, reading, people.standing)

    return made


def test_a_big_import_is_applied_by_a_job_and_the_page_waits(big, people, client_of):
    batch = big(row(), row("DA-02"), row("DA-03"))
    client, url = client_of(people.standing), reverse("jobs:batch", args=[batch.pk])
    client.post(reverse("jobs:apply", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLYING and not LedgerEntry.objects.exists()
    Job.objects.filter(kind="apply_batch").update(done=1000, total=3000)
    page = text(client.get(url))
    assert "Đang ghi vào hệ thống" in page and '<progress max="3000" value="1000">' in page
    client.post(reverse("jobs:apply", args=[batch.pk]))
    assert Job.objects.filter(kind="apply_batch").count() == 1
    work()
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED and LedgerEntry.objects.count() == 3


def test_a_job_that_is_refused_gives_the_batch_back_with_the_reason(big, people, units, client_of):
    batch = big(row(), row("DA-02"), row("DA-03"))
    ask_for_applying(batch, people.standing)
    close_year(units.province, 2023, reason="Khóa sổ", user=people.standing)
    work()
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEW and "đã khóa" in batch.params["refusal"]
    assert not LedgerEntry.objects.exists()
    page = client_of(people.standing).get(reverse("jobs:batch", args=[batch.pk]))
    assert "Chưa áp dụng được" in text(page)


def test_a_job_that_died_gives_the_batch_back(big, people):
    batch = big(row(), row("DA-02"), row("DA-03"))
    ask_for_applying(batch, people.standing)
    Job.objects.filter(kind="apply_batch").update(state="failed")
    sweep()
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEW and "chưa có gì được ghi" in batch.params["refusal"]
    ask_for_applying(batch, people.standing)
    work()
    assert LedgerEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_apply_at_once_one_wins(big, people):
    batch = big(row(), row("DA-02"))
    start, told = threading.Barrier(2), []

    def press():
        mine = Batch.objects.get(pk=batch.pk)
        start.wait()
        try:
            apply_batch(mine, people.standing)
        except InvalidTransition as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    hands = [threading.Thread(target=press) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(told) == 1 and "đã được áp dụng" in told[0]
    assert LedgerEntry.objects.count() == 2
