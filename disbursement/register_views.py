"""The list of works and activities, on the page and as a workbook."""

from django.http import Http404
from django.shortcuts import render

from core.clock import today

from . import register
from .models import Project
from .overview_page import last_day
from .views import actions_of, xlsx_response


def project_list(request):
    form, projects, day = asked(request)
    page = register.register_page(projects, form.year, day, request.user, request.GET)
    context = {
        "form": form,
        "page": page,
        "year": form.year,
        "day": day,
        "can": actions_of(request.user),
        "next_url": page.after and register.address(request.GET, sau=page.after),
        "previous_url": page.before and register.address(request.GET, truoc=page.before),
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "register_rows.html" if is_part else "register.html"
    return render(request, f"disbursement/{template}", context)


def project_list_export(request):
    form, projects, day = asked(request)
    content = register.register_workbook(projects, form.year, day, request.user)
    return xlsx_response(content, f"cong-trinh-{form.year}.xlsx")


def asked(request):
    """(filter, the projects it leaves, the day of the figures); no page for who reads nothing."""
    if not request.user.reading_grants():
        raise Http404
    form = register.RegisterFilter(request.GET.dict(), user=request.user, today=today())
    projects = form.narrow(Project.objects.for_user(request.user))
    return form, projects, last_day(form.year, today())
