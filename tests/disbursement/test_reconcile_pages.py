"""The reconciliation in the browser: both numbers, who may decide, prints, 20,000 lines."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from disbursement.models import GapNote, Payment, Project, TreasuryLine
from disbursement.treasury.gaps import open_gaps
from documents.content import OfficialDocument
from documents.docx import render_docx
from documents.models import IssuedDocument, LayoutProfile
from jobs.models import Batch, StoredFile
from tests.disbursement.conftest import MILLION, allot, pay, workbook

HEAD = ["Mã dự án", "Tên công trình", "Nguồn vốn", "Tính chất", "Tạm ứng lũy kế",
        "Thanh toán KLHT lũy kế"]  # fmt: skip
PAGE = "/von/doi-chieu/"
KEY = "central/investment/2023/start/domestic"


def row(code, volume, name=""):
    return [code, name, "NSTW", "ĐTPT", 0, volume]


@pytest.fixture
def project(make_project):
    project = make_project("P")
    allot(project, 100)
    pay(project, 20, on=date(2023, 6, 10))
    return project


@pytest.fixture
def other(make_project, units, catalogue):
    other = make_project("Q", unit=units.commune_b1, component=catalogue.gn)
    allot(other, 100)
    return other


@pytest.fixture
def said(run_import, project, other):
    rows = [row("P", 25), row("Q", 30), row("KB-9", 7, "Công trình P mới")]
    params = {"as_of": "2023-06-30", "year": 2023}
    run_import("disbursements", workbook(rows, HEAD), params)
    return {line.code: line for line in TreasuryLine.objects.all()}


def text(client, url):
    return client.get(url).content.decode()


def test_both_numbers_and_their_parts(said, people, client_of):
    page = client_of(people.standing).get(PAGE)
    totals = page.context["totals"]
    assert (totals.said, totals.booked, totals.difference) == (
        62 * MILLION,
        50 * MILLION,
        -12 * MILLION,
    )
    codes = [line["project"].code for line in page.context["page_obj"].object_list]
    assert codes == ["P", "Q"]


@pytest.mark.parametrize(
    "part",
    ["said", "held", "difference", "waiting", "unexplained", "agreed"],
)
def test_each_total_opens_rows_that_add_up(said, people, client_of, part):
    client = client_of(people.standing)
    page = client.get(PAGE)
    totals = page.context["totals"]
    expected = {
        "said": totals.said,
        "held": totals.booked + totals.unreported,
        "difference": totals.difference,
        "waiting": totals.waiting,
    }.get(part, totals.parts.get(part, (0, 0))[1])
    found = client.get(f"{PAGE}so-lieu/?nam=2023&so={part}").context["found"]
    assert sum(line.value for line in found.rows) == found.total == expected
    assert client.get(f"{PAGE}so-lieu/?nam=2023&so=khac").status_code == 404


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=cong+trinh+p", ["P"]),
        ("trang_thai=agreed", ["Q"]),
        ("ct=GN", ["Q"]),
        ("den=29/06/2023", ["P"]),
        ("q=khong-co", []),
    ],
)
def test_filters(said, people, client_of, query, codes):
    page = client_of(people.standing).get(f"{PAGE}?nam=2023&{query}")
    assert [line["project"].code for line in page.context["page_obj"].object_list] == codes


def test_filter_by_place(said, people, client_of, units):
    page = client_of(people.standing).get(f"{PAGE}?don_vi={units.district_b.pk}")
    assert [line["project"].code for line in page.context["page_obj"].object_list] == ["Q"]
    assert page.context["waiting_count"] == 0


def test_a_district_sees_its_own_and_decides_nothing(said, project, other, people, client_of):
    client = client_of(people.officer_a)
    page = client.get(PAGE)
    assert [line["project"].code for line in page.context["page_obj"].object_list] == ["P"]
    assert page.context["waiting_count"] == 0
    own, foreign = (
        reverse("disbursement:reconcile_project", args=[p.pk]) for p in (project, other)
    )
    assert (client.get(own).status_code, client.get(foreign).status_code) == (200, 404)
    body = {"difference": "-5000000", "reason": "x"}
    assert client.post(f"{PAGE}dong/{said['P'].pk}/ghi/", body).status_code == 404
    assert client.post(f"{own}giai-trinh/", explanation()).status_code == 403


def explanation(**given):
    return {
        "year": 2023,
        "vintage": KEY,
        "difference": -5 * MILLION,
        "reason": "timing",
        "text": "",
    } | given


def test_the_standing_agency_explains_and_the_treasury_may_not(said, project, people, client_of):
    url = reverse("disbursement:explain_gap", args=[project.pk])
    assert client_of(people.treasury).post(url, explanation()).status_code == 403
    client = client_of(people.standing)
    assert client.post(url, explanation(reason="other")).status_code == 422
    assert not GapNote.objects.exists()
    assert client.post(url, explanation()).status_code == 302
    assert "Chênh, đã giải trình" in text(client, PAGE)


@pytest.mark.parametrize("vintage", ["", "khong/co", "central/investment/1999/start/domestic"])
def test_words_for_money_that_is_gone_are_shown_again(said, project, people, client_of, vintage):
    url = reverse("disbursement:explain_gap", args=[project.pk])
    body = explanation(reason="", vintage=vintage, text="đã hỏi <Kho bạc>")
    reply = client_of(people.standing).post(url, body)
    assert reply.status_code == 422
    assert "đã hỏi &lt;Kho bạc&gt;" in reply.content.decode()
    assert not GapNote.objects.exists()


def test_the_standing_agency_posts_and_takes_back(said, project, people, client_of):
    url = reverse("disbursement:post_line", args=[said["P"].pk])
    body = {"difference": -5 * MILLION, "reason": "Theo sao kê"}
    assert client_of(people.treasury).post(url, body).status_code == 403
    client = client_of(people.standing)
    assert client.post(url, {"difference": -5 * MILLION}).status_code == 422
    client.post(url, body)
    posted = Payment.objects.get(treasury_line=said["P"])
    assert posted.amount == 5 * MILLION and posted.recorded_by == people.standing
    client.post(reverse("disbursement:take_back", args=[posted.pk]), {"reason": "Nhầm"})
    assert open_gaps(2023, date(2023, 7, 3), Project.objects.filter(pk=project.pk))[0].difference
    page = text(client, reverse("disbursement:reconcile_project", args=[project.pk]))
    assert "Khép chênh lệch" in page and "Phát sinh chênh lệch" in page


def test_the_treasury_matches_and_the_standing_agency_may_not(said, project, people, client_of):
    url = reverse("disbursement:match_line", args=[said["KB-9"].pk])
    page = client_of(people.treasury).get(url)
    assert page.context["candidates"][0].project == project
    found = client_of(people.treasury).get(f"{url}?q=cong trinh q").context["candidates"]
    assert [one.project.code for one in found] == ["Q"]
    body = {"project": page.context["candidates"][0].project.pk}
    assert client_of(people.standing).post(url, body).status_code == 403
    assert client_of(people.treasury).post(url, {"project": 987654}).status_code == 422
    assert client_of(people.treasury).post(url, {"project": found[0].project.pk}).status_code == 422
    assert not TreasuryLine.objects.get(code="KB-9").project_id


def test_a_match_in_the_browser_and_its_undo(said, make_project, people, client_of):
    third = make_project("R")
    url = reverse("disbursement:match_line", args=[said["KB-9"].pk])
    client = client_of(people.treasury)
    assert client.post(url, {"project": third.pk}).status_code == 302
    assert TreasuryLine.objects.get(code="KB-9").project == third
    client.post(reverse("disbursement:unmatch_line", args=[said["KB-9"].pk]))
    assert TreasuryLine.objects.get(code="KB-9").project is None
    assert "KB-9" in text(client, f"{PAGE}cho-ghep/")


def test_bulk_settles_what_is_as_it_was_seen(said, project, people, client_of):
    body = {"viec": "ghi", "nam": 2023, "reason": "Theo sao kê"}
    url = reverse("disbursement:reconcile_bulk")
    assert client_of(people.treasury).post(url, body).status_code == 403
    client = client_of(people.standing)
    client.post(url, body | {"chon": [f"{project.pk}:4000000"]})
    assert not Payment.objects.filter(treasury_line=said["P"]).exists()
    client.post(url, body | {"chon": [f"{project.pk}:5000000"]})
    assert Payment.objects.get(treasury_line=said["P"]).amount == 5 * MILLION


def test_bulk_explains(said, project, people, client_of):
    body = {"viec": "giai-trinh", "nam": 2023, "ly_do": "timing"}
    body |= {"chon": [f"{project.pk}:5000000"]}
    client_of(people.standing).post(reverse("disbursement:reconcile_bulk"), body)
    assert GapNote.objects.get().booked - GapNote.objects.get().reported == -5 * MILLION


def test_the_workbook_holds_both_numbers(said, people, client_of):
    reply = client_of(people.auditor).get(f"{PAGE}xuat/?nam=2023")
    sheet = load_workbook(io.BytesIO(reply.content)).active
    *rows, last = [r for r in sheet.iter_rows(min_row=4, values_only=True)]
    assert [(r[1], r[9], r[10], r[11]) for r in rows] == [
        ("P", 25 * MILLION, 20 * MILLION, -5 * MILLION),
        ("Q", 30 * MILLION, 30 * MILLION, 0),
        ("KB-9", 7 * MILLION, None, -7 * MILLION),
    ]
    assert last[9:12] == (62 * MILLION, 50 * MILLION, -12 * MILLION)


def test_the_minutes_are_issued_once(said, people, client_of, units):
    url = f"{reverse('disbursement:reconcile_minutes')}?nam=2023"
    client = client_of(people.standing)
    client.post(url, {"form_key": "khoa-so-0"})
    assert not IssuedDocument.objects.exists()
    LayoutProfile.objects.create(unit=units.province, agency_name="BAN CHỈ ĐẠO", place="Thử")
    assert client_of(people.treasury).post(url).status_code == 403
    for _ in range(2):
        client.post(url, {"form_key": "khoa-so-1"})
    document = IssuedDocument.objects.get()
    content = OfficialDocument.from_data(document.content)
    assert content.counterpart.lines[-1] == "KHO BẠC NHÀ NƯỚC"
    assert document.kind == "BB" and len(content.annexes[0].blocks[0].rows) == 2
    assert render_docx(content)[:2] == b"PK"


def many(units, project, count):
    """A province's extract, written past the importer: one line and one voucher for each work."""
    stored = StoredFile.objects.store("x.xlsx", b"x", unit=units.province)
    batch = Batch.objects.create(
        kind="disbursements",
        unit=units.province,
        file=stored,
        state="applied",
        applied_at=timezone.now(),
    )
    facts = {"kind": "works", "unit": project.unit, "component": project.component}
    works = Project.objects.bulk_create(
        Project(code=f"N{n}", name=f"Đường thôn {n}", **facts) for n in range(count)
    )
    money = {
        "source": "central",
        "nature": "investment",
        "origin_year": 2023,
        "moment": "start",
        "plan_year": 2023,
    }
    TreasuryLine.objects.bulk_create(
        TreasuryLine(
            batch=batch, unit=units.province, number=n, as_of=date(2023, 6, 30), code=work.code,
            project=work, match="code", cumulative=10, **money,
        )
        for n, work in enumerate(works)
    )  # fmt: skip
    Payment.objects.bulk_create(
        Payment(project=work, kind="volume", amount=10 - (n % 3), paid_on=date(2023, 6, 1), **money)
        for n, work in enumerate(works)
    )


def test_the_page_takes_as_many_queries_for_many_lines(said, project, people, client_of, units):
    client, counts = client_of(people.standing), []
    for count in (0, 3_000):
        many(units, project, count)
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
