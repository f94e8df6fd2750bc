"""Rights, addresses, values and versions: what the person is told, and that nothing was written."""

import pytest
from django.urls import reverse

from core import problems
from disbursement.models import Payment
from periods.models import PeriodLock
from reporting.models import Report
from targets.models import Progress
from tests.bad_input.checks import (
    assert_problem,
    assert_problem_json,
    business_models,
    nothing_written,
)


def test_bad_cells_are_all_named_and_kept_as_draft(officer, fill_url, sent):
    wrong = sent | {"m-NTM-investment-paid": "1.234,5x", "n-results": ""}
    with nothing_written():
        answer = officer.post(fill_url, wrong)
    assert_problem(answer, problems.BAD_VALUES, "“1.234,5x” không phải số", "Chưa nhập")
    assert Report.objects.get().draft["m-NTM-investment-paid"] == "1.234,5x"


def test_more_paid_than_planned_is_named_with_both_amounts(officer, fill_url, sent):
    wrong = sent | {"m-NTM-investment-paid": "1250", "m-NTM-investment-forecast": "1250"}
    with nothing_written():
        answer = officer.post(fill_url, wrong)
    words = "Giải ngân lũy kế 1.250 lớn hơn kế hoạch 1.000 triệu đồng (gồm vốn kéo dài)."
    assert_problem(answer, problems.BAD_VALUES, words)
    assert Report.objects.get().draft["m-NTM-investment-paid"] == "1250"


def test_a_number_of_two_readings_is_asked_not_guessed(officer, fill_url, sent, half_year):
    box = f"t-{half_year.targets[half_year.a.unit].pk}-value"
    with nothing_written():
        answer = officer.post(fill_url, sent | {box: "1.5"})
    assert answer.status_code == 422
    assert Report.objects.get().draft[box] == "1.5"


def test_a_locked_period_takes_nothing_and_keeps_the_draft(officer, fill_url, sent, half_year):
    PeriodLock.objects.create(period="2023-H1", unit=half_year.a.unit, reason="đã chốt")
    with nothing_written():
        answer = officer.post(fill_url, sent)
    assert_problem(answer, problems.NOT_NOW, "đã chốt")
    assert Report.objects.get().draft["n-results"] == sent["n-results"]


def test_a_form_without_boxes_does_not_empty_the_draft(officer, fill_url, sent):
    officer.post(fill_url, sent | {"action": "save"})
    with nothing_written():
        answer = officer.post(fill_url, {"action": "save", "version": "1"})
    assert_problem(answer, problems.NO_CELLS, "Bản nháp đã lưu giữ nguyên")
    assert Report.objects.get().draft["n-results"] == sent["n-results"]


def test_who_saved_first_and_when_and_both_versions(officer, fill_url, sent, people, client_of):
    officer.post(fill_url, sent | {"action": "save"})
    mine = sent | {"n-results": "Bản của tôi", "action": "save", "form_key": "khoa-lan-gui-2"}
    with nothing_written():
        answer = officer.post(fill_url, mine)
    saved_at = Report.objects.get().saved_at.astimezone()
    assert saved_at is not None
    assert_problem(
        answer,
        problems.SAVED_FIRST,
        "Chính tài khoản này, ở cửa sổ khác, đã lưu trước lúc",
        "Bản của tôi",
        sent["n-results"],
        'name="pick-n-results"',
    )
    assert Report.objects.get().draft["n-results"] == sent["n-results"]


@pytest.mark.parametrize(("choice", "kept"), [("theirs", "của người kia"), ("typed", "của tôi")])
def test_the_choice_between_two_versions_goes_box_by_box(officer, fill_url, sent, choice, kept):
    officer.post(fill_url, sent | {"n-results": "của người kia", "action": "save"})
    both = {"n-results": "của tôi", "n-difficulties": "khó của tôi", "version": "1"}
    picked = {"pick-n-results": choice, "pick-n-difficulties": "typed"}
    officer.post(fill_url, sent | both | picked | {"action": "save", "form_key": "khoa-moi-1"})
    draft = Report.objects.get().draft
    assert (draft["n-results"], draft["n-difficulties"]) == (kept, "khó của tôi")


def test_autosave_answers_a_conflict_with_both_versions(officer, fill_url, sent):
    officer.post(fill_url, sent | {"action": "save"})
    url = f"{fill_url}luu-tam/"
    with nothing_written():
        answer = officer.post(url, sent | {"n-results": "Bản của tôi", "version": "0"})
    assert answer["X-Problem"] == problems.SAVED_FIRST.code
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "NTM-203")
    assert [cell["name"] for cell in body["errors"]] == ["n-results"]
    assert body["version"] == 1
    assert sent["n-results"] in body["html"] and "Bản của tôi" in body["html"]
    assert "đã lưu trước lúc" in body["message"]
    assert Report.objects.get().draft["n-results"] == sent["n-results"]


def test_nobody_accepts_their_own_report(half_year, people, client_of, sent, fill_url):
    report = Report.objects.create(
        obligation=half_year.a, state="submitted", submitted_by=people.standing
    )
    url = reverse("reporting:review", args=[half_year.a.pk])
    with nothing_written():
        answer = client_of(people.standing).post(url, {"accept": "1"})
    words = "Người lập, người nộp không được tự duyệt báo cáo của mình."
    assert_problem(answer, problems.FORBIDDEN, words)
    report.refresh_from_db()
    assert report.state == "submitted"


def test_a_strangers_row_is_answered_like_no_row(officer, half_year):
    other = officer.get(reverse("reporting:fill", args=[half_year.b.pk]))
    none = officer.get(reverse("reporting:fill", args=[987_654]))
    for answer in (other, none):
        assert_problem(answer, problems.NOT_FOUND, "Không tìm thấy hoặc không có quyền xem.")
    number = other["X-Request-ID"], none["X-Request-ID"]
    assert other.content.decode().replace(number[0], "") == none.content.decode().replace(
        number[1], ""
    )


def test_a_payment_over_the_plan_keeps_what_was_typed(half_year, people, client_of):
    url = reverse("disbursement:payment_create", args=[half_year.project.pk])
    before = Payment.objects.count()
    with nothing_written():
        answer = client_of(people.standing).post(
            url, {"amount": "1.234,5x", "paid_on": "31/02/2023", "voucher": "CT-số lạ"}
        )
    assert_problem(answer, problems.BAD_VALUES, "1.234,5x", "CT-số lạ")
    assert Payment.objects.count() == before


def test_htmx_gets_the_status_with_a_fragment(officer, half_year):
    url = reverse("reporting:fill", args=[half_year.b.pk])
    answer = officer.get(url, headers={"HX-Request": "true"})
    assert_problem(answer, problems.NOT_FOUND)
    assert "<html" not in answer.content.decode()


def test_a_script_gets_json(officer, half_year):
    url = reverse("reporting:autosave", args=[half_year.b.pk])
    with nothing_written():
        answer = officer.post(url, {"n-results": "x"}, headers={"Accept": "application/json"})
    assert_problem_json(answer, problems.NOT_FOUND, "Không tìm thấy")


def test_a_session_that_ended_is_401_for_scripts_and_writes_nothing(client, fill_url, sent):
    with nothing_written():
        answer = client.post(f"{fill_url}luu-tam/", sent, headers={"Accept": "application/json"})
    assert_problem_json(answer, problems.SESSION_ENDED, "Nội dung đang nhập vẫn còn.")
    htmx = client.get(fill_url, headers={"HX-Request": "true"})
    assert_problem(htmx, problems.SESSION_ENDED, "Phiên đã hết")
    assert not Report.objects.exists()


def test_a_form_sent_after_the_session_ended_comes_back_filled(client, fill_url, sent):
    with nothing_written():
        answer = client.post(fill_url, sent)
    assert_problem(answer, problems.SESSION_ENDED, sent["n-results"], 'name="n-results"')
    assert 'value="khoa-lan-gui-1"' in answer.content.decode().replace(
        '<textarea name="form_key" hidden>\nkhoa-lan-gui-1', 'value="khoa-lan-gui-1"'
    )
    assert not Report.objects.exists()


def test_an_empty_click_without_a_session_is_led_to_the_sign_in(client, fill_url):
    answer = client.post(fill_url, {})
    assert answer.status_code == 302 and answer["Location"].startswith("/dang-nhap/")


def test_too_large_a_body_is_413(officer, fill_url, sent, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    with nothing_written():
        answer = officer.post(fill_url, sent | {"n-results": "x" * 2_000})
    assert_problem(answer, problems.TOO_LARGE, "Nội dung gửi lên quá lớn")
    assert not Report.objects.exclude(draft={}).exists()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    assert officer.post(fill_url, sent).status_code == 302


def test_too_many_boxes_are_413(officer, fill_url, sent, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = len(sent) - 1
    with nothing_written():
        answer = officer.post(fill_url, sent)
    assert_problem(answer, problems.TOO_LARGE)


def test_the_wrong_method_names_its_code(officer):
    answer = officer.get(reverse("notices:urge"))
    assert (answer.status_code, answer["X-Problem"]) == (405, problems.NOT_ALLOWED.code)


def test_the_check_of_rows_sees_a_row(half_year):
    """Negative control: a figure written meanwhile is noticed."""
    assert len(business_models()) > 30
    with pytest.raises(AssertionError, match=r"targets\.Progress"), nothing_written():
        Progress.objects.create(
            indicator=half_year.indicator,
            unit=half_year.a.unit,
            period="2023",
            value=1,
            as_of="2023-06-14",
            revision=1,
        )


@pytest.mark.parametrize(
    "query", [{"ordering": "password"}, {"khong_co": "1"}, {"limit": "nhieu"}, {"page_size": "-1"}]
)
def test_the_api_refuses_what_it_does_not_know(officer, query):
    answer = officer.get("/api/v1/units/", query)
    assert_problem_json(answer, problems.BAD_PARAMETER)
    assert answer.json()["errors"]


@pytest.mark.parametrize("username", ["officer_a", "khong-co-ai"])
def test_a_wrong_password_does_not_say_which_part_is_wrong(client, people, username):
    with nothing_written():
        answer = client.post("/dang-nhap/", {"username": username, "password": "sai-canary-1"})
    assert answer.status_code == 200
    assert "sai-canary-1" not in answer.content.decode()
    # One sentence for both, so that nobody learns which accounts there are.
    assert len(answer.context["form"].non_field_errors()) == 1
    assert username not in str(answer.context["form"].non_field_errors())


def test_too_many_wrong_passwords_are_429(client, people):
    for _ in range(11):
        answer = client.post("/dang-nhap/", {"username": "officer_a", "password": "sai"})
    assert (answer.status_code, answer["X-Problem"]) == (429, problems.TOO_MANY_TRIES.code)
    assert "15 phút" in answer.content.decode()


@pytest.mark.parametrize("next_page", ["a\x00b", "abc", "//ke-xau.vn", "https://ke-xau.vn/x"])
def test_where_to_go_back_is_a_page_of_ours(half_year, people, client_of, next_page):
    words = {"topic": f"obligation:{half_year.a.pk}", "next": next_page}
    answer = client_of(people.standing).post(reverse("notices:urge"), words)
    assert (answer.status_code, answer["Location"]) == (302, reverse("notices:list"))
