import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from documents.content import (
    Annex,
    Column,
    ColumnGroup,
    HeaderCell,
    Kind,
    Layout,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Table,
    cell_text,
    header_cells,
    leaf_columns,
    long_date,
    roman,
)
from tests.documents.sample import sample_document


def test_frozen_document_comes_back_equal(sample):
    assert OfficialDocument.from_json(sample.to_json()) == sample
    assert OfficialDocument.from_json(sample.to_json()).to_json() == sample.to_json()
    assert OfficialDocument.from_data(json.loads(json.dumps(sample.to_data()))) == sample


def test_frozen_figures_keep_their_exact_value():
    table = Table((Column("a", Kind.NUMBER),), (Row((Decimal("0.10"),)), Row((10**17 + 1,))))
    document = sample_document(blocks=(table,))
    rows = OfficialDocument.from_json(document.to_json()).blocks[0].rows
    assert [str(row.cells[0]) for row in rows] == ["0.10", "100000000000000001"]


def test_printable_text_is_composed_and_without_control_signs():
    document = sample_document(blocks=(Paragraph("Tie\u0302\u0301n\x00 \x0bđộ\n\ud800"),))
    assert document.printable().blocks[0].text == "Tiến độ\n"


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2023, 2, 9), "ngày 09 tháng 02 năm 2023"),
        (date(2023, 3, 10), "ngày 10 tháng 3 năm 2023"),
        (date(2023, 12, 31), "ngày 31 tháng 12 năm 2023"),
    ],
)
def test_day_under_ten_and_first_two_months_take_a_zero(day, shown):
    assert long_date(day) == shown


def test_draft_leaves_number_and_date_blank():
    draft = sample_document(number="", issued_on=None)
    assert draft.symbol_line.replace("\u00a0", "") == "Số: /BC-BCĐ"
    assert " ".join(draft.place_line.split()) == "Mẫu Sơn, ngày tháng năm"


@pytest.mark.parametrize(("number", "shown"), [("7", "07"), ("12", "12"), ("570", "570")])
def test_number_under_ten_takes_a_zero(number, shown):
    assert sample_document(number=number).symbol_line == f"Số: {shown}/BC-BCĐ"


def test_annexes_are_numbered_only_when_several(sample):
    assert sample.annex_label(1) == "Phụ lục II"
    alone = replace(sample, annexes=(Annex("A", ()),))
    assert alone.annex_label(0) == "Phụ lục"
    assert [roman(number) for number in (4, 9, 14)] == ["IV", "IX", "XIV"]


def test_annex_names_the_document_it_belongs_to(sample):
    assert sample.annex_line == (
        "(Kèm theo Báo cáo số 07/BC-BCĐ ngày 05 tháng 7 năm 2023 của Ban Chỉ đạo các Chương trình "
        "mục tiêu quốc gia tỉnh Mẫu)"
    )


def test_signature_puts_the_authority_before_the_first_title():
    assert Signature(("TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"), mode="KT.").lines == (
        "KT. TRƯỞNG BAN",
        "PHÓ TRƯỞNG BAN",
    )
    assert Signature(("TRƯỞNG BAN",)).lines == ("TRƯỞNG BAN",)


def test_recipients_end_with_semicolons_and_one_full_stop():
    document = sample_document(recipients=("Như trên;", "Lưu: VT."))
    assert document.recipient_lines() == ("- Như trên;", "- Lưu: VT.")


def test_header_cells_of_nested_groups():
    inner = ColumnGroup("G2", (Column("c"), Column("d")))
    columns = (Column("a"), ColumnGroup("G1", (Column("b"), inner)))
    assert [column.label for column in leaf_columns(columns)] == ["a", "b", "c", "d"]
    assert header_cells(columns) == [
        HeaderCell("a", 0, 0, rows=3),
        HeaderCell("G1", 0, 1, columns=3),
        HeaderCell("b", 1, 1, rows=2),
        HeaderCell("G2", 1, 2, columns=2),
        HeaderCell("c", 2, 2),
        HeaderCell("d", 2, 3),
    ]


def test_row_of_wrong_length_is_refused():
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        Table((Column("a"), Column("b")), (Row(("x",)),))
    assert Table((Column("a"), Column("b")), (Row(("x",), RowKind.SECTION),))


def test_missing_figure_is_a_dash_and_missing_text_is_empty():
    assert cell_text(None, Column("a", Kind.NUMBER)) == "–"
    assert cell_text(None, Column("a")) == ""
    assert cell_text(0, Column("a", Kind.NUMBER)) == "0"


def test_default_layout_is_within_the_decree():
    assert Layout("CƠ QUAN").problems() == []


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"margin_left": 29.9}, "Lề trái"),
        ({"margin_right": 20.1}, "Lề phải"),
        ({"body_size": 12}, "nội dung"),
    ],
)
def test_layout_outside_the_decree_is_named(change, label):
    found = Layout("CƠ QUAN", **change).problems()
    assert len(found) == 1
    assert label in found[0]
