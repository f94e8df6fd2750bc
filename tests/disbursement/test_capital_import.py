import io
import json

import openpyxl
import pytest
from django.core.management import call_command

from core.transitions import InvalidTransition
from disbursement.models import EntryKind, LedgerEntry, Moment, Project
from disbursement.templates_xlsx import template_workbook
from jobs.imports import undo_batch
from organizations.models import LegalDocument
from tests.disbursement.conftest import MILLION, pay, workbook

HEAD = [
    "Mã dự án",
    "Tên công trình, hoạt động",
    "Loại",
    "Mã đơn vị",
    "Tên xã",
    "Tên huyện",
    "Thành phần",
    "Nguồn vốn",
    "Tính chất",
    "Năm gốc",
    "Thời điểm giao",
    "Số tiền",
    "Số quyết định",
    "Ngày quyết định",
]
PARAMS = {"year": 2023}


def row(code="DA-01", amount=100, **given):
    values = {
        "Mã dự án": code,
        "Tên công trình, hoạt động": f"Đường {code}",
        "Loại": "Công trình",
        "Mã đơn vị": "T-A1",
        "Tên xã": None,
        "Tên huyện": None,
        "Thành phần": "NTM-02",
        "Nguồn vốn": "Ngân sách trung ương",
        "Tính chất": "Đầu tư phát triển",
        "Năm gốc": 2023,
        "Thời điểm giao": "Đầu năm",
        "Số tiền": amount,
        "Số quyết định": "12/QĐ-UBND",
        "Ngày quyết định": "10/01/2023",
    } | given
    return [values[name] for name in HEAD]


def errors(reading):
    return [(i.cell, i.message) for i in reading.issues if i.severity == "error"]


@pytest.fixture
def read(read_import, catalogue):
    return lambda rows: read_import("capital", workbook(rows, HEAD), PARAMS)


@pytest.fixture
def run(run_import, catalogue):
    return lambda rows, **kw: run_import("capital", workbook(rows, HEAD, **kw), PARAMS)


def test_creates_projects_entries_and_the_decision(run, units):
    batch = run(
        [
            row(),
            row("DA-01", 30, **{"Năm gốc": 2022}),
            row("DA-02", 7, **{"Thời điểm giao": "Bổ sung", "Ngày quyết định": "05/6/2023"}),
        ]
    )
    assert batch.counts == {"read": 3, "created": 3, "updated": 0, "unchanged": 0}
    kinds = {(e.project.code, e.kind, e.amount) for e in LedgerEntry.objects.all()}
    assert kinds == {
        ("DA-01", EntryKind.ALLOTMENT, 100 * MILLION),
        ("DA-01", EntryKind.CARRY_IN, 30 * MILLION),
        ("DA-02", EntryKind.SUPPLEMENT, 7 * MILLION),
    }
    later = LedgerEntry.objects.get(moment=Moment.LATER)
    assert (str(later.effective_on), later.unit, later.batch) == (
        "2023-06-05",
        units.commune_a1,
        batch,
    )
    assert LegalDocument.objects.filter(number="12/QĐ-UBND").count() == 2
    assert Project.history.count() == 2


def test_same_file_twice_doubles_nothing(run):
    run([row(), row("DA-02", 5)])
    again = run([row(), row("DA-02", 5)])
    assert again.counts == {"read": 2, "created": 0, "updated": 0, "unchanged": 2}
    assert LedgerEntry.objects.total() == 105 * MILLION


def test_another_decision_adds_and_a_changed_sum_is_corrected(run):
    run([row()])
    run([row(**{"Số quyết định": "99/QĐ-UBND"})])
    changed = run([row(amount=80)])
    assert changed.counts["updated"] == 1
    assert LedgerEntry.objects.total() == 180 * MILLION
    assert LedgerEntry.objects.get(kind=EntryKind.CORRECTION).amount == -20 * MILLION


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("Đơn vị tính: đồng", 1_500_000_000),
        ("ĐVT: nghìn đồng", 1_500_000),
        ("(triệu đồng)", 1500),
    ],
)
def test_unit_of_account_stands_above_the_rows(run, line, amount):
    run([row(amount=amount)], unit_line=line)
    assert LedgerEntry.objects.total() == 1500 * MILLION


def test_commune_by_name_without_its_kind_or_marks(run, units):
    run([row(**{"Mã đơn vị": None, "Tên xã": "an hai", "Tên huyện": "An"})])
    assert Project.objects.get().unit == units.commune_a2


@pytest.mark.parametrize(
    ("given", "cell", "words"),
    [
        ({"Mã đơn vị": "X-99"}, "D3", "X-99"),
        ({"Mã đơn vị": None, "Tên xã": "Xã Không Có"}, "E3", "Không tìm thấy"),
        ({"Thành phần": "NTM-99"}, "G3", "NTM-99"),
        ({"Năm gốc": 2024}, "J3", "sau năm kế hoạch"),
        ({"Số tiền": 0}, "L3", "phải lớn hơn 0"),
        ({"Số tiền": "abc"}, "L3", "abc"),
        ({"Thời điểm giao": "Bổ sung", "Ngày quyết định": None}, "N3", "ngày quyết định"),
    ],
)
def test_faults_stand_at_their_cell(read, given, cell, words):
    found = errors(read([row(**given)]))
    assert [place for place, _ in found] == [cell]
    assert words in found[0][1]


def test_all_faults_at_once_and_nothing_written(read):
    reading = read([row(), row(), row("DA-02", **{"Thành phần": "X", "Mã đơn vị": "Y"})])
    assert [cell for cell, _ in errors(reading)] == ["A4", "D5", "G5"]
    assert "Trùng dòng 3" in errors(reading)[0][1]
    assert not Project.objects.exists() and not LedgerEntry.objects.exists()


def test_a_code_of_another_commune_is_refused(run, read):
    run([row()])
    found = errors(read([row(**{"Mã đơn vị": "T-B1"})]))
    assert found[0][0] == "A3" and "đã dùng cho công trình" in found[0][1]


def test_undo_reverses_and_the_file_can_come_again(run):
    batch = run([row()])
    undo_batch(batch, None)
    assert LedgerEntry.objects.total() == 0
    assert LedgerEntry.objects.count() == 2
    assert run([row()]).counts["created"] == 1
    assert LedgerEntry.objects.total() == 100 * MILLION


def test_undo_is_refused_once_money_is_paid_from_it(run):
    batch = run([row()])
    pay(Project.objects.get(), 1)
    with pytest.raises(InvalidTransition, match="đã có thanh toán"):
        undo_batch(batch, None)
    assert LedgerEntry.objects.total() == 100 * MILLION


def test_undo_is_refused_when_a_later_batch_rests_on_it(run):
    first = run([row()])
    second = run([row(amount=120)])
    with pytest.raises(InvalidTransition, match="ghi sau"):
        undo_batch(first, None)
    undo_batch(second, None)
    undo_batch(first, None)
    assert LedgerEntry.objects.total() == 0


def test_template_is_read_back_by_its_own_importer(read_import, catalogue):
    book = openpyxl.load_workbook(io.BytesIO(template_workbook("capital")))
    assert book.sheetnames[:2] == ["Số liệu", "Danh mục"]
    assert book["Số liệu"].data_validations.dataValidation
    for place in range(1, book["Số liệu"].max_column + 1):
        name = book["Số liệu"].cell(3, place).value
        if name in HEAD:
            book["Số liệu"].cell(4, place).value = row()[HEAD.index(name)]
    out = io.BytesIO()
    book.save(out)
    reading = read_import("capital", out.getvalue(), PARAMS)
    assert errors(reading) == []
    assert reading.counts["created"] == 1


def test_command_speaks_the_contract(units, catalogue, tmp_path, capsys):
    path = tmp_path / "von.xlsx"
    path.write_bytes(workbook([row()], HEAD))
    call_command("import_capital", str(path), year=2023, dry_run=True)
    tried = json.loads(capsys.readouterr().out)
    assert (tried["created"], tried["applied"], tried["batch"]) == (1, False, None)
    assert not LedgerEntry.objects.exists()
    call_command("import_capital", str(path), year=2023)
    done = json.loads(capsys.readouterr().out)
    assert done["applied"] and done["batch"] and done["issues"] == []
    path.write_bytes(workbook([row(**{"Thành phần": "X"})], HEAD))
    with pytest.raises(SystemExit) as stop:
        call_command("import_capital", str(path), year=2023)
    assert stop.value.code == 1
    assert json.loads(capsys.readouterr().out)["issues"][0]["cell"] == "G3"


def test_command_writes_the_template(tmp_path, db):
    path = tmp_path / "mau.xlsx"
    call_command("import_capital", template=str(path))
    assert "Hướng dẫn" in openpyxl.load_workbook(path).sheetnames


def test_a_correction_below_what_was_paid_is_refused(read, run):
    run([row(amount=100), row(amount=50, **{"Số quyết định": "45/QĐ-UBND"})])
    pay(Project.objects.get(), 120)
    assert errors(read([row(amount=70)])) == []
    [(cell, message)] = errors(read([row(amount=60)]))
    assert cell == "L3" and "Đã giải ngân 120 triệu đồng" in message
    assert "110 triệu đồng còn lại" in message
    moved = [row(amount=60), row(amount=90, **{"Số quyết định": "45/QĐ-UBND"})]
    assert errors(read(moved)) == []


def test_dong_written_in_a_column_of_trieu_is_refused(read):
    assert errors(read([row(amount=1_000_000_000)])) == []
    [(cell, message)] = errors(read([row(amount=1_000_000_001)]))
    assert cell == "L3" and "không được lớn hơn 1.000.000.000 triệu đồng" in message


@pytest.mark.parametrize("day", ["10/01/2023", None])
def test_a_decision_without_a_number_is_not_counted_twice(run, day):
    rows = [row(**{"Số quyết định": None, "Ngày quyết định": day})]
    run(rows)
    again = run(rows)
    assert (again.counts["created"], again.counts["unchanged"]) == (0, 1)
    assert LedgerEntry.objects.total() == 100 * MILLION
    run([row(amount=90, **{"Số quyết định": None, "Ngày quyết định": day})])
    assert LedgerEntry.objects.total() == 90 * MILLION


def test_a_row_with_a_wrong_cell_still_tells_its_other_faults(read):
    wrong = row(amount="1.234,5x", **{"Mã đơn vị": "KHÔNG", "Thành phần": "XX", "Năm gốc": 2025})
    reading = read([wrong])
    cells = {cell for cell, _ in errors(reading)}
    assert len(cells) == 4, errors(reading)
    assert reading.counts["read"] == 1
