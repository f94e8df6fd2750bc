"""Works and money of the cast: small builders, each one a single fact."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
from openpyxl import Workbook

from disbursement.models import (
    CalendarRule,
    EntryKind,
    LedgerEntry,
    Moment,
    Nature,
    Payment,
    PaymentKind,
    Project,
    ProjectKind,
    RuleKind,
    Source,
)
from jobs.imports import IMPORTERS, apply_batch, new_batch, read_file
from jobs.models import StoredFile
from programs.models import Component, ComponentKind, Program, ProgramKind

YEAR = 2023
MILLION = 1_000_000


@pytest.fixture
def catalogue(db):
    out = SimpleNamespace()
    for code, name in (("NTM", "Nông thôn mới"), ("GN", "Giảm nghèo")):
        program = Program.objects.create(
            code=code,
            name=name,
            short_name=name,
            kind=ProgramKind.NATIONAL,
            generation="2021-2025",
            valid_from=date(2021, 1, 1),
        )
        component = Component.objects.create(
            program=program, code=f"{code}-02", name="Hạ tầng", kind=ComponentKind.CONTENT
        )
        setattr(out, code.lower(), component)
    return out


@pytest.fixture
def make_project(catalogue, units):
    def make(code, unit=None, **extra):
        return Project.objects.create(
            code=code,
            name=extra.pop("name", f"Công trình {code}"),
            kind=ProjectKind.WORKS,
            unit=unit or units.commune_a1,
            component=extra.pop("component", catalogue.ntm),
            **extra,
        )

    return make


def vintage(**given):
    return {
        "source": Source.CENTRAL,
        "nature": Nature.INVESTMENT,
        "plan_year": YEAR,
        "origin_year": YEAR,
        "moment": Moment.START,
    } | given


def allot(project, amount, *, kind=EntryKind.ALLOTMENT, on=date(2023, 1, 10), **given):
    """One entry in triệu đồng."""
    return LedgerEntry.objects.create(
        project=project,
        unit=project.unit,
        component=project.component,
        kind=kind,
        amount=amount * MILLION,
        effective_on=on,
        **vintage(**given),
    )


def assign(unit, component, amount, **given):
    """What a unit was assigned from above (no project), in triệu đồng."""
    return LedgerEntry.objects.create(
        unit=unit,
        component=component,
        kind=EntryKind.ALLOTMENT,
        amount=amount * MILLION,
        effective_on=date(2023, 1, 5),
        **vintage(**given),
    )


def pay(project, amount, *, on=date(2023, 5, 10), kind=PaymentKind.VOLUME, known=None, **given):
    payment = Payment.objects.create(
        project=project, kind=kind, amount=amount * MILLION, paid_on=on, **vintage(**given)
    )
    if known:
        Payment._base_manager.filter(pk=payment.pk).update(recorded_at=known)
    return payment


@pytest.fixture
def zero_rule(units):
    return CalendarRule.objects.create(
        unit=units.province,
        plan_year=YEAR,
        kind=RuleKind.ZERO_REVIEW,
        wording="đến ngày 30/6/2023",
        last_day=date(2023, 6, 30),
    )


def workbook(rows, head, unit_line="Đơn vị tính: triệu đồng"):
    book = Workbook()
    sheet = book.active
    sheet.title = "Số liệu"
    sheet.append([unit_line])
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def read_import(units, tmp_path):
    """read_import(kind, content, params) → Reading."""

    def read(kind, content, params):
        path = tmp_path / "tep.xlsx"
        path.write_bytes(content)
        return read_file(IMPORTERS[kind], path, path.name, params, units.province)

    return read


@pytest.fixture
def run_import(read_import, units):
    """Reads and applies; returns the batch (its counts as the contract names them)."""

    def run(kind, content, params, user=None):
        reading = read_import(kind, content, params)
        assert not [i for i in reading.issues if i.severity == "error"], reading.issues
        stored = StoredFile.objects.store("tep.xlsx", content, unit=units.province)
        batch = new_batch(kind, units.province, stored, params, reading)
        apply_batch(batch, user)
        return batch

    return run
