"""Who reads the whole province and writes for one district writes nothing for another."""

# ruff: noqa: F811 (fixtures of the reconciliation page are used here too)

import pytest
from django.urls import reverse

from disbursement.models import GapNote, LedgerEntry, MediumTermEntry, Payment
from organizations.models import Grant, Role
from tests.disbursement.conftest import MILLION, assign
from tests.disbursement.test_act_pages import CONFIRM, entry_boxes, hidden, page
from tests.disbursement.test_reconcile_pages import (  # noqa: F401
    explanation,
    other,
    project,
    said,
)

pytestmark = pytest.mark.django_db
# The works P stand in district A.
DISTRICTS = [("district_a", True), ("district_b", False)]


@pytest.fixture
def writer_of(people, units, client_of):
    def make(district):
        Grant.objects.create(
            post=people.auditor.held_posts.get().post,
            role=Role.STANDING,
            area_unit=getattr(units, district),
            valid_from="2021-01-01",
        )
        return client_of(people.auditor)

    return make


@pytest.mark.parametrize(("district", "may"), DISTRICTS)
def test_an_entry(project, writer_of, district, may):
    client, url = writer_of(district), page("entry_create", du_an=project.pk)
    before = LedgerEntry.objects.count()
    shown = client.post(url, entry_boxes())
    assert shown.status_code == (200 if may else 403)
    typed = hidden(shown.content.decode()) if may else entry_boxes()
    done = client.post(url, {**typed, **CONFIRM})
    assert done.status_code == (302 if may else 403)
    assert LedgerEntry.objects.count() == before + may


@pytest.mark.parametrize(("district", "may"), DISTRICTS)
def test_a_medium_term_plan(project, writer_of, units, catalogue, district, may):
    boxes = {
        "unit": units.commune_a1.pk,
        "program": catalogue.ntm.program_id,
        "project_code": "",
        "source": "central",
        "nature": "",
        "first_year": "2021",
        "last_year": "2025",
        "change": "more",
        "amount": "150",
        "decision_number": "1/NQ-HĐND",
        "decision_on": "01/01/2022",
        "effective_on": "01/01/2022",
        "reason": "",
    }
    answer = writer_of(district).post(reverse("disbursement:medium_term"), boxes)
    assert answer.status_code == (302 if may else 403)
    assert MediumTermEntry.objects.exists() is may


@pytest.mark.parametrize(("district", "may"), DISTRICTS)
def test_an_explanation_on_the_page_and_over_the_api(said, project, writer_of, district, may):
    client = writer_of(district)
    url = reverse("disbursement:explain_gap", args=[project.pk])
    assert client.post(url, explanation()).status_code == (302 if may else 403)
    assert GapNote.objects.exists() is may
    body = explanation(project="P")
    body["plan_year"] = body.pop("year")
    answer = client.post(reverse("api:gap-notes-explain"), body, content_type="application/json")
    assert answer.status_code == (201 if may else 403), answer.content.decode()


@pytest.mark.parametrize("act", ["ghi", "giai-trinh"])
@pytest.mark.parametrize(("district", "may"), DISTRICTS)
def test_many_differences_at_once(said, project, writer_of, district, may, act):
    body = {"viec": act, "nam": 2023, "ly_do": "timing", "reason": "Theo sao kê"}
    body |= {"chon": [f"{project.pk}:5000000"]}
    before = Payment.objects.count() + GapNote.objects.count()
    answer = writer_of(district).post(reverse("disbursement:reconcile_bulk"), body)
    assert answer.status_code == (302 if may else 403)
    assert Payment.objects.count() + GapNote.objects.count() == before + may


@pytest.mark.parametrize(("district", "may"), DISTRICTS)
def test_what_the_treasury_said_is_posted(said, writer_of, district, may):
    url = reverse("disbursement:post_line", args=[said["P"].pk])
    body = {"difference": -5 * MILLION, "reason": "Theo sao kê"}
    assert writer_of(district).post(url, body).status_code == (302 if may else 403)
    assert Payment.objects.filter(treasury_line=said["P"]).exists() is may


@pytest.mark.parametrize(("district", "may"), DISTRICTS)
def test_a_movement_over_the_api(
    project,
    make_project,
    units,
    catalogue,
    writer_of,
    district,
    may,
):
    target = make_project("P2")
    assign(units.district_a, catalogue.ntm, 500)
    body = {
        "project": "P",
        "target": target.code,
        "line": "2023/central/investment/2023/start/domestic",
        "amount": MILLION,
        "decision": "9/QĐ-UBND",
        "decided_on": "2023-05-02",
        "effective_on": "2023-05-03",
    }
    answer = writer_of(district).post(
        reverse("api:movements-transfer"), body, content_type="application/json"
    )
    assert answer.status_code == (201 if may else 403), answer.content.decode()
