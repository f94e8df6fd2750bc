"""Typing on the ledger in the browser: boxes, before and after, once; and who may do it."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from disbursement.closing import close_year
from disbursement.models import (
    ConstructionArrears,
    Contract,
    CounterpartRule,
    EntryKind,
    LedgerEntry,
    MediumTermEntry,
    Movement,
    Payment,
    Project,
    ProjectKind,
    YearClosing,
)
from organizations.models import LegalDocument
from tests.disbursement.conftest import MILLION, allot, assign, pay

CONFIRM = {"xac_nhan": "1"}


@pytest.fixture
def project(make_project):
    project = make_project("P")
    allot(project, 100)
    return project


def entry_boxes(**given):
    return {
        "kind": "supplement",
        "plan_year": "2023",
        "source": "central",
        "nature": "investment",
        "origin_year": "",
        "moment": "",
        "funding": "domestic",
        "amount": "1.250,5",
        "decision_number": "15/QĐ-UBND",
        "decision_on": "01/03/2023",
        "effective_on": "05/03/2023",
        "reason": "",
    } | given


def page(name, **query):
    return f"{reverse(f'disbursement:{name}')}?{urlencode(query)}"


def hidden(html):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def test_an_entry_is_shown_before_it_is_written(project, people, client_of):
    client, url = client_of(people.standing), page("entry_create", du_an=project.pk)
    shown = client.post(url, entry_boxes())
    html = shown.content.decode()
    assert shown.status_code == 200 and "1.250.500.000" in html and "<b>1.250,5</b>" in html
    assert project.entries.count() == 1 and not LegalDocument.objects.exists()
    boxes = hidden(html)
    done = client.post(url, {**boxes, **CONFIRM})
    assert done.status_code == 302
    row = project.entries.get(kind=EntryKind.SUPPLEMENT)
    assert (row.amount, row.moment) == (1_250_500_000, "later")
    assert str(row.decision) == "15/QĐ-UBND ngày 01/03/2023" and row.recorded_by == people.standing
    again = client.post(url, {**boxes, **CONFIRM})
    assert again.status_code == 302 and project.entries.count() == 2


def test_back_to_the_boxes_keeps_what_was_typed(project, people, client_of):
    client, url = client_of(people.standing), page("entry_create", du_an=project.pk)
    answer = client.post(url, entry_boxes(sua="1"))
    assert answer.status_code == 200 and 'value="1.250,5"' in answer.content.decode()
    assert project.entries.count() == 1


def test_a_known_decision_needs_no_day(project, people, client_of):
    known = LegalDocument.objects.create(
        number="15/QĐ-UBND", kind="decision", issuer="x", issued_on=date(2023, 3, 1), abstract="x"
    )
    client, url = client_of(people.standing), page("entry_create", du_an=project.pk)
    client.post(url, entry_boxes(decision_on="", **CONFIRM))
    assert project.entries.get(kind=EntryKind.SUPPLEMENT).decision == known
    unknown = client.post(url, entry_boxes(decision_number="99/QĐ", decision_on=""))
    assert unknown.status_code == 422 and "Chưa có văn bản số 99/QĐ" in unknown.content.decode()


@pytest.mark.parametrize(
    ("box", "value", "message"),
    [
        ("amount", "0", "amount"),
        ("amount", "1,2.3", "amount"),
        ("effective_on", "04/07/2023", "chưa đến"),
        ("effective_on", "31/10/2022", "chỉ ghi từ 01/11/2022"),
        ("decision_number", "", "decision_number"),
        ("kind", "cut", "Cắt giảm phải nói"),
    ],
)
def test_a_fault_stands_at_its_box(project, people, client_of, box, value, message):
    client, url = client_of(people.standing), page("entry_create", du_an=project.pk)
    answer = client.post(url, entry_boxes(**{box: value}) | CONFIRM)
    assert answer.status_code == 422 and message in answer.content.decode()
    assert project.entries.count() == 1


def test_a_question_is_answered_before_the_act(project, people, client_of):
    Project.objects.filter(pk=project.pk).update(kind=ProjectKind.ACTIVITY)
    client, url = client_of(people.standing), page("entry_create", du_an=project.pk)
    asked = client.post(url, entry_boxes(**CONFIRM))
    assert asked.status_code == 422 and "Hãy kiểm tra rồi đánh dấu" in asked.content.decode()
    assert project.entries.count() == 1
    client.post(url, entry_boxes(da_kiem_tra="1", **CONFIRM))
    assert project.entries.count() == 2


def test_of_two_officers_the_second_sees_both_figures(project, people, client_of):
    url = page("entry_create", du_an=project.pk)
    first, second = client_of(people.standing), client_of(people.standing2)
    cut = entry_boxes(kind="cut", moment="start", amount="60")
    mine, theirs = (hidden(c.post(url, cut).content.decode()) for c in (first, second))
    assert first.post(url, {**mine, **CONFIRM}).status_code == 302
    late = second.post(url, {**theirs, "amount": "30", **CONFIRM})
    html = late.content.decode()
    assert late.status_code == 409
    assert "lúc xem 100 triệu đồng, nay 40 triệu đồng" in html
    assert project.entries.total() == 40 * MILLION
    assert second.post(url, {**hidden(html), **CONFIRM}).status_code == 302
    assert project.entries.total() == 10 * MILLION


def test_a_unit_is_assigned_money(units, catalogue, people, client_of):
    client, url = client_of(people.standing), page("entry_create", don_vi=units.district_a.pk)
    boxes = entry_boxes(component=catalogue.ntm.pk, kind="allotment", **CONFIRM)
    assert client.post(url, boxes).status_code == 302
    row = LedgerEntry.objects.get()
    assert (row.project, row.unit, row.moment) == (None, units.district_a, "start")


def test_a_transfer_by_code(project, make_project, people, client_of, units):
    target = make_project("Q", unit=units.commune_b1)
    client, url = client_of(people.standing), page("transfer", du_an=project.pk)
    boxes = {
        "line": "2023/central/investment/2023/start/domestic",
        "target": "Q",
        "amount": "40",
        "decision_number": "20/QĐ-UBND",
        "decision_on": "01/06/2023",
        "effective_on": "05/06/2023",
        "reason": "Chậm mặt bằng",
    }
    assert "còn 100 triệu đồng" in client.get(url).content.decode()
    assert client.post(url, boxes | CONFIRM).status_code == 302
    assert target.entries.total() == 40 * MILLION
    movement = Movement.objects.get()
    shown = client.get(reverse("disbursement:movement", args=[movement.pk])).content.decode()
    assert "Công trình Q" in shown and "Đảo cả lần điều chỉnh" in shown
    client.post(reverse("disbursement:movement", args=[movement.pk]), {"reason": "Sai", **CONFIRM})
    assert target.entries.total() == 0 and project.entries.total() == 100 * MILLION


def test_carry_over_and_recovery(project, people, client_of, settings, units):
    settings.PORTAL_TODAY = date(2024, 4, 1)
    boxes = {
        "line": "2023/central/investment/2023/start/domestic",
        "amount": "40",
        "decision_number": "20/QĐ-UBND",
        "decision_on": "01/03/2024",
        "effective_on": "05/03/2024",
        "reason": "",
    }
    client = client_of(people.standing)
    client.post(page("carry_over", du_an=project.pk), boxes | CONFIRM)
    client.post(page("recover", du_an=project.pk), boxes | {"effective_on": "31/01/2024"} | CONFIRM)
    assert project.entries.filter(plan_year=2023).total() == 20 * MILLION
    assert project.entries.filter(plan_year=2024).total() == 40 * MILLION
    assert LedgerEntry.objects.get(kind=EntryKind.RECOVERED).unit == units.province


def test_corrections_and_reversals(project, people, client_of):
    row, paid = project.entries.get(), pay(project, 10)
    client = client_of(people.standing)
    url = reverse("disbursement:entry_correct", args=[row.pk])
    boxes = {
        "amount": "90", "source": "central", "nature": "investment", "origin_year": "2023",
        "moment": "start", "funding": "domestic", "effective_on": "10/01/2023",
        "decision_number": "", "reason": "Gõ nhầm",
    }  # fmt: skip
    assert 'value="100"' in client.get(url).content.decode()
    assert client.post(url, boxes | CONFIRM).status_code == 302
    assert project.entries.total() == 90 * MILLION
    treasurer = client_of(people.treasury)
    url = reverse("disbursement:payment_reverse", args=[paid.pk])
    boxes = {
        "amount": "", "kind": "volume", "paid_on": "10/05/2023", "voucher": "CT1",
        "reason": "Trùng",
    }  # fmt: skip
    assert treasurer.post(url, boxes | CONFIRM).status_code == 302
    assert project.payments.total() == 0


def test_who_may_not_write_is_refused(project, people, client_of, make_project, units):
    other = make_project("B", unit=units.commune_b1)
    row = project.entries.get()
    for name in ("entry_create", "transfer", "carry_over", "recover"):
        url = page(name, du_an=project.pk)
        assert client_of(people.standing).get(url).status_code == 200
        for person in (people.officer_a, people.treasury, people.owner, people.auditor):
            assert client_of(person).post(url, entry_boxes(**CONFIRM)).status_code == 403
    correct = reverse("disbursement:entry_correct", args=[row.pk])
    assert client_of(people.treasury).get(correct).status_code == 403
    reverse_page = reverse("disbursement:payment_reverse", args=[pay(project, 1).pk])
    assert client_of(people.officer_a).get(reverse_page).status_code == 403
    assert client_of(people.standing).get(page("entry_create", du_an=10**9)).status_code == 404
    assert other.entries.count() == 0 and project.entries.count() == 1


def test_years_are_closed_and_opened_on_a_page(people, client_of, units, project):
    client, url = client_of(people.standing), reverse("disbursement:year_closing")
    assert client.post(url, {"plan_year": "2023", "reason": "Xong"}).status_code == 302
    closing = YearClosing.objects.get()
    assert closing.unit == units.province and closing.closed_by == people.standing
    entry = client.post(page("entry_create", du_an=project.pk), entry_boxes(**CONFIRM))
    assert entry.status_code == 422 and "đã khóa" in entry.content.decode()
    reader = client_of(people.officer_a)
    assert "Đang khóa" in reader.get(url).content.decode()
    assert reader.post(url, {"plan_year": "2022", "reason": "x"}).status_code == 403
    again = reverse("disbursement:year_reopen", args=[closing.pk])
    assert client.post(again, {"reason": ""}).status_code == 422
    assert client.post(again, {"reason": "Sót"}).status_code == 302
    closing.refresh_from_db()
    assert closing.reopened_reason == "Sót" and closing.reopened_by == people.standing
    assert (
        client.post(page("entry_create", du_an=project.pk), entry_boxes(**CONFIRM)).status_code
        == 302
    )


def test_arrears_are_stated_again_and_the_newest_counts(project, people, client_of):
    client, url = client_of(people.officer_a), reverse("disbursement:arrears", args=[project.pk])
    client.post(url, {"amount": "12,5", "as_of": "30/06/2023", "note": ""})
    client.post(url, {"amount": "3", "as_of": "01/07/2023", "note": "Đã trả bớt"})
    assert client.post(url, {"amount": "1", "as_of": "04/07/2023"}).status_code == 422
    assert [row.amount for row in ConstructionArrears.objects.order_by("pk")] == [
        12_500_000,
        3_000_000,
    ]
    listed = client.get(reverse("disbursement:arrears_list")).content.decode()
    assert "cộng <b>3</b> triệu đồng" in listed
    assert client_of(people.officer_b).post(url, {"amount": "1"}).status_code == 404
    assert client_of(people.auditor).post(url, {"amount": "1"}).status_code == 403


def test_contracts(project, people, client_of):
    client, url = client_of(people.standing), reverse("disbursement:contract", args=[project.pk])
    boxes = {
        "number": "01/HĐ", "contractor": "Công ty Thử", "signed_on": "01/02/2023",
        "due_on": "31/12/2023", "amount": "900",
    }  # fmt: skip
    assert client.post(url, boxes).status_code == 302
    assert client.post(url, boxes).status_code == 422
    assert client.post(url, boxes | {"number": "2", "due_on": "01/01/2023"}).status_code == 422
    made = Contract.objects.get()
    edit = reverse("disbursement:contract_edit", args=[made.pk])
    assert client.post(edit, boxes | {"amount": "950"}).status_code == 302
    made.refresh_from_db()
    assert made.amount == 950 * MILLION
    assert client_of(people.auditor).get(edit).status_code == 403


def test_the_keys_of_a_project(project, people, client_of):
    client = client_of(people.standing)
    url = reverse("disbursement:project_edit", args=[project.pk])
    boxes = {
        "name": "Đường liên xã", "budget_unit_code": "1234567", "total_investment": "5000",
        "paid_before": "300", "paid_before_year": "2022",
    }  # fmt: skip
    assert client.post(url, boxes | {"paid_before_year": ""}).status_code == 422
    assert client.post(url, boxes | {"settled_amount": "5001"}).status_code == 422
    assert client.post(url, boxes).status_code == 302
    project.refresh_from_db()
    assert (project.budget_unit_code, project.paid_before) == ("1234567", 300 * MILLION)
    assert client_of(people.officer_a).get(url).status_code == 403


def test_the_medium_term_plan(project, people, client_of, units, catalogue):
    client, url = client_of(people.standing), reverse("disbursement:medium_term")
    boxes = {
        "unit": units.province.pk, "program": catalogue.ntm.program_id, "project_code": "",
        "source": "central", "nature": "", "first_year": "2021", "last_year": "2025",
        "change": "more", "amount": "150", "decision_number": "1/NQ-HĐND",
        "decision_on": "01/01/2022", "effective_on": "01/01/2022", "reason": "",
    }  # fmt: skip
    assert client.post(url, boxes).status_code == 302
    html = client.get(url).content.decode()
    assert "Kế hoạch 2021–2025" in html and ">50<" in html
    low = client.post(url, boxes | {"change": "less", "amount": "51"})
    assert low.status_code == 422 and "đã giao 100 triệu đồng" in low.content.decode()
    assert client.post(url, boxes | {"change": "less", "amount": "50"}).status_code == 302
    assert [row.amount for row in MediumTermEntry.objects.order_by("pk")] == [
        150 * MILLION,
        -50 * MILLION,
    ]
    entry = client.post(page("entry_create", du_an=project.pk), entry_boxes(amount="1"))
    assert entry.status_code == 422 and "Kế hoạch trung hạn" in entry.content.decode()
    assert client_of(people.officer_a).post(url, boxes).status_code == 403


def test_counterpart_money(project, people, client_of, catalogue):
    allot(project, 8, source="province")
    client, url = client_of(people.standing), reverse("disbursement:counterpart")
    boxes = {"program": catalogue.ntm.program_id, "plan_year": "2023", "share": "12,5"}
    assert client.post(url, boxes).status_code == 302
    assert CounterpartRule.objects.get().required_share == 1250
    html = client.get(url).content.decode()
    assert "8,00" in html and ">13<" in html and ">5<" in html
    assert client.post(url, boxes | {"share": "12,555"}).status_code == 422
    assert client.post(url, boxes | {"share": "10"}).status_code == 302
    assert CounterpartRule.objects.get().required_share == 1000
    assert client_of(people.officer_a).post(url, boxes).status_code == 403


def test_assigned_money_of_units_is_transferred(units, catalogue, people, client_of):
    assign(units.district_a, catalogue.ntm, 50)
    client, url = client_of(people.standing), page("transfer", don_vi=units.district_a.pk)
    boxes = {
        "line": f"2023/central/investment/2023/start/domestic/{catalogue.ntm.pk}",
        "target_unit": units.district_b.pk, "amount": "20", "decision_number": "3/QĐ",
        "decision_on": "01/02/2023", "effective_on": "05/02/2023", "reason": "",
    }  # fmt: skip
    assert client.post(url, boxes | CONFIRM).status_code == 302
    assert LedgerEntry.objects.filter(unit=units.district_b).total() == 20 * MILLION


def test_where_nobody_said_a_code_leads_on(project, people, client_of):
    client = client_of(people.standing)
    assert client.get(page("entry_create")).status_code == 200
    assert client.get(page("entry_create", ma="P"))["Location"].endswith(f"du_an={project.pk}")
    assert client.get(page("entry_create", ma="KHÔNG")).status_code == 404


def test_a_payment_in_a_closed_year_is_told_on_its_form(project, people, client_of, units):
    close_year(units.province, 2023, reason="Xong", user=people.standing)
    url = reverse("disbursement:payment_create", args=[project.pk])
    answer = client_of(people.treasury).post(
        url,
        {
            "vintage": "central/investment/2023/start/domestic",
            "kind": "volume",
            "amount": "1",
            "paid_on": "01/06/2023",
            "voucher": "CT",
        },
    )
    assert answer.status_code == 422 and "đã khóa" in answer.content.decode()
    assert not Payment.objects.exists()


def test_the_way_to_every_page_of_the_books(project, people, client_of, units):
    overview = reverse("disbursement:overview")
    frames = ("medium_term", "counterpart", "arrears_list", "year_closing")
    for person, acts in ((people.standing, 4), (people.officer_a, 0)):
        html = client_of(person).get(overview).content.decode()
        assert all(f'href="{reverse(f"disbursement:{name}")}"' in html for name in frames)
        names = ("entry_create", "transfer", "carry_over", "recover")
        shown = [name for name in names if f'"{reverse(f"disbursement:{name}")}"' in html]
        assert len(shown) == acts
    form = client_of(people.standing).get(page("transfer", du_an=project.pk)).content.decode()
    assert page("carry_over", du_an=project.pk) in form
    unit = client_of(people.standing).get(page("transfer", don_vi=units.district_a.pk))
    assert "Chuyển nguồn sang năm sau" not in unit.content.decode()
