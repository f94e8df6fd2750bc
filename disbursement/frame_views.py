"""Pages of what frames the money: closed years, medium term, counterpart, contracts, arrears."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from core.clock import today
from core.transitions import InvalidTransition
from organizations.history import timeline
from organizations.models import Unit
from organizations.permissions import EVERY_PROGRAM, can, require
from programs.models import Program

from .arrears import arrears_of
from .closing import close_year, reopen_year
from .counterpart import counterparts
from .decisions import stored
from .frame_forms import (
    ArrearsForm,
    CloseYearForm,
    ContractForm,
    CounterpartForm,
    MediumTermForm,
    ProjectKeysForm,
    ReopenYearForm,
)
from .history import counterpart_happenings, medium_term_happenings
from .limits import MoneyRefused
from .medium_term import ceilings, check_ceiling, measured
from .models import Contract, CounterpartRule, MediumTermEntry, Project, YearClosing
from .overview_page import home_area
from .views import may_change, may_explain_delay, project_or_404

PAGE = 40


def drawn(request, template, form, **context):
    status = 422 if form is not None and form.errors else 200
    return render(request, template, context | {"form": form}, status=status)


def reader(request):
    """Who holds no right to read has no such page."""
    if not request.user.reading_grants():
        raise Http404
    return request.user


# Closed years


def area_of(user, action):
    """The unit whose books a person closes: the area of the right that allows it."""
    grants = [grant for grant in user.current_grants() if not grant.program_code]
    return next((g.area_unit for g in grants if can(user, action, g.area_unit)), None)


def year_closing(request):
    user = reader(request)
    area = area_of(user, "year.close")
    form = CloseYearForm(request.POST or None, today=today(), unit=area) if area else None
    if request.method == "POST":
        require(user, "year.close", area, EVERY_PROGRAM)
        if form.is_valid() and done(form, lambda: close_year(area, **form.cleaned_data, user=user)):
            messages.success(request, "Đã khóa sổ năm kế hoạch.")
            return redirect("disbursement:year_closing")
    # The province's books: whoever reads its money may know that they are closed.
    rows = YearClosing.objects.select_related("unit", "closed_by", "reopened_by")
    context = {"closings": rows.order_by("-plan_year", "-pk"), "area": area}
    context["reopenable"] = reopenable(user)
    return drawn(request, "disbursement/year_closing.html", form, **context)


def reopenable(user):
    """Of the closings that are listed, those that the person may take back."""
    rows = YearClosing.objects.for_user(user).select_related("unit")
    return [row.pk for row in rows if can(user, "year.close", row.unit)]


def done(form, act):
    """True when done; a refusal is shown on the form."""
    try:
        act()
    except InvalidTransition as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return False
    return True


def year_reopen(request, pk):
    closing = get_object_or_404(YearClosing.objects.for_user(request.user), pk=pk)
    require(request.user, "year.close", closing.unit)
    form = ReopenYearForm(request.POST or None)
    if form.is_valid() and done(
        form, lambda: reopen_year(closing, reason=form.cleaned_data["reason"], user=request.user)
    ):
        messages.success(request, f"Đã mở lại sổ năm kế hoạch {closing.plan_year}.")
        return redirect("disbursement:year_closing")
    return drawn(request, "disbursement/year_reopen.html", form, closing=closing)


# A project's own facts


def project_edit(request, pk):
    project = project_or_404(request.user, pk)
    require(request.user, "project.edit", project.unit, project.component.program.code)
    form = ProjectKeysForm(request.POST or None, instance=project, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Đã lưu thông tin công trình.")
        return redirect("disbursement:project", pk=pk)
    shown = Project.objects.get(pk=pk)
    return drawn(request, "disbursement/project_keys.html", form, project=shown)


def arrears(request, pk):
    project = project_or_404(request.user, pk)
    may_write = may_explain_delay(request.user, project)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = ArrearsForm(request.POST or None, today=today()) if may_write else None
    if request.method == "POST" and form.is_valid():
        form.instance.project, form.instance.recorded_by = project, request.user
        form.save()
        messages.success(request, "Đã ghi nợ đọng.")
        return redirect("disbursement:arrears", pk=pk)
    rows = project.arrears.select_related("recorded_by").order_by("-as_of", "-pk")
    return drawn(request, "disbursement/arrears.html", form, project=project, rows=rows)


def arrears_list(request):
    user = reader(request)
    area = home_area(user)
    if area is None:
        raise Http404
    found = arrears_of(area, today(), user)
    return render(request, "disbursement/arrears_list.html", {"found": found, "area": area})


def contract(request, pk):
    project = project_or_404(request.user, pk)
    return contract_page(request, project, Contract(project=project))


def contract_edit(request, pk):
    rows = Contract.objects.for_user(request.user).select_related(
        "project__unit", "project__owner", "project__component__program"
    )
    found = get_object_or_404(rows, pk=pk)
    return contract_page(request, found.project, found)


def contract_page(request, project, instance):
    if not (may_explain_delay(request.user, project) or may_pay_for(request.user, project)):
        raise PermissionDenied
    form = ContractForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Đã lưu hợp đồng.")
        return redirect("disbursement:project", pk=project.pk)
    rows = project.contracts.order_by("-signed_on")
    return drawn(
        request, "disbursement/contract.html", form, project=project, contracts=rows,
        is_new=instance.pk is None,
    )  # fmt: skip


def may_pay_for(user, project):
    return may_change(user, project, "project.edit")


# Medium term and counterpart


def medium_term(request):
    user = reader(request)
    may_write = can(user, "entry.write")
    data = request.POST if request.method == "POST" else None
    form = MediumTermForm(data, user=user, today=today(), place=home_area(user))
    if request.method == "POST":
        require(user, "entry.write")
        if form.is_valid() and done(form, lambda: save_medium_term(form, user)):
            messages.success(request, "Đã ghi kế hoạch trung hạn.")
            return redirect("disbursement:medium_term")
    rows = MediumTermEntry.objects.for_user(user)
    page = Paginator(ceilings(rows), PAGE).get_page(request.GET.get("page"))
    context = {
        "groups": medium_groups(measured(page.object_list)),
        "page_obj": page,
        "may_write": may_write,
    }
    context["events"] = timeline(medium_term_happenings(rows))
    return drawn(request, "disbursement/medium_term.html", form, **context)


@transaction.atomic
def save_medium_term(form, user):
    row = form.row()
    require(user, "entry.write", row.unit, row.program.code)
    if row.decision is None:
        raise MoneyRefused("Chưa có quyết định.", "decision_number")
    row.decision = row.decision if row.decision.pk else stored(row.decision)
    row.recorded_by = user
    row.save()
    check_ceiling(row)


def medium_groups(found):
    """By period, with the years as columns and the names of what each line is about."""
    units = Unit.objects.in_bulk({e.unit for e in found})
    programs = Program.objects.in_bulk({e.program for e in found})
    projects = Project.objects.in_bulk({e.project for e in found if e.project})
    periods = sorted({(e.first_year, e.last_year) for e in found}, reverse=True)
    return [
        {
            "first": first,
            "last": last,
            "years": list(range(first, last + 1)),
            "lines": [
                {
                    "place": projects.get(e.project) or units[e.unit],
                    "program": programs[e.program],
                    "money": e.money_words(),
                    "envelope": e,
                }
                for e in found
                if (e.first_year, e.last_year) == (first, last)
            ],
        }
        for first, last in periods
    ]


def counterpart(request):
    user = reader(request)
    area = area_of(user, "rule.edit")
    data = request.POST if request.method == "POST" else None
    form = CounterpartForm(data, unit=area, today=today()) if area else None
    if request.method == "POST":
        require(user, "rule.edit", area, EVERY_PROGRAM)
        if form.is_valid():
            form.keep()
            messages.success(request, "Đã lưu mức vốn đối ứng.")
            return redirect("disbursement:counterpart")
    rules = CounterpartRule.objects.for_user(user).select_related("program", "unit")
    lines = counterparts(rules.order_by("-plan_year", "program__order"), today())
    events = timeline(counterpart_happenings(rules))
    return drawn(request, "disbursement/counterpart.html", form, lines=lines, events=events)
