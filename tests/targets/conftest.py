"""One programme, a counted target split between two districts, and the eighteen of the plan."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from programs.models import Program
from targets.models import Aggregation, Indicator, Operator, Progress, Target

YEAR = "2023"


@pytest.fixture
def programs(db):
    made = {}
    for order, (code, name) in enumerate(
        (("NTM", "Nông thôn mới"), ("GNBV", "Giảm nghèo bền vững"), ("DTTS", "Dân tộc thiểu số"))
    ):
        made[code] = Program.objects.create(
            code=code,
            name=f"Chương trình {name}",
            short_name=name,
            kind="national",
            order=order,
            generation="2021–2025",
            valid_from=date(2021, 1, 1),
            valid_to=date(2026, 1, 1),
        )
    return made


def make_indicator(code, programs, aggregation=Aggregation.SUM, **extra):
    indicator = Indicator.objects.create(
        code=code,
        name=f"Chỉ số {code}",
        aggregation=aggregation,
        measure_unit=extra.pop("measure_unit", "xã"),
        **extra,
    )
    indicator.programs.set(programs)
    return indicator


def make_target(indicator, program, unit, operator=Operator.AT_LEAST, value=7, **extra):
    return Target.objects.create(
        indicator=indicator,
        program=program,
        unit=unit,
        period=extra.pop("period", YEAR),
        wording=extra.pop("wording", f"Chỉ tiêu {indicator.code} của {unit}"),
        operator=operator,
        value=value,
        **extra,
    )


def enter(indicator, unit, period, value, as_of, official=True):
    row = Progress.objects.record(
        indicator=indicator,
        unit=unit,
        period=period,
        as_of=as_of,
        user=None,
        value=None if value is None else Decimal(str(value)),
    )
    if official:
        Progress.objects.make_official([row])
    return row


@pytest.fixture
def counted(units, programs):
    """Communes to recognise: 7 in the province, 4 in An, 3 in Bình."""
    indicator = make_indicator("XA", [programs["NTM"]])
    province = make_target(
        indicator,
        programs["NTM"],
        units.province,
        cumulative=42,
        share=67,
        base=35,
        wording="Thêm ít nhất 07 xã đạt chuẩn",
    )
    return SimpleNamespace(
        indicator=indicator,
        program=programs["NTM"],
        province=province,
        a=make_target(indicator, programs["NTM"], units.district_a, value=4),
        b=make_target(indicator, programs["NTM"], units.district_b, value=3),
    )
