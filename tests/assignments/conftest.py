"""Agencies of an appendix, its importer's three steps, and one plan to work on."""

from datetime import date
from pathlib import Path

import pytest

from assignments.models import Assignment, AssignmentParty, Part
from jobs.imports import IMPORTERS, apply_batch, read_file, receive
from jobs.models import Batch, Job
from jobs.runner import HANDLERS
from organizations.closure import rebuild_closure
from organizations.models import UnitKind
from programs.models import Program, ProgramKind, ProgramOwner, WorkPlan
from tests.conftest import START, make_unit

DATA = Path(__file__).parent / "data"
PERIOD = {"from": "2021-01-01", "to": "2025-12-31"}


@pytest.fixture
def agencies(units):
    """The departments of the appendix beside those of the small cast."""
    names = {
        "STC": "Sở Tài chính",
        "SNN": "Sở Nông nghiệp và Phát triển nông thôn",
        "SLDTBXH": "Sở Lao động - Thương binh và Xã hội",
        "SVHTTDL": "Sở Văn hóa, Thể thao và Du lịch",
        "STTTT": "Sở Thông tin và Truyền thông",
        "BDT": "Ban Dân tộc",
        "SYT": "Sở Y tế",
    }
    for code, name in names.items():
        unit = make_unit(code, name, UnitKind.AGENCY, units.province)
        setattr(units, code.lower(), unit)
    rebuild_closure()
    return units


@pytest.fixture
def programs(agencies):
    rows = [
        (
            "NTM",
            "Nông thôn mới",
            "Chương trình mục tiêu quốc gia xây dựng nông thôn mới",
            agencies.ntm_office,
        ),
        (
            "GNBV",
            "Giảm nghèo bền vững",
            "Chương trình mục tiêu quốc gia giảm nghèo bền vững",
            agencies.sldtbxh,
        ),
        (
            "DTTS",
            "Dân tộc thiểu số và miền núi",
            "Chương trình mục tiêu quốc gia phát triển kinh tế - xã hội vùng đồng bào dân tộc "
            "thiểu số và miền núi",
            agencies.bdt,
        ),
        ("OCOP", "Mỗi xã một sản phẩm", "Chương trình mỗi xã một sản phẩm", agencies.ntm_office),
    ]
    for order, (code, short_name, name, owner) in enumerate(rows):
        program = Program.objects.create(
            code=code,
            short_name=short_name,
            name=name,
            kind=ProgramKind.NATIONAL,
            generation="2021–2025",
            valid_from=START,
            order=order,
        )
        ProgramOwner.objects.create(program=program, unit=owner, valid_from=START)


@pytest.fixture
def received(programs, people):
    """received("appendix.docx"): the file is kept and read, as the worker does it."""

    def step(name="appendix.tsv", content=None, plan="86/KH-BCĐ", **params):
        content = content or (DATA / name).read_bytes()
        batch = receive(
            "tasks",
            name=name,
            content=content,
            content_type="",
            user=people.standing,
            unit=people.standing.current_grants()[0].area_unit,
            params={"plan": plan, "title": "Kế hoạch thử"} | PERIOD | params,
        )
        job = Job(payload={"batch": batch.pk})
        HANDLERS["read_batch"](job)()
        return Batch.objects.get(pk=batch.pk)

    return step


@pytest.fixture
def applied(received, people):
    def step(*args, **params):
        batch = received(*args, **params)
        apply_batch(batch, people.standing)
        return batch

    return step


@pytest.fixture
def plan(units):
    return WorkPlan.objects.create(
        code="01/KH",
        title="Kế hoạch 2023",
        issuer=units.province,
        state="published",
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
    )


@pytest.fixture
def make_task(plan, units):
    """make_task("Tên", lead=unit, due=day): a task with one occurrence."""

    def make(title, *, lead=None, helper=None, due=None, number=None, of=None, **facts):
        occurrence = {"waits_for": facts.pop("waits_for", "")}
        task = Assignment.objects.create(
            plan=of or plan,
            section=["I"],
            number=number or str(Assignment.objects.count() + 1),
            title=title,
            deadline_kind=facts.pop("deadline_kind", "BY_DATE"),
            **facts,
        )
        task.occurrences.create(sequence=1, due_on=due, **occurrence)
        for unit, part in ((lead, Part.LEAD), (helper, Part.COORDINATE)):
            if unit:
                AssignmentParty.objects.create(assignment=task, unit=unit, part=part)
        return task

    return make


def read_sample(name, unit):
    params = {"plan": "86/KH-BCĐ"} | PERIOD
    return read_file(IMPORTERS["tasks"], DATA / name, name, params, unit)
