"""Pages: what is shown to whom, typed entry, exports, and how many queries they cost."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disbursement.models import EntryKind, LedgerEntry, Payment, Project
from jobs import runner
from jobs.models import Batch, Job, StoredFile
from organizations.closure import rebuild_closure
from organizations.models import UnitKind
from tests.conftest import make_unit
from tests.disbursement.conftest import MILLION, allot, assign, pay, workbook
from tests.disbursement.test_capital_import import HEAD as CAPITAL_HEAD
from tests.disbursement.test_capital_import import row as capital_row

OVERVIEW = reverse("disbursement:overview")
OF_2023 = "central/investment/2023/start/domestic"


@pytest.fixture
def money(make_project, units, zero_rule):
    mine = make_project("A-01", units.commune_a1)
    other = make_project("B-01", units.commune_b1)
    allot(mine, 100)
    allot(other, 200)
    pay(other, 50)
    return mine, other


def text(response):
    return " ".join(response.content.decode().split())


def test_province_sees_all_and_the_rate_with_its_denominator(money, people, client_of):
    page = text(client_of(people.head).get(OVERVIEW))
    assert "Huyện An" in page and "Huyện Bình" in page
    assert "16,67 %" in page
    assert "Mẫu số: kế hoạch năm 2023, kể cả vốn kéo dài." in page


def test_district_sees_its_own_money_only(money, people, client_of):
    page = text(client_of(people.officer_a).get(OVERVIEW))
    assert "Xã An Một" in page
    assert "Bình" not in page


@pytest.mark.parametrize("name", ["unit", "project"])
def test_stranger_gets_404(money, people, client_of, units, name):
    pk = {"unit": units.commune_a1.pk, "project": money[0].pk}[name]
    url = reverse(f"disbursement:{name}", args=[pk])
    assert client_of(people.officer_a).get(url).status_code == 200
    assert client_of(people.officer_b).get(url).status_code == 404


def test_denominator_stays_in_the_address_on_the_way_down(money, people, client_of, units):
    page = text(client_of(people.head).get(OVERVIEW, {"mau_so": "year_plan"}))
    url = reverse("disbursement:unit", args=[units.district_a.pk])
    assert f"{url}?mau_so=year_plan" in page


def test_a_misspelt_filter_is_not_an_error_of_the_server(money, people, client_of):
    assert client_of(people.head).get(OVERVIEW, {"nam": "x", "mau_so": "?"}).status_code == 200


def test_empty_province_shows_what_is_missing(units, people, client_of):
    page = text(client_of(people.head).get(OVERVIEW))
    assert "Chưa có kế hoạch vốn nào" in page


def queries(client, url):
    client.get(url)  # The first page of a session also writes the session.
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["overview", "zero_review", "calendar"])
def test_query_count_does_not_grow(money, people, client_of, units, make_project, name):
    url, client = reverse(f"disbursement:{name}"), client_of(people.head)
    before = queries(client, url)
    for number in range(6):
        district = make_unit(f"D{number}", f"Huyện {number}", UnitKind.DISTRICT, units.province)
        commune = make_unit(f"C{number}", f"Xã {number}", UnitKind.COMMUNE, district)
        allot(make_project(f"X-{number}", commune), 10)
    rebuild_closure()
    assert queries(client, url) == before


def test_reason_is_written_by_the_unit_and_by_nobody_else(money, people, client_of):
    url = reverse("disbursement:project", args=[money[0].pk])
    data = {"difficulty": "Chưa giao được mặt bằng"}
    assert client_of(people.auditor).post(url, data).status_code == 403
    assert client_of(people.officer_b).post(url, data).status_code == 404
    assert client_of(people.officer_a).post(url, data).status_code == 302
    assert Project.objects.get(pk=money[0].pk).difficulty == "Chưa giao được mặt bằng"


def test_typed_payment_above_the_plan_keeps_what_was_typed(money, people, client_of):
    url = reverse("disbursement:payment_create", args=[money[0].pk])
    data = {
        "vintage": OF_2023,
        "kind": "volume",
        "amount": "100,5",
        "paid_on": "01/6/2023",
        "voucher": "CT-7",
    }
    client = client_of(people.treasury)
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "Giải ngân lũy kế 100,5 triệu đồng vượt kế hoạch 100 triệu đồng" in text(refused)
    assert 'value="CT-7"' in text(refused)
    assert client.post(url, data | {"amount": "99,5"}).status_code == 302
    assert Payment.objects.get(voucher="CT-7").amount == 99_500_000
    assert client_of(people.auditor).get(url).status_code == 403


def test_project_is_added_by_who_may_edit(money, people, client_of, units, catalogue):
    url = reverse("disbursement:project_create")
    data = {
        "code": "N-1",
        "name": "Cầu mới",
        "kind": "works",
        "unit": units.commune_a2.pk,
        "component": catalogue.ntm.pk,
    }
    assert client_of(people.officer_a).post(url, data).status_code == 403
    assert client_of(people.standing).post(url, data).status_code == 302
    again = client_of(people.standing).post(url, data)
    assert again.status_code == 422 and "đã dùng cho công trình khác" in text(again)


def test_review_groups_by_district_and_exports(money, people, client_of):
    client = client_of(people.head)
    page = text(client.get(reverse("disbursement:zero_review")))
    assert "Huyện An: 1 mục, 100 triệu đồng" in page and "Chưa nêu lý do" in page
    answer = client.get(reverse("disbursement:zero_export"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[4]][2:8] == [
        "Xã An Một",
        "A-01",
        "Công trình A-01",
        100 * MILLION,
        0,
        100 * MILLION,
    ]
    other = text(client_of(people.officer_b).get(reverse("disbursement:zero_review")))
    assert "A-01" not in other


def test_project_shows_ledger_and_payments(money, people, client_of):
    page = text(client_of(people.head).get(reverse("disbursement:project", args=[money[1].pk])))
    assert "Giao vốn" in page and "10/05/2023" in page and "25,00 %" in page


@pytest.mark.parametrize(
    ("name", "may", "may_not"),
    [
        ("import_capital", "standing", "treasury"),
        ("import_disbursements", "treasury", "officer_a"),
    ],
)
def test_upload_pages_are_for_their_role(people, client_of, name, may, may_not):
    url = reverse(f"disbursement:{name}")
    assert client_of(getattr(people, may)).get(url).status_code == 200
    assert client_of(getattr(people, may_not)).get(url).status_code == 403


def test_payment_of_the_future_is_refused(money, people, client_of):
    url = reverse("disbursement:payment_create", args=[money[0].pk])
    data = {
        "vintage": OF_2023,
        "kind": "volume",
        "amount": "1",
        "voucher": "X",
        "paid_on": f"{date(2023, 7, 4):%d/%m/%Y}",
    }
    assert client_of(people.treasury).post(url, data).status_code == 422
    before = client_of(people.treasury).post(url, data | {"paid_on": "01/6/2013"})
    assert before.status_code == 422 and "Vốn năm 2023 chưa thể chi ngày này" in text(before)
    assert client_of(people.treasury).post(url, data | {"paid_on": "01/6/2023"}).status_code == 302


def test_money_allotted_while_the_form_is_open_does_not_shift_the_choice(money, people, client_of):
    url = reverse("disbursement:payment_create", args=[money[0].pk])
    client = client_of(people.treasury)
    chosen = client.get(url).context["form"].fields["vintage"].choices[0][0]
    allot(money[0], 30, origin_year=2022, kind=EntryKind.CARRY_IN)
    said = {"vintage": chosen, "kind": "volume", "amount": "10", "voucher": "V-1"}
    assert client.post(url, said | {"paid_on": "01/6/2023"}).status_code == 302
    assert Payment.objects.get(voucher="V-1").origin_year == 2023


def test_allotments_go_in_and_out_through_the_browser(people, client_of, units, catalogue):
    client = client_of(people.standing)
    upload = SimpleUploadedFile("von.xlsx", workbook([capital_row()], CAPITAL_HEAD))
    answer = client.post(reverse("disbursement:import_capital"), {"file": upload, "year": 2023})
    batch = Batch.objects.get()
    assert answer.url == reverse("jobs:batch", args=[batch.pk])
    runner.run(Job.objects.get(kind="read_batch").pk)
    page = text(client.get(answer.url))
    assert "Đường DA-01" in page and not LedgerEntry.objects.exists()
    client.post(reverse("jobs:apply", args=[batch.pk]))
    assert LedgerEntry.objects.total() == 100 * MILLION
    assert "Xã An Một" in text(client.get(reverse("disbursement:unit", args=[units.district_a.pk])))
    client.post(reverse("jobs:undo", args=[batch.pk]))
    assert LedgerEntry.objects.total() == 0


def test_a_chosen_file_is_kept_when_another_box_is_wrong(people, client_of, catalogue):
    client, url = client_of(people.standing), reverse("disbursement:import_capital")
    upload = SimpleUploadedFile("von.xlsx", workbook([capital_row()], CAPITAL_HEAD))
    answer = client.post(url, {"file": upload, "year": "hai nghìn"})
    assert answer.status_code == 422
    kept = StoredFile.objects.get()
    assert f'name="kept" value="{kept.pk}"' in text(answer)
    client.post(url, {"kept": kept.pk, "year": 2023})
    assert Batch.objects.get().file.sha256 == kept.sha256


def test_nobody_sends_the_kept_file_of_another(people, client_of, units):
    kept = StoredFile.objects.store("von.xlsx", b"x", user=people.standing, unit=units.province)
    answer = client_of(people.standing2).post(
        reverse("disbursement:import_capital"), {"kept": kept.pk, "year": 2023}
    )
    assert answer.status_code == 422
    assert not Batch.objects.exists()


@pytest.mark.parametrize(("given", "is_over"), [(99, True), (100, False)])
def test_more_on_projects_than_assigned_is_said_with_its_amount(
    client_of, people, units, money, given, is_over
):
    assign(units.district_a, money[0].component, given)
    page = text(client_of(people.officer_a).get(OVERVIEW, {"nam": "2023"}))
    assert ("vượt 1 triệu đồng, cần rà soát lại danh mục" in page) is is_over
    assert "Được cấp trên giao" in page
