"""Statements: opening, rows, closing; as known then and now; files; who sees what."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disbursement.models import EntryKind, LedgerEntry, Payment
from disbursement.rows import Where
from disbursement.statement_files import as_document, places_for, write_workbook
from disbursement.statement_jobs import build_statement
from disbursement.statements import Balance, Statement
from jobs import runner
from jobs.models import Job, JobState, StoredFile
from tests.disbursement.conftest import MILLION, allot, pay

DAY = date(2023, 7, 3)
ON_TIME = datetime(2023, 6, 15, 10, tzinfo=UTC)
MOMENT = datetime(2023, 6, 20, 10, tzinfo=UTC)
LATE = MOMENT + timedelta(seconds=1)


def known(row, moment):
    type(row)._base_manager.filter(pk=row.pk).update(recorded_at=moment)
    return row


@pytest.fixture
def works(make_project, units):
    """10/01: 100; 20/02: 40 carried in; paid 10 on 31/05, 5 on 01/06, 7 on 19/06 written late."""
    project = make_project("A-01", units.commune_a1)
    known(allot(project, 100), ON_TIME)
    carried = {"origin_year": 2022, "kind": EntryKind.CARRY_IN, "on": date(2023, 2, 20)}
    known(allot(project, 40, **carried), ON_TIME)
    pay(project, 10, on=date(2023, 5, 31), known=ON_TIME)
    pay(project, 5, on=date(2023, 6, 1), known=MOMENT)
    pay(project, 7, on=date(2023, 6, 19), known=LATE)
    return project


def statement(units, people, first=None, day=DAY, known_at=None, unit=None, user=None):
    where = Where(unit or units.province, 2023, day, known_at)
    return Statement(where, user or people.head, first)


def text(response):
    return " ".join(response.content.decode().split())


def balance(made):
    total = made.total
    return [
        None if value is None else value // MILLION
        for value in (total.before, total.capital_within, total.paid_within, total.after)
    ]


@pytest.mark.parametrize(
    ("first", "day", "expected"),
    [
        (None, DAY, [None, 140, 22, 118]),
        (date(2023, 6, 1), DAY, [130, None, 12, 118]),
        (date(2023, 6, 2), DAY, [125, None, 7, 118]),
        (date(2023, 5, 31), date(2023, 5, 31), [140, None, 10, 130]),
        (date(2023, 1, 11), date(2023, 2, 20), [100, 40, None, 140]),
        (date(2023, 1, 11), date(2023, 2, 19), [100, None, None, 100]),
        (None, date(2023, 1, 9), [None, None, None, None]),
    ],
)
def test_opening_and_what_came_and_went_make_the_closing(
    works, units, people, first, day, expected
):
    assert balance(statement(units, people, first, day)) == expected


def test_each_vintage_has_its_own_balance(works, units, people):
    made = statement(units, people, date(2023, 6, 1))
    found = {key[2]: value for key, value in made.balances.items()}
    assert found[2022] == Balance(40 * MILLION)
    assert found[2023].after == 78 * MILLION
    assert sum(made.balances.values(), Balance()) == made.total


def test_rows_are_those_of_the_period_and_add_up_to_it(works, units, people):
    made = statement(units, people, date(2023, 6, 1))
    rows = list(made)
    assert [row.day for row in rows] == [date(2023, 6, 1), date(2023, 6, 19)]
    assert sum(row.amount for row in rows if row.is_payment) == made.total.paid_within
    assert made.count == len(rows) == 2
    whole = statement(units, people)
    assert list(whole) == whole[0:99] and [row.day for row in whole[1:3]] == [
        date(2023, 2, 20),
        date(2023, 5, 31),
    ]


def test_what_was_known_at_a_moment_and_what_came_later(works, units, people):
    then = statement(units, people, known_at=MOMENT)
    assert balance(then) == [None, 140, 15, 125]
    (late,) = then.late(slice(0, 9))
    assert (late.amount, late.days_late) == (7 * MILLION, 1)
    assert then.late_count == 1
    assert then.now.total.paid - then.total.paid == late.amount
    assert balance(statement(units, people, known_at=LATE)) == [None, 140, 22, 118]
    assert statement(units, people, known_at=LATE).late_count == 0
    earlier = statement(units, people, known_at=MOMENT - timedelta(seconds=1))
    assert balance(earlier) == [None, 140, 10, 130] and earlier.late_count == 2


def test_a_late_row_of_a_later_day_is_no_difference(works, units, people):
    made = statement(units, people, day=date(2023, 6, 18), known_at=MOMENT)
    assert made.late_count == 0 and made.total == made.now.total


# Pages


def test_the_page_says_period_moment_and_difference(works, units, people, client_of):
    url = reverse("disbursement:statement", args=[units.district_a.pk])
    client = client_of(people.head)
    asked = {"tu": "01/6/2023", "den": "30/6/2023", "biet": "20/6/2023", "gio": "16:59"}
    page = text(client.get(url, asked))
    assert "Từ ngày 01/06/2023 đến ngày 30/06/2023" in page
    assert "Như đã biết lúc 16:59 20/06/2023" in page
    assert "2 dòng được ghi sau thời điểm đã chọn" in page and "ghi muộn 1 ngày" in page
    assert "Ghi sau thời điểm" not in text(client.get(url, {"tu": "01/6/2023"}))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"tu": "02/6/2023", "den": "01/6/2023"}, "Từ ngày không thể sau đến ngày"),
        ({"gio": "17:00"}, "Chưa có ngày của giờ này"),
        ({"biet": "01/6/2023", "gio": "25:00"}, "Hãy ghi giờ như 17:00"),
    ],
)
def test_what_cannot_be_asked_says_the_remedy(works, units, people, client_of, query, words):
    url = reverse("disbursement:statement", args=[units.province.pk])
    answer = client_of(people.head).get(url, query)
    assert answer.status_code == 200 and words in text(answer)


def test_whoever_may_not_read_the_unit_is_told_nothing(works, units, people, client_of):
    for name, pk in (("statement", units.commune_a1.pk), ("project_statement", works.pk)):
        url = reverse(f"disbursement:{name}", args=[pk])
        assert client_of(people.officer_a).get(url).status_code == 200
        assert client_of(people.officer_b).get(url).status_code == 404
        assert client_of(people.officer_b).post(url, {"dinh_dang": "xlsx"}).status_code == 404
    assert not Job.objects.filter(kind="build_statement").exists()


def test_the_address_without_a_place_leads_to_one_s_own(works, units, people, client_of):
    answer = client_of(people.officer_a).get(reverse("disbursement:statement_home"))
    assert answer.url == reverse("disbursement:statement", args=[units.district_a.pk])


def test_a_project_s_statement_holds_its_rows_alone(works, units, people, client_of, make_project):
    allot(make_project("A-02", units.commune_a1), 900)
    page = client_of(people.head).get(reverse("disbursement:project_statement", args=[works.pk]))
    assert page.context["statement"].total.capital == 140 * MILLION


def test_query_count_does_not_grow_with_rows(works, units, people, client_of):
    url = reverse("disbursement:statement", args=[units.province.pk])
    client = client_of(people.head)

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url, {"biet": "20/6/2023"}).status_code == 200
        return len(seen)

    pay(works, 1, on=date(2023, 6, 2))  # one row that was written later
    before = cost()
    for number in range(60):
        pay(works, 1, voucher=str(number), on=date(2023, 6, 2))
    assert cost() == before <= 45


# Files


def book_of(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def test_the_workbook_holds_every_row_with_where_it_came_from(works, units, people, client_of):
    pay(works, 1, on=date(2023, 6, 25), voucher="=1+1", recorded_by=people.treasury)
    url = reverse("disbursement:statement", args=[units.district_a.pk])
    answer = client_of(people.head).get(url, {"tep": "xlsx", "biet": "", "tu": "01/6/2023"})
    book = book_of(b"".join(answer.streaming_content))
    rows = list(book["Dòng"].iter_rows(min_row=5, values_only=True))
    assert [row[12] for row in rows] == [5 * MILLION, 7 * MILLION, MILLION]
    assert rows[-1][14] == "'=1+1" and rows[-1][16] == str(people.treasury)
    assert rows[0][3] == "A-01" and rows[0][18].startswith("17:00:00 20/06/2023")
    balances = list(book["Số dư"].iter_rows(min_row=5, values_only=True))
    assert balances[-1][0] == "Cộng" and balances[-1][8] == 117 * MILLION


def test_the_export_has_the_scope_of_the_page(works, units, people, client_of, make_project):
    other = make_project("B-01", units.commune_b1)
    allot(other, 30)
    url = reverse("disbursement:statement", args=[units.district_b.pk])
    answer = client_of(people.officer_b).get(url, {"tep": "xlsx"})
    rows = list(book_of(b"".join(answer.streaming_content))["Dòng"].iter_rows(min_row=5))
    assert [row[3].value for row in rows] == ["B-01"]


def ask(client, url, file_format):
    answer = client.post(url, {"dinh_dang": file_format})
    assert answer.status_code == 302
    return Job.objects.filter(kind="build_statement").latest("pk")


@pytest.mark.parametrize("file_format", ["xlsx", "docx", "pdf"])
def test_a_job_makes_the_file_once_and_keeps_it(works, units, people, client_of, file_format):
    url = reverse("disbursement:project_statement", args=[works.pk]) + "?tu=01%2F06%2F2023"
    client = client_of(people.head)
    job = ask(client, url, file_format)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    kept = StoredFile.objects.get(pk=job.result["file"])
    assert kept.sha256 == job.result["sha256"] and kept.unit is None
    file = reverse("disbursement:statement_file", args=[job.pk])
    assert file in text(client.get(url))
    assert b"".join(client.get(file).streaming_content) == kept.file.open().read()
    assert client_of(people.standing).get(file).status_code == 404


def test_the_file_says_what_was_known_when_it_was_asked_for(works, units, people, client_of):
    url = reverse("disbursement:statement", args=[units.district_a.pk])
    job = ask(client_of(people.head), url, "xlsx")
    known(pay(works, 50, on=date(2023, 6, 30)), timezone.now() + timedelta(hours=1))
    runner.run(job.pk)
    job.refresh_from_db()
    book = book_of(StoredFile.objects.get(pk=job.result["file"]).file.open().read())
    assert [row[0].value for row in book["Dòng"].iter_rows(min_row=5)] == [1, 2, 3, 4, 5]


def test_a_format_nobody_offers_is_not_there(works, units, people, client_of):
    url = reverse("disbursement:statement", args=[units.province.pk])
    assert client_of(people.head).post(url, {"dinh_dang": "exe"}).status_code == 404


def test_who_lost_the_place_no_longer_opens_the_file(works, units, people, client_of):
    url = reverse("disbursement:statement", args=[units.district_a.pk])
    client = client_of(people.officer_a)
    job = ask(client, url, "xlsx")
    runner.run(job.pk)
    file = reverse("disbursement:statement_file", args=[job.pk])
    assert client.get(file).status_code == 200
    job.refresh_from_db()
    Job.objects.filter(pk=job.pk).update(payload=job.payload | {"unit": units.district_b.pk})
    assert client.get(file).status_code == 404


def test_the_annexes_hold_balances_and_rows_in_millions(works, units, people):
    made = statement(units, people, date(2023, 6, 1), known_at=LATE)
    document = as_document(made, "Tỉnh Thử", DAY)
    balances, rows = (annex.blocks[0] for annex in document.annexes)
    assert all(annex.landscape for annex in document.annexes)
    assert balances.rows[-1].cells[-1] == 118 and rows.rows[-1].cells[6] == 12
    assert "như đã biết lúc 17:00 ngày 20/06/2023" in document.blocks[0].text


@pytest.mark.parametrize(("amount", "places"), [(-1_000_000, 0), (-1_500_000, 3), (-1, 6)])
def test_paper_shows_as_many_decimals_as_the_figures_need(works, units, people, amount, places):
    LedgerEntry.objects.create(
        project=works,
        unit=works.unit,
        component=works.component,
        kind=EntryKind.CUT,
        amount=amount,
        effective_on=date(2023, 6, 1),
        source="central",
        nature="investment",
        plan_year=2023,
        origin_year=2023,
        moment="start",
    )
    assert places_for(statement(units, people)) == places


def test_rows_beyond_what_is_printed_are_counted(works, units, people, monkeypatch):
    monkeypatch.setattr("disbursement.statement_files.PAPER_ROWS", 2)
    document = as_document(statement(units, people), "Tỉnh Thử", DAY)
    table = document.annexes[1].blocks[0]
    assert len(table.rows) == 3 and "Còn 3 dòng không in ở đây" in table.notes[-1]


def test_all_rows_stream_to_the_workbook(works, units, people):
    out = io.BytesIO()
    write_workbook(out, statement(units, people), "Tỉnh Thử")
    assert zipfile.is_zipfile(out) and Payment.objects.count() == 3
    assert book_of(out.getvalue())["Dòng"].max_row == 4 + 5


def test_the_job_is_registered():
    assert runner.HANDLERS["build_statement"] is build_statement


# Programs


def test_the_tree_and_the_statement_over_the_api(works, units, people, client_of):
    client = client_of(people.head)
    tree = client.get(f"/api/v1/units/{units.district_a.pk}/envelope/", {"plan_year": 2023}).json()
    assert tree["places"][0]["unit"] == "T-A" and tree["places"][0]["paid"] == 22 * MILLION
    then = {"plan_year": 2023, "known_at": MOMENT.isoformat(), "first": "2023-06-01"}
    told = client.get(f"/api/v1/units/{units.district_a.pk}/statement/", then).json()
    assert (told["count"], told["recorded_later"]) == (1, 1)
    assert [row["amount"] for row in told["rows"]] == [5 * MILLION]
    mine = client.get(f"/api/v1/projects/{works.pk}/statement/", {"plan_year": 2023}).json()
    assert mine["count"] == 5 and len(mine["balances"]) == 2


@pytest.mark.parametrize("name", ["units/{unit}/envelope", "units/{unit}/statement"])
def test_a_stranger_asks_the_api_in_vain(works, units, people, client_of, name):
    url = f"/api/v1/{name.format(unit=units.commune_a1.pk)}/?plan_year=2023"
    assert client_of(people.officer_a).get(url).status_code == 200
    assert client_of(people.officer_b).get(url).status_code == 404
