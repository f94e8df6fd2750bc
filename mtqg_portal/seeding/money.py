"""Capital of 2022 and 2023: allotments down to the project list, and what was paid out."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils import timezone

from core.periods import month_end
from disbursement.models import (
    EntryKind,
    LedgerEntry,
    Moment,
    Nature,
    Payment,
    PaymentKind,
    Project,
    ProjectKind,
    Source,
)
from organizations.models import COMMUNE_KINDS, UnitFlag, UnitKind
from programs.models import Component

from . import project_types as kinds
from .amounts import spread, spread_within

MILLION = 1_000_000
# In triệu đồng: what the province has to spend in 2023 and has spent by 30/6 (37,38 %).
TO_SPEND, PAID = 1_024_200, 382_846
OF_2023_START, OF_2023_LATER, CARRIED = 781_400, 28_600, 214_200
PAID_FROM_CARRIED = 121_346
CARRIED_SHARE = 0.28
WITH_2022, WITH_LATER, LATER_ONLY = 150, 26, 5
SLOW = {"Đá Biếc": 0.55, "Mây Ngàn": 0.6, "Suối Đàn": 0.75}
MONTHS_2023 = ((2, 0.05), (3, 0.2), (4, 0.4), (5, 0.68), (6, 1.0))
MONTHS_2022 = ((8, 0.08), (9, 0.22), (10, 0.4), (11, 0.62), (12, 0.94), (13, 1.0))


@dataclass
class Line:
    """One project being drawn up; amounts in triệu đồng."""

    project: Project
    weight: int
    pace: float
    district: str
    is_zero: bool = False
    only_later: bool = False
    has_2022: bool = False
    has_later: bool = False
    plan: dict = field(default_factory=dict)


def build_money(province, rng):
    """Projects, ledger and payments; returns the projects."""
    lines = draw_projects(province, rng)
    Project.objects.bulk_create(line.project for line in lines)
    mark(lines, rng)
    share_out(lines)
    entries, payments = [], []
    for line in lines:
        entries += project_entries(line, province.documents)
    entries += chain_entries(province, entries)
    payments += payments_of_2023(lines, rng)
    payments += payments_of_2022(lines, rng)
    LedgerEntry.objects.bulk_create(entries, batch_size=1000)
    Payment.objects.bulk_create(payments, batch_size=1000)
    return [line.project for line in lines]


def draw_projects(province, rng):
    components = {component.code: component for component in Component.objects.all()}
    pools = place_pools(province)
    lines, used = [], defaultdict(int)
    for kind in kinds.TYPES:
        pool = [province.agencies[code] for code in kind.agencies] or pools[kind.where]
        rotation = rng.sample(pool, len(pool))
        for number in range(kind.count):
            unit = rotation[number % len(pool)]
            used[(kind.name, unit.code)] += 1
            lines.append(
                draw_line(
                    province,
                    kind,
                    unit,
                    used[(kind.name, unit.code)],
                    components[kind.component],
                    rng,
                )
            )
    for number, line in enumerate(lines, start=1):
        line.project.code = f"MAU-{number:04d}"
    return lines


def place_pools(province):
    flagged = defaultdict(set)
    for unit, flag in UnitFlag.objects.values_list("unit", "flag"):
        flagged[flag].add(unit)
    communes = province.all_communes()
    return {
        kinds.DIFFICULT: [c for c in communes if c.pk in flagged["extremely_difficult"]],
        kinds.ETHNIC: [c for c in communes if c.pk in flagged["ethnic_area"]],
        kinds.RURAL: [c for c in communes if c.kind == UnitKind.COMMUNE],
        kinds.URBAN: [c for c in communes if c.kind != UnitKind.COMMUNE],
        kinds.DISTRICT: province.districts,
    }


def draw_line(province, kind, unit, repeat, component, rng):
    district = district_of(province, unit)
    name = kind.name.format(place=unit.short_name if unit.kind in COMMUNE_KINDS else unit.name)
    weight = rng.randint(*kind.sizes)
    project = Project(
        name=name if repeat == 1 else f"{name} (giai đoạn {repeat})",
        kind=kind.kind,
        unit=unit,
        owner=district or unit,
        component=component,
    )
    pace = rng.betavariate(2.6, 3.2) * SLOW.get(district.short_name if district else "", 1.1)
    return Line(project, weight, max(pace, 0.06), district.short_name if district else "")


def district_of(province, unit):
    if unit in province.districts:
        return unit
    return next((d for d in province.districts if unit in province.communes[d.code]), None)


def mark(lines, rng):
    """Which works stand still, which have money of 2022, which got more in May."""
    works = [line for line in lines if line.project.kind == ProjectKind.WORKS]
    reasons = iter(kinds.REASONS * 3)
    for district, count in kinds.STANDING_STILL.items():
        here = [line for line in works if line.district == district]
        for line in rng.sample(here, count):
            line.is_zero, line.project.difficulty = True, next(reasons)
    zero = [line for line in lines if line.is_zero]
    moving = [line for line in works if not line.is_zero]
    for line in rng.sample(moving, WITH_2022 - 6) + zero[:6]:
        line.has_2022 = True
    for line in rng.sample(moving, WITH_LATER):
        line.has_later = True
    for line in rng.sample([m for m in moving if not m.has_2022], LATER_ONLY):
        line.has_later = line.only_later = True
    Project.objects.bulk_update([line.project for line in zero], ["difficulty"])


def share_out(lines):
    """Plans by vintage, adding up to the province's totals exactly."""
    parts = (
        ("start", OF_2023_START, [line for line in lines if not line.only_later]),
        ("later", OF_2023_LATER, [line for line in lines if line.has_later]),
        ("carried", CARRIED, [line for line in lines if line.has_2022]),
    )
    for name, total, chosen in parts:
        amounts = spread(total, [line.weight for line in chosen])
        for line, amount in zip(chosen, amounts, strict=True):
            line.plan[name] = amount
    for line in lines:
        if line.project.kind == ProjectKind.WORKS:
            line.project.total_investment = round(sum(line.plan.values()) * 1.4) * MILLION
    Project.objects.bulk_update([line.project for line in lines], ["total_investment"])


def sources(line, amount):
    """Central money with the province's counterpart; local programmes have no central money."""
    program = line.project.component.code.split("-")[0]
    if program in kinds.LOCAL_PROGRAMS:
        return [(Source.PROVINCE, amount)]
    counterpart = amount * 12 // 100
    own = Source.DISTRICT if program == "NTM" and line.district else Source.PROVINCE
    return [(Source.CENTRAL, amount - counterpart), (own, counterpart)]


def nature_of(line):
    is_works = line.project.kind == ProjectKind.WORKS
    return Nature.INVESTMENT if is_works else Nature.RECURRENT


# name of the part -> kind of entry, plan year, origin year, moment, decision, day
ENTRIES = {
    "start": (EntryKind.ALLOTMENT, 2023, 2023, Moment.START, "money2023", date(2023, 1, 3)),
    "later": (EntryKind.SUPPLEMENT, 2023, 2023, Moment.LATER, "later", date(2023, 5, 15)),
    "carried": (EntryKind.CARRY_IN, 2023, 2022, Moment.START, "carry", date(2023, 2, 20)),
    "of_2022": (EntryKind.ALLOTMENT, 2022, 2022, Moment.START, "money2022", date(2022, 7, 20)),
    "left": (EntryKind.CARRY_OUT, 2022, 2022, Moment.START, "carry", date(2023, 2, 20)),
}


def project_entries(line, documents):
    carried = line.plan.get("carried")
    plan = dict(line.plan)
    if carried:
        plan |= {"of_2022": round(carried / CARRIED_SHARE), "left": -carried}
    for name, amount in plan.items():
        kind, plan_year, origin_year, moment, decision, day = ENTRIES[name]
        for source, part in sources(line, abs(amount)):
            yield LedgerEntry(
                kind=kind,
                project=line.project,
                unit=line.project.unit,
                component=line.project.component,
                source=source,
                nature=nature_of(line),
                plan_year=plan_year,
                origin_year=origin_year,
                moment=moment,
                amount=(part if amount > 0 else -part) * MILLION,
                decision=documents[decision],
                effective_on=day,
                recorded_at=same_evening(day),
            )


def chain_entries(province, entries):
    """What the province, each district and each agency was assigned: exactly what lies below."""
    sums, samples = defaultdict(int), {}
    for entry in entries:
        district = district_of(province, entry.unit)
        for unit in (province.unit, district or entry.unit):
            key = (
                unit,
                entry.component_id,
                entry.kind,
                entry.source,
                entry.nature,
                entry.plan_year,
                entry.origin_year,
                entry.moment,
            )
            sums[key] += entry.amount
            samples[key] = entry
    for key, amount in sums.items():
        unit, _, kind, source, nature, plan_year, origin_year, moment = key
        yield LedgerEntry(
            kind=kind,
            unit=unit,
            component=samples[key].component,
            source=source,
            nature=nature,
            plan_year=plan_year,
            origin_year=origin_year,
            moment=moment,
            amount=amount,
            decision=samples[key].decision,
            effective_on=samples[key].effective_on,
            recorded_at=samples[key].recorded_at,
        )


def payments_of_2023(lines, rng):
    moving = [line for line in lines if not line.is_zero]
    start = [line for line in moving if "start" in line.plan]
    later = [line for line in moving if line.has_later and not line.only_later]
    carried = [line for line in lines if line.has_2022]
    from_later = sum(line.plan["later"] for line in later) * 12 // 100
    parts = (
        ("start", PAID - PAID_FROM_CARRIED - from_later, start),
        ("later", from_later, later),
        ("carried", PAID_FROM_CARRIED, carried),
    )
    for name, total, chosen in parts:
        limits = [line.plan[name] * 97 // 100 for line in chosen]
        weights = [line.plan[name] * line.pace for line in chosen]
        for line, paid in zip(chosen, spread_within(total, weights, limits), strict=True):
            months = MONTHS_2023[-2:] if name == "later" else MONTHS_2023
            yield from vouchers(line, name, sources(line, paid), months, rng)


def payments_of_2022(lines, rng):
    """Of each source all that was not carried over, to the đồng."""
    for line in lines:
        if carried := line.plan.get("carried"):
            left = dict(sources(line, carried))
            given = sources(line, round(carried / CARRIED_SHARE))
            paid = [(source, amount - left[source]) for source, amount in given]
            yield from vouchers(line, "of_2022", paid, MONTHS_2022, rng)


def vouchers(line, name, parts, months, rng):
    """An advance first, then volume from which the advance is taken back half by half."""
    _, plan_year, origin_year, moment, *_ = ENTRIES[name]
    fixed = {
        "project": line.project,
        "nature": nature_of(line),
        "plan_year": plan_year,
        "origin_year": origin_year,
        "moment": moment,
    }
    for source, total in parts:
        for month, kind, amount in steps(total, months, rng):
            day = voucher_day(plan_year + (month > 12), (month - 1) % 12 + 1, rng)
            yield Payment(
                **fixed,
                source=source,
                kind=kind,
                amount=amount * MILLION,
                paid_on=day,
                recorded_at=same_evening(day),
                voucher=f"CT-{line.project.code[4:]}-{day:%m%y}",
            )


def same_evening(day):
    """Known on the day it happened, so that the demo can be asked what was known then."""
    return timezone.make_aware(datetime.combine(day, time(17)))


def voucher_day(year, month, rng):
    """Payments crowd at the end of a month."""
    return rng.choice((date(year, month, rng.randint(5, 27)), month_end(year, month)))


def steps(total, months, rng):
    """(month, kind, amount) whose amounts add up to the total."""
    first = rng.randrange(len(months)) if total < 400 else rng.randrange(max(len(months) - 2, 1))
    shares = [share for _, share in months[first:]]
    reached = [round(total * share / shares[-1]) for share in shares]
    advance = reached[0]
    if advance:
        yield months[first][0], PaymentKind.ADVANCE, advance
    taken_back = 0
    for (month, _), before, after in zip(months[first + 1 :], reached, reached[1:], strict=False):
        if after <= before:
            continue
        back = min((advance - taken_back + 1) // 2, advance - taken_back)
        taken_back += back
        yield month, PaymentKind.VOLUME, after - before + back
        if back:
            yield month, PaymentKind.RECOVERY, -back
