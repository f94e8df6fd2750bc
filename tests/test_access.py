"""Rows of others: on every address with a number or code, a stranger is told nothing.

The answer for somebody else's row is the answer for a row that does not exist.
"""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.models import Alert
from assignments.models import Assignment, AssignmentUpdate
from disbursement.models import (
    Contract,
    LedgerEntry,
    Movement,
    Payment,
    Project,
    TreasuryLine,
    YearClosing,
)
from documents.models import IssuedDocument, LayoutProfile, LetterTemplate
from jobs.models import Batch, Job, StoredFile
from notices.models import Delivery, Notice
from organizations.models import LegalDocument, SteeringCommittee, Unit, User
from programs.models import WorkPlan
from reporting.models import Consolidated, Obligation, Round
from targets.models import Target
from tests.api.rows import MONEY, one_of_each
from tests.routes import routes

# Address -> whose row its number names.
ROWS = {
    "alerts:detail": Alert,
    "assignments:correct": Batch,
    "assignments:detail": Assignment,
    "assignments:plan": WorkPlan,
    "assignments:evidence": Assignment,
    "assignments:progress": Assignment,
    "assignments:publish": WorkPlan,
    "disbursement:chart": Unit,
    "disbursement:statement": Unit,
    "disbursement:project_statement": Project,
    "disbursement:statement_file": Job,
    "disbursement:payment_create": Project,
    "disbursement:arrears": Project,
    "disbursement:contract": Project,
    "disbursement:contract_edit": Contract,
    "disbursement:entry_correct": LedgerEntry,
    "disbursement:explain_gap": Project,
    "disbursement:movement": Movement,
    "disbursement:payment_reverse": Payment,
    "disbursement:project_edit": Project,
    "disbursement:year_reopen": YearClosing,
    "disbursement:match_line": TreasuryLine,
    "disbursement:post_line": TreasuryLine,
    "disbursement:reconcile_project": Project,
    "disbursement:take_back": Payment,
    "disbursement:unmatch_line": TreasuryLine,
    "disbursement:project": Project,
    "disbursement:unit": Unit,
    "disbursement:rows": Unit,
    "documents:compose": LetterTemplate,
    "documents:detail": IssuedDocument,
    "documents:download": IssuedDocument,
    "documents:files": IssuedDocument,
    "documents:number": IssuedDocument,
    "documents:profile": LayoutProfile,
    "documents:signature": LayoutProfile,
    "documents:signature_new": LayoutProfile,
    "documents:template": LetterTemplate,
    "jobs:answer": Batch,
    "jobs:apply": Batch,
    "jobs:batch": Batch,
    "jobs:copy": Batch,
    "jobs:layout": Batch,
    "jobs:file": StoredFile,
    "jobs:undo": Batch,
    "notices:detail": Notice,
    "notices:read": Notice,
    "notices:retry": Delivery,
    "organizations:detail": Unit,
    "reporting:approve": Consolidated,
    "reporting:autosave": Obligation,
    "reporting:consolidated": Consolidated,
    "reporting:edit_text": Consolidated,
    "reporting:fill": Obligation,
    "reporting:rebuild": Consolidated,
    "reporting:receipt": Obligation,
    "reporting:review": Obligation,
    "reporting:rows": Consolidated,
    "reporting:sources": Consolidated,
    "targets:detail": Target,
    "targets:edit": Target,
    "targets:entry": Target,
}
# Not a row of any unit.
SHARED = {
    "dashboards:chart": "biểu đồ trên trang Tổng quan của chính người hỏi",
    "dashboards:rows": "nguồn của số liệu trên trang Tổng quan của chính người hỏi",
    "disbursement:template": "biểu mẫu trống",
    "programs:detail": "danh mục chung",
    "reporting:round": "kỳ báo cáo chung của tỉnh, chỉ liệt kê đơn vị trong phạm vi",
}
# Pages that the district may at least open.
OWN = {
    "alerts:detail",
    "assignments:detail",
    "disbursement:project",
    "disbursement:project_statement",
    "disbursement:statement",
    "disbursement:statement_file",
    "disbursement:unit",
    "jobs:batch",
    "jobs:file",
    "organizations:detail",
    "reporting:fill",
    "targets:detail",
}
OTHER_ARGUMENTS = {
    "update": 1,
    "file_format": "pdf",
    "block": 1,
    "key": "tasks-total",
    "name": "dia-ban",
}
# A click on a notice that is not mine leads back to mine, whatever its number; nothing is marked.
QUIET = {"notices:read"}
REFUSED = (403, 404)
NO_NUMBER, NO_CODE = 987_654, "KHONG-CO"


def kept_statement(units, people):
    asked = {"unit": units.commune_a1.pk, "project": None, "format": "xlsx"}
    kept = StoredFile.objects.store("b.xlsx", b"y", user=people.officer_a)
    return Job.objects.create(
        kind="build_statement",
        payload=asked,
        created_by=people.officer_a,
        state="done",
        result={"file": kept.pk},
    )


def frame_of_money(home, day):
    project = Project.objects.get()
    decision = LegalDocument.objects.create(number="9/QĐ", kind="decision", issuer="x")
    Movement.objects.create(kind="transfer", unit=home, decision=decision, effective_on=day)
    Contract.objects.create(
        project=project, number="1", contractor="x", signed_on=day, amount=1_000_000
    )
    YearClosing.objects.create(unit=home, plan_year=2021, reason="x")


@pytest.fixture
def rows(units, people):
    """One row of each kind in district A, with which officer B has nothing to do."""
    one_of_each(units, 1)
    home, day = units.district_a, date(2023, 6, 30)
    WorkPlan.objects.update(issuer=home)
    stored = StoredFile.objects.store("a.xlsx", b"x", unit=home)
    batch = Batch.objects.create(kind="capital", unit=home, file=stored, params={"year": 2023})
    TreasuryLine.objects.create(
        batch=batch, unit=home, number=1, as_of=day, code="KB", cumulative=1, **MONEY
    )
    frame_of_money(home, day)
    AssignmentUpdate.objects.create(
        assignment=Assignment.objects.get(), percent=10, on=day, evidence=stored
    )
    IssuedDocument.objects.create(
        kind="BC", title="Báo cáo", unit=home, subject="x:1", content={}, template_version="1"
    )
    Notice.objects.create(key="x", unit=home, kind="urge", subject="Đôn đốc")
    LayoutProfile.objects.create(unit=home, agency_name="BAN CHỈ ĐẠO", place="An")
    LetterTemplate.objects.create(unit=home, name="Mẫu", abstract="x", body="y")
    Delivery.objects.create(
        key="x", channel="mail", user=people.officer_a, address="a@example.test", subject="x",
        next_try_at=timezone.now(),
    )  # fmt: skip
    committee = SteeringCommittee.objects.create(
        unit=home, name="Ban Chỉ đạo huyện An", standing_agency=home, valid_from=day
    )
    Consolidated.objects.create(round=Round.objects.get(), committee=committee)
    own = {Unit: units.commune_a1, StoredFile: stored}
    return own | {Job: kept_statement(units, people)}


def arguments_of(name):
    return next(route.arguments for route in routes() if route.name == name)


def address(name, pk, code):
    given = {"pk": pk, "code": code, **OTHER_ARGUMENTS}
    return reverse(name, kwargs={key: given[key] for key in arguments_of(name)})


def status(client, url):
    """Of the page, or of the step where there is no page to look at."""
    answer = client.get(url)
    return client.post(url).status_code if answer.status_code == 405 else answer.status_code


def own(name, rows):
    row = rows.get(ROWS[name]) or ROWS[name].objects.get()
    return address(name, row.pk, getattr(row, "code", NO_CODE))


def test_every_address_of_a_row_is_in_the_table():
    rooms = ("admin:", "api:")
    found = {r.name for r in routes() if r.arguments and r.name and not r.name.startswith(rooms)}
    assert found == set(ROWS) | set(SHARED)


@pytest.mark.parametrize("name", ROWS)
def test_a_stranger_is_told_nothing(rows, people, client_of, name):
    client = client_of(people.officer_b)
    answer = status(client, own(name, rows))
    assert answer in REFUSED or name in QUIET
    assert answer == status(client, address(name, NO_NUMBER, NO_CODE))


def test_a_stranger_marks_nothing_as_read(rows, people, client_of):
    status(client_of(people.officer_b), own("notices:read", rows))
    assert Notice.objects.get().read_at is None
    status(client_of(people.officer_a), own("notices:read", rows))
    assert Notice.objects.get().read_at


@pytest.mark.parametrize("name", ROWS)
def test_a_person_without_rights_is_told_nothing(rows, client_of, name):
    nobody = User.objects.create_user("nobody", password="mat-khau-dai")
    assert status(client_of(nobody), own(name, rows)) in REFUSED or name in QUIET


@pytest.mark.parametrize("name", sorted(OWN))
def test_the_district_opens_its_own(rows, people, client_of, name):
    """Control: the rows are there and the addresses work."""
    assert status(client_of(people.officer_a), own(name, rows)) == 200


@pytest.mark.parametrize("name", ROWS)
def test_an_anonymous_person_signs_in_first(rows, name):
    answer = Client().get(own(name, rows))
    assert answer.status_code == 302 and answer["Location"].startswith("/dang-nhap/?next=")


@pytest.mark.parametrize("name", [name for name in ROWS if name != "organizations:detail"])
def test_a_number_beyond_every_column_is_not_an_error(rows, people, client_of, name):
    answer = status(client_of(people.head), address(name, 10**30, NO_CODE))
    assert answer in REFUSED or name in QUIET
