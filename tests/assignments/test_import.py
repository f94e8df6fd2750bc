"""From file to draft plan: preview, corrections, apply, again, undo; and the command."""

import json
from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from assignments.models import Assignment, Part
from assignments.plans import publish
from core.transitions import InvalidTransition
from jobs.imports import apply_batch, undo_batch
from jobs.models import BatchState
from organizations.models import LegalDocument, UnitAlias
from programs.models import PlanState, WorkPlan

from .conftest import DATA, read_sample

KINDS = {
    "QUARTER": 16,
    "BEFORE_QUARTER": 1,
    "RELATIVE_DAYS": 5,
    "COMPOUND": 3,
    "RECURRING_QUARTER_OF_YEAR": 1,
    "CONTINUOUS": 1,
    "NONE": 2,
}
LEADS = {
    "VPNTM": 7,
    "SVHTTDL": 5,
    "SKHDT": 4,
    "SLDTBXH": 4,
    "SXD": 4,
    "STC": 2,
    "SNN": 1,
    "STTTT": 1,
    "program_owner": 1,
}


@pytest.mark.parametrize("name", ["appendix.tsv", "appendix.docx", "appendix.xlsx"])
def test_leads_and_kinds_of_deadline_of_every_row(programs, committee, units, name):
    reading = read_sample(name, units.province)
    assert Counter(row["deadline"]["kind"] for row in reading.rows) == KINDS
    assert Counter(lead for row in reading.rows for lead in row["leads"]) == LEADS
    assert not [issue for issue in reading.issues if issue.severity == "error"]


def test_the_role_names_its_owners_and_keeps_its_words(programs, committee, units):
    row = read_sample("appendix.tsv", units.province).rows[25]
    assert row["lead_units"] == ["VPNTM", "SLDTBXH", "BDT"]
    assert row["lead_groups"] == ["Cơ quan thường trực từng Chương trình"]
    assert "lead_role" in [doubt["code"] for doubt in row["doubts"]]


def test_programmes_are_guessed_only_where_clear(programs, committee, units):
    rows = read_sample("appendix.tsv", units.province).rows
    assert [row["program"] for row in rows[12:20]] == [
        "NTM",
        "OCOP",
        "NTM",
        "NTM",
        None,
        None,
        None,
        "GNBV",
    ]


def test_nothing_is_written_by_reading(received):
    assert received().state == BatchState.PREVIEW
    assert not WorkPlan.objects.exists() and not Assignment.objects.exists()


def test_applying_makes_a_draft_plan_with_tasks_parties_and_days(applied):
    batch = applied()
    batch.refresh_from_db()
    assert (batch.counts["created"], batch.counts["updated"]) == (29, 0)
    plan = WorkPlan.objects.get()
    assert (plan.state, plan.code, plan.assignments.count()) == (PlanState.DRAFT, "86/KH-BCĐ", 29)
    twofold = plan.assignments.get(section_key="I › I.2 › b) › b.1", number="1")
    days = list(twofold.occurrences.values_list("due_on", flat=True))
    assert date(2022, 9, 30) in days and date(2025, 3, 31) in days
    waiting = plan.assignments.get(section_key="I › I.2 › a)", number="3").occurrences.get()
    assert waiting.due_on is None and "hướng dẫn" in waiting.waits_for
    blank = plan.assignments.get(section_key="II", number="2").occurrences.get()
    assert (blank.due_on, blank.waits_for) == (None, "")
    report = plan.assignments.get(section_key="III", number="1")
    leads = report.parties.filter(part=Part.LEAD)
    assert leads.filter(unit=None).get().group == "Cơ quan thường trực từng Chương trình"
    assert leads.exclude(unit=None).count() == 3


def test_the_same_file_again_changes_nothing_and_keeps_progress(applied, people):
    applied()
    task = Assignment.objects.first()
    task.record_progress(people.standing, percent=40, note="", on=date(2023, 1, 5))
    again = applied("appendix.xlsx")
    again.refresh_from_db()
    assert {k: again.counts[k] for k in ("created", "updated", "unchanged")} == {
        "created": 0,
        "updated": 0,
        "unchanged": 29,
    }
    task.refresh_from_db()
    assert task.percent == 40


def test_a_changed_row_is_updated_and_a_gone_row_is_told_not_deleted(received, applied, people):
    applied()
    done = Assignment.objects.get(section_key="I › I.1", number="1")
    done.record_progress(people.standing, percent=100, note="", on=date(2022, 8, 1))
    text = (DATA / "appendix.tsv").read_text(encoding="utf-8")
    text = text.replace("Quý IV/2022", "Quý I/2023", 1)
    kept = [line for line in text.splitlines() if not line.startswith("4\tKế hoạch kiểm tra")]
    batch = received(content="\n".join(kept).encode())
    assert [issue["severity"] for issue in batch.issues] == ["warning"]
    apply_batch(batch, people.standing)
    batch.refresh_from_db()
    assert (batch.counts["updated"], batch.counts["unchanged"]) == (1, 27)
    moved = Assignment.objects.get(section_key="I › I.1", number="2")
    assert [row.due_on for row in moved.occurrences.all()] == [date(2023, 3, 31)]
    done.refresh_from_db()
    assert done.percent == 100 and done.occurrences.get().done_on == date(2022, 8, 1)
    assert Assignment.objects.count() == 29


def test_undo_takes_a_first_import_back(applied, people):
    undo_batch(applied(), people.standing)
    assert not Assignment.objects.exists() and not WorkPlan.objects.exists()


def test_undo_is_refused_once_progress_was_reported(applied, people):
    batch = applied()
    Assignment.objects.first().record_progress(
        people.standing, percent=1, note="", on=date(2023, 1, 5)
    )
    with pytest.raises(InvalidTransition, match="tiến độ"):
        undo_batch(batch, people.standing)
    assert Assignment.objects.count() == 29


def test_undo_is_refused_after_publishing(applied, people):
    batch = applied()
    publish(WorkPlan.objects.get(), people.standing)
    with pytest.raises(InvalidTransition, match="ban hành"):
        undo_batch(batch, people.standing)


def unknown_lead(received):
    text = (DATA / "appendix.tsv").read_text(encoding="utf-8")
    return received(content=text.replace("Sở Tài chính", "Ngành ngân khố", 1).encode())


def test_corrections_are_kept_in_the_preview_and_a_spelling_is_remembered(
    received, people, client_of
):
    batch = unknown_lead(received)
    place = next(n for n, row in enumerate(batch.preview) if row["leads"] == ["Ngành ngân khố"])
    blank = next(n for n, r in enumerate(batch.preview) if r["deadline"]["kind"] == "NONE")
    client = client_of(people.standing)
    client.post(
        reverse("assignments:correct", args=[batch.pk]),
        {f"lead-{place}": "STC", f"deadline-{blank}": "Quý IV/2022"},
    )
    batch.refresh_from_db()
    assert batch.preview[place]["leads"] == ["STC"]
    assert batch.preview[place]["lead_text"] == "Ngành ngân khố"
    assert batch.preview[blank]["deadline"]["occurrences"] == ["2022-12-31"]
    assert not Assignment.objects.exists() and not UnitAlias.objects.exists()
    client.post(reverse("jobs:apply", args=[batch.pk]))
    assert Assignment.objects.filter(parties__unit__code="STC").count() == 2
    assert UnitAlias.objects.get().text == "Ngành ngân khố"


def test_corrections_belong_to_whoever_may_import(received, people, client_of):
    batch = received()
    address = reverse("assignments:correct", args=[batch.pk])
    assert client_of(people.auditor).post(address).status_code == 403
    assert client_of(people.officer_a).post(address).status_code == 404


def test_a_plan_of_another_area_is_neither_told_nor_written(applied, received, units, people):
    """The preview compares with no plan of others: its tasks would stand there."""
    applied()
    WorkPlan.objects.update(issuer=units.district_a)
    batch = received()
    assert not batch.preview and not batch.counts
    assert ["địa bàn khác" in issue["message"] for issue in batch.issues] == [True]
    with pytest.raises(InvalidTransition):
        apply_batch(batch, people.standing)


def test_a_plan_taken_by_another_area_meanwhile_is_not_written(received, units, people):
    batch = received()
    WorkPlan.objects.create(
        code=batch.params["plan"],
        title="Kế hoạch",
        issuer=units.district_a,
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
    )
    with pytest.raises(InvalidTransition, match="địa bàn khác"):
        apply_batch(batch, people.standing)


def run(capsys, *options):
    code = 0
    try:
        call_command("import_tasks", *options)
    except SystemExit as end:
        code = end.code
    return code, json.loads(capsys.readouterr().out)


def test_the_command_prints_the_contract_and_writes_nothing_on_a_dry_run(
    programs, committee, capsys
):
    code, said = run(
        capsys,
        str(DATA / "appendix.docx"),
        "--plan",
        "P1",
        "--dry-run",
        "--from",
        "2021",
        "--to",
        "2025",
    )
    row = said["rows"][12]
    assert code == 0 and said["applied"] is False and len(said["rows"]) == 29
    assert row["section"] == ["I", "I.2", "b)", "b.1"] and row["number"] == "1"
    assert row["leads"] == ["VPNTM"] and row["deadline"]["kind"] == "COMPOUND"
    assert {"title", "lead_text", "coordinating_text", "coordinating", "doubts"} <= row.keys()
    assert not WorkPlan.objects.exists()


def test_the_command_takes_the_period_from_the_file_and_applies(programs, committee, capsys):
    code, said = run(capsys, str(DATA / "appendix.tsv"), "--plan", "P1", "--title", "Kế hoạch")
    plan = WorkPlan.objects.get()
    assert (code, said["applied"], said["created"]) == (0, True, 29)
    assert (plan.title, plan.starts_on.year, plan.ends_on.year) == ("Kế hoạch", 2021, 2025)


def test_the_command_refuses_a_file_with_errors(programs, tmp_path, capsys):
    bad = tmp_path / "bad.tsv"
    bad.write_text("TT\tNội dung\tCơ quan chủ trì\n1\tViệc\tSở\n1\tViệc\tSở\n", encoding="utf-8")
    code, said = run(capsys, str(bad), "--plan", "P1", "--from", "2021", "--to", "2025")
    assert (code, said["applied"]) == (1, False)
    assert said["issues"][0]["where"] == "Dữ liệu dán A3"


def test_the_command_without_a_file_is_a_wrong_call(db):
    with pytest.raises(CommandError) as refusal:
        call_command("import_tasks", "--plan", "P1")
    assert refusal.value.returncode == 2


def test_what_recurs_is_not_due_before_the_plan_was_issued(received, programs, units):
    issued = LegalDocument.objects.create(
        kind=LegalDocument.Kind.PLAN,
        number="86/KH-BCĐ",
        issuer="Ban Chỉ đạo",
        issued_on=date(2022, 6, 27),
        abstract="Kế hoạch",
    )
    WorkPlan.objects.create(
        code="86/KH-BCĐ",
        title="Kế hoạch",
        issuer=units.province,
        starts_on=date(2021, 1, 1),
        ends_on=date(2025, 12, 31),
        document=issued,
    )
    rows = received().preview
    days = [
        row["deadline"]["occurrences"]
        for row in rows
        if row["deadline"]["kind"] == "RECURRING_QUARTER_OF_YEAR"
    ]
    assert days == [["2023-03-31", "2024-03-31", "2025-03-31"]]
    [before] = [row for row in rows if row["deadline"]["kind"] == "BEFORE_QUARTER"]
    assert before["deadline"]["occurrences"] == ["2022-06-30"]


def test_a_new_plan_takes_its_day_of_issue_from_the_upload(applied):
    applied(issued_on="2022-06-27")
    plan = WorkPlan.objects.get()
    assert (plan.starts_on, plan.document.issued_on) == (date(2021, 1, 1), date(2022, 6, 27))
    yearly = Assignment.objects.get(deadline_text="Quý I hằng năm")
    days = [row.due_on for row in yearly.occurrences.all()]
    assert days == [date(year, 3, 31) for year in (2023, 2024, 2025)]
