"""What frames the demo's money: medium-term plans, counterpart, contracts, arrears, keys."""

from collections import defaultdict
from datetime import date

from disbursement.models import (
    ConstructionArrears,
    Contract,
    CounterpartRule,
    LedgerEntry,
    MediumTermEntry,
    Project,
    ProjectKind,
)
from programs.models import Program

from .money import same_evening

FIRST, LAST = 2021, 2025
# Hundredths of a percent of the central money.
COUNTERPART = {"NTM": 2000, "GNBV": 1000, "DTTS": 1000}
# The years named by yearly plans are two of five.
OVER_TWO_YEARS = 2.4
CONTRACTORS = ("Công ty Xây dựng Mẫu A", "Công ty Xây dựng Mẫu B", "Tổ nhóm thợ thôn Mẫu")
IN_ARREARS = 14
MILLION = 1_000_000


def build_frames(province, rng):
    """Drawn after the money, so that its sums stay what they are."""
    projects = list(Project.objects.select_related("component__program").order_by("code"))
    give_keys(projects, rng)
    set_medium_term(province, projects)
    set_counterpart(province)
    sign_contracts(projects, rng)
    owe_builders(projects, rng)


def give_keys(projects, rng):
    """Keys as an accountant writes them, with numbers that no budget uses."""
    for project in projects:
        is_works = project.kind == ProjectKind.WORKS
        project.budget_unit_code = f"9{project.unit_id:06d}"
        project.target_program_code = f"9{project.component.program.order:02d}0"
        project.chapter = "800" if is_works else "760"
        project.category = "280-292" if is_works else "280-338"
        project.item = "9300-9301" if is_works else "6600-6649"
    keys = ["budget_unit_code", "target_program_code", "chapter", "category", "item"]
    Project.objects.bulk_update(projects, keys, batch_size=500)


def set_medium_term(province, projects):
    """Each programme of the province, and each works: never below what its years were given."""
    given = defaultdict(int)
    entries = LedgerEntry.objects.filter(project__in=projects, origin_year__gte=FIRST)
    for project, program, source, nature, plan_year, origin_year, amount in entries.values_list(
        "project", "component__program", "source", "nature", "plan_year", "origin_year", "amount"
    ):
        if plan_year == origin_year and amount > 0:
            given[(None, program, source, nature)] += amount
            given[(project, program, source, nature)] += amount
    works = {project.pk: project for project in projects if project.kind == ProjectKind.WORKS}
    MediumTermEntry.objects.bulk_create(
        MediumTermEntry(
            unit=works[project].unit if project else province.unit,
            program_id=program,
            project_id=project,
            source=source,
            nature=nature,
            first_year=FIRST,
            last_year=LAST,
            amount=enough(amount, project),
            decision=province.documents["medium_term"],
            effective_on=date(2021, 12, 10),
            recorded_at=same_evening(date(2021, 12, 10)),
        )
        for (project, program, source, nature), amount in given.items()
        if project is None or project in works
    )


def enough(amount, project):
    """In whole triệu đồng; works end within the period, programmes go on to its end."""
    times = 1.15 if project else OVER_TWO_YEARS
    return -(-int(amount * times) // MILLION) * MILLION


def set_counterpart(province):
    programs = {program.code: program for program in Program.objects.all()}
    for code, share in COUNTERPART.items():
        if code in programs:
            CounterpartRule.objects.create(
                unit=province.unit,
                program=programs[code],
                plan_year=2023,
                required_share=share,
                legal_basis=province.documents["medium_term"],
            )


def sign_contracts(projects, rng):
    works = [project for project in projects if project.kind == ProjectKind.WORKS]
    signed = rng.sample(works, len(works) * 3 // 4)
    Contract.objects.bulk_create(
        Contract(
            project=project,
            number=f"{place:02d}/2023/HĐ-XD",
            contractor=rng.choice(CONTRACTORS),
            signed_on=date(2023, rng.randint(1, 5), rng.randint(1, 28)),
            due_on=date(2023, rng.randint(9, 12), 30),
            amount=project.total_investment * 92 // 100 // MILLION * MILLION,
        )
        for place, project in enumerate(signed, start=1)
        if project.total_investment
    )


def owe_builders(projects, rng):
    """A few works were built faster than money came; one has been cleared since."""
    works = [project for project in projects if project.kind == ProjectKind.WORKS]
    for place, project in enumerate(rng.sample(works, IN_ARREARS)):
        days = [date(2022, 12, 31), date(2023, 6, 30)]
        first = rng.randint(80, 900)
        left = 0 if place == 0 else max(first - rng.randint(0, 300), 20)
        for day, amount in zip(days, (first, left), strict=True):
            ConstructionArrears.objects.create(
                project=project,
                as_of=day,
                amount=amount * MILLION,
                recorded_at=same_evening(day),
            )
