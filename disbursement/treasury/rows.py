"""Rows behind a figure of the reconciliation: lines of money, each with its part of the sum."""

from django.urls import reverse

from core.provenance import RowLine, RowSet

from ..forms import vintage_label
from ..models import Project
from .gaps import GapState

DONG = "đồng"
TITLES = {
    "said": "Kho bạc báo lũy kế",
    "held": "Cổng ghi đến ngày chốt của Kho bạc",
    "difference": "Chênh lệch giữa cổng và Kho bạc",
    "waiting": "Dòng Kho bạc chờ ghép công trình",
} | {str(state): f"Chênh lệch, {state.label[0].lower()}{state.label[1:]}" for state in GapState}


def gap_rows(scope, part, user):
    """The rows add up to the figure that the page shows."""
    gaps = [] if part == "waiting" else scope.gaps(user)
    if part in GapState.values:
        gaps = [gap for gap in gaps if gap.state == part]
    names = Project.objects.select_related("unit").in_bulk({gap.project for gap in gaps})
    lines = [line_of(gap, names[gap.project], part, scope) for gap in gaps]
    if part in ("said", "waiting", "difference"):
        sign = -1 if part == "difference" else 1
        lines += [waiting_line(line, sign) for line in scope.waiting(user)]
    lines = [line for line in lines if line.value is not None]
    lines.sort(key=lambda line: (-abs(line.value), line.name))
    return RowSet(f"{TITLES[part]}, năm kế hoạch {scope.year}", DONG, lines, scope.day)


def line_of(gap, project, part, scope):
    values = {"said": gap.reported, "held": gap.booked}
    note = " · ".join(
        [project.code, project.unit.label, vintage_label(gap.vintage), GapState(gap.state).label]
    )
    url = reverse("disbursement:reconcile_project", args=[project.pk])
    value = values.get(part, gap.difference)
    return RowLine(project.name, value, f"{url}?nam={scope.year}", note, gap.as_of)


def waiting_line(line, sign=1):
    note = f"đợt nhập {line.batch_id}, dòng {line.number}, chờ ghép"
    url = reverse("disbursement:match_line", args=[line.pk])
    return RowLine(
        f"{line.code} {line.name}".strip(), sign * line.cumulative, url, note, line.as_of
    )
