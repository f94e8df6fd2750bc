"""The start page, one for each kind of person, and the search page."""

from django.http import Http404
from django.shortcuts import render

from core.clock import now, today
from core.provenance import rows_reply
from documents.chart_files import chart_file
from organizations.models import Role

from .forms import SearchForm
from .pages import (
    admin_page,
    charts_of,
    clerk_page,
    province_page,
    treasury_page,
    unit_page,
)
from .search import search_all
from .sources import FINDERS, Asker, page_sources, target_rows

# The first role a person holds in this order decides; everybody else sees their unit's page.
PAGES = (
    (Role.HEAD, province_page),
    (Role.STANDING, province_page),
    (Role.PROGRAM_OWNER, province_page),
    (Role.AUDITOR, province_page),
    (Role.TREASURY, treasury_page),
    (Role.CLERK, clerk_page),
    (Role.ADMIN, admin_page),
)


def start(request):
    grant, page = page_of(request.user)
    template, context = page(request.user, grant, today(), now(), request.GET.get("ct", ""))
    return render(request, f"dashboards/{template}.html", context)


def page_of(user):
    """The grant that decides, and the page it leads to."""
    held = {grant.role: grant for grant in reversed(user.current_grants())}
    role, page = next(((role, page) for role, page in PAGES if role in held), (None, unit_page))
    return held.get(role), page


def chart(request, name, file_format):
    """One chart of the person's own start page, as figures or as a picture."""
    grant, page = page_of(request.user)
    frames = []
    if page is province_page:
        frames = charts_of(request.user, grant, today(), request.GET.get("ct", ""))
    return chart_file(next((one for one in frames if one.name == name), None), file_format)


def sources(request):
    """Every figure of the person's start page with the way to its rows."""
    grant, page = page_of(request.user)
    template, context = page(request.user, grant, today(), now(), request.GET.get("ct", ""))
    asker = Asker(request.user, today(), context.get("program", ""))
    found = page_sources(template, asker, context)
    shown = {"sources": found, "today": asker.today, "data_day": context.get("data_day", "")}
    return render(request, "dashboards/sources.html", shown)


def rows(request, key):
    """The rows behind one figure of a start page, within what the person may read."""
    asker = Asker(request.user, today(), request.GET.get("ct", "")[:32])
    if key in FINDERS:
        return rows_reply(request, FINDERS[key](asker))
    name, _, pk = key.rpartition("-")
    if name != "chi-tieu" or not pk.isdecimal() or len(pk) > 18:
        raise Http404
    return rows_reply(request, target_rows(asker, int(pk)))


def search(request):
    text = request.GET.get("q", "").strip()[:100]
    groups = search_all(request.user, text)
    context = {"search_text": text, "form": SearchForm({"q": text}), "groups": groups}
    return render(request, "dashboards/search.html", context)
