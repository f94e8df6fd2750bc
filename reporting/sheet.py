"""The prefilled form of a half-year or yearly report: what is asked, what is known, what is wrong.

One description serves the page, the check at submission and the frozen copy. Money is typed in
triệu đồng and stored in đồng; locked cells come from the portal's own rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from core.columns import (
    DECIMAL,
    INTEGER,
    MILLION,
    MONEY,
    TEXT,
    Column,
    ColumnDoubt,
    ColumnError,
)
from core.forms import ANSWER
from core.periods import Period
from disbursement.models import LedgerEntry, Nature, Payment
from organizations.models import Unit
from programs.models import Program
from targets.models import NUMERIC, Progress, Target

from .models import NarrativeSection, Report

REQUIRED_TEXTS = (NarrativeSection.RESULTS, NarrativeSection.DIFFICULTIES)
NEVER_NEGATIVE = 0


@dataclass
class Cell:
    """One box to fill: its form name, its check, what was typed and what is wrong with it."""

    name: str
    column: Column
    label: str
    raw: str = ""
    value: Any = None
    error: str = ""
    readings: tuple = ()

    @property
    def shown(self) -> str:
        """For reading: the checked value as an office writes it, else what was typed."""
        return self.raw if self.value is None else self.column.shown(self.value)


@dataclass
class TargetRow:
    target: Target
    previous: Any
    value: Cell
    note: Cell

    @property
    def cells(self):
        return [self.value, self.note]


@dataclass
class MoneyRow:
    """Amounts in đồng; `planned` includes money carried over from earlier years."""

    program: Program
    nature: str
    planned: int | None
    paid: int | None
    paid_last_year: int | None
    reported: Cell
    forecast: Cell

    @property
    def nature_label(self):
        return Nature(self.nature).label

    @property
    def cells(self):
        return [self.reported, self.forecast]


@dataclass
class TextRow:
    section: str
    cell: Cell
    previous: str = ""

    @property
    def cells(self):
        return [self.cell]


@dataclass
class ReportSheet:
    report: Report
    targets: list[TargetRow] = field(default_factory=list)
    money: list[MoneyRow] = field(default_factory=list)
    texts: list[TextRow] = field(default_factory=list)

    def cells(self) -> Iterator[Cell]:
        for row in (*self.targets, *self.money, *self.texts):
            yield from row.cells

    @property
    def errors(self) -> list[Cell]:
        return [cell for cell in self.cells() if cell.error]

    def sections(self):
        """(number, title, rows, how many errors, how many filled) for the list of sections."""
        parts = [
            ("muc-tieu", "Kết quả mục tiêu, chỉ tiêu", self.targets),
            ("von", "Huy động và giải ngân vốn", self.money),
            ("phan-loi", "Đánh giá và kiến nghị", self.texts),
        ]
        return [SectionState(anchor, title, rows) for anchor, title, rows in parts]

    def typed(self) -> dict[str, str]:
        return {cell.name: cell.raw for cell in self.cells()}

    def check(self) -> bool:
        """Checks every cell, all errors at once; True when the report may be submitted."""
        for cell in self.cells():
            try:
                cell.value = cell.column.check(cell.raw)
            except ColumnError as error:
                cell.error = str(error)
                cell.readings = error.readings if isinstance(error, ColumnDoubt) else ()
        for row in self.money:
            compare(row)
        return not self.errors

    def frozen(self) -> dict:
        """The report as sent: every figure with its unit and day, readable in years."""
        on = self.report.round
        return {
            "unit": self.report.unit.name,
            "period": on.period,
            "figures_on": on.figures_on.isoformat(),
            "money_on": on.money_on.isoformat(),
            "targets": [
                {
                    "target": r.target.pk,
                    "wording": r.target.wording,
                    "unit": r.target.indicator.measure_unit,
                    "value": text_or_none(r.value.value),
                    "note": r.note.raw,
                }
                for r in self.targets
            ],
            "money": [
                {
                    "program": r.program.code,
                    "nature": r.nature,
                    "planned": r.planned,
                    "paid_in_ledger": r.paid,
                    "paid": r.reported.value,
                    "forecast": r.forecast.value,
                }
                for r in self.money
            ],
            "texts": {r.section: r.cell.raw for r in self.texts},
        }


@dataclass(frozen=True)
class SectionState:
    anchor: str
    title: str
    rows: list

    @property
    def errors(self):
        return sum(1 for row in self.rows for cell in row.cells if cell.error)

    @property
    def filled(self):
        return sum(1 for row in self.rows if row.cells[0].raw)

    @property
    def is_done(self):
        return bool(self.rows) and self.filled == len(self.rows) and not self.errors


def text_or_none(value):
    return None if value is None else str(value)


def compare(row: MoneyRow) -> None:
    """Typed money may not pass the plan (the Treasury's may: it is kept with a flag)."""
    plan = row.planned
    for cell, word in ((row.reported, "Giải ngân lũy kế"), (row.forecast, "Ước giải ngân cả năm")):
        if cell.value is not None and plan is not None and cell.value > plan:
            cell.error = (
                f"{word} {millions(cell.value)} lớn hơn kế hoạch {millions(plan)} triệu đồng "
                "(gồm vốn kéo dài)."
            )
    reported, forecast = row.reported.value, row.forecast.value
    if not row.forecast.error and None not in (reported, forecast) and forecast < reported:
        row.forecast.error = (
            f"Ước cả năm {millions(forecast)} nhỏ hơn số đã giải ngân {millions(reported)} "
            "triệu đồng."
        )


def millions(amount: int) -> str:
    whole, part = divmod(abs(amount), MILLION)
    text = f"{whole:,}".replace(",", ".")
    if part:
        text += "," + f"{part:06d}".rstrip("0")
    return f"-{text}" if amount < 0 else text


def build_sheet(report: Report, typed: dict[str, str] | None = None) -> ReportSheet:
    """The form of a report with what has been typed so far (default: its kept draft).

    A form nobody has touched opens with what the portal knows already: the ledger's payments.
    """
    is_untouched = typed is None and not report.draft
    typed = report.draft if typed is None else typed
    sheet = ReportSheet(report)
    sheet.targets = target_rows(report)
    sheet.money = money_rows(report)
    sheet.texts = text_rows(report)
    for cell in sheet.cells():
        raw = (typed.get(cell.name) or "").strip()
        cell.raw = cell.column.settled(raw, typed.get(cell.name + ANSWER) or "")
    if is_untouched:
        for row in sheet.money:
            row.reported.raw = row.reported.column.display(row.paid)
    return sheet


def target_rows(report: Report) -> list[TargetRow]:
    period = Period.parse(report.round.period)
    targets = list(
        Target.objects.filter(unit=report.unit, period=str(period.start.year), operator__in=NUMERIC)
        .select_related("indicator", "program")
        .order_by("program__order", "order")
    )
    last_year = report.round.period.replace(str(period.start.year), str(period.start.year - 1), 1)
    before = Progress.objects.official().filter(
        unit=report.unit,
        period=last_year,
        indicator__in=[t.indicator_id for t in targets],
    )
    previous = dict(before.values_list("indicator_id", "value"))
    return [target_row(target, previous.get(target.indicator_id)) for target in targets]


def target_row(target: Target, previous: Any) -> TargetRow:
    kind = DECIMAL if target.indicator.decimals else INTEGER
    value = Column(
        "value",
        "Thực hiện",
        kind,
        required=True,
        minimum=NEVER_NEGATIVE,
        measure=target.indicator.measure_unit,
    )
    note = Column("note", "Ghi chú", TEXT, maximum=400)
    return TargetRow(
        target,
        previous,
        Cell(f"t-{target.pk}-value", value, f"{target.wording}: thực hiện"),
        Cell(f"t-{target.pk}-note", note, f"{target.wording}: ghi chú"),
    )


def money_rows(report: Report) -> list[MoneyRow]:
    """One row for each programme × nature the unit has money of in the plan year."""
    period = Period.parse(report.round.period)
    year, on = period.start.year, report.round.money_on
    area = Unit.objects.below(report.unit, on)
    planned = (
        LedgerEntry.objects.filter(project__unit__in=area, plan_year=year)
        .as_of(on)
        .total_by("component__program", "nature")
    )
    paid = paid_by(area, year, on)
    before = paid_by(area, year - 1, on.replace(year=year - 1))
    programs = Program.objects.in_bulk([program for program, _ in planned])
    keys = sorted(planned, key=lambda key: (programs[key[0]].order, key[1]))
    return [
        money_row(programs[key[0]], key[1], planned[key], paid.get(key), before.get(key))
        for key in keys
    ]


def paid_by(area, year, on):
    return (
        Payment.objects.filter(project__unit__in=area, plan_year=year)
        .as_of(on)
        .total_by("project__component__program", "nature")
    )


def money_row(program, nature, planned, paid, before) -> MoneyRow:
    name = f"m-{program.code}-{nature}"
    label = f"{program.short_name}, {Nature(nature).label.lower()}"
    reported = Column("paid", "Giải ngân lũy kế", MONEY, required=True, minimum=0, unit=MILLION)
    forecast = Column("forecast", "Ước cả năm", MONEY, required=True, minimum=0, unit=MILLION)
    return MoneyRow(
        program,
        nature,
        planned,
        paid,
        before,
        Cell(f"{name}-paid", reported, f"{label}: giải ngân lũy kế"),
        Cell(f"{name}-forecast", forecast, f"{label}: ước cả năm"),
    )


def text_rows(report: Report) -> list[TextRow]:
    rows = []
    for section in NarrativeSection:
        column = Column(
            "text", section.label, TEXT, required=section in REQUIRED_TEXTS, maximum=8000
        )
        rows.append(TextRow(section, Cell(f"n-{section}", column, section.label)))
    return rows
