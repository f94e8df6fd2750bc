"""Filling: drafts with errors are kept, submission says all errors at once, one click wins."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from core.transitions import InvalidTransition
from periods.models import PeriodLock
from reporting.models import Report, ReportedMoney, ReportState
from reporting.publishing import submit_report
from reporting.sheet import build_sheet
from targets.models import Progress


def fill_url(half_year):
    return reverse("reporting:fill", args=[half_year.a.pk])


def test_the_form_is_prefilled_from_the_ledger(half_year, people, client_of):
    page = client_of(people.officer_a).get(fill_url(half_year)).content.decode()
    assert "1.000" in page
    assert "400" in page
    assert "Số xã đạt chuẩn tăng thêm" in page
    assert 'name="m-NTM-investment-paid" value="400"' in page


def test_what_was_emptied_on_purpose_is_not_filled_again(half_year, people, client_of, filled):
    client = client_of(people.officer_a)
    emptied = filled | {"m-NTM-investment-paid": ""}
    client.post(fill_url(half_year), emptied | {"action": "save", "version": "0"})
    page = client.get(fill_url(half_year)).content.decode()
    assert 'name="m-NTM-investment-paid" value=""' in page


def test_looking_writes_nothing(half_year, people, client_of):
    client_of(people.officer_a).get(fill_url(half_year))
    assert not Report.objects.exists()


def test_a_draft_with_errors_is_kept_as_typed(half_year, people, client_of, filled):
    wrong = filled | {"m-NTM-investment-paid": "bốn trăm"}
    client = client_of(people.officer_a)
    client.post(fill_url(half_year), wrong | {"action": "save", "version": "0"})
    report = Report.objects.get()
    assert report.draft["m-NTM-investment-paid"] == "bốn trăm"
    assert report.state == ReportState.DRAFT
    assert "bốn trăm" in client.get(fill_url(half_year)).content.decode()


def test_submission_tells_every_error_at_once_and_writes_no_figure(
    half_year, people, client_of, filled
):
    wrong = filled | {"m-NTM-investment-paid": "1.000,5x", "n-results": "", "t-0-value": "9"}
    wrong[f"t-{next(iter(filled)).split('-')[1]}-value"] = "một"
    answer = client_of(people.officer_a).post(
        fill_url(half_year), wrong | {"action": "submit", "version": "0"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("không phải số") >= 2
    assert "Chưa nhập" in page
    assert not Progress.objects.exists()
    assert not ReportedMoney.objects.exists()
    assert Report.objects.get().draft["m-NTM-investment-paid"] == "1.000,5x"


@pytest.mark.parametrize(
    ("paid", "is_refused"), [("999,9", False), ("1000", False), ("1.000,1", True)]
)
def test_typed_money_may_reach_the_plan_but_not_pass_it(
    half_year, people, filled, paid, is_refused
):
    report = Report.objects.create(obligation=half_year.a)
    typed = filled | {"m-NTM-investment-paid": paid}
    sheet = build_sheet(report, typed)
    sheet.check()
    assert any("lớn hơn kế hoạch" in cell.error for cell in sheet.errors) is is_refused


def test_submission_freezes_figures_and_gives_a_receipt(half_year, people, client_of, filled):
    answer = client_of(people.officer_a).post(
        fill_url(half_year), filled | {"action": "submit", "version": "0"}, follow=True
    )
    report = Report.objects.get()
    assert report.state == ReportState.SUBMITTED
    assert report.receipt in answer.content.decode()
    event = report.events.get()
    assert event.frozen["money"][0]["paid"] == 400_000_000
    row = Progress.objects.get()
    assert (row.value, row.is_official, row.as_of) == (1, False, date(2023, 6, 14))
    report.obligation.refresh_from_db()
    assert report.obligation.done_on == date(2023, 7, 3)


def test_a_second_click_is_told_not_failed(half_year, people, client_of, filled):
    client = client_of(people.officer_a)
    data = filled | {"action": "submit", "version": "0"}
    client.post(fill_url(half_year), data)
    answer = client.post(fill_url(half_year), data, follow=True)
    assert answer.status_code == 200
    assert "đã được gửi trước đó" in answer.content.decode()
    assert Report.objects.get().events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_submissions_have_one_winner(half_year, people, filled):
    if connection.vendor == "sqlite":
        pytest.skip("chỉ chạy trên PostgreSQL")
    report = Report.objects.create(obligation=half_year.a, draft=filled)
    outcomes = []

    def click():
        mine = Report.objects.get(pk=report.pk)
        sheet = build_sheet(mine)
        sheet.check()
        try:
            submit_report(mine, sheet, people.officer_a, on=date(2023, 7, 3))
            outcomes.append("won")
        except InvalidTransition:
            outcomes.append("told")
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(outcomes) == ["told", "won"]
    assert report.events.count() == 1
    assert Progress.objects.count() == 1


def test_who_saved_second_gets_both_versions(half_year, people, client_of, filled):
    client = client_of(people.officer_a)
    client.post(fill_url(half_year), filled | {"action": "save", "version": "0"})
    mine = filled | {"n-results": "Bản của tôi", "action": "save", "version": "0"}
    answer = client.post(fill_url(half_year), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bản của tôi" in page
    assert "hai hội nghị" in page
    assert Report.objects.get().draft["n-results"] == filled["n-results"]


def test_autosave_keeps_and_answers_with_the_next_version(half_year, people, client_of, filled):
    url = reverse("reporting:autosave", args=[half_year.a.pk])
    answer = client_of(people.officer_a).post(url, filled | {"version": "0"})
    assert answer.json()["version"] == 1
    stale = client_of(people.officer_a).post(url, filled | {"version": "0", "n-next": "Khác"})
    assert stale.status_code == 409


def test_the_same_words_saved_twice_are_no_conflict(half_year, people, client_of, filled):
    client, data = client_of(people.officer_a), filled | {"action": "save", "version": "0"}
    client.post(fill_url(half_year), data)
    assert client.post(fill_url(half_year), data).status_code == 302
    assert Report.objects.get().version == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", "application/json"),
        ("[1]", "application/json"),
        ("\xff", "application/json"),
        ("[" * 100_000, "application/json"),
        ("{}", "application/json"),
        ("gì đó", "text/plain"),
        ("", "application/x-www-form-urlencoded"),
    ],
)
def test_an_autosave_without_boxes_is_400_and_wipes_nothing(
    half_year, people, client_of, filled, body, kind
):
    Report.objects.create(obligation=half_year.a, draft=filled)
    url = reverse("reporting:autosave", args=[half_year.a.pk])
    answer = client_of(people.officer_a).post(url, body, content_type=kind)
    assert answer.status_code == 400
    assert Report.objects.get().draft == filled


@pytest.mark.parametrize("version", ["²", "9" * 31, "-1", "abc", ""])
def test_an_odd_version_is_no_error(half_year, people, client_of, filled, version):
    data = filled | {"action": "save", "version": version}
    answer = client_of(people.officer_a).post(fill_url(half_year), data)
    assert answer.status_code == 302
    assert Report.objects.get().draft == filled


def test_odd_marks_and_numbers_in_a_draft_stay_readable(half_year, people, client_of, filled):
    """PostgreSQL keeps neither a NUL nor half a surrogate pair; a number has no strip()."""
    url = reverse("reporting:autosave", args=[half_year.a.pk])
    odd = filled | {"n-results": "a\x00b\ud800c", "n-next": 7, "n-proposals": None}
    client = client_of(people.officer_a)
    assert client.post(url, odd, content_type="application/json").status_code == 200
    draft = Report.objects.get().draft
    assert (draft["n-results"], draft["n-next"], draft["n-proposals"]) == ("abc", "7", "")
    assert client.get(fill_url(half_year)).status_code == 200


def test_what_is_sent_is_what_was_checked(half_year, people, filled):
    """A colleague saves between the check and the click: nothing unseen goes out."""
    report = Report.objects.create(obligation=half_year.a, draft=filled)
    sheet = build_sheet(report)
    sheet.check()
    colleague = Report.objects.get()
    colleague.save_draft(people.standing, filled | {"n-next": "Khác"}, version=0)
    with pytest.raises(InvalidTransition, match="vừa lưu bản khác"):
        submit_report(report, sheet, people.officer_a, on=date(2023, 7, 3))
    assert Report.objects.get().state == ReportState.DRAFT
    assert not Progress.objects.exists()


def test_a_locked_period_says_why_and_keeps_the_draft(half_year, people, client_of, filled, units):
    PeriodLock.objects.create(period="2023-H1", unit=units.district_a, reason="đã quyết toán")
    answer = client_of(people.officer_a).post(
        fill_url(half_year), filled | {"action": "submit", "version": "0"}
    )
    assert answer.status_code == 409
    assert "đã quyết toán" in answer.content.decode()
    assert Report.objects.get().draft == {k: v for k, v in filled.items()}


def test_a_neighbour_gets_404_and_a_reader_403(half_year, people, client_of, filled):
    data = filled | {"action": "save", "version": "0"}
    assert client_of(people.officer_b).get(fill_url(half_year)).status_code == 404
    assert client_of(people.officer_b).post(fill_url(half_year), data).status_code == 404
    assert client_of(people.auditor).get(fill_url(half_year)).status_code == 200
    assert client_of(people.auditor).post(fill_url(half_year), data).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("day", "status"), [("2023-06-29", 409), ("2023-06-30", 302), ("2023-07-01", 302)]
)
def test_nothing_is_sent_before_its_last_column_can_be_known(
    half_year, people, client_of, filled, settings, day, status
):
    settings.PORTAL_TODAY = date.fromisoformat(day)
    answer = client_of(people.officer_a).post(
        fill_url(half_year), filled | {"action": "submit", "version": "0"}
    )
    assert answer.status_code == status
    assert Report.objects.get().draft == filled
    assert (Report.objects.get().state == ReportState.SUBMITTED) is (status == 302)


def test_a_form_without_boxes_does_not_empty_the_draft(half_year, people, client_of, filled):
    client = client_of(people.officer_a)
    client.post(fill_url(half_year), filled | {"action": "save", "version": "0"})
    assert client.post(fill_url(half_year), {"version": "1"}).status_code == 400
    assert Report.objects.get().draft == filled
