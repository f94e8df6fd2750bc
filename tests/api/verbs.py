"""Every verb of the API as a scene: what must be there, who may do it, who not, what is sent."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from alerts.models import Alert
from assignments.models import Assignment
from core.clock import now
from disbursement.models import VINTAGE, Project, TreasuryLine
from disbursement.moving import Transfer
from documents.models import IssuedDocument, LayoutProfile
from jobs.models import Batch
from notices.models import Notice
from organizations.models import LegalDocument
from programs.models import WorkPlan
from reporting.drafts import build_consolidated
from reporting.figures import consolidated_figures, source_marks
from reporting.models import Consolidated, Obligation, Report
from targets.models import Target
from tests.api.rows import stored, treasury_line

assert build_consolidated  # the module registers the job that `rebuild` asks for


@dataclass
class Scene:
    """`prepare(units, people)` gives the row's key (or None); `body` is made for that key."""

    path: str
    actor: str
    scope: str
    status: int
    prepare: Callable[..., Any]
    body: Callable[..., dict] = field(default=lambda key: {})
    outsider: str = "auditor"
    outsider_status: int = 403
    stranger: str | None = "officer_b"
    writable: tuple[str, ...] = ()
    is_form: bool = False

    def address(self, key):
        return f"/api/v1/{self.path.format(key)}/"


def first(model):
    return lambda units, people: model.objects.order_by("pk").first().pk


def second_plan(units, people):
    plan = WorkPlan.objects.create(
        code="KH-nhap",
        title="Kế hoạch dự thảo",
        issuer=units.province,
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
    )
    Assignment.objects.create(plan=plan, number="1", title="Việc", deadline_kind="DATE")
    return plan.pk


def sent_report(units, people):
    report = Report.objects.get()
    report.save_draft(people.commune, {"n-results": "Đạt"}, version=0)
    report.submit(people.commune, on=date(2023, 7, 3), write_rows=lambda r: None, frozen={})
    return report.pk


def drafted(units, people):
    report = Report.objects.get()
    texts = {"n-results": "Đạt", "n-difficulties": "Không"}
    report.save_draft(people.commune, texts, version=0)
    return report.obligation_id


def built(units, people):
    LayoutProfile.objects.create(
        unit=units.commune_a1, agency_name="Ban Chỉ đạo xã An Một", place="An Một"
    )
    draft = Consolidated.objects.select_related("round", "committee__unit").get()
    draft.round.period = "2022"
    draft.round.save()
    day = date(2023, 7, 3)
    draft.figures = consolidated_figures(draft.round, draft.committee, today=day, known_at=now())
    draft.figures["built_from"] = source_marks(draft.round, draft.committee.unit)
    draft.save()
    return draft.pk


def batch_in(state):
    def prepare(units, people):
        return Batch.objects.create(
            kind="capital",
            unit=units.province,
            file=stored(units, 77),
            state=state,
            params={"year": 2023},
            counts={"read": 0},
        ).pk

    return prepare


def my_notice(units, people):
    return Notice.objects.create(key="đọc", unit=units.province, kind="urge", subject="Đôn đốc").pk


def two_works(units, people):
    works = Project.objects.get(code="DA1")
    Project.objects.create(
        code="DA-ĐẾN", name="Cầu", kind="works", unit=units.commune_a2, component=works.component
    )


def moved(units, people):
    """A transfer that stands, with both its halves."""
    two_works(units, people)
    works, other = (Project.objects.get(code=code) for code in ("DA1", "DA-ĐẾN"))
    money = {name: getattr(works.entries.get(), name) for name in VINTAGE}
    decision = LegalDocument.objects.create(number="6/QĐ", kind="decision", issuer="x")
    act = Transfer(works, other, 5, 2023, money, decision, date(2023, 6, 2))
    return act.book(user=people.standing, today=date(2023, 7, 3)).movement.pk


def waiting_line(units, people):
    TreasuryLine.objects.all().delete()
    Batch.objects.filter(kind="disbursements").delete()
    treasury_line(units, 1)
    batch = TreasuryLine.objects.get().batch
    Batch.objects.filter(pk=batch.pk).update(state="applied", applied_at=now())
    return TreasuryLine.objects.get().pk


def matched_line(units, people):
    """Money of another year of origin, which nobody typed a voucher for."""
    key = waiting_line(units, people)
    TreasuryLine.objects.update(
        project=Project.objects.get(code="DA1"), match="person", origin_year=2022
    )
    return key


def workbook(key=None):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Mã dự án"])
    book.save(out)
    return {
        "kind": "capital",
        "year": "2023",
        "file": SimpleUploadedFile("vốn.xlsx", out.getvalue()),
    }


TARGET = {
    "program": "CT1",
    "indicator": "CS1",
    "wording": "Đạt 10 xã",
    "operator": ">=",
    "value": "10.5",
    "due_on": "2023-12-31",
}
TARGET_FIELDS = (
    "program",
    "indicator",
    "wording",
    "operator",
    "value",
    "base",
    "cumulative",
    "share",
    "due_text",
    "due_on",
    "order",
)
WORKS = {
    "code": "DA-MOI",
    "name": "Cầu dân sinh",
    "kind": "works",
    "unit": "T-A1",
    "owner": "T-A",
    "component": "ND1",
    "total_investment": 1_500_000_001,
}
SCENES = {
    "plans/publish": Scene(
        "plans/{}/publish", "standing", "tasks:write", 200, second_plan, outsider_status=404
    ),
    "assignments/progress": Scene(
        "assignments/{}/progress",
        "officer_a",
        "tasks:write",
        201,
        first(Assignment),
        lambda key: {"percent": 40, "on": "2023-07-01", "note": "Đã khởi công"},
        writable=("percent", "on", "note", "occurrence", "is_done", "evidence"),
    ),
    "targets/progress": Scene(
        "targets/{}/progress",
        "commune",
        "targets:write",
        201,
        first(Target),
        lambda key: {"period": "2023-06", "as_of": "2023-06-30", "value": 7},
        writable=("period", "as_of", "value", "note"),
    ),
    "targets/add": Scene(
        "targets/add",
        "standing",
        "targets:write",
        201,
        lambda units, people: None,
        lambda key: {**TARGET, "unit": "T-A", "period": "2022"},
        stranger=None,
        writable=("unit", "period", *TARGET_FIELDS),
    ),
    "targets/edit": Scene(
        "targets/{}/edit",
        "standing",
        "targets:write",
        200,
        first(Target),
        lambda key: TARGET,
        writable=TARGET_FIELDS,
    ),
    "projects/pay": Scene(
        "projects/{}/pay",
        "treasury",
        "money:write",
        201,
        first(Project),
        lambda key: {
            "vintage": "central/investment/2023/start/domestic",
            "kind": "volume",
            "amount": 250_000_007,
            "paid_on": "2023-06-30",
            "voucher": "CT-01",
        },
        writable=("vintage", "kind", "amount", "paid_on", "voucher"),
    ),
    "movements/transfer": Scene(
        "movements/transfer",
        "standing",
        "money:write",
        201,
        two_works,
        lambda key: {
            "project": "DA1",
            "target": "DA-ĐẾN",
            "line": "2023/central/investment/2023/start/domestic",
            "amount": 1_000_001,
            "decision": "5/QĐ-UBND",
            "decided_on": "2023-06-01",
            "effective_on": "2023-06-02",
            "reason": "Chậm mặt bằng",
        },
        stranger=None,
        writable=(
            *("project", "target", "line", "amount", "decision", "decided_on"),
            *("effective_on", "reason", "is_checked"),
        ),
    ),
    "movements/reverse": Scene(
        "movements/{}/reverse",
        "standing",
        "money:write",
        200,
        moved,
        lambda key: {"reason": "Sai quyết định"},
        writable=("reason",),
    ),
    "arrears/state": Scene(
        "arrears/state",
        "officer_a",
        "money:write",
        201,
        lambda units, people: None,
        lambda key: {"project": "DA1", "as_of": "2023-06-01", "amount": 7_000_001},
        writable=("project", "as_of", "amount", "note"),
    ),
    "treasury-lines/match": Scene(
        "treasury-lines/{}/match",
        "treasury",
        "money:write",
        200,
        waiting_line,
        lambda key: {"project": "DA1"},
        outsider="standing",
        writable=("project",),
    ),
    "treasury-lines/unmatch": Scene(
        "treasury-lines/{}/unmatch",
        "treasury",
        "money:write",
        200,
        matched_line,
        outsider="standing",
    ),
    "treasury-lines/post-figure": Scene(
        "treasury-lines/{}/post-figure",
        "standing",
        "money:write",
        200,
        matched_line,
        lambda key: {"difference": -7_000_000, "reason": "Theo số Kho bạc"},
        outsider="treasury",
        writable=("difference", "reason"),
    ),
    "gap-notes/explain": Scene(
        "gap-notes/explain",
        "standing",
        "money:write",
        201,
        matched_line,
        lambda key: {
            "project": "DA1",
            "plan_year": 2023,
            "vintage": "central/investment/2022/start/domestic",
            "difference": -7_000_000,
            "reason": "timing",
        },
        outsider="treasury",
        writable=("project", "plan_year", "vintage", "difference", "reason", "text"),
    ),
    "projects/explain": Scene(
        "projects/{}/explain",
        "commune",
        "money:write",
        200,
        first(Project),
        lambda key: {"difficulty": "Vướng mặt bằng, ngày 15/8 giải ngân"},
        writable=("difficulty",),
    ),
    "projects/add": Scene(
        "projects/add",
        "standing",
        "money:write",
        201,
        lambda units, people: None,
        lambda key: WORKS,
        stranger=None,
        writable=tuple(WORKS),
    ),
    "rounds/open": Scene(
        "rounds/open",
        "standing",
        "reports:write",
        201,
        lambda units, people: None,
        lambda key: {"period": "2023-H1"},
        stranger=None,
        writable=("period", "due_on"),
    ),
    "obligations/draft": Scene(
        "obligations/{}/draft",
        "commune",
        "reports:write",
        200,
        first(Obligation),
        lambda key: {"version": 0, "cells": {"n-results": "Đạt kế hoạch"}},
        writable=("version", "cells"),
    ),
    "obligations/submit": Scene(
        "obligations/{}/submit",
        "commune",
        "reports:write",
        200,
        drafted,
        lambda key: {"version": 1},
        writable=("version",),
    ),
    "reports/accept": Scene("reports/{}/accept", "standing", "reports:review", 200, sent_report),
    "reports/return": Scene(
        "reports/{}/return",
        "standing",
        "reports:review",
        200,
        sent_report,
        lambda key: {"reason": "Thiếu số liệu vốn"},
        writable=("reason", "sections"),
    ),
    "consolidated/rebuild": Scene(
        "consolidated/{}/rebuild", "standing", "reports:write", 202, first(Consolidated)
    ),
    "consolidated/edit-text": Scene(
        "consolidated/{}/edit-text",
        "standing",
        "reports:write",
        200,
        built,
        lambda key: {"key": "results", "text": "Lời của cơ quan thường trực"},
        writable=("key", "text"),
    ),
    "consolidated/approve": Scene("consolidated/{}/approve", "head", "reports:review", 200, built),
    "documents/number": Scene(
        "documents/{}/number",
        "clerk",
        "documents:write",
        200,
        first(IssuedDocument),
        lambda key: {"number": "42/BC-BCĐ", "issued_on": "2023-07-03"},
        writable=("number", "issued_on"),
    ),
    "notices/read": Scene(
        "notices/{}/read",
        "head",
        "notices:write",
        200,
        my_notice,
        outsider="clerk",
        outsider_status=404,
    ),
    "notices/read-all": Scene(
        "notices/read-all",
        "head",
        "notices:write",
        200,
        my_notice,
        outsider="admin",
        outsider_status=200,
        stranger=None,
    ),
    "notices/urge": Scene(
        "notices/urge",
        "standing",
        "notices:write",
        200,
        first(Alert),
        lambda key: {"topic": f"alert:{key}"},
        writable=("topic",),
    ),
    "batches/send": Scene(
        "batches/send",
        "standing",
        "imports:write",
        202,
        lambda units, people: None,
        workbook,
        stranger=None,
        is_form=True,
        writable=(
            "kind",
            "file",
            "plan",
            "title",
            "issued_on",
            "first_year",
            "last_year",
            "year",
            "as_of",
            "again",
        ),
    ),
    "batches/apply": Scene(
        "batches/{}/apply", "standing", "imports:write", 200, batch_in("preview")
    ),
    "batches/undo": Scene("batches/{}/undo", "standing", "imports:write", 200, batch_in("applied")),
}
