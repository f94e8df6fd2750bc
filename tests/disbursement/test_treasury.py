"""What the Treasury says beside our books: held, matched, explained, posted, and taken back."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from core.transitions import InvalidTransition
from disbursement.closing import close_year
from disbursement.models import (
    VINTAGE,
    GapNote,
    GapReason,
    Payment,
    PaymentKind,
    ProjectAlias,
    TreasuryLine,
)
from disbursement.payments import record_payment
from disbursement.treasury.gaps import GapState, by_project, gap_at, open_gaps, totals_of
from disbursement.treasury.matching import match_line, unmatch_line
from disbursement.treasury.movements import movements
from disbursement.treasury.settling import explain_gap, post_line, take_back
from jobs.imports import undo_batch
from tests.disbursement.conftest import MILLION, allot, pay, vintage, workbook

HEAD = [
    "Mã dự án",
    "Nguồn vốn",
    "Tính chất",
    "Năm gốc",
    "Thời điểm giao",
    "Tạm ứng lũy kế",
    "Thanh toán KLHT lũy kế",
]
MAY, JUNE, JULY = "2023-05-31", "2023-06-30", "2023-07-31"
END = date(2023, 12, 31)
KEY = ("central", "investment", 2023, "start", "domestic")


def row(volume, code="P", advance=0):
    return [code, "NSTW", "ĐTPT", 2023, "Đầu năm", advance, volume]


@pytest.fixture
def project(make_project):
    project = make_project("P")
    allot(project, 100)
    return project


@pytest.fixture
def extract(run_import, project):
    def run(as_of, *rows):
        content = workbook([*rows], HEAD)
        return run_import("disbursements", content, {"as_of": as_of, "year": 2023})

    return run


@pytest.fixture
def reading(read_import, project):
    def read(as_of, *rows):
        return read_import("disbursements", workbook([*rows], HEAD), {"as_of": as_of, "year": 2023})

    return read


def gap(project, day=END):
    return gap_at(project, 2023, KEY, day)


def line(day=JUNE, **given):
    return TreasuryLine.objects.filter(as_of=day, **given).latest("pk")


def post(project, user=None, difference=None):
    found = gap(project)
    seen = found.difference if difference is None else difference
    return post_line(
        TreasuryLine.objects.get(pk=found.line), difference=seen, reason="theo Kho bạc", user=user
    )


def type_voucher(project, amount, on, voucher):
    return record_payment(
        project,
        kind=PaymentKind.VOLUME,
        amount=amount * MILLION,
        paid_on=on,
        user=None,
        voucher=voucher,
        funding="domestic",
        **vintage(),
    )


# Every line is kept as it was said


def test_each_line_of_each_file_is_kept_as_it_was_said(extract):
    extract(JUNE, row(20, advance=30), row(7, "LẠ"))
    kept = TreasuryLine.objects.order_by("number")
    assert [(x.code, x.advance, x.volume, x.cumulative, x.match) for x in kept] == [
        ("P", 30 * MILLION, 20 * MILLION, 50 * MILLION, "code"),
        ("LẠ", 0, 7 * MILLION, 7 * MILLION, ""),
    ]
    assert Payment.objects.total() == 50 * MILLION


def test_an_advance_turned_into_volume_changes_the_columns_and_not_the_sum(extract, project):
    extract(MAY, row(0, advance=30))
    extract(JUNE, row(20, advance=10))
    found = gap(project)
    assert (found.advance, found.volume, found.booked) == (10 * MILLION, 20 * MILLION, 30 * MILLION)
    assert found.state == GapState.AGREED


def test_a_line_with_vouchers_is_not_adjusted_in_silence(extract, project):
    pay(project, 20, on=date(2023, 6, 10))
    batch = extract(JUNE, row(25))
    assert batch.counts["held"] == 1 and batch.counts["created"] == 0
    assert Payment.objects.total() == 20 * MILLION
    found = gap(project)
    assert (found.difference, found.state) == (-5 * MILLION, GapState.UNEXPLAINED)


def test_without_vouchers_the_same_line_is_posted(extract, project):
    """Control for the test above."""
    extract(JUNE, row(25))
    assert gap(project).state == GapState.AGREED and Payment.objects.total() == 25 * MILLION


@pytest.mark.parametrize(
    ("day", "difference"),
    [(date(2023, 6, 29), 0), (date(2023, 6, 30), 0), (date(2023, 7, 1), -20)],
)
def test_our_figure_is_that_of_the_extract_s_own_day(extract, project, day, difference):
    """The day before and the day itself count, the day after does not."""
    pay(project, 20, on=day)
    extract(JUNE, row(20))
    assert gap(project).difference == difference * MILLION


def test_a_voucher_after_the_extract_is_no_difference(extract, project):
    extract(JUNE, row(20))
    type_voucher(project, 5, date(2023, 7, 1), "CT-1")
    assert gap(project).state == GapState.AGREED


def test_a_missing_voucher_closes_the_difference_and_says_so(extract, project):
    type_voucher(project, 20, date(2023, 6, 10), "CT-1")
    extract(JUNE, row(25))
    type_voucher(project, 5, date(2023, 6, 30), "CT-2")
    assert gap(project).state == GapState.AGREED
    moves = movements(project, 2023)[KEY]
    assert [(move.difference, move.opens, move.closes) for move in moves] == [
        (None, False, False),
        (-5 * MILLION, True, False),
        (0, False, True),
    ]
    assert "CT-2" in moves[-1].detail


def test_a_later_extract_that_came_first_keeps_the_last_word(extract, project):
    extract(JULY, row(40))
    extract(JUNE, row(10))
    assert gap(project).reported == 40 * MILLION and gap(project).difference == 0
    june = gap(project, date(2023, 7, 30))
    assert (june.reported, june.booked) == (10 * MILLION, 10 * MILLION)


def test_of_two_files_of_one_day_the_last_one_holds(extract, project):
    pay(project, 1, on=date(2023, 6, 1))
    extract(JUNE, row(25))
    extract(JUNE, row(27))
    assert gap(project).reported == 27 * MILLION
    undo_batch(TreasuryLine.objects.latest("pk").batch, None)
    assert gap(project).reported == 25 * MILLION


# What the reader says


def words(found, severity="warning"):
    return [i.message for i in found.issues if i.severity == severity]


def test_an_older_extract_is_named(extract, reading):
    extract(JULY, row(40))
    assert ["31/07/2023" in text for text in words(reading(JUNE, row(10)))] == [True]
    assert words(reading("2023-08-31", row(40))) == []


def test_the_same_day_again_with_other_figures_is_named(extract, reading):
    extract(JUNE, row(40))
    assert any("cùng ngày chốt" in text for text in words(reading(JUNE, row(41))))
    assert words(reading(JUNE, row(40))) == []


def test_a_lower_figure_is_named(extract, reading):
    extract(JUNE, row(40))
    assert any("thấp hơn" in text for text in words(reading(JULY, row(39))))
    assert words(reading(JULY, row(40))) == []


@pytest.mark.parametrize(("volume", "is_said"), [(39, False), (40_000, True)])
def test_a_thousand_times_too_much_is_named(extract, reading, volume, is_said):
    extract(JUNE, row(38))
    said = words(reading(JULY, row(volume)))
    assert any("đơn vị tính" in text for text in said) == is_said


def test_a_thousand_times_too_little_is_named(extract, reading):
    extract(JUNE, row(38))
    assert any("đơn vị tính" in text for text in words(reading(JULY, row("0,038"))))


@pytest.mark.parametrize("bad", ["-1", "NaN", "chưa có", "1e5"])
def test_what_is_no_amount_is_an_error_at_its_cell(reading, bad):
    found = reading(JUNE, row(bad))
    assert [(i.severity, i.cell) for i in found.issues] == [("error", "G3")]


def test_twice_in_a_file_is_an_error(reading):
    assert "Trùng dòng 3" in words(reading(JUNE, row(1), row(2)), "error")[0]


def test_twice_under_two_names_is_found_too(extract, reading, project, people):
    extract(MAY, row(1, "KB-1"))
    match_line(line(MAY), project, people.treasury)
    assert "Trùng dòng 3" in words(reading(JUNE, row(1), row(1, "KB-1")), "error")[0]


def test_a_code_of_another_province_is_an_error(reading, make_project, units):
    other = type(units.province).objects.create(
        code="X", name="Tỉnh Khác", kind="province", valid_from=date(2021, 1, 1)
    )
    make_project("NGOAI", unit=other)
    found = reading(JUNE, row(1, "NGOAI"))
    assert [(i.severity, i.cell) for i in found.issues] == [("error", "A3")]


def test_a_closed_year_takes_no_figure(reading, project, people):
    close_year(project.unit, 2023, reason="Đã quyết toán", user=people.standing)
    assert "đã khóa" in words(reading(JUNE, row(1)), "error")[0]
    close_year(project.unit, 2022, reason="x", user=people.standing)
    assert len(words(reading(JUNE, row(1)), "error")) == 1


# A person matches


@pytest.fixture
def stranger(extract, project):
    """A line of a code that we do not know, in May and in June."""
    extract(MAY, row(10, "KB-1"))
    extract(JUNE, row(15, "KB-1"))
    return line(MAY)


def test_a_match_posts_each_day_and_is_remembered(stranger, extract, project, people):
    assert match_line(stranger, project, people.treasury) == 2
    assert Payment.objects.as_of(date(2023, 5, 31)).total() == 10 * MILLION
    assert Payment.objects.total() == 15 * MILLION
    assert [x.match for x in TreasuryLine.objects.order_by("as_of")] == ["person", "remembered"]
    extract(JULY, row(18, "KB-1"))
    assert line(JULY).match == "remembered" and Payment.objects.total() == 18 * MILLION


def test_a_match_after_a_later_figure_leaves_that_figure(extract, project, people):
    extract(MAY, row(10, "KB-1"))
    extract(JUNE, row(15))
    match_line(line(MAY), project, people.treasury)
    assert Payment.objects.as_of(date(2023, 5, 31)).total() == 10 * MILLION
    assert Payment.objects.total() == 15 * MILLION and gap(project).difference == 0


def test_a_matched_line_with_vouchers_waits_for_a_person(stranger, project, people):
    pay(project, 3, on=date(2023, 5, 1))
    match_line(stranger, project, people.treasury)
    assert Payment.objects.total() == 3 * MILLION
    assert gap(project).difference == -12 * MILLION


def test_of_two_officers_one_wins(stranger, project, make_project, people):
    other = make_project("Q")
    match_line(stranger, project, people.treasury)
    with pytest.raises(InvalidTransition, match="vừa được ghép"):
        match_line(stranger, other, people.treasury)
    assert set(TreasuryLine.objects.values_list("project", flat=True)) == {project.pk}
    unmatch_line(TreasuryLine.objects.get(pk=stranger.pk), people.treasury)
    assert match_line(stranger, other, people.treasury) == 2


def test_one_file_has_one_figure_for_one_money(extract, project, people):
    extract(JUNE, row(10), row(4, "KB-1"))
    with pytest.raises(InvalidTransition, match="cùng nguồn"):
        match_line(line(code="KB-1"), project, people.treasury)
    assert Payment.objects.total() == 10 * MILLION


def test_a_match_is_undone_while_nothing_hangs_on_it(stranger, project, people):
    match_line(stranger, project, people.treasury)
    assert unmatch_line(TreasuryLine.objects.get(pk=stranger.pk), people.treasury) == 2
    assert Payment.objects.total() == 0
    assert not ProjectAlias.objects.exists()
    assert not TreasuryLine.objects.matched().exists()
    with pytest.raises(InvalidTransition, match="không còn"):
        unmatch_line(TreasuryLine.objects.get(pk=stranger.pk), people.treasury)


def test_a_match_with_a_post_on_it_stays(stranger, project, people):
    pay(project, 3, on=date(2023, 5, 1))
    match_line(stranger, project, people.treasury)
    posted = post(project, people.standing)
    held = TreasuryLine.objects.get(pk=stranger.pk)
    with pytest.raises(InvalidTransition, match="bút toán ghi theo Kho bạc"):
        unmatch_line(held, people.treasury)
    take_back(posted, reason="nhầm", user=people.standing)
    assert unmatch_line(held, people.treasury) == 2


def test_a_match_with_a_reason_on_it_stays(stranger, project, people):
    pay(project, 3, on=date(2023, 5, 1))
    match_line(stranger, project, people.treasury)
    explain(project, people.standing)
    with pytest.raises(InvalidTransition, match="giải trình ngày"):
        unmatch_line(TreasuryLine.objects.get(pk=stranger.pk), people.treasury)


def test_our_own_code_is_not_unmatched(extract, project, people):
    extract(JUNE, row(10))
    with pytest.raises(InvalidTransition):
        unmatch_line(line(), people.treasury)
    assert Payment.objects.total() == 10 * MILLION


# A person decides about a difference


def explain(project, user, difference=None, reason=GapReason.TIMING):
    found = gap(project)
    seen = found.difference if difference is None else difference
    return explain_gap(project, 2023, KEY, END, difference=seen, reason=reason, text="", user=user)


@pytest.fixture
def differing(extract, project):
    pay(project, 20, on=date(2023, 6, 10))
    extract(JUNE, row(25))
    return project


def test_posting_takes_over_the_treasury_s_figure(differing, people):
    posted = post(differing, people.standing)
    assert (posted.amount, posted.paid_on) == (5 * MILLION, date(2023, 6, 30))
    assert posted.treasury_line == line() and posted.note == "theo Kho bạc"
    assert gap(differing).state == GapState.AGREED
    with pytest.raises(InvalidTransition, match="30/06/2023 đã gồm"):
        type_voucher(differing, 1, date(2023, 6, 30), "CT-9")


def test_of_two_posts_one_wins(differing, people):
    seen = gap(differing).difference
    post(differing, people.standing, seen)
    with pytest.raises(InvalidTransition, match="đã khớp"):
        post(differing, people.standing2, seen)
    assert Payment.objects.total() == 25 * MILLION


def test_what_was_seen_must_still_be_so(differing, people):
    seen = gap(differing).difference
    type_voucher(differing, 2, date(2023, 6, 20), "CT-2")
    for act in (post, explain):
        with pytest.raises(InvalidTransition, match="đã thay đổi"):
            act(differing, people.standing, seen)
    assert post(differing, people.standing).amount == 3 * MILLION


def test_a_post_is_taken_back_and_the_difference_stands_again(differing, people):
    posted = post(differing, people.standing)
    take_back(posted, reason="nhầm", user=people.standing)
    assert gap(differing).difference == -5 * MILLION
    with pytest.raises(InvalidTransition, match="đã được đảo"):
        take_back(posted, reason="nhầm", user=people.standing)
    assert post(differing, people.standing).amount == 5 * MILLION


def test_only_the_newest_figure_can_be_posted(differing, extract, people):
    old = line()
    extract(JULY, row(26))
    with pytest.raises(InvalidTransition, match="số mới hơn"):
        post_line(old, difference=-5 * MILLION, reason="x", user=people.standing)


def test_a_posted_figure_above_the_plan_is_marked(extract, project, people):
    pay(project, 20, on=date(2023, 6, 10))
    extract(JUNE, row(101))
    assert post(project, people.standing).is_over_plan


def test_a_closed_year_takes_no_post(differing, people):
    close_year(differing.unit, 2023, reason="Đã quyết toán", user=people.standing)
    with pytest.raises(InvalidTransition, match="đã khóa"):
        post(differing, people.standing)
    assert Payment.objects.total() == 20 * MILLION


def test_a_reason_stands_for_one_difference_only(differing, people):
    explain(differing, people.standing)
    assert gap(differing).state == GapState.EXPLAINED
    type_voucher(differing, 1, date(2023, 6, 11), "CT-3")
    assert gap(differing).state == GapState.STALE
    explain(differing, people.standing)
    assert gap(differing).state == GapState.EXPLAINED and GapNote.objects.count() == 2


def test_what_agrees_needs_no_reason(extract, project, people):
    extract(JUNE, row(25))
    with pytest.raises(InvalidTransition, match="đã khớp"):
        explain(project, people.standing)


def test_each_side_alone_has_its_own_state(extract, project, make_project):
    other, third = make_project("Q"), make_project("R")
    pay(other, 4, on=date(2023, 6, 30))
    pay(third, 4, on=date(2023, 7, 1))
    extract(JUNE, row(0))
    states = {g.project: g.state for g in open_gaps(2023, END)}
    assert states == {project.pk: GapState.AGREED, other.pk: GapState.ONLY_BOOKS}


def test_the_treasury_alone(extract, project, people):
    """A figure whose post was undone by hand stands alone."""
    extract(JUNE, row(25, "KB-1"))
    TreasuryLine.objects.update(project=project, match="person")
    assert gap(project).state == GapState.ONLY_TREASURY


def test_undo_of_an_import_waits_for_posts_on_it(differing, people):
    batch = line().batch
    posted = post(differing, people.standing)
    with pytest.raises(InvalidTransition, match="P"):
        undo_batch(batch, None)
    take_back(posted, reason="nhầm", user=people.standing)
    batch.refresh_from_db()
    undo_batch(batch, None)
    assert gap(differing).line is None and Payment.objects.total() == 20 * MILLION


def test_a_post_that_a_later_file_was_compared_with_stays(differing, people, extract):
    """Nothing is compared with a line that has vouchers, so it can go; a snapshot's cannot."""
    posted = post(differing, people.standing)
    extract(JULY, row(30))
    assert gap(differing).difference == -5 * MILLION
    take_back(posted, reason="nhầm", user=people.standing)
    assert gap(differing).difference == -10 * MILLION


# Totals


def test_totals_have_named_parts_that_add_up(extract, project, make_project, people):
    other = make_project("Q")
    allot(other, 100)
    pay(project, 20, on=date(2023, 6, 10))
    pay(other, 4, on=date(2023, 6, 1))
    extract(JUNE, row(25), row(7, "LẠ"))
    gaps = open_gaps(2023, END)
    totals = totals_of(gaps, waiting=7 * MILLION)
    assert (totals.said, totals.booked, totals.unreported) == (
        32 * MILLION,
        20 * MILLION,
        4 * MILLION,
    )
    parts = sum(amount for _, amount in totals.parts.values())
    assert totals.difference == parts - totals.waiting == -8 * MILLION


def test_vintages_that_set_each_other_off_are_still_different(extract, project, people):
    allot(project, 50, origin_year=2022)
    pay(project, 20, on=date(2023, 6, 10))
    pay(project, 5, on=date(2023, 6, 10), origin_year=2022)
    carried = row(10)
    carried[3] = 2022
    extract(JUNE, row(15), carried)
    [group] = by_project(open_gaps(2023, END))
    assert group.difference == 0 and group.size == 10 * MILLION
    assert group.state == GapState.UNEXPLAINED


def test_every_axis_of_the_vintage_is_compared():
    assert len(KEY) == len(VINTAGE)


def test_extracts_of_before_the_lines_were_kept_get_theirs(extract, project):
    """The migration: what the payments say the Treasury reported, as it was said."""
    extract(JULY, row(40))
    extract(JUNE, row(10, advance=5))
    kept = list(TreasuryLine.objects.order_by("as_of").values_list("as_of", "advance", "volume"))
    Payment._base_manager.update(treasury_line=None)
    TreasuryLine.objects.all().delete()
    import_module("disbursement.migrations.0007_lines_of_old_extracts").fill(apps, None)
    made = TreasuryLine.objects.order_by("as_of")
    assert list(made.values_list("as_of", "advance", "volume")) == kept
    assert gap(project).state == GapState.AGREED
    assert Payment.objects.filter(treasury_line=None).count() == 1
