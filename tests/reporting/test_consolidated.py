"""The consolidated report: built by state and date, rebuilt on acceptance, frozen at approval."""

from datetime import date

import pytest
from django.urls import reverse

from core.transitions import InvalidTransition
from disbursement.models import Payment
from documents import issuing
from documents.issuing import content_of
from jobs import runner
from jobs.models import Job
from reporting.drafts import approve, ask_for_build, build_due_drafts, edit_text, final_texts
from reporting.figures import judged
from reporting.models import Consolidated, Report
from reporting.publishing import accept_report, submit_report
from reporting.sheet import build_sheet
from reporting.wording import money_text
from targets.models import Aggregation, Indicator, Operator, Target

from .conftest import MILLION, pay

DAY = date(2023, 7, 3)


def run_jobs():
    """What a worker does, in order."""
    while job := Job.objects.filter(state="queued").order_by("pk").first():
        runner.run(job.pk)
        job.refresh_from_db()
        assert job.state == "done", job.error


@pytest.fixture
def accepted(half_year, people, filled):
    report = Report.objects.create(obligation=half_year.a)
    report.save_draft(people.officer_a, filled, version=0)
    sheet = build_sheet(report)
    sheet.check()
    submit_report(report, sheet, people.officer_a, on=DAY)
    accept_report(report, people.standing, on=DAY)
    return report


def built(day=DAY):
    build_due_drafts(day)
    run_jobs()
    return Consolidated.objects.get()


@pytest.mark.parametrize(
    ("day", "count"), [("2023-06-29", 0), ("2023-06-30", 1), ("2023-07-01", 1)]
)
def test_the_draft_comes_at_the_cut_off(half_year, day, count):
    build_due_drafts(date.fromisoformat(day))
    assert Consolidated.objects.count() == count


def test_ticking_again_builds_nothing_again(half_year):
    built()
    build_due_drafts(DAY)
    build_due_drafts(DAY)
    assert Job.objects.filter(kind="build_consolidated").count() == 1


def test_acceptance_brings_the_figures_in(half_year, people, filled):
    assert built().figures["targets"][0]["value"] is None
    test_report = accepted.__wrapped__(half_year, people, filled)
    draft = built()
    line = draft.figures["targets"][0]
    assert line["value"] == "1.0000"
    assert line["contributions"][0]["report"] == test_report.obligation_id
    assert draft.figures["money"]["total"]["rate"] == "40.00"
    assert draft.figures["reports"]["missing"] == ["Huyện Bình"]


def test_submitted_but_not_accepted_stands_apart(half_year, people, filled):
    report = Report.objects.create(obligation=half_year.a)
    report.save_draft(people.officer_a, filled, version=0)
    sheet = build_sheet(report)
    sheet.check()
    submit_report(report, sheet, people.officer_a, on=DAY)
    line = built().figures["targets"][0]
    assert (line["value"], line["with_pending"]) == (None, "1.0000")


def test_the_office_may_reword_and_take_back(accepted):
    draft = built()
    edit_text(draft, "money", "Lời của cơ quan thường trực.")
    draft.refresh_from_db()
    assert final_texts(draft)["money"] == "Lời của cơ quan thường trực."
    edit_text(draft, "money", "  ")
    draft.refresh_from_db()
    assert "40,00 %" in final_texts(draft)["money"]


def test_approval_freezes_what_is_printed(accepted, people, half_year):
    draft = built()
    document = approve(draft, people.head)
    before = content_of(document).to_json()
    pay(half_year.project, 100 * MILLION, on=date(2023, 6, 20))
    build_due_drafts(DAY)
    run_jobs()
    draft.refresh_from_db()
    document.refresh_from_db()
    assert Payment.objects.count() == 2
    assert content_of(document).to_json() == before
    assert draft.figures["money"]["total"]["paid"] == 400 * MILLION
    with pytest.raises(InvalidTransition):
        approve(draft, people.head)


def test_a_draft_behind_its_reports_is_built_again_before_approval(half_year, people, filled):
    draft = built()
    accepted.__wrapped__(half_year, people, filled)
    with pytest.raises(InvalidTransition, match="đang được tính lại"):
        approve(draft, people.head)
    draft.refresh_from_db()
    assert not draft.is_approved
    run_jobs()
    draft.refresh_from_db()
    approve(draft, people.head)
    assert draft.figures["targets"][0]["value"] == "1.0000"


@pytest.mark.parametrize(
    ("operator", "goal", "partial", "whole"),
    [
        (Operator.AT_LEAST, 1, True, True),
        (Operator.AT_LEAST, 3, None, False),
        (Operator.AT_MOST, 3, None, True),
        (Operator.AT_MOST, 0, False, False),
    ],
)
def test_a_partial_sum_proves_only_what_more_reports_cannot_change(
    half_year, units, operator, goal, partial, whole
):
    target = half_year.targets[units.province]
    target.operator, target.value = operator, goal
    assert judged(target, 1, is_partial=True) is partial
    assert judged(target, 1, is_partial=False) is whole
    assert judged(target, None, is_partial=True) is None


def test_the_judgement_waits_for_every_owed_report(accepted, half_year, people):
    assert built().figures["targets"][0]["is_met"] is None
    half_year.b.exempt_reason = "Không có chỉ tiêu"
    half_year.b.save()
    ask_for_build(Consolidated.objects.get(), by_hand="1")
    run_jobs()
    assert Consolidated.objects.get().figures["targets"][0]["is_met"] is False


def test_the_files_are_made_once_and_kept(accepted, people):
    document = approve(built(), people.head)
    run_jobs()
    kept = {f.format: f.file.sha256 for f in document.files.select_related("file")}
    assert set(kept) == {"docx", "pdf", "xlsx"}
    for job in Job.objects.filter(kind="render_document"):
        Job.objects.filter(pk=job.pk).update(state="queued", attempts=0)
    run_jobs()
    again = {f.format: f.file.sha256 for f in document.files.select_related("file")}
    assert again == kept


def test_a_pdf_refused_for_want_of_libraries_is_made_later(accepted, people, monkeypatch):
    document = approve(built(), people.head)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "pdf_available", lambda: (False, "Thiếu thư viện."))
        for job in Job.objects.filter(kind="render_document"):
            runner.run(job.pk)
        assert issuing.ask_again_for_pdf() == 0
        assert document.file_in("pdf") is None and document.file_in("docx")
    assert issuing.ask_again_for_pdf() == 1
    run_jobs()
    assert document.file_in("pdf")
    Job.objects.filter(kind="render_document").update(state="failed", attempts=5)
    assert issuing.ask_again_for_pdf() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 302), ("standing", 403), ("auditor", 403), ("officer_a", 404)],
)
def test_only_the_head_approves(accepted, people, client_of, who, status):
    draft = built()
    url = reverse("reporting:approve", args=[draft.pk])
    assert client_of(getattr(people, who)).post(url).status_code == status
    draft.refresh_from_db()
    assert draft.is_approved is (who == "head")


def test_a_ledger_target_takes_the_rate_of_its_programme(half_year, programme, units):
    indicator = Indicator.objects.create(
        code="NTM.GN", name="Tỷ lệ giải ngân", measure_unit="%", aggregation=Aggregation.LEDGER
    )
    Target.objects.create(
        indicator=indicator,
        program=programme.program,
        unit=units.province,
        period="2023",
        wording="Giải ngân 100 %",
        operator=Operator.EXACTLY,
        value=100,
    )
    line = built().figures["targets"][1]
    assert (line["value"], line["is_met"]) == ("40.00", False)


def test_a_payment_after_the_build_is_not_left_out_of_the_approved_report(
    accepted, people, half_year
):
    draft = built()
    pay(half_year.project, 100 * MILLION, on=date(2023, 6, 30))
    with pytest.raises(InvalidTransition, match="đang được"):
        approve(draft, people.head)
    run_jobs()
    draft.refresh_from_db()
    approve(draft, people.head)
    assert draft.figures["money"]["total"]["paid"] == 500 * MILLION


def test_the_tick_builds_again_when_money_comes_in(half_year):
    built()
    pay(half_year.project, 100 * MILLION, on=date(2023, 6, 30))
    assert built().figures["money"]["total"]["paid"] == 500 * MILLION


@pytest.mark.parametrize(
    ("planned", "carried", "paid", "said", "unsaid"),
    [
        (1_000, 50, 0, "vốn các năm trước kéo dài 50 triệu đồng. Lũy kế", "Chưa có"),
        (1_000, None, 0, "kế hoạch giao trong năm 1.000 triệu đồng. Lũy kế", "kéo dài"),
        (1_000, None, None, "Chưa có số liệu giải ngân", "Lũy kế"),
    ],
)
def test_a_missing_figure_is_not_put_into_a_sentence(planned, carried, paid, said, unsaid):
    amounts = {"planned": planned, "carried": carried, "paid": paid, "to_spend": planned}
    line = {key: value and value * MILLION for key, value in amounts.items()} | {"rate": "0.00"}
    figures = {
        "money": {"year": 2023, "total": line},
        "money_on": "2023-06-30",
        "denominator": "kế hoạch năm",
    }
    assert said in money_text(figures)
    assert unsaid not in money_text(figures)
