"""One project with its books: vintages, ledger entries, payments."""

from django.urls import reverse

from organizations.history import timeline

from .calendar import plan_year_of
from .figures import open_books, vintages
from .forms import vintage_label
from .history import project_happenings
from .overview_page import crumbs_of


def project_context(project, user, today):
    """Every year's rows; the table of vintages is for the year whose money now runs."""
    year, held = vintages_of(project, today)
    entries = project.entries.select_related("decision", "batch", "recorded_by")
    payments = project.payments.select_related("batch", "recorded_by")
    return {
        "project": project,
        "year": year,
        "vintages": held_rows(held),
        "total": project_books(project, today).total(),
        "entries": entries.order_by("-effective_on", "-pk"),
        "payments": payments.order_by("-paid_on", "-pk"),
        "crumbs": way_to(project, user, today),
        "events": timeline(project_happenings(project)),
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
