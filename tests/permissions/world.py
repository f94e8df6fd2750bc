"""One of everything in every place: what the people of the table ask for.

    T ─┬─ A ─┬─ A1           T2   another province        SXD  department     SKH, KBNN  homes
       │     ├─ A2           BQL  board that owns works   SNN  another one    of some people
       │     └─ E (ended 2023, became A1)                 SCU  ended, became SXD
       └─ B

Texts of a thing hold a word of its place and programme, so that a page which shows what it must
not shows it by name.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group

from alerts.models import Alert, AlertState
from assignments.models import Assignment, AssignmentParty, AssignmentUpdate, Occurrence
from core.clock import now
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
from documents.models import DocumentFile, IssuedDocument, LayoutProfile, LetterTemplate
from jobs.models import Batch, Heartbeat, Job, StoredFile
from notices.models import Delivery, Notice
from organizations.closure import rebuild_closure
from organizations.models import (
    ApiToken,
    Grant,
    LegalDocument,
    Post,
    PostHolder,
    SteeringCommittee,
    Unit,
    UnitEvent,
    UnitKind,
    UnitLineage,
    UnitParent,
    User,
)
from periods.models import PeriodLock, Submission
from programs.models import Component, Program, WorkPlan
from reporting.figures import consolidated_figures
from reporting.models import Consolidated, Obligation, Report, Round
from targets.models import Indicator, Progress, Target
from tests.documents.sample import sample_document

from .roles import COLUMNS, create_person

START, ENDED, TODAY = date(2021, 1, 1), date(2023, 1, 1), date(2023, 7, 3)
PLACES = {
    "T": ("Tỉnh Thử", UnitKind.PROVINCE, None),
    "T2": ("Tỉnh Khác", UnitKind.PROVINCE, None),
    "A": ("Huyện An", UnitKind.DISTRICT, "T"),
    "B": ("Huyện Bình", UnitKind.DISTRICT, "T"),
    "A1": ("Xã An Một", UnitKind.COMMUNE, "A"),
    "A2": ("Xã An Hai", UnitKind.COMMUNE, "A"),
    "E": ("Xã An Cũ", UnitKind.COMMUNE, "A"),
    "SXD": ("Sở Xây dựng", UnitKind.AGENCY, "T"),
    "SNN": ("Sở Nông nghiệp", UnitKind.AGENCY, "T"),
    "SCU": ("Sở Cũ", UnitKind.AGENCY, "T"),
    "BQL": ("Ban Quản lý dự án", UnitKind.AGENCY, "T"),
    "BQL2": ("Ban Quản lý dự án số 2", UnitKind.AGENCY, "T"),
}
HOMES = {
    "SKH": ("Sở Kế hoạch và Đầu tư", UnitKind.AGENCY, "T"),
    "KBNN": ("Kho bạc Nhà nước tỉnh", UnitKind.TREASURY, "T"),
    "SKH2": ("Sở Kế hoạch và Đầu tư tỉnh khác", UnitKind.AGENCY, "T2"),
}
SUCCESSORS = {"E": "A1", "SCU": "SXD"}
# Where committees sit; agencies have none.
AREAS = ("T", "T2", "A", "B", "A1", "A2", "E")
FAR = "T2"
VINTAGE = {"source": "central", "nature": "investment", "origin_year": 2023, "moment": "start"}
REPORTS = {"draft": "2017", "submitted": "2018", "returned": "2019", "accepted": "2020"}


def canary(place, program="NTM"):
    """A word that stands in the texts of the things of one place and programme only."""
    # Plain letters: a workbook writes the others as numbers.
    return f"chim-{place}-{program}-yen".lower()


@dataclass
class World:
    """Things by (kind, place, relation word or "", state)."""

    units: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    things: dict = field(default_factory=dict)

    def put(self, kind, place, thing, state="", tie=""):
        self.things[kind, place, tie, state] = thing
        return thing


def build_world():
    world = World()
    build_units(world)
    build_catalogue(world)
    # Ahead of the clock: the table takes minutes, and a heartbeat is good for three.
    Heartbeat.objects.create(name="tick", at=now() + timedelta(days=1))
    rule = CalendarRule.objects.create(
        unit=world.units["T"],
        plan_year=2023,
        kind="zero_disbursement_review",
        wording="trước 30/6",
        last_day=date(2023, 6, 30),
    )
    world.put("rule", "", rule)
    world.writer = User.objects.create(username="writer", full_name="Người lập")
    world.people = {column.key: create_person(column, world.units) for column in COLUMNS}
    for place in PLACES:
        build_place(world, place)
    build_reports(world)
    build_accounts(world)
    return world


def build_units(world):
    for code, (name, kind, parent) in (PLACES | HOMES).items():
        ends = ENDED if code in SUCCESSORS else None
        unit = Unit.objects.create(code=code, name=name, kind=kind, valid_from=START, valid_to=ends)
        world.units[code] = world.put("unit", code, unit)
        if parent:
            UnitParent.objects.create(
                unit=unit, parent=world.units[parent], valid_from=START, valid_to=ends
            )
    decision = LegalDocument.objects.create(
        number="01/NQ", kind="resolution", issuer="Hội đồng", abstract="Sáp nhập"
    )
    event = UnitEvent.objects.create(kind="merge", effective_on=ENDED, decision=decision)
    for old, new in SUCCESSORS.items():
        UnitLineage.objects.create(event=event, old=world.units[old], new=world.units[new])
    rebuild_closure()
    world.decision = world.put("legal", "", decision)


def build_catalogue(world):
    world.programs, world.components, world.indicators = {}, {}, {}
    for code in ("NTM", "GNBV"):
        program = Program.objects.create(
            code=code,
            name=f"Chương trình {code}",
            short_name=code,
            kind="national",
            generation="2021-2025",
            valid_from=START,
        )
        world.programs[code] = program
        world.components[code] = Component.objects.create(
            program=program, code=f"{code}-1", name="Nội dung", kind="content"
        )
        indicator = Indicator.objects.create(code=f"CS-{code}", name=f"Chỉ số {code}")
        indicator.programs.set([program])
        world.indicators[code] = indicator
    world.put("program", "", world.programs["NTM"])
    world.put("component", "", world.components["NTM"])
    world.put("indicator", "", world.indicators["NTM"])


def build_place(world, place):
    """Everything once in the place, once of another programme, once far away but tied to it."""
    unit = world.units[place]
    for program, tie in (("NTM", ""), ("GNBV", "other")):
        build_alerts(world, place, program, tie)
        build_money(world, place, program, tie)
        build_targets(world, place, program, tie)
    plans = build_plans(world, place)
    for state, plan in plans.items():
        for program, tie in (("NTM", ""), ("GNBV", "other")):
            build_task(world, place, plan, {"lead": unit}, program, tie, state)
    far = WorkPlan.objects.filter(issuer=world.units[FAR], state="published").first()
    far = far or build_plan(world, FAR, "published", "xa")
    for tie in ("lead", "coordinate"):
        build_task(world, place, far, {tie: unit}, "NTM", tie, "published")
    build_works(world, place, "NTM", "owner", unit=world.units[FAR], owner=unit)
    closing = YearClosing.objects.create(unit=unit, plan_year=2018, reason="Xong")
    world.put("closing", place, closing)
    program = world.programs["NTM"]
    rule = CounterpartRule.objects.create(
        unit=unit, program=program, plan_year=2018, required_share=1000
    )
    world.put("counterpart", place, rule)
    plan = MediumTermEntry.objects.create(
        unit=unit,
        program=program,
        first_year=2021,
        last_year=2025,
        amount=10**16,
        effective_on=START,
    )
    world.put("medium_term", place, plan)
    build_files(world, place)


def build_alerts(world, place, program, tie):
    for state in AlertState.values:
        alert = Alert.objects.create(
            rule="zero_disbursement",
            subject=f"x:{place}{program}{state}",
            due_on=date(2023, 6, 30),
            unit=world.units[place],
            program_code=program,
            title=f"Chậm {canary(place, program)}",
            state=state,
        )
        world.put("alert", place, alert, state, tie)


def build_money(world, place, program, tie):
    build_works(world, place, program, tie, unit=world.units[place], owner=None)


def build_works(world, place, program, tie, *, unit, owner):
    project = Project.objects.create(
        code=f"DA-{place}-{program}-{tie}",
        name=f"Đường {canary(place, program)}",
        kind="works",
        unit=unit,
        owner=owner,
        component=world.components[program],
    )
    money = {"project": project, "plan_year": 2023, **VINTAGE}
    entry = LedgerEntry.objects.create(
        kind="allotment",
        unit=unit,
        component=project.component,
        amount=9_000_000_000,
        effective_on=date(2023, 1, 15),
        note=canary(place, program),
        **money,
    )
    payment = Payment.objects.create(
        kind="volume",
        amount=1_000_000,
        paid_on=date(2023, 3, 1),
        voucher=canary(place, program),
        **money,
    )
    things = (("project", project), ("entry", entry), ("payment", payment))
    for kind, thing in (*things, *build_papers(project, entry, place, program)):
        world.put(kind, place, thing, tie=tie)
    if tie != "owner":
        build_said(world, place, program, tie, project)


def build_papers(project, entry, place, program):
    """A contract, and money of another year that was carried in under a decision."""
    words = canary(place, program)
    contract = Contract.objects.create(
        project=project, number=f"HĐ {words}", contractor=words, signed_on=START, amount=1_000_000
    )
    decision, _ = LegalDocument.objects.get_or_create(
        number="1/QĐ", issued_on=START, defaults={"kind": "decision", "issuer": "x"}
    )
    movement = Movement.objects.create(
        kind="carry_over", unit=project.unit, decision=decision, effective_on=START, reason=words
    )
    money = {"project": project, "unit": project.unit, "component": project.component}
    money |= {"plan_year": 2022, "origin_year": 2021, "movement": movement, "effective_on": START}
    axes = {name: getattr(entry, name) for name in ("source", "nature", "moment", "funding")}
    LedgerEntry.objects.create(kind="carry_in", amount=2_000_000, note=words, **money, **axes)
    LedgerEntry.objects.create(kind="carry_out", amount=-2_000_000, note=words, **money, **axes)
    arrears = ConstructionArrears.objects.create(
        project=project, as_of=date(2023, 5, 1), amount=5_000_000, note=words
    )
    return [("contract", contract), ("movement", movement), ("arrears", arrears)]


def said_batch(world, place):
    """The one extract of a place that stands."""
    kept = {"kind": "disbursements", "unit": world.units[place], "file": build_file(world, place)}
    batch, _ = Batch.objects.get_or_create(
        **kept,
        state="applied",
        applied_at__isnull=False,
        defaults={"applied_at": now(), "params": {"year": 2023, "as_of": "2023-06-30"}},
    )
    return batch


def build_said(world, place, program, tie, project):
    """What the Treasury says of money of earlier years: waiting, matched, posted, explained."""
    money = {"plan_year": 2023, **VINTAGE}
    batch = said_batch(world, place)
    for number, (state, origin) in enumerate((("waiting", 2020), ("matched", 2022), ("", 2021))):
        line = TreasuryLine.objects.create(
            batch=batch,
            unit=project.unit,
            number=batch.treasury_lines.count() + 1,
            as_of=date(2023, 6, 30),
            code=f"KB-{project.code}-{number}",
            name=canary(place, program),
            cumulative=5_000_000,
            project=project if state != "waiting" else None,
            match="person" if state != "waiting" else "",
            **money | {"origin_year": origin},
        )
        if state and program == "NTM":
            world.put("treasury_line", place, line, state)
    posted = Payment.objects.create(
        project=project,
        kind="cumulative",
        amount=5_000_000,
        paid_on=line.as_of,
        reported_cumulative=line.cumulative,
        treasury_line=line,
        **money | {"origin_year": 2021},
    )
    note = GapNote.objects.create(
        project=project,
        as_of=line.as_of,
        reported=5_000_000,
        booked=0,
        reason="timing",
        text=canary(place, program),
        **money | {"origin_year": 2019},
    )
    world.put("posted", place, posted, tie=tie)
    world.put("gap_note", place, note, tie=tie)


def build_targets(world, place, program, tie):
    unit, indicator = world.units[place], world.indicators[program]
    PeriodLock.objects.get_or_create(period="2022", unit=unit, defaults={"reason": "đã chốt"})
    for state, year in (("open", "2023"), ("locked", "2022")):
        target = Target.objects.create(
            indicator=indicator,
            program=world.programs[program],
            unit=unit,
            period=year,
            wording=f"Đạt {canary(place, program)}",
            operator=">=",
            value=5,
        )
        world.put("target", place, target, state, tie)
    progress = Progress.objects.create(
        indicator=indicator,
        unit=unit,
        period="2023-05",
        value=3,
        as_of=date(2023, 5, 31),
        revision=1,
        is_official=True,
        note=canary(place, program),
    )
    world.put("progress", place, progress, tie=tie)


def build_plans(world, place):
    return {state: build_plan(world, place, state, state) for state in ("draft", "published")}


def build_plan(world, place, state, word):
    plan = WorkPlan.objects.create(
        code=f"KH-{place}-{word}",
        title=f"Kế hoạch {canary(place)}",
        issuer=world.units[place],
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
        state=state,
    )
    return world.put("plan", place, plan, state)


def build_task(world, place, plan, parties, program, tie, state):
    task = Assignment.objects.create(
        plan=plan,
        section=["I"],
        number=str(len(world.things)),
        title=f"Việc {canary(place, program)}",
        deadline_kind="DATE",
        program=world.programs[program],
    )
    for part, unit in parties.items():
        AssignmentParty.objects.create(assignment=task, part=part, unit=unit)
    Occurrence.objects.create(assignment=task, sequence=1, due_on=date(2023, 6, 30))
    task.newest = AssignmentUpdate.objects.create(
        assignment=task, percent=10, on=date(2023, 6, 1), evidence=build_file(world, place)
    )
    world.put("update", place, task.newest, state, tie)
    world.put("task", place, task, state, tie)


def build_file(world, place):
    """Kept once; every file of a place is this one."""
    known = world.things.get(("file", place, "", ""))
    if known:
        return known
    name = f"{canary(place)}.xlsx"
    stored = StoredFile.objects.store(name, canary(place).encode(), unit=world.units[place])
    return world.put("file", place, stored)


def build_files(world, place):
    unit, stored = world.units[place], build_file(world, place)
    params = {"year": 2023, "as_of": "2023-06-30", "plan": f"KH-{place}-draft"}
    params |= {"from": "2023-01-01", "to": "2023-12-31"}
    for kind in ("tasks", "capital", "disbursements"):
        for state in ("preview", "applied", "undone"):
            batch = Batch.objects.create(
                kind=kind, unit=unit, file=stored, params=params, state=state, counts={"read": 0}
            )
            world.put(f"batch_{kind}", place, batch, state)
    for state, number in (("unnumbered", ""), ("numbered", "9/BC")):
        document = IssuedDocument.objects.create(
            kind="BC",
            title=f"Báo cáo {canary(place)}",
            unit=unit,
            subject=f"x:{place}:{state}",
            number=number,
            issued_on=TODAY if number else None,
            content=sample_document().to_data(),
            template_version="1",
        )
        DocumentFile.objects.create(document=document, format="pdf", file=stored)
        world.put("document", place, document, state)
    notice = Notice.objects.create(
        key=f"x:{place}", unit=unit, kind="urge", subject=f"Đôn đốc {canary(place)}"
    )
    world.put("notice", place, notice)
    build_letters(world, place, notice)


def build_letters(world, place, notice):
    """How the place writes letters, one of its templates, and a mail that did not get through."""
    unit = world.units[place]
    layout = LayoutProfile.objects.create(unit=unit, agency_name=canary(place), place="Thử")
    layout.block = layout.signatures.create(titles=f"Trưởng ban {canary(place)}")
    world.put("layout", place, layout)
    letter = LetterTemplate.objects.create(
        unit=unit, name=f"Mẫu {canary(place)}", abstract="Đôn đốc", body="Đề nghị báo cáo."
    )
    world.put("letter", place, letter)
    mail = Delivery.objects.create(
        key=f"x:{place}",
        channel="each",
        user=world.writer,
        address="a@example.vn",
        subject=f"Thư {canary(place)}",
        state="gave_up",
        next_try_at=now(),
    )
    mail.items.create(notice=notice, user=world.writer)
    world.put("delivery", place, mail)
    world.put("office", place, Post.objects.create(code=place, title=canary(place), unit=unit))


def build_reports(world):
    days = {"opened_on": START, "due_on": date(2021, 1, 10)}
    days |= {"figures_on": START, "money_on": START}
    rounds = {
        state: Round.objects.create(kind="year", period=period, **days)
        for state, period in REPORTS.items()
    }
    for number, place in enumerate(PLACES):
        own = Round.objects.create(kind="year", period=str(1960 + number), **days)
        world.put("round", place, own)
        reviewer = world.units["SKH2" if place == FAR else "SKH"]
        obligation = owe(own, world.units[place], reviewer)
        world.put("obligation", place, obligation, "unwritten")
        for state, report_round in rounds.items():
            obligation = owe(report_round, world.units[place], reviewer)
            write_report(world, place, obligation, state)
        # Far away, but this place is the one that reviews.
        seen = Round.objects.create(kind="half_year", period=f"{1960 + number}-H1", **days)
        if place != FAR:
            obligation = owe(seen, world.units[FAR], world.units[place])
            write_report(world, place, obligation, "submitted", "reviewer")
    for place in AREAS:
        build_consolidated(world, place, rounds)


def owe(report_round, unit, reviewer):
    return Obligation.objects.create(
        round=report_round, unit=unit, reviewer=reviewer, due_on=report_round.due_on
    )


def write_report(world, place, obligation, state, tie=""):
    sent = state != "draft"
    words = {"n-results": f"Tốt {canary(place)}", "n-difficulties": "Không"}
    submission = sent and Submission.objects.create(
        unit=obligation.unit, period=obligation.round.period, kind="report"
    )
    report = Report.objects.create(
        obligation=obligation,
        submission=submission or None,
        state=state,
        draft=words,
        version=1,
        revision=int(sent),
        edited_by=world.writer,
        submitted_by=world.writer if sent else None,
        receipt=f"BN-{obligation.pk}" if sent else "",
    )
    if sent:
        Obligation.objects.filter(pk=obligation.pk).update(done_on=START)
        report.events.create(kind="submitted", revision=1, actor=world.writer, on=START)
    world.put("report", place, report, state, tie)
    world.put("obligation", place, obligation, state, tie)


def build_consolidated(world, place, rounds):
    committee = SteeringCommittee.objects.create(
        unit=world.units[place],
        name=f"Ban Chỉ đạo {world.units[place]}",
        standing_agency=world.units["SKH"],
        valid_from=START,
    )
    world.put("committee", place, committee)
    draft = Consolidated.objects.create(round=rounds["accepted"], committee=committee)
    figures = consolidated_figures(draft.round, committee, today=TODAY, known_at=now())
    Consolidated.objects.filter(pk=draft.pk).update(figures=figures, built_at=now())
    world.put("consolidated", place, draft, "draft")
    approved = Consolidated.objects.create(
        round=rounds["submitted"],
        committee=committee,
        figures=figures,
        built_at=now(),
        approved_by=world.people["head"],
        approved_at=now(),
        document=world.things["document", place, "", "unnumbered"],
    )
    world.put("consolidated", place, approved, "approved")


def token_of(user, post):
    kind = {"name": "Phần mềm", "scopes": [], "expires_on": date(2099, 1, 1)}
    return ApiToken.objects.create(user=user, post=post, prefix=f"t{user.pk}", digest="", **kind)


def statement_of(world, user):
    """A file that the person once asked for, of a district that not everybody may still read."""
    asked = {"unit": world.units["A"].pk, "project": None, "format": "xlsx"}
    kept = StoredFile.objects.store("sao-ke.xlsx", b"x", user=user)
    job = Job.objects.enqueue("build_statement", asked, user=user)
    Job.objects.filter(pk=job.pk).update(state="done", result={"file": kept.pk})
    return job


def build_accounts(world):
    """Somebody else's account, post, term and right, and the other rows of the account pages."""
    other = User.objects.create(username="other", full_name="Người khác")
    post = Post.objects.create(code="other", title="Chức danh khác", unit=world.units["B"])
    held = PostHolder.objects.create(post=post, user=other, valid_from=START)
    grant = Grant.objects.create(
        post=post, role="auditor", area_unit=world.units["B"], valid_from=START
    )
    for kind, thing in (("user", other), ("post", post), ("holder", held), ("grant", grant)):
        world.put(kind, "", thing)
    tried = {"username": "other", "ip_address": "10.0.0.1"}
    world.put("job", "", Job.objects.enqueue("heartbeat_probe", user=other))
    world.put("statement", "", statement_of(world, other))
    world.put("token", "", token_of(other, post))
    for person in filter(None, world.people.values()):
        person.job = Job.objects.enqueue("heartbeat_probe", user=person)
        person.statement = statement_of(world, person)
        if person.post:
            person.token = token_of(person, person.post)
    world.put("group", "", Group.objects.create(name="Nhóm"))
    world.put("attempt", "", AccessAttempt.objects.create(failures_since_start=1, **tried))
    world.put("failure", "", AccessFailureLog.objects.create(**tried))
    world.put("access", "", AccessLog.objects.create(**tried))
