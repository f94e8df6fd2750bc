"""One appendix in three kinds of file; headings of any depth; numbers that restart or run on."""

from collections import Counter

import pytest

from assignments.appendix import read_appendix
from assignments.labels import Outline, split_label
from assignments.models import short_path
from core.sheets import Book, Sheet, read_book

from .conftest import DATA

B1, B3 = ["I", "I.2", "b)", "b.1"], ["I", "I.2", "b)", "b.3"]
HEAD = ["TT", "Nội dung", "Cơ quan chủ trì", "Thời hạn"]


def tasks_of(name):
    return read_appendix(read_book(DATA / name, name.rsplit(".", 1)[-1])).tasks


def read_rows(*rows):
    return read_appendix(Book([Sheet("S", rows=[HEAD, *map(list, rows)])]))


@pytest.mark.parametrize("name", ["appendix.tsv", "appendix.docx", "appendix.xlsx"])
def test_every_kind_of_file_gives_the_same_29_tasks(name):
    tasks = tasks_of(name)
    counts = Counter(tuple(task.section) for task in tasks)
    assert counts == {
        ("I", "I.1"): 4,
        ("I", "I.2", "a)"): 8,
        ("I", "I.2", "b)", "b.1"): 7,
        ("I", "I.2", "b)", "b.2"): 1,
        ("I", "I.2", "b)", "b.3"): 2,
        ("II",): 3,
        ("III",): 4,
    }
    assert [t.number for t in tasks if t.section == B1] == [str(n) for n in range(1, 8)]
    assert [t.number for t in tasks if t.section == B3] == ["9", "10"]
    assert tasks == tasks_of("appendix.tsv") or name != "appendix.tsv"
    assert [t.title for t in tasks] == [t.title for t in tasks_of("appendix.tsv")]
    assert [t.deadline_text for t in tasks] == [t.deadline_text for t in tasks_of("appendix.tsv")]


def test_markup_of_a_heading_is_not_part_of_its_title():
    assert tasks_of("appendix.tsv")[12].headings[-1] == (
        "Chương trình MTQG xây dựng nông thôn mới và Chương trình OCOP"
    )


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("I", "I", ""),
        ("I.2.", "I.2", ""),
        ("a)", "a)", ""),
        ("b.1", "b.1", ""),
        ("II. Tuyên truyền", "II", "Tuyên truyền"),
        ("I.1 Văn bản", "I.1", "Văn bản"),
        ("I - Cơ chế", "I", "Cơ chế"),
        ("Sở Xây dựng", "", "Sở Xây dựng"),
        ("10", "10", ""),
        ("V ăn phòng", "", "V ăn phòng"),
    ],
)
def test_labels(text, label, words):
    assert split_label(text) == (label, words)


def test_c_after_b_is_a_letter_and_not_a_hundred():
    outline = Outline()
    for label in ("A", "I", "B", "I", "II", "C"):
        outline.enter(label, "")
    assert outline.section == ["C"]


def test_a_numbered_heading_holds_its_own_numbers():
    found = read_rows(
        ["1", "Nhóm một"],
        ["1.1", "Việc", "Sở Y tế", "Quý I/2023"],
        ["2", "Nhóm hai"],
        ["2.1", "Việc", "Sở Y tế", "Quý I/2023"],
    )
    assert [(t.section, t.number) for t in found.tasks] == [(["1"], "1.1"), (["2"], "2.1")]


def test_a_number_without_lead_or_date_is_still_a_task():
    found = read_rows(["1", "Việc một"], ["2", "Việc hai", "Sở Y tế", "Quý I/2023"])
    assert [t.number for t in found.tasks] == ["1", "2"]
    assert found.tasks[0].lead_text == ""


def test_the_same_number_twice_in_a_section_is_an_error_with_its_cell():
    found = read_rows(["1", "Một", "Sở Y tế"], ["1", "Hai", "Sở Y tế"])
    assert [(i.severity, i.cell) for i in found.issues] == [("error", "A3")]


def test_a_row_with_an_agency_but_no_number_is_an_error():
    found = read_rows(["1", "Một", "Sở Y tế"], [None, "Hai", "Sở Y tế"])
    assert [(i.severity, i.cell) for i in found.issues] == [("error", "A3")]


def test_a_file_without_such_a_table_says_so():
    found = read_appendix(Book([Sheet("S", rows=[["a", "b"], [1, 2]])]))
    assert found.tasks == [] and "Không tìm thấy bảng" in found.issues[0].message


def test_a_header_on_two_rows():
    rows = [
        ["TT", "Nội dung", "Phân công", None, "Thời hạn"],
        [None, None, "Chủ trì", "Phối hợp", None],
        [1, "Việc", "Sở Y tế", "Các sở", "Quý I/2023"],
    ]
    task = read_appendix(Book([Sheet("S", rows=rows)])).tasks[0]
    assert (task.number, task.lead_text, task.coordinating_text) == ("1", "Sở Y tế", "Các sở")


@pytest.mark.parametrize(
    ("section", "path"),
    [([], ""), (["II"], "II"), (["I", "I.2", "a)"], "I.2 a)"), (B1, "I.2 b.1")],
)
def test_a_path_leaves_out_what_the_next_label_repeats(section, path):
    assert short_path(section) == path


def test_an_appendix_of_an_old_font_is_read_as_unicode_and_says_so():
    rows = [
        ["TT", "Néi dung, nhiÖm vô", "C¬ quan chñ tr×", "Thêi gian hoµn thµnh"],
        ["1", "X©y dùng n«ng th«n míi", "Së N«ng nghiÖp", "30/6/2023"],
    ]
    found = read_appendix(Book([Sheet("Phô lôc", rows=rows)]))
    assert [(t.title, t.lead_text) for t in found.tasks] == [
        ("Xây dựng nông thôn mới", "Sở Nông nghiệp")
    ]
    assert [i.severity for i in found.issues] == ["warning"]
    assert "TCVN3" in found.issues[0].message
