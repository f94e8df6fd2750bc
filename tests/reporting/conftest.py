"""A round with two districts, money, one target and the forms they fill."""

from datetime import date
from types import SimpleNamespace

import pytest

from disbursement.models import EntryKind, LedgerEntry, Moment, Nature, Payment, Project, Source
from documents.models import LayoutProfile
from programs.models import Component, ComponentKind, Program, ProgramKind
from reporting.models import RoundKind
from reporting.rounds import open_round
from targets.models import Indicator, Operator, Target

MILLION = 1_000_000
VINTAGE = {
    "source": Source.CENTRAL,
    "nature": Nature.INVESTMENT,
    "plan_year": 2023,
    "origin_year": 2023,
    "moment": Moment.START,
}


def allot(project, amount, **extra):
    return LedgerEntry.objects.create(
        kind=EntryKind.ALLOTMENT,
        project=project,
        unit=project.unit,
        component=project.component,
        amount=amount,
        effective_on=date(2023, 1, 5),
        **{**VINTAGE, **extra},
    )


def pay(project, amount, on=date(2023, 5, 4), **extra):
    return Payment.objects.create(
        project=project, kind="volume", amount=amount, paid_on=on, **{**VINTAGE, **extra}
    )


@pytest.fixture
def programme(db):
    program = Program.objects.create(
        code="NTM",
        name="Chương trình nông thôn mới",
        short_name="Nông thôn mới",
        kind=ProgramKind.NATIONAL,
        generation="2021-2025",
        valid_from=date(2021, 1, 1),
        order=1,
    )
    component = Component.objects.create(
        program=program, code="NTM-02", name="Hạ tầng", kind=ComponentKind.CONTENT
    )
    return SimpleNamespace(program=program, component=component)


@pytest.fixture
def half_year(people, units, committee, programme):
    """The 2023-H1 round opened on 1/7, with 1.000 triệu planned and 400 paid in district A."""
    indicator = Indicator.objects.create(code="NTM.XA", name="Xã đạt chuẩn", measure_unit="xã")
    indicator.programs.add(programme.program)
    targets = {
        unit: Target.objects.create(
            indicator=indicator,
            program=programme.program,
            unit=unit,
            period="2023",
            wording="Số xã đạt chuẩn tăng thêm",
            operator=Operator.AT_LEAST,
            value=value,
        )
        for unit, value in ((units.province, 3), (units.district_a, 2), (units.district_b, 1))
    }
    project = Project.objects.create(
        code="DA-1",
        name="Đường An Một",
        kind="works",
        unit=units.commune_a1,
        component=programme.component,
    )
    allot(project, 1_000 * MILLION)
    pay(project, 400 * MILLION)
    LayoutProfile.objects.create(
        unit=units.province,
        agency_parent="ỦY BAN NHÂN DÂN TỈNH THỬ",
        agency_name="BAN CHỈ ĐẠO",
        place="Thử",
        signature_lines=["TRƯỞNG BAN"],
        recipients=["Như trên", "Lưu: VT"],
    )
    report_round, _ = open_round(RoundKind.HALF_YEAR, "2023-H1", today=date(2023, 7, 1))
    owed = {row.unit_id: row for row in report_round.obligations.all()}
    return SimpleNamespace(
        round=report_round,
        a=owed[units.district_a.pk],
        b=owed[units.district_b.pk],
        targets=targets,
        project=project,
        indicator=indicator,
    )


@pytest.fixture
def filled(half_year, units):
    """What a district types: everything right, keyed by the names of the boxes."""
    target = half_year.targets[units.district_a]
    return {
        f"t-{target.pk}-value": "1",
        f"t-{target.pk}-note": "",
        "m-NTM-investment-paid": "400",
        "m-NTM-investment-forecast": "1000",
        "n-results": "Đã ban hành kế hoạch năm và tổ chức hai hội nghị.",
        "n-difficulties": "Chậm giải phóng mặt bằng do vướng giá đất.",
        "n-proposals": "",
        "n-next": "",
    }
