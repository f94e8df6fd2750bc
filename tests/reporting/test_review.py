"""Review: return with a reason, acceptance publishes, nobody accepts their own."""

from datetime import date

import pytest
from django.urls import reverse

from notices.models import Notice
from organizations.models import Grant, Role
from periods.models import why_locked
from reporting.models import OwnReport, Report, ReportState
from reporting.publishing import accept_report, submit_report
from reporting.sheet import build_sheet
from targets.models import Progress

DAY = date(2023, 7, 3)


@pytest.fixture
def sent(half_year, people, filled):
    report = Report.objects.create(obligation=half_year.a)
    report.save_draft(people.officer_a, filled, version=0)
    sheet = build_sheet(report)
    assert sheet.check(), [cell.error for cell in sheet.errors]
    submit_report(report, sheet, people.officer_a, on=DAY)
    return report


def review_url(report):
    return reverse("reporting:review", args=[report.obligation_id])


def test_acceptance_makes_exactly_the_submitted_rows_official(sent, people, units):
    accept_report(sent, people.standing, on=DAY)
    assert sent.state == ReportState.ACCEPTED
    assert Progress.objects.official().get().value == 1
    assert sent.submission.money.get().is_official
    assert "đã được chấp nhận" in why_locked(units.district_a, "2023-H1", DAY)


def test_after_a_return_the_new_submission_counts(sent, people, filled, units):
    sent.give_back(people.standing, on=DAY, reason="Thiếu nguyên nhân", sections=["Giải ngân"])
    target = next(key for key in filled if key.endswith("-value"))
    sent.save_draft(people.officer_a, filled | {target: "2"}, version=sent.version)
    sheet = build_sheet(sent)
    sheet.check()
    submit_report(sent, sheet, people.officer_a, on=date(2023, 7, 12))
    accept_report(sent, people.standing, on=date(2023, 7, 13))
    assert Progress.objects.official().get().value == 2
    assert [e.kind for e in sent.events.all()] == [
        "submitted",
        "returned",
        "submitted",
        "accepted",
    ]
    sent.obligation.refresh_from_db()
    assert sent.obligation.done_on == DAY


def test_nobody_accepts_their_own(sent, people, units, client_of):
    held = people.officer_a.current_posts().get()
    Grant.objects.create(
        post=held, role=Role.STANDING, area_unit=units.province, valid_from=date(2021, 1, 1)
    )
    answer = client_of(people.officer_a).post(review_url(sent), {"accept": "1"})
    assert answer.status_code == 403
    sent.refresh_from_db()
    assert sent.state == ReportState.SUBMITTED
    with pytest.raises(OwnReport):
        sent.accept(people.officer_a, on=DAY, publish=lambda report: None)


def test_whoever_drafted_any_part_does_not_accept(half_year, people, filled, client_of):
    """One drafts, another overwrites and sends, after a return a third: none of them reviews."""
    report = Report.objects.create(obligation=half_year.a)
    report.save_draft(people.standing, filled, version=0)
    report.save_draft(people.officer_a, filled | {"n-next": "Tiếp"}, version=1)
    sheet = build_sheet(report)
    sheet.check()
    submit_report(report, sheet, people.officer_a, on=DAY)
    assert client_of(people.standing).post(review_url(report), {"accept": "1"}).status_code == 403
    report.give_back(people.standing2, on=DAY, reason="Thiếu")
    report.save_draft(people.commune, filled, version=report.version)
    sheet = build_sheet(report)
    sheet.check()
    submit_report(report, sheet, people.commune, on=DAY)
    for writer in (people.standing, people.officer_a, people.commune):
        with pytest.raises(OwnReport):
            accept_report(report, writer, on=DAY)
    accept_report(report, people.standing2, on=DAY)
    assert report.state == ReportState.ACCEPTED


def test_a_step_and_its_notice_come_together(sent, people, client_of, monkeypatch):
    def broken(**notice):
        raise RuntimeError("down")

    monkeypatch.setattr(Notice.objects, "send", broken)
    client = client_of(people.standing, raise_request_exception=False)
    client.post(review_url(sent), {"accept": "1"})
    sent.refresh_from_db()
    assert sent.state == ReportState.SUBMITTED


def test_negative_control_another_with_the_same_grant_may(sent, people, client_of):
    client_of(people.standing).post(review_url(sent), {"accept": "1"})
    sent.refresh_from_db()
    assert sent.state == ReportState.ACCEPTED


def test_a_return_needs_a_reason_and_tells_the_unit(sent, people, client_of, units):
    client = client_of(people.standing)
    assert client.post(review_url(sent), {"return": "1", "reason": ""}).status_code == 422
    client.post(review_url(sent), {"return": "1", "reason": "Thiếu nguyên nhân"})
    sent.refresh_from_db()
    assert sent.state == ReportState.RETURNED
    assert Notice.objects.get(kind="returned").unit == units.district_a
    page = (
        client_of(people.officer_a)
        .get(reverse("reporting:fill", args=[sent.obligation_id]))
        .content.decode()
    )
    assert "Thiếu nguyên nhân" in page


@pytest.mark.parametrize(("who", "status"), [("officer_b", 404), ("head", 403), ("auditor", 403)])
def test_strangers_and_readers_cannot_review(sent, people, client_of, who, status):
    answer = client_of(getattr(people, who)).post(review_url(sent), {"accept": "1"})
    assert answer.status_code == status
    sent.refresh_from_db()
    assert sent.state == ReportState.SUBMITTED
