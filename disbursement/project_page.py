"""One project with its books: keys, money over its life, vintages, rows, what stands beside."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum
from django.urls import reverse

from core.money import rate
from organizations.history import timeline
from organizations.models import LegalDocument
from organizations.permissions import can

from .calendar import plan_year_of
from .figures import OF_YEAR, add, open_books, vintages
from .forms import vintage_label
from .history import project_happenings
from .models import MediumTermEntry, PaymentKind, Project
from .overview_page import crumbs_of
from .treasury.gaps import by_project, open_gaps

# Newest rows of a list; the statement of the project shows all of them, page by page.
SHOWN = 20
ADVANCES = (PaymentKind.ADVANCE, PaymentKind.RECOVERY)


def project_context(project, user, today):
    """Every year's rows; the table of vintages is for the year whose money now runs."""
    year, held = vintages_of(project, today)
    entries = project.entries.select_related("decision", "batch", "recorded_by", "reversed_by")
    payments = project.payments.select_related("batch", "recorded_by", "reversed_by")
    return {
        "project": project,
        "year": year,
        "vintages": held_rows(held),
        "total": project_books(project, today).total(),
        "life": life_of(project, today),
        "keys": keys_of(project),
        "entries": entries.order_by("-effective_on", "-pk")[:SHOWN],
        "entry_count": entries.count(),
        "payments": payments.order_by("-paid_on", "-pk")[:SHOWN],
        "payment_count": payments.count(),
        "contracts": project.contracts.all(),
        "arrears": project.arrears.order_by("as_of", "pk").last(),
        "medium": medium_of(project),
        "treasury": treasury_of(project, year, today),
        "documents": documents_of(project),
        "rights": rights_of(project, user),
        "crumbs": way_to(project, user, today),
        "events": timeline(project_happenings(project)),
    }


@dataclass(frozen=True)
class Life:
    """Money since the works began; None where nobody has said what was paid before."""

    before: int | None
    since: int | None
    advance: int | None
    investment: int | None

    @property
    def cumulative(self) -> int | None:
        return add(self.before, self.since)

    @property
    def rate(self) -> Decimal | None:
        return rate(self.cumulative, self.investment)


def life_of(project: Project, today) -> Life:
    paid = project.payments.as_of(today)
    advance = paid.filter(kind__in=ADVANCES).total()
    return Life(project.paid_before, paid.total(), advance, project.total_investment)


def keys_of(project: Project):
    """What the accountant and the Treasury call it; empty ones are named too, to be filled in."""
    return [
        ("Mã dự án", project.code),
        ("Mã ĐVQHNS", project.budget_unit_code),
        ("Mã CTMTQG", project.target_program_code),
        ("Chương", project.chapter),
        ("Loại, khoản", project.category),
        ("Mục, tiểu mục", project.item),
    ]


@dataclass(frozen=True)
class MediumYear:
    year: int
    planned: int | None
    paid: int | None


def medium_of(project: Project):
    """The ceiling of several years beside the plans of these years; None without a ceiling."""
    rows = MediumTermEntry.objects.filter(project=project)
    span = rows.aggregate(total=Sum("amount"))
    if span["total"] is None:
        return None
    first = min(row.first_year for row in rows)
    last = max(row.last_year for row in rows)
    planned = project.entries.filter(OF_YEAR).total_by("plan_year")
    paid = project.payments.filter(OF_YEAR).total_by("plan_year")
    years = [MediumYear(y, planned.get(y), paid.get(y)) for y in range(first, last + 1)]
    given = add(*(year.planned for year in years))
    return {
        "first": first,
        "last": last,
        "amount": span["total"],
        "given": given,
        "left": span["total"] - (given or 0),
        "years": years,
    }


def treasury_of(project: Project, year: int, day):
    """The Treasury's figure beside ours for the year; None where it has not said anything."""
    gaps = open_gaps(year, day, Project.objects.filter(pk=project.pk))
    group = next(iter(by_project(gaps)), None)
    return group if group and any(gap.line for gap in group.gaps) else None


def documents_of(project: Project):
    """Decisions that entries name, the newest first, each with how many name it."""
    return (
        LegalDocument.objects.filter(ledgerentry__project=project)
        .annotate(entry_count=Count("ledgerentry"))
        .order_by(F("issued_on").desc(nulls_last=True), "-pk")
    )


def rights_of(project: Project, user):
    code = project.component.program.code
    return {
        "entry": can(user, "entry.write", project.unit, code),
        "reverse": can(user, "payment.reverse", project.unit, code),
        "edit": can(user, "project.edit", project.unit, code),
    }


def way_to(project, user, today):
    """Through the places the person may open, to the project itself."""
    day = project_books(project, today).tree_day
    way = crumbs_of(user, project.unit, day, "")
    if way[-1]["label"] == project.unit.name:
        way[-1]["url"] = reverse("disbursement:unit", args=[project.unit_id])
    return [*way, {"label": project.code}]


def project_books(project, today):
    return open_books(plan_year_of(today), today).where(project=project)


def vintages_of(project, today):
    """(plan year, {vintage: figure}) of the money that now runs."""
    return plan_year_of(today), vintages(project_books(project, today))


def held_rows(held):
    return [
        {"label": vintage_label(key), "figure": figure, "rate": figure.rate()}
        for key, figure in held.items()
    ]
