"""Allotments of units, the register alone, the medium-term plan; and what all lists share."""

import json

import pytest
from django.core.management import call_command

from core.tables import ColumnsAsked
from core.transitions import InvalidTransition
from disbursement.closing import close_year
from disbursement.models import LedgerEntry, MediumTermEntry, MoneyCell, Project
from jobs.imports import IMPORTERS, HangsOn, apply_batch, new_batch, read_file, undo_batch
from jobs.models import Batch, BatchState, StagedRow, StoredFile
from tests.core.hostile.old_corpus import SAVED
from tests.disbursement.conftest import MILLION, allot, assign, pay, workbook
from tests.disbursement.test_capital_import import HEAD, errors, row

PARAMS = {"year": 2023, "sent_on": "2023-07-03"}
UNIT_HEAD = [
    *("Mã đơn vị", "Thành phần", "Nguồn vốn", "Tính chất", "Số tiền"),
    *("Số quyết định", "Ngày quyết định"),
]
WORKS_HEAD = [
    *("Mã dự án", "Tên công trình, hoạt động", "Mã đơn vị", "Thành phần"),
    *("Tổng mức đầu tư", "Mã ĐVQHNS", "Chủ đầu tư", "Lũy kế giải ngân các năm trước"),
]
PLAN_HEAD = [
    *("Chương trình", "Mã dự án", "Mã đơn vị", "Nguồn vốn", "Tính chất"),
    *("Từ năm", "Đến năm", "Số tiền"),
]


def rung(unit, amount, **given):
    values = dict(
        zip(
            UNIT_HEAD,
            (unit, "NTM-02", "NSTW", "ĐTPT", amount, "5/QĐ-UBND", "05/01/2023"),
            strict=True,
        )
    )
    return list((values | given).values())


def works(code, total=900, **given):
    values = dict(
        zip(
            WORKS_HEAD,
            (code, f"Đường {code}", "T-A1", "NTM-02", total, "1059876", "Sở Xây dựng", None),
            strict=True,
        )
    )
    return list((values | given).values())


def warnings(reading):
    return [(i.cell, i.message) for i in reading.issues if i.severity == "warning"]


@pytest.fixture
def run(run_import, catalogue):
    heads = {
        "capital": HEAD,
        "allotments": UNIT_HEAD,
        "projects": WORKS_HEAD,
        "medium_term": PLAN_HEAD,
    }
    return lambda kind, *rows: run_import(kind, workbook(rows, heads[kind]), dict(PARAMS))


@pytest.fixture
def read(read_import, catalogue):
    heads = {
        "capital": HEAD,
        "allotments": UNIT_HEAD,
        "projects": WORKS_HEAD,
        "medium_term": PLAN_HEAD,
    }
    return lambda kind, *rows: read_import(kind, workbook(rows, heads[kind]), dict(PARAMS))


# Allotments of units


def test_units_are_allotted_corrected_and_taken_back(run, units):
    batch = run("allotments", rung("T-A", 500), rung("T-A1", 200))
    assert batch.counts["created"] == 2
    held = dict(LedgerEntry.objects.values_list("unit__code", "amount"))
    assert held == {"T-A": 500 * MILLION, "T-A1": 200 * MILLION}
    assert not LedgerEntry.objects.filter(project__isnull=False).exists()
    changed = run("allotments", rung("T-A", 450), rung("T-A1", 200))
    assert (changed.counts["updated"], changed.counts["unchanged"]) == (1, 1)
    with pytest.raises(HangsOn, match="ghi sau") as refusal:
        undo_batch(batch, None)
    assert "Huyện An" in refusal.value.items[0][0]
    undo_batch(changed, None)
    undo_batch(batch, None)
    assert LedgerEntry.objects.total() == 0


def test_more_than_the_rung_above_has_is_told_with_the_amounts(read, units, catalogue):
    assign(units.district_a, catalogue.ntm, 100)
    reading = read("allotments", rung("T-A1", 80), rung("T-A2", 30))
    assert errors(reading) == []
    [(cell, words)] = warnings(reading)
    assert cell == "E3" and "thành 110 triệu đồng, nhiều hơn 100 triệu đồng" in words
    assert warnings(read("allotments", rung("T-A1", 80), rung("T-A2", 20))) == []


def test_works_above_what_their_commune_was_given_are_told(read, units, catalogue):
    assign(units.commune_a1, catalogue.ntm, 100)
    assert warnings(read("capital", row(amount=100))) == []
    [(cell, words)] = warnings(read("capital", row(amount=101)))
    assert cell == "L3" and "vượt 1 triệu đồng" in words


# The register alone


def test_the_register_is_added_to_changed_and_set_back(run, units, catalogue):
    first = run("projects", works("DA-01"), works("DA-02"))
    project = Project.objects.get(code="DA-01")
    assert project.total_investment == 900 * MILLION and project.budget_unit_code == "1059876"
    assert project.owner == units.construction and first.counts["created"] == 2
    assert not LedgerEntry.objects.exists()
    changed = run("projects", works("DA-01", 950), works("DA-02"))
    assert (changed.counts["updated"], changed.counts["unchanged"]) == (1, 1)
    project.refresh_from_db()
    assert project.total_investment == 950 * MILLION and project.history.count() == 2
    undo_batch(changed, None)
    project.refresh_from_db()
    assert project.total_investment == 900 * MILLION
    undo_batch(first, None)
    assert not Project.objects.exists()


def test_a_change_of_name_is_found_without_diacritics(run):
    run("projects", works("DA-01"))
    run("projects", works("DA-01", **{"Tên công trình, hoạt động": "Cầu Bến Sỏi"}))
    assert "cau ben soi" in Project.objects.get().search_key


def test_works_that_are_no_longer_in_the_file_are_told_and_kept(run, read):
    run("projects", works("DA-01"), works("DA-02"))
    reading = read("projects", works("DA-01"))
    [(_, words)] = warnings(reading)
    assert "DA-02" in words and "được giữ nguyên" in words
    assert [r["code"] for r in reading.rows if r["state"] == "gone"] == ["DA-02"]
    assert Project.objects.count() == 2


def test_works_with_money_are_not_taken_out_and_the_list_says_which(run):
    batch = run("projects", works("DA-01"), works("DA-02"))
    allot(Project.objects.get(code="DA-02"), 5)
    with pytest.raises(HangsOn) as refusal:
        undo_batch(batch, None)
    project = Project.objects.get(code="DA-02")
    assert refusal.value.items == [("DA-02: đã có vốn", f"/von/cong-trinh/{project.pk}/")]


def test_money_before_the_portal_has_its_year(run):
    run("projects", works("DA-01", **{"Lũy kế giải ngân các năm trước": 40}))
    project = Project.objects.get()
    assert (project.paid_before, project.paid_before_year) == (40 * MILLION, 2022)


def test_a_total_a_thousand_times_as_large_is_doubted(run, read):
    run("projects", works("DA-01", 900))
    [(cell, words)] = warnings(read("projects", works("DA-01", 900_000)))
    assert cell == "E3" and "nhập nhầm đơn vị tính" in words


# The medium-term plan


def test_the_medium_term_plan_comes_in_and_goes(run, units):
    run("projects", works("DA-01"))
    place = ("NTM", None, "T-A", "NSTW", "ĐTPT", 2021, 2025, 5_000)
    work = ("NTM", "DA-01", None, "NSTW", "ĐTPT", 2021, 2025, 800)
    batch = run("medium_term", place, work)
    assert batch.counts["created"] == 2
    assert {e.amount for e in MediumTermEntry.objects.all()} == {5_000 * MILLION, 800 * MILLION}
    assert run("medium_term", place, work).counts["unchanged"] == 2
    run("medium_term", (*place[:7], 6_000), work)
    assert sum(e.amount for e in MediumTermEntry.objects.filter(unit=units.district_a)) == (
        6_000 * MILLION
    )
    with pytest.raises(HangsOn):
        undo_batch(batch, None)


def test_faults_of_a_medium_term_plan_stand_at_their_cells(read):
    reading = read(
        "medium_term",
        ("XX", None, "T-A", "NSTW", "ĐTPT", 2021, 2025, 5),
        ("NTM", None, None, "NSTW", "ĐTPT", 2021, 2025, 5),
        ("NTM", "KHÔNG", None, "NSTW", "ĐTPT", 2025, 2021, -5),
    )
    cells = {cell for cell, _ in errors(reading)}
    assert {"A3", "B4", "H5"} <= cells


# What all lists share


def test_a_closed_year_takes_no_list(read, units):
    close_year(units.province, 2023, reason="Quyết toán xong", user=None)
    assert "đã khóa" in errors(read("capital", row()))[0][1]
    assert "đã khóa" in errors(read("allotments", rung("T-A", 5)))[0][1]
    assert errors(read("projects", works("DA-01"))) == []


def test_books_closed_after_the_reading_stop_the_applying(read, units, catalogue):
    stored = StoredFile.objects.store("von.xlsx", b"x", unit=units.province)
    batch = new_batch("capital", units.province, stored, dict(PARAMS), read("capital", row()))
    close_year(units.province, 2023, reason="Quyết toán xong", user=None)
    with pytest.raises(InvalidTransition, match="đã khóa"):
        apply_batch(batch, None)
    assert not LedgerEntry.objects.exists()
    assert Batch.objects.get().state == BatchState.PREVIEW


def test_oddities_are_warned_of(read, run):
    run("capital", row(amount=100))
    told = dict(warnings(read("capital", row(amount=100_000))))
    assert "nhập nhầm đơn vị tính" in told["L3"]
    late = row("DA-09", **{"Ngày quyết định": "01/8/2023", "Số quyết định": "77/QĐ-UBND"})
    assert "chưa đến" in dict(warnings(read("capital", late)))["N3"]


@pytest.mark.parametrize("amount", [-5, "NaN", "1.234,5x"])
def test_what_is_no_amount_is_an_error_at_its_cell(read, amount):
    assert [cell for cell, _ in errors(read("capital", row(amount=amount)))] == ["L3"]


def test_rows_with_faults_keep_their_place_and_say_why(read_import, catalogue):
    reading = read_import(
        "capital", workbook([row(), row("DA-02", **{"Thành phần": "X"})], HEAD), dict(PARAMS)
    )
    states = {r["number"]: (r["state"], r.get("faults", [])) for r in reading.rows}
    assert states[3][0] == "created" and states[4][0] == "error"
    assert states[4][1][0][0] == "error" and "X" in states[4][1][0][1]


def test_the_same_books_whichever_way_the_rows_went_in(run, units, make_project):
    run("capital", row("DA-01", 70), row("DA-02", 30))
    allot(make_project("DA-03"), 11)
    cells = sum(cell.planned for cell in MoneyCell.objects.all())
    assert cells == LedgerEntry.objects.total() == 111 * MILLION
    undo_batch(Batch.objects.get(), None)
    assert sum(cell.planned for cell in MoneyCell.objects.all()) == 11 * MILLION


def test_undo_names_the_payments_that_rest_on_the_money(run):
    batch = run("capital", row())
    project = Project.objects.get()
    pay(project, 1)
    with pytest.raises(HangsOn) as refusal:
        undo_batch(batch, None)
    assert refusal.value.items == [
        ("DA-01: đã giải ngân 1 triệu đồng", f"/von/cong-trinh/{project.pk}/")
    ]


def test_columns_of_the_accountant_fill_the_register_but_never_overwrite(run_import, catalogue):
    head = [*HEAD, "Mã ĐVQHNS", "Chương", "Tổng mức đầu tư"]
    run_import("capital", workbook([[*row(), "105", "422", 900]], head), dict(PARAMS))
    project = Project.objects.get()
    assert (project.budget_unit_code, project.chapter) == ("105", "422")
    other = [*row("DA-01", **{"Số quyết định": "9/QĐ-UBND"}), "106", "422", 900]
    batch = run_import("capital", workbook([other], head), dict(PARAMS))
    project.refresh_from_db()
    assert project.budget_unit_code == "105"
    assert "mã ĐVQHNS" in batch.warnings[0]["message"]


def test_a_unit_that_nothing_says_is_asked_and_never_assumed(read_import, catalogue):
    content = workbook([row(amount=1250)], HEAD, unit_line="Danh mục công trình")
    with pytest.raises(ColumnsAsked, match="đơn vị tính của “Số tiền”"):
        read_import("capital", content, dict(PARAMS))
    said = PARAMS | {"layout": {"units": {"*": MILLION}}}
    assert next(iter(read_import("capital", content, said).rows))["amount"] == 1250 * MILLION


def test_each_column_may_have_a_unit_of_its_own(read_import, catalogue):
    head = [title if title != "Số tiền" else "Số tiền (nghìn đồng)" for title in HEAD]
    content = workbook([[*row(amount=5000), 2]], [*head, "Tổng mức đầu tư (tỷ đồng)"], "Danh mục")
    [found] = read_import("capital", content, dict(PARAMS)).rows
    assert found["amount"] == 5 * MILLION
    assert found["about"] == {"total_investment": 2_000 * MILLION}


def test_an_old_workbook_is_read_as_a_list(read_import, tmp_path, units, catalogue):
    path = tmp_path / "von.xls"
    path.write_bytes(SAVED)
    with pytest.raises(ColumnsAsked) as asked:
        read_file(IMPORTERS["capital"], path, path.name, dict(PARAMS), units.province)
    titles = [title["title"] for title in asked.value.question["titles"]]
    assert titles[:3] == ["Mã dự án", "Tên", "Số tiền"]


@pytest.mark.parametrize(
    ("command", "content", "options"),
    [
        ("import_projects", (WORKS_HEAD, works("DA-01")), {}),
        ("import_allotments", (UNIT_HEAD, rung("T-A", 5)), {"year": 2023}),
        (
            "import_medium_term",
            (PLAN_HEAD, ("NTM", None, "T-A", "NSTW", "ĐTPT", 2021, 2025, 5)),
            {},
        ),
    ],
)
def test_commands_speak_the_contract(units, catalogue, tmp_path, capsys, command, content, options):
    path = tmp_path / "tep.xlsx"
    path.write_bytes(workbook([content[1]], content[0]))
    call_command(command, str(path), dry_run=True, **options)
    tried = json.loads(capsys.readouterr().out)
    assert (tried["created"], tried["applied"], tried["batch"]) == (1, False, None)
    assert not Batch.objects.exists()
    call_command(command, str(path), **options)
    done = json.loads(capsys.readouterr().out)
    assert done["applied"] and done["created"] == 1 and done["batch"]
    assert StagedRow.objects.filter(batch=done["batch"]).count() == 1


def test_a_command_asks_for_the_unit_and_takes_it(units, catalogue, tmp_path, capsys):
    path = tmp_path / "von.xlsx"
    path.write_bytes(workbook([row()], HEAD, unit_line="Danh mục"))
    with pytest.raises(SystemExit):
        call_command("import_capital", str(path), year=2023)
    assert json.loads(capsys.readouterr().out)["issues"][0]["severity"] == "ask"
    call_command("import_capital", str(path), year=2023, unit="nghin")
    assert LedgerEntry.objects.total() == 100_000


def test_the_loser_of_two_applies_is_told(run, read_import, units, catalogue):
    batch = run("capital", row())
    with pytest.raises(InvalidTransition, match="đã được áp dụng"):
        apply_batch(Batch.objects.get(pk=batch.pk), None)
    assert LedgerEntry.objects.count() == 1
