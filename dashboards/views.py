"""The start page, one for each kind of person, and the search page."""

from django.shortcuts import render

from core.clock import now, today
from organizations.models import Role

from .pages import admin_page, clerk_page, province_page, treasury_page, unit_page
from .search import search_all

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
    held = {grant.role: grant for grant in reversed(request.user.current_grants())}
    role, page = next(((role, page) for role, page in PAGES if role in held), (None, unit_page))
    template, context = page(
        request.user, held.get(role), today(), now(), request.GET.get("ct", "")
    )
    return render(request, f"dashboards/{template}.html", context)


def search(request):
    text = request.GET.get("q", "").strip()[:100]
    context = {"search_text": text, "groups": search_all(request.user, text)}
    return render(request, "dashboards/search.html", context)
