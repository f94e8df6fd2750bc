"""Tables of any sender: columns by meaning, units by what is written, the rest asked."""

from decimal import Decimal

import pytest

from core.account_unit import example, guess_unit, unit_in
from core.columns import CODE, MONEY, TEXT, Column
from core.sheets import Book, Sheet
from core.tables import ColumnsAsked, open_table

MILLION = 1_000_000


def columns(unit):
    return [
        Column("code", "Mã dự án", CODE, required=True),
        Column("name", "Tên công trình", TEXT),
        Column("amount", "Số tiền", MONEY, required=True, unit=unit, aliases=("KH vốn",)),
        Column("total", "Tổng mức đầu tư", MONEY, unit=unit),
    ]


def book(*rows):
    return Book([Sheet("Biểu", rows=[list(row) for row in rows])])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Đơn vị tính: triệu đồng", MILLION),
        ("ĐVT: Đồng", 1),
        ("Đơn vị: (1.000 đồng)", None),
        ("(nghìn đồng)", 1000),
        ("Số tiền (tỷ đồng)", 1_000_000_000),
        ("Hội đồng nhân dân", None),
        ("Hoạt động", None),
        (None, None),
    ],
)
def test_a_unit_is_read_where_it_is_written_and_nowhere_else(text, unit):
    assert unit_in(text) == unit


def test_the_title_of_a_column_counts_before_the_line_above():
    table = open_table(
        book(
            ["Đơn vị tính: triệu đồng"],
            ["Mã dự án", "Số tiền", "Tổng mức đầu tư (tỷ đồng)"],
            ["A", 5, 2],
        ),
        columns,
    )
    assert [c.factor for c in table.columns[2:]] == [MILLION, 1_000_000_000]
    assert table.known_by == {"amount": "above", "total": "title"}


def test_a_unit_nobody_wrote_is_asked_with_a_guess():
    with pytest.raises(ColumnsAsked, match="Số tiền") as asked:
        open_table(book(["Mã dự án", "Số tiền"], ["A", 1250]), columns)
    amount = asked.value.question["columns"][2]
    assert (amount["unit"], amount["guess"], amount["sample"]) == (None, MILLION, "1250")


def test_odd_headers_are_guessed_by_words_and_values():
    rows = [["STT", "Mã số DA", "Nội dung", "KH vốn năm 2023"]]
    rows += [[n, f"GX{n}", f"Đường {n}", 1000 + n] for n in (1, 2, 3)]
    with pytest.raises(ColumnsAsked) as asked:
        open_table(book(["DANH MỤC"], *rows), columns)
    places = {c["name"]: c["place"] for c in asked.value.question["columns"]}
    assert places["code"] == 1 and places["amount"] == 3
    assert asked.value.question["header"] == 1


def test_what_was_confirmed_is_used_and_remembered_by_the_words_of_the_header():
    rows = ["Ký hiệu", "Giao"], ["A", 7]
    first = book(*rows)
    with pytest.raises(ColumnsAsked) as asked:
        open_table(first, columns)
    question = asked.value.question
    said = {"places": {"code": 0, "amount": 1}, "units": {"amount": 1000}}
    again = book(["DANH MỤC KHÁC"], *rows)
    again.remembered = {question["signature"]: said}
    table = open_table(again, columns)
    [(row, faults)] = table.rows()
    assert (row["code"], row["amount"], faults) == ("A", 7000, [])
    assert row.cell("amount") == "B3" and row.cell("total") == ""
    other = book(["Ký hiệu", "Giao năm nay"], ["A", 7])
    other.remembered = again.remembered
    with pytest.raises(ColumnsAsked):
        open_table(other, columns)


def test_the_size_of_figures_only_proposes():
    assert guess_unit([1_250_000_000, 900_000_000]) == 1
    assert guess_unit([1_250_000]) == 1000
    assert guess_unit([1250, Decimal("80.5")]) == MILLION
    assert guess_unit([Decimal("1.25")]) == 1_000_000_000
    assert example(1250, MILLION) == "1.250 → 1.250 triệu đồng = 1.250.000.000 đồng"
