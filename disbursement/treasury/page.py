"""The reconciliation pages: what is compared, its totals with named parts, one page of lines."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse

from core.text import search_key
from organizations.models import Unit

from ..forms import vintage_label
from ..models import Payment, Project, TreasuryLine
from .gaps import GapState, by_project, open_gaps, totals_of, waiting_lines
from .movements import key_text, movements

PAGE = 50
NEED_A_PERSON = (GapState.UNEXPLAINED, GapState.STALE, GapState.ONLY_TREASURY)
TONES = {
    GapState.UNEXPLAINED: "bad",
    GapState.STALE: "warn",
    GapState.ONLY_TREASURY: "bad",
    GapState.ONLY_BOOKS: "warn",
    GapState.EXPLAINED: "info",
    GapState.AGREED: "good",
}


@dataclass(frozen=True)
class Scope:
    """Which money is compared; all of it fits an address."""

    year: int
    day: date
    unit: Unit | None = None
    program: str = ""

    def projects(self, user):
        rows = Project.objects.for_user(user)
        if self.unit:
            inside = Unit.objects.below(self.unit, min(self.day, date(self.year, 12, 31)))
            rows = rows.filter(unit__in=inside)
        return rows.filter(component__program__code=self.program) if self.program else rows

    def gaps(self, user):
        projects = self.projects(user)
        return open_gaps(self.year, self.day, projects if projects.query.where else None)

    def waiting(self, user):
        """Lines of no project belong to no unit and no programme."""
        if self.unit or self.program:
            return TreasuryLine.objects.none()
        return waiting_lines(self.year, self.day, user)

    def query(self, **more):
        said = {"nam": self.year, "den": f"{self.day:%d/%m/%Y}"}
        said |= {"don_vi": self.unit.pk} if self.unit else {}
        said |= {"ct": self.program} if self.program else {}
        return urlencode(said | more)

    def rows_url(self, part):
        return f"{reverse('disbursement:reconcile_rows')}?{self.query(so=part)}"


def scope_of(chosen):
    return Scope(chosen["year"], chosen["day"], chosen["unit"], chosen["program"])


def reconcile_context(user, chosen, number):
    scope = scope_of(chosen)
    gaps = scope.gaps(user)
    waiting = [line.cumulative for line in scope.waiting(user)]
    totals = totals_of(gaps, sum(waiting))
    groups = narrowed(by_project(gaps), chosen, scope.projects(user))
    page = Paginator(groups, PAGE).get_page(number)
    page.object_list = lines_of(page.object_list)
    return {
        "scope": scope,
        "year": scope.year,
        "last_day": max((gap.as_of for gap in gaps if gap.line), default=None),
        "totals": totals,
        "tiles": tiles_of(scope, totals, len(waiting)),
        "parts": parts_of(scope, totals, chosen),
        "waiting_count": len(waiting),
        "waiting_difference": -totals.waiting,
        "open_parts": sum(totals.parts[state][0] for state in NEED_A_PERSON),
        "size_of_difference": abs(totals.difference),
        "page_obj": page,
        "is_narrowed": bool(chosen["state"] or chosen["words"]),
    }


def narrowed(groups, chosen, projects):
    if chosen["state"]:
        wanted = chosen["state"]
        groups = [group for group in groups if any(gap.state == wanted for gap in group.gaps)]
    words = search_key(chosen["words"]).split()
    if not words:
        return groups
    names = {pk: search_key(f"{code} {name}") for pk, code, name in names_of(projects)}
    return [g for g in groups if all(word in names.get(g.project, "") for word in words)]


def names_of(projects):
    return projects.order_by().values_list("pk", "code", "name").iterator(chunk_size=5_000)


def lines_of(groups):
    """A page's groups with what is printed of their projects: one query."""
    rows = Project.objects.select_related("unit", "component__program")
    found = rows.in_bulk([group.project for group in groups])
    return [
        {
            "project": found[group.project],
            "group": group,
            "tone": TONES[group.state],
            "state": GapState(group.state).label,
            "nets_out": group.difference == 0 and group.size > 0,
            "chosen": f"{group.project}:{group.size}",
        }
        for group in groups
    ]


def tiles_of(scope, totals, waiting):
    return [
        {
            "label": "Kho bạc báo",
            "value": totals.said,
            "url": scope.rows_url("said"),
            "of": "gồm dòng chờ ghép" if waiting else "",
        },
        {
            "label": "Cổng ghi",
            "value": totals.booked + totals.unreported,
            "url": scope.rows_url("held"),
            "of": "đến ngày chốt của Kho bạc",
        },
        {
            "label": "Chênh lệch",
            "value": totals.difference,
            "url": scope.rows_url("difference"),
            "of": "cổng trừ Kho bạc",
        },
        {
            "label": "Chờ ghép",
            "value": totals.waiting,
            "url": scope.rows_url("waiting"),
            "of": f"{waiting} dòng",
        },
    ]


def parts_of(scope, totals, chosen):
    """The difference by what it is; the parts add up to it."""
    parts = []
    for state in GapState:
        count, total = totals.parts[state]
        parts.append(
            {
                "label": state.label,
                "tone": TONES[state],
                "count": count,
                "total": total,
                "rows_url": scope.rows_url(str(state)),
                "url": f"?{scope.query(trang_thai=str(state))}",
                "current": chosen["state"] == state,
            }
        )
    return parts


def project_context(project, year, day, *, forms=None):
    """One project's lines of money with both numbers, and how each difference came and went."""
    gaps = open_gaps(year, day, Project.objects.filter(pk=project.pk))
    told, forms = movements(project, year), forms or {}
    lines = TreasuryLine.objects.in_bulk([gap.line for gap in gaps if gap.line])
    posts = posts_of(project, year)
    blocks = [
        {
            "gap": gap,
            "key": key_text(gap.vintage),
            "label": vintage_label(gap.vintage),
            "state": GapState(gap.state).label,
            "tone": TONES[gap.state],
            "line": lines.get(gap.line),
            "posts": posts.get(gap.vintage, []),
            "moves": list(reversed(told.get(gap.vintage, []))),
            "forms": forms.get(key_text(gap.vintage), {}),
        }
        for gap in sorted(gaps, key=lambda gap: (-abs(gap.difference), gap.vintage))
    ]
    group = next(iter(by_project(gaps)), None)
    return {"project": project, "year": year, "blocks": blocks, "group": group}


def posts_of(project, year):
    """{vintage: posts by a person that still stand}."""
    rows = Payment.objects.filter(
        project=project,
        plan_year=year,
        batch=None,
        treasury_line__isnull=False,
        reverses=None,
        reversed_by=None,
    )
    found: dict[tuple, list] = {}
    for row in rows.select_related("recorded_by"):
        key = (row.source, row.nature, row.origin_year, row.moment, row.funding)
        found.setdefault(key, []).append(row)
    return found
