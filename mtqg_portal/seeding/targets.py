"""Targets of 2022 and 2023, their split among districts, and figures entered directly."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from programs.catalogue import read
from programs.models import Program
from targets.models import Indicator, Operator, Progress, Target

from .amounts import spread

DATA = Path(__file__).parent / "data"

# Share of each district (in the order of places.DISTRICTS) in what is counted and can be split.
SPLIT = {
    "NTM_COMMUNES": (0, 0, 1, 1, 1, 1, 2, 1, 0),
    "NTM_ADVANCED": (0, 0, 1, 2, 3, 3, 3, 2, 1),
    "NTM_MODEL": (0, 0, 0, 0, 0, 0, 1, 0, 0),
    "NTM_HAMLETS": (6, 6, 8, 10, 14, 16, 18, 12, 10),
    "POOR_CUT": (620, 680, 520, 430, 210, 240, 170, 80, 50),
    "JOB_CHANGE": (150, 160, 90, 60, 0, 0, 0, 0, 0),
    "HOME_LAND": (48, 56, 28, 20, 0, 0, 0, 0, 0),
    "HOUSING": (62, 70, 34, 20, 0, 0, 0, 0, 0),
    "RESETTLED": (240, 260, 90, 60, 0, 0, 0, 0, 0),
}
# The same work a year earlier: the province's target of 2022.
OF_2022 = {
    "NTM_COMMUNES": 6, "NTM_ADVANCED": 10, "NTM_HAMLETS": 80, "POOR_CUT": 2600, "JOB_CHANGE": 300,
    "HOME_LAND": 90, "HOUSING": 140, "RESETTLED": 400,
}  # fmt: skip
WORDING = {
    "NTM_COMMUNES": "Thêm ít nhất {value} xã đạt chuẩn nông thôn mới",
    "NTM_ADVANCED": "Thêm ít nhất {value} xã đạt chuẩn nông thôn mới nâng cao",
    "NTM_MODEL": "Thêm ít nhất {value} xã đạt chuẩn nông thôn mới kiểu mẫu",
    "NTM_HAMLETS": "Thêm ít nhất {value} thôn nông thôn mới kiểu mẫu",
    "POOR_CUT": "Giảm ít nhất {value} hộ nghèo",
    "JOB_CHANGE": "Hỗ trợ chuyển đổi nghề cho {value} hộ",
    "HOME_LAND": "Hỗ trợ đất ở cho {value} hộ",
    "HOUSING": "Hỗ trợ {value} hộ chưa có nhà, xóa nhà tạm",
    "RESETTLED": "Sắp xếp, ổn định dân cư cho {value} hộ",
}
# Share of a year's target reached by the end of March 2023, by district; None: not yet entered.
QUARTER = (0.12, 0.1, 0.15, 0.28, 0.2, 0.25, 0.3, None, 0.2)
# What the owners entered for the whole province at the end of 2022.
PROVINCE_2022 = {"ETHNIC_POOR_RATE": "3.42", "POOR_DISTRICT_RATE": "5.87"}


def build_targets(province, people):
    indicators = load_indicators()
    document, old_document = province.documents["plan2023"], province.documents["plan2022"]
    targets = [
        province_target(province, indicators, row, order, document)
        for order, row in enumerate(read(DATA / "targets_2023.csv"), start=1)
    ]
    models = {target.indicator.code: target for target in targets}
    for code, weights in SPLIT.items():
        split = spread(int(models[code].value), list(weights))
        targets += district_targets(province, models[code], "2023", split, document)
    for code, value in OF_2022.items():
        targets.append(like(models[code], province.unit, "2022", value, old_document))
        split = spread(value, list(SPLIT[code]))
        targets += district_targets(province, models[code], "2022", split, old_document)
    Target.objects.bulk_create(targets)
    enter_figures(province, indicators, people)


def load_indicators():
    programs = {program.code: program for program in Program.objects.all()}
    found = {}
    for row in read(DATA / "indicators.csv"):
        plain = {
            key: row[key] for key in ("code", "name", "measure_unit", "aggregation", "direction")
        }
        indicator = Indicator.objects.create(**plain, decimals=int(row["decimals"]))
        indicator.programs.set(programs[code] for code in row["programs"].split())
        found[indicator.code] = indicator
    return found


def province_target(province, indicators, row, order, document):
    numbers = {
        key: Decimal(row[key]) if row[key] else None
        for key in ("value", "base", "cumulative", "share")
    }
    return Target(
        indicator=indicators[row["indicator"]],
        program=Program.objects.get(code=row["program"]),
        unit=province.unit,
        period="2023",
        order=order,
        wording=row["wording"],
        operator=row["operator"],
        due_text=row["due_text"],
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        document=document,
        **numbers,
    )


def district_targets(province, model, period, split, document):
    return [
        like(model, district, period, value, document)
        for district, value in zip(province.districts, split, strict=True)
        if value
    ]


def like(model, unit, period, value, document):
    """The same indicator for another unit or year."""
    shown = f"{value:02d}" if model.operator == Operator.AT_LEAST and value < 10 else f"{value:,}"
    return Target(
        indicator=model.indicator,
        program=model.program,
        unit=unit,
        period=period,
        order=model.order,
        operator=model.operator,
        value=value,
        document=document,
        wording=WORDING[model.indicator.code].format(value=shown.replace(",", ".")),
    )


def enter_figures(province, indicators, people):
    rows = []
    for code in SPLIT:
        targets = Target.objects.filter(indicator=indicators[code], period="2023")
        values = {target.unit_id: target.value for target in targets}
        for district, reached in zip(province.districts, QUARTER, strict=True):
            if reached is not None and district.pk in values:
                done = int(values[district.pk] * Decimal(str(reached)))
                rows.append(entered(indicators[code], district, "2023-Q1", done, people))
    for code, value in PROVINCE_2022.items():
        rows.append(entered(indicators[code], province.unit, "2022", Decimal(value), people))
    Progress.objects.bulk_create(rows)


LAST_DAYS = {"2023-Q1": date(2023, 3, 31), "2022": date(2022, 12, 31)}


def entered(indicator, unit, period, value, people):
    return Progress(
        indicator=indicator,
        unit=unit,
        period=period,
        value=value,
        as_of=LAST_DAYS[period],
        revision=1,
        is_official=True,
        recorded_by=people["thuongtruc"],
    )
