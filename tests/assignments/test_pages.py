"""List, board, one task, progress, plans: who sees and does what; constant queries."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.listing import visible_tasks
from assignments.models import RECURRING, Assignment, Occurrence
from core.deadlines import DeadlineStage
from jobs.models import Batch, StoredFile
from organizations.models import Grant, Role
from programs.models import PlanState, Program
from tests.conftest import START, make_person

from .conftest import DATA

TODAY = date(2023, 7, 3)
LIST = "/nhiem-vu/"


def detail(task):
    return reverse("assignments:detail", args=[task.pk])


def progress(task):
    return reverse("assignments:progress", args=[task.pk])


TODAY_SAID = date(2023, 7, 1)
SAID = {"percent": "40", "on": "01/07/2023", "note": "Đã gửi dự thảo."}


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (-1, DeadlineStage.OVERDUE),
        (0, DeadlineStage.DUE_SOON),
        (15, DeadlineStage.DUE_SOON),
        (16, DeadlineStage.ON_TRACK),
    ],
)
def test_stage_on_each_side_of_a_day(make_task, people, days, stage):
    make_task("Việc", due=TODAY + timedelta(days=days))
    assert visible_tasks(people.head).with_stage(TODAY).get().stage == stage


def test_stages_without_a_day(make_task, people):
    make_task("Chờ", waits_for="có hướng dẫn", deadline_kind="RELATIVE_DAYS")
    make_task("Thường xuyên", deadline_kind="CONTINUOUS")
    make_task("Trống", deadline_kind="NONE")
    found = visible_tasks(people.head).with_stage(TODAY).values_list("title", "stage")
    assert dict(found) == {
        "Chờ": DeadlineStage.WAITING,
        "Thường xuyên": RECURRING,
        "Trống": DeadlineStage.UNDATED,
    }


def test_the_list_orders_by_what_needs_action_and_tells_why_a_day_is_missing(
    make_task, people, client_of
):
    make_task("Việc tự do", deadline_kind="NONE")
    make_task("Việc chờ", waits_for="có hướng dẫn", deadline_kind="RELATIVE_DAYS")
    make_task("Việc xa", due=TODAY + timedelta(days=90))
    make_task("Việc gần", due=TODAY + timedelta(days=3))
    make_task("Việc muộn", due=TODAY - timedelta(days=3))
    done = make_task("Việc xong", due=TODAY)
    done.occurrences.update(done_on=TODAY)
    client = client_of(people.head)
    page = client.get(LIST).content.decode()
    order = [page.index(f"Việc {name}") for name in ("muộn", "gần", "xa", "chờ", "tự do")]
    assert order == sorted(order) and "Việc xong" not in page
    assert "chờ sự kiện" in page and "không có ngày" in page and "đã đóng" not in page
    assert "đã đóng" in client.get(LIST, {"stage": "xong"}).content.decode()


def test_the_list_shows_late_days_and_finds_without_diacritics(make_task, people, client_of, units):
    make_task("Rà soát thiết kế mẫu", lead=units.construction, due=date(2023, 6, 30))
    make_task("Tập huấn cộng đồng", lead=units.planning, due=date(2023, 12, 31))
    client = client_of(people.head)
    page = client.get(LIST).content.decode()
    assert "quá 3 ngày" in page and "Tập huấn" in page
    found = client.get(LIST, {"q": "thiet ke"}).content.decode()
    assert "Rà soát" in found and "Tập huấn" not in found
    by_unit = client.get(LIST, {"unit": "SKHDT"}).content.decode()
    assert "Tập huấn" in by_unit and "Rà soát" not in by_unit
    late = client.get(LIST, {"stage": "qua-han"}).content.decode()
    assert "Rà soát" in late and "Tập huấn" not in late


def test_htmx_gets_the_results_alone(make_task, people, client_of):
    make_task("Việc", due=TODAY)
    page = client_of(people.head).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "Việc" in page and "<html" not in page


def test_an_empty_list_tells_what_the_place_is_for(people, client_of):
    assert "ban hành kế hoạch" in client_of(people.head).get(LIST).content.decode()


@pytest.mark.parametrize(
    "address", ["/nhiem-vu/", "/nhiem-vu/theo-co-quan/", "/nhiem-vu/tai-ve/", "/nhiem-vu/ke-hoach/"]
)
def test_queries_do_not_grow_with_rows(make_task, people, client_of, units, address):
    client = client_of(people.head)
    make_task("Việc 1", lead=units.construction, helper=units.planning, due=TODAY)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for n in range(2, 7):
        make_task(f"Việc {n}", lead=units.construction, helper=units.planning, due=TODAY)
    with CaptureQueriesContext(connection) as six:
        client.get(address)
    assert len(one) == len(six) <= 40


def test_the_board_counts_by_agency_and_stage(make_task, people, client_of, units):
    make_task("Một", lead=units.construction, due=date(2023, 6, 1))
    make_task("Hai", lead=units.construction, due=date(2023, 12, 1))
    response = client_of(people.head).get("/nhiem-vu/theo-co-quan/")
    line = response.context["lines"][0]
    assert line["label"] == "Sở Xây dựng" and line["total"] == 2
    assert [cell["n"] for cell in line["cells"][:3]] == [1, 0, 1]


def test_the_workbook_holds_the_filtered_rows_and_runs_no_formula(make_task, people, client_of):
    make_task("=1+1", due=date(2023, 6, 1), percent=0)
    make_task("Khác", due=date(2023, 12, 1))
    response = client_of(people.head).get("/nhiem-vu/tai-ve/", {"stage": "qua-han"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[2] for row in rows[1:]] == ["'=1+1"]
    assert rows[1][8] == 0 and rows[1][7].date() == date(2023, 6, 1)


def test_who_reads_and_who_reports(make_task, people, client_of, units):
    task = make_task("Việc", lead=units.construction, helper=units.district_a, due=TODAY)
    expected = {
        people.agency: (200, 200),
        people.standing: (200, 200),
        people.officer_a: (200, 403),
        people.officer_b: (404, 404),
        people.head: (200, 403),
        people.auditor: (200, 403),
    }
    for user, codes in expected.items():
        client = client_of(user)
        found = client.get(detail(task)).status_code, client.get(progress(task)).status_code
        assert found == codes, user
        assert client.post(progress(task), SAID).status_code == (
            302 if codes[1] == 200 else codes[1]
        )


def test_a_programme_owner_reports_on_its_own_tasks_only(make_task, people, client_of, units):
    program = Program.objects.create(
        code="NTM",
        short_name="Nông thôn mới",
        name="Nông thôn mới",
        kind="national",
        generation="2021–2025",
        valid_from=date(2021, 1, 1),
    )
    own = make_task("Của chương trình", lead=units.construction, due=TODAY, program=program)
    other = make_task("Ngoài chương trình", lead=units.construction, due=TODAY)
    client = client_of(people.owner)
    assert client.get(progress(own)).status_code == 200
    assert client.get(detail(other)).status_code == 404


def test_tasks_of_a_draft_are_seen_only_by_whoever_imports(
    make_task, plan, people, client_of, units
):
    task = make_task("Việc", lead=units.construction, due=date(2023, 6, 1))
    plan.state = PlanState.DRAFT
    plan.save()
    client = client_of(people.standing)
    assert client.get(detail(task)).status_code == 200
    assert client.get(LIST, {"plan": plan.code}).context["listed"].late == 1
    assert client.get(LIST).context["listed"].late == 0
    assert not Occurrence.objects.for_user(people.standing).exists()
    for user in (people.agency, people.head, people.auditor):
        assert client_of(user).get(detail(task)).status_code == 404
        assert plan.title not in client_of(user).get("/nhiem-vu/ke-hoach/").content.decode()


def test_progress_is_appended_with_its_file(make_task, people, client_of, units):
    task = make_task("Việc", lead=units.construction, helper=units.district_a, due=TODAY)
    upload = SimpleUploadedFile("to-trinh.pdf", b"%PDF-1.4 noi dung")
    client_of(people.agency).post(progress(task), SAID | {"evidence": upload})
    update = task.updates.get()
    assert (update.percent, update.actor, update.on) == (40, people.agency, date(2023, 7, 1))
    page = client_of(people.officer_a).get(detail(task)).content.decode()
    address = reverse("assignments:evidence", args=[task.pk, update.pk])
    assert "Đã gửi dự thảo." in page and address in page
    sent = client_of(people.officer_a).get(address)
    assert b"".join(sent.streaming_content) == b"%PDF-1.4 noi dung"
    assert client_of(people.officer_b).get(address).status_code == 404


def test_evidence_is_kept_when_another_box_is_wrong(make_task, people, client_of, units):
    task = make_task("Việc", lead=units.construction, due=TODAY)
    client = client_of(people.agency)
    upload = SimpleUploadedFile("to-trinh.pdf", b"%PDF-1.4 noi dung")
    answer = client.post(progress(task), SAID | {"percent": "101", "evidence": upload})
    kept = StoredFile.objects.get()
    assert answer.status_code == 422
    assert f'name="kept" value="{kept.pk}"' in answer.content.decode()
    client.post(progress(task), SAID | {"kept": kept.pk})
    assert task.updates.get().evidence == kept


def test_a_double_click_is_one_update(make_task, people, client_of, units):
    task = make_task("Việc", lead=units.construction, due=TODAY)
    client = client_of(people.agency)
    for _ in range(2):
        assert client.post(progress(task), SAID).status_code == 302
    assert task.updates.count() == 1
    client.post(progress(task), SAID | {"percent": "45"})
    assert task.updates.count() == 2


def test_the_same_words_with_a_file_at_last_are_a_new_update(make_task, people, client_of, units):
    task = make_task("Việc", lead=units.construction, due=TODAY)
    client = client_of(people.agency)
    client.post(progress(task), SAID)
    for _ in range(2):
        upload = SimpleUploadedFile("to-trinh.pdf", b"%PDF-1.4 noi dung")
        client.post(progress(task), SAID | {"evidence": upload})
    assert task.updates.count() == 2
    assert task.updates.exclude(evidence=None).count() == 1


def test_a_report_sent_twice_closes_only_the_round_it_names(make_task, people, client_of, units):
    task = make_task("Hằng năm", lead=units.construction, due=date(2023, 3, 31))
    task.occurrences.create(sequence=2, due_on=date(2024, 3, 31))
    named = {"occurrence": task.occurrences.get(sequence=1).pk, "percent": "100", "is_done": "on"}
    client = client_of(people.agency)
    assert client.post(progress(task), SAID | named).status_code == 302
    again = client.post(progress(task), SAID | named)
    assert again.status_code == 422 and "đã hoàn thành" in again.content.decode()
    assert [row.done_on for row in task.occurrences.order_by("sequence")] == [TODAY_SAID, None]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": "100"}, "is_done"),
        ({"on": "04/07/2023"}, "on"),
        ({"note": ""}, "note"),
        ({"evidence": SimpleUploadedFile("a.exe", b"MZ")}, "evidence"),
    ],
)
def test_a_wrong_report_is_named_and_not_written(
    make_task, people, client_of, units, change, field
):
    task = make_task("Việc", lead=units.construction, due=TODAY)
    response = client_of(people.agency).post(progress(task), SAID | change)
    assert response.status_code == 422 and list(response.context["form"].errors) == [field]
    assert not task.updates.exists()


def test_100_percent_closes_one_of_several_days_and_the_next_starts_anew(
    make_task, people, client_of, units
):
    task = make_task("Việc", lead=units.construction, due=date(2023, 3, 31))
    task.occurrences.create(sequence=2, due_on=date(2024, 3, 31))
    first = task.occurrences.get(sequence=1)
    said = SAID | {"percent": "100", "is_done": "on", "occurrence": first.pk}
    client_of(people.agency).post(progress(task), said)
    task.refresh_from_db()
    assert task.percent is None
    assert list(task.occurrences.values_list("done_on", flat=True)) == [date(2023, 7, 1), None]
    shown = client_of(people.agency).get(detail(task)).context["task"]
    assert (shown.stage, shown.next_due) == (DeadlineStage.ON_TRACK, date(2024, 3, 31))


def test_publishing_shows_the_tasks_once(make_task, plan, people, client_of, units):
    task = make_task("Việc", lead=units.construction, due=TODAY)
    plan.state = PlanState.DRAFT
    plan.save()
    address = reverse("assignments:publish", args=[plan.pk])
    # A draft plan is not there for anybody but those who make plans.
    assert client_of(people.auditor).post(address).status_code == 404
    client = client_of(people.standing)
    client.post(address)
    assert client_of(people.agency).get(detail(task)).status_code == 200
    again = client.post(address, follow=True).content.decode()
    assert "đã được ban hành trước đó" in again


@pytest.fixture
def limited(people, units):
    """The standing agency's work for one programme; reads everything as an auditor."""
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


def test_a_draft_is_not_for_a_right_over_one_programme(
    make_task, plan, people, client_of, units, limited
):
    """A plan holds tasks of several programmes."""
    task = make_task("Việc", lead=units.construction, due=TODAY)
    plan.state = PlanState.DRAFT
    plan.save()
    address = reverse("assignments:publish", args=[plan.pk])
    client, plans = client_of(limited), "/nhiem-vu/ke-hoach/"
    assert client.get(detail(task)).status_code == 404
    assert plan.title not in client.get(plans).content.decode()
    assert client.post(address).status_code == 404
    assert client.get(plans).context["may_publish"] is False
    plan.state = PlanState.PUBLISHED
    plan.save()
    assert client.get(detail(task)).status_code == 200
    # Seen by now; still nothing that this right may do.
    assert client.post(address).status_code == 403
    assert client_of(people.standing).get(plans).context["may_publish"] is True


def test_the_import_pages(received, people, client_of):
    client = client_of(people.standing)
    assert client.get(reverse("assignments:import")).status_code == 200
    assert client_of(people.agency).get(reverse("assignments:import")).status_code == 403
    batch = received()
    address = reverse("jobs:batch", args=[batch.pk])
    page = client.get(address).content.decode()
    assert "Áp dụng tất cả" in page and "Văn phòng điều phối nông thôn tỉnh" in page
    assert "Áp dụng tất cả" not in client_of(people.auditor).get(address).content.decode()
    gaps = client.get(address, {"loc": "thieu-han"}).content.decode()
    assert "2 trên 29 dòng" in gaps
    client.post(reverse("jobs:apply", args=[batch.pk]))
    assert "Hoàn tác đợt nhập" in client.get(address).content.decode()


def test_uploading_keeps_the_file_and_shows_it_being_read(programs, people, client_of):
    client = client_of(people.standing)
    upload = SimpleUploadedFile("appendix.docx", (DATA / "appendix.docx").read_bytes())
    sent = client.post(reverse("assignments:import"), {"file": upload, "plan": "86/KH-BCĐ"})
    batch = Batch.objects.get()
    assert sent.url == reverse("jobs:batch", args=[batch.pk])
    assert (batch.unit.code, batch.params["plan"]) == ("T", "86/KH-BCĐ")
    page = client.get(sent.url).content.decode()
    assert "Đang đọc và kiểm tra tệp" in page and 'hx-trigger="every 2s"' in page
    polled = client.get(sent.url, headers={"HX-Request": "true"})
    assert "<html" not in polled.content.decode() and "HX-Refresh" not in polled


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"plan": ""}, 422, "plan"),
        ({"first_year": "2023"}, 422, "last_year"),
        ({"first_year": "2023", "last_year": "2021"}, 422, "last_year"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF")}, 415, "file"),
    ],
)
def test_a_wrong_upload_is_named(programs, people, client_of, change, status, field):
    said = {"plan": "86", "file": SimpleUploadedFile("a.tsv", b"TT\tabc")}
    response = client_of(people.standing).post(reverse("assignments:import"), said | change)
    assert response.status_code == status and field in response.context["form"].errors
    # A file of a wrong kind is kept all the same, as refused; nothing waits to be read.
    states = [batch.state for batch in Batch.objects.all()]
    assert states == (["refused"] if status == 415 else [])


def test_a_file_with_errors_is_shown_with_cells_and_cannot_be_applied(received, people, client_of):
    text = "TT\tNội dung\tCơ quan chủ trì\n1\tMột\tSở Y tế\n1\tHai\tSở Y tế\n"
    batch = received("loi.tsv", content=text.encode())
    client = client_of(people.standing)
    page = client.get(reverse("jobs:batch", args=[batch.pk])).content.decode()
    assert "Phải sửa trước khi áp dụng (1)" in page and "<b>A3</b>" in page
    assert "Áp dụng tất cả" not in page
    client.post(reverse("jobs:apply", args=[batch.pk]))
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("code", "status"), [("NTM", 302), ("GNBV", 403), (None, 403)])
def test_the_right_over_one_programme_reports_on_its_tasks_alone(
    make_task, programs, client_of, units, limited, code, status
):
    """The others are read through another right."""
    program = Program.objects.filter(code=code).first()
    task = make_task("Việc", lead=units.construction, due=TODAY, program=program)
    client = client_of(limited)
    assert client.get(detail(task)).status_code == 200
    assert client.post(progress(task), SAID).status_code == status
    assert task.updates.exists() is (status == 302)


def test_corrections_need_a_right_over_all_programmes(received, client_of, limited):
    batch = received()
    address = reverse("assignments:correct", args=[batch.pk])
    assert client_of(limited).get(reverse("jobs:batch", args=[batch.pk])).status_code == 200
    assert client_of(limited).post(address, {"apply": "1"}).status_code == 403
    assert not Assignment.objects.exists()


def test_applying_takes_the_corrections_on_the_page_along(received, people, client_of):
    batch = received()
    place = next(n for n, r in enumerate(batch.preview) if r["deadline"]["kind"] == "NONE")
    client_of(people.standing).post(
        reverse("assignments:correct", args=[batch.pk]),
        {f"deadline-{place}": "Nhiệm vụ thường xuyên", "apply": "1"},
    )
    task = Assignment.objects.get(section_key="II", number="2")
    assert (task.deadline_text, task.deadline_kind) == ("Nhiệm vụ thường xuyên", "CONTINUOUS")
