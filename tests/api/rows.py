"""One row of every kind that the API tells, all in one commune; `number` makes them differ."""

from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone

from alerts.models import Alert
from assignments.models import Assignment, AssignmentParty, AssignmentUpdate, Occurrence
from disbursement.models import (
    CalendarRule,
    ConstructionArrears,
    Contract,
    CounterpartRule,
    GapNote,
    LedgerEntry,
    MediumTermEntry,
    Movement,
    Payment,
    Project,
    TreasuryLine,
    YearClosing,
)
from documents.models import DocumentFile, IssuedDocument
from jobs.models import Batch, Job, StoredFile
from notices.models import Notice
from organizations.models import LegalDocument, Post, SteeringCommittee, User
from programs.models import Component, Program, WorkPlan
from reporting.models import Consolidated, Obligation, Report, Round
from targets.models import Indicator, Progress, Target

MONEY = {
    "source": "central",
    "nature": "investment",
    "plan_year": 2023,
    "origin_year": 2023,
    "moment": "start",
}


class Maker:
    """Calls the function once a number; keeps which model it fills."""

    def __init__(self, model, function):
        self.model, self.function = model, function

    def __call__(self, units, numbers):
        for number in numbers:
            self.function(units, number)


def program(units, number):
    made = Program.objects.create(
        code=f"CT{number}",
        name=f"Chương trình {number}",
        short_name=f"CT {number}",
        kind="national",
        generation="2021-2025",
        valid_from=date(2021, 1, 1),
    )
    part = Component.objects.create(program=made, code=f"HP{number}", name="Hợp phần", kind="part")
    Component.objects.create(
        program=made, parent=part, code=f"ND{number}", name="Nội dung", kind="content"
    )


def indicator(units, number):
    parent = Indicator.objects.order_by("pk").last()
    made = Indicator.objects.create(code=f"CS{number}", name=f"Chỉ số {number}", parent=parent)
    made.programs.set(Program.objects.all())


def target(units, number):
    Target.objects.create(
        indicator=Indicator.objects.get(code=f"CS{number}"),
        unit=units.commune_a1,
        program=Program.objects.get(code=f"CT{number}"),
        period="2023",
        wording="Đạt chuẩn",
        operator=">=",
        value=number,
    )


def progress(units, number):
    Progress.objects.create(
        indicator=Indicator.objects.get(code=f"CS{number}"),
        unit=units.commune_a1,
        period="2023",
        value=number,
        as_of=date(2023, 6, 30),
        revision=1,
        is_official=True,
    )


def assignment(units, number):
    plan, _ = WorkPlan.objects.get_or_create(
        code="KH",
        defaults={
            "title": "Kế hoạch",
            "issuer": units.province,
            "starts_on": date(2023, 1, 1),
            "ends_on": date(2023, 12, 31),
            "state": "published",
        },
    )
    made = Assignment.objects.create(
        plan=plan,
        section=["I"],
        number=str(number),
        order=number,
        title="Nhiệm vụ",
        deadline_kind="DATE",
        program=Program.objects.get(code=f"CT{number}"),
    )
    AssignmentParty.objects.create(assignment=made, part="lead", unit=units.district_a)
    Occurrence.objects.create(assignment=made, sequence=1, due_on=date(2023, 6, 30))


def project(units, number):
    Project.objects.create(
        code=f"DA{number}",
        name="Đường trục xã",
        kind="works",
        unit=units.commune_a1,
        owner=units.district_a,
        component=Component.objects.get(code=f"ND{number}"),
    )


def ledger_entry(units, number):
    decision, _ = LegalDocument.objects.get_or_create(
        number="01/QĐ", kind="decision", issuer="Ủy ban", abstract="Giao vốn"
    )
    works = Project.objects.get(code=f"DA{number}")
    LedgerEntry.objects.create(
        kind="allotment",
        project=works,
        unit=works.unit,
        component=works.component,
        amount=1_000_000_001,
        decision=decision,
        effective_on=date(2023, 1, 15),
        **MONEY,
    )


def payment(units, number):
    Payment.objects.create(
        project=Project.objects.order_by("-pk").first(),
        kind="volume",
        amount=1,
        paid_on=date(2023, 3, 1),
        **MONEY,
    )


def report(units, number):
    opened = Round.objects.create(
        kind="year",
        period=str(2000 + number),
        opened_on=date(2023, 6, 1),
        due_on=date(2023, 6, 20),
        figures_on=date(2023, 5, 31),
        money_on=date(2023, 5, 31),
    )
    Report.objects.create(
        obligation=Obligation.objects.create(
            round=opened, unit=units.commune_a1, reviewer=units.district_a, due_on=opened.due_on
        ),
        draft={"bi_mat": 1},
    )


def alert(units, number):
    Alert.objects.create(
        rule="zero_disbursement",
        subject=f"project:{number}",
        due_on=date(2023, 6, 30),
        unit=units.commune_a1,
        title="Chưa giải ngân",
    )


def committee(units, number):
    SteeringCommittee.objects.create(
        unit=units.commune_a1,
        name=f"Ban Chỉ đạo xã {number}",
        standing_agency=units.commune_a1,
        valid_from=date(2021, 1, 1),
    )


def post(units, number):
    Post.objects.create(code=f"CD{number}", title="Công chức", unit=units.commune_a1)


def plan(units, number):
    WorkPlan.objects.create(
        code=f"KH{number}",
        title="Kế hoạch xã",
        issuer=units.commune_a1,
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
        state="published",
    )


def update(units, number):
    task = Assignment.objects.order_by("-pk").first()
    AssignmentUpdate.objects.create(
        assignment=task,
        percent=number,
        note="Đã làm",
        on=date(2023, 6, 1),
        evidence=stored(units, number),
    )


def calendar_rule(units, number):
    decision, _ = LegalDocument.objects.get_or_create(
        number="09/QĐ", kind="decision", issuer="Ủy ban", abstract="Lịch vốn"
    )
    CalendarRule.objects.create(
        unit=units.province,
        plan_year=2020 + number,
        kind="zero_disbursement_review",
        wording="đến 30/6",
        last_day=date(2020 + number, 6, 30),
        legal_basis=decision,
    )


def consolidated(units, number):
    Consolidated.objects.create(
        round=Round.objects.order_by("-pk").first(),
        committee=SteeringCommittee.objects.filter(unit=units.commune_a1).first(),
    )


def stored(units, number):
    kept = StoredFile(name=f"tep-{number}.pdf", size=3, sha256=f"{number:064d}")
    kept.unit = units.commune_a1
    kept.file.save(f"tep-{number}.pdf", ContentFile(b"abc"), save=False)
    kept.save()
    return kept


def document(units, number):
    made = IssuedDocument.objects.create(
        kind="BC",
        title=f"Báo cáo {number}",
        unit=units.commune_a1,
        subject=f"thu:{number}",
        content={},
        template_version="1",
    )
    DocumentFile.objects.create(document=made, format="pdf", file=stored(units, number))


def notice(units, number):
    """To the province, where the head sits: a notice is read by its own unit alone."""
    Notice.objects.create(key=f"k{number}", unit=units.province, kind="urge", subject="Đôn đốc")


def batch(units, number):
    """As the reader leaves it: what applying needs stands in the parameters and counts."""
    Batch.objects.create(
        kind="capital",
        unit=units.commune_a1,
        file=stored(units, number),
        state="preview",
        params={"year": 2023},
        counts={"read": 0},
    )


def job(units, number):
    Job.objects.create(
        kind="read_batch",
        state="done",
        created_by=User.objects.filter(username="head").first(),
        finished_at=timezone.now(),
    )


def treasury_line(units, number):
    """Of an extract that stands; its code waits for a match."""
    batch = Batch.objects.filter(unit=units.commune_a1).first()
    TreasuryLine.objects.create(
        batch=batch or batch_of(units, number),
        unit=units.commune_a1,
        number=number,
        as_of=date(2023, 6, 30),
        code=f"KB{number}",
        cumulative=7_000_000,
        **MONEY,
    )


def batch_of(units, number):
    return Batch.objects.create(
        kind="disbursements",
        unit=units.commune_a1,
        file=stored(units, number),
        state="applied",
        applied_at=timezone.now(),
    )


def gap_note(units, number):
    GapNote.objects.create(
        project=Project.objects.get(code=f"DA{number}"),
        as_of=date(2023, 6, 30),
        reported=0,
        booked=5,
        reason="timing",
        text="Kho bạc ghi sang ngày sau",
        **MONEY,
    )


def movement(units, number):
    """Money of another year that was carried on and came back the same day."""
    project = Project.objects.get(code=f"DA{number}")
    decision = LegalDocument.objects.create(number=f"{number}/QĐ-ĐC", kind="decision", issuer="x")
    Movement.objects.create(
        kind="carry_over",
        unit=project.unit,
        decision=decision,
        effective_on=date(2023, 2, 1),
        reason=f"Lần {number}",
    )


def medium_term(units, number):
    project = Project.objects.get(code=f"DA{number}")
    MediumTermEntry.objects.create(
        unit=project.unit,
        program=project.component.program,
        project=project,
        first_year=2021,
        last_year=2025,
        amount=9_000_000_000_000,
        effective_on=date(2021, 12, 1),
    )


def counterpart(units, number):
    CounterpartRule.objects.create(
        unit=units.commune_a1,
        program=Program.objects.get(code=f"CT{number}"),
        plan_year=2023,
        required_share=1000 + number,
    )


def arrears(units, number):
    ConstructionArrears.objects.create(
        project=Project.objects.get(code=f"DA{number}"), as_of=date(2023, 5, 1), amount=number
    )


def contract(units, number):
    Contract.objects.create(
        project=Project.objects.get(code=f"DA{number}"),
        number=f"{number}/HĐ",
        contractor="Công ty",
        signed_on=date(2023, 1, 5),
        amount=1_000_000,
    )


def closing(units, number):
    YearClosing.objects.create(unit=units.commune_a1, plan_year=1990 + number, reason="Xong")


# In the order in which rows need one another.
MAKERS = {
    "programs": Maker(Program, program),
    "indicators": Maker(Indicator, indicator),
    "targets": Maker(Target, target),
    "progress": Maker(Progress, progress),
    "assignments": Maker(Assignment, assignment),
    "assignment-updates": Maker(AssignmentUpdate, update),
    "projects": Maker(Project, project),
    "ledger-entries": Maker(LedgerEntry, ledger_entry),
    "payments": Maker(Payment, payment),
    "calendar-rules": Maker(CalendarRule, calendar_rule),
    "reports": Maker(Report, report),
    "alerts": Maker(Alert, alert),
    "committees": Maker(SteeringCommittee, committee),
    "posts": Maker(Post, post),
    "plans": Maker(WorkPlan, plan),
    "consolidated": Maker(Consolidated, consolidated),
    "documents": Maker(IssuedDocument, document),
    "notices": Maker(Notice, notice),
    "batches": Maker(Batch, batch),
    "files": Maker(StoredFile, stored),
    "jobs": Maker(Job, job),
    "treasury-lines": Maker(TreasuryLine, treasury_line),
    "gap-notes": Maker(GapNote, gap_note),
    "movements": Maker(Movement, movement),
    "medium-term": Maker(MediumTermEntry, medium_term),
    "counterpart-rules": Maker(CounterpartRule, counterpart),
    "arrears": Maker(ConstructionArrears, arrears),
    "contracts": Maker(Contract, contract),
    "year-closings": Maker(YearClosing, closing),
}
# Made together with another row.
WITH = {"components": "programs", "rounds": "reports", "obligations": "reports"}


# Other tests make these by hand, one of each of them being the only one there.
BY_HAND = {"committees", "posts", "plans", "consolidated", "documents", "notices", "batches"}
BY_HAND |= {"files", "jobs", "assignment-updates", "treasury-lines"}
BY_HAND |= {"movements", "contracts", "year-closings"}


def one_of_each(units, number):
    """One row of every kind that pages show, without those other tests make by hand."""
    for name, maker in MAKERS.items():
        if name not in BY_HAND:
            maker(units, [number])


def every_row(units, number):
    """One row of every list of the API."""
    for maker in MAKERS.values():
        maker(units, [number])
