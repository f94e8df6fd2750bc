"""Targets of a unit and year: the list, one target, entering a figure, writing a target down."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import today
from jobs.models import AuditEntry
from organizations.history import timeline
from organizations.models import Unit
from organizations.permissions import can, require
from programs.models import Program

from .access import chosen_unit, units_with_targets
from .export import CONTENT_TYPE, targets_workbook
from .figures import lines_below, target_lines
from .forms import FIRST_YEAR, ChoiceForm, ProgressForm, TargetForm
from .history import target_happenings
from .models import Aggregation, Progress, Target
from .wording import finding_of


def chosen(request):
    """(form, unit, year, lines) of the address; rows of others are not found."""
    day = today()
    units = units_with_targets(request.user, day)
    form = ChoiceForm(request.GET or None, units=units, today=day)
    form.is_valid()
    wanted = getattr(form, "cleaned_data", {})
    unit = chosen_unit(units, request.GET.get("don_vi"))
    year = wanted.get("nam") or day.year
    rows = Target.objects.for_user(request.user).filter(unit=unit, period=str(year))
    if wanted.get("chuong_trinh"):
        rows = rows.filter(program=wanted["chuong_trinh"])
    rows = rows.select_related("indicator", "program", "unit").order_by("program__order", "order")
    form.initial = {"don_vi": unit.code if unit else None, "nam": year}
    return form, unit, year, target_lines(rows, day)


@require_GET
def target_list(request):
    form, unit, year, lines = chosen(request)
    return render(
        request,
        "targets/list.html",
        {
            "form": form,
            "unit": unit,
            "year": year,
            "lines": lines,
            "finding": finding_of(lines),
            "can_edit": unit is not None and can(request.user, "target.edit", unit),
        },
    )


@require_GET
def target_export(request):
    _, unit, year, lines = chosen(request)
    if unit is None:
        raise Http404
    response = HttpResponse(targets_workbook(lines, unit, year), content_type=CONTENT_TYPE)
    name = f"Chỉ tiêu {year} {unit.name}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def readable(request, pk):
    rows = Target.objects.for_user(request.user)
    return get_object_or_404(rows.select_related("indicator", "program", "unit", "document"), pk=pk)


def is_from_ledger(target):
    return target.indicator.aggregation == Aggregation.LEDGER


@require_GET
def target_detail(request, pk):
    target, day = readable(request, pk), today()
    right = (target.unit, target.program.code)
    return render(
        request,
        "targets/detail.html",
        {
            "target": target,
            "line": target_lines([target], day)[0],
            "below": lines_below(target, day),
            "events": timeline(target_happenings(target)),
            "can_enter": not is_from_ledger(target) and can(request.user, "progress.enter", *right),
            "can_edit": can(request.user, "target.edit", *right),
        },
    )


@require_http_methods(["GET", "POST"])
def progress_entry(request, pk):
    target = readable(request, pk)
    require(request.user, "progress.enter", target.unit, target.program.code)
    if is_from_ledger(target):
        raise PermissionDenied("Số liệu của chỉ tiêu này lấy từ sổ vốn, không nhập ở đây.")
    form = ProgressForm(request.POST or None, target=target, today=today())
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(
            request, "targets/entry.html", {"target": target, "form": form}, status=status
        )
    enter(target, request.user, form.cleaned_data)
    messages.success(request, "Đã ghi số liệu. Các lần ghi trước vẫn được giữ.")
    return redirect("targets:detail", target.pk)


@transaction.atomic
def enter(target, user, figures):
    """A figure entered by hand counts at once; periods closed by a report refuse it before.

    The official figure sent again unchanged (a double click) is no new revision.
    """
    Unit.objects.select_for_update().get(pk=target.unit_id)
    said = {"value": figures.get("value"), "as_of": figures["as_of"], "note": figures["note"] or ""}
    same = Progress.objects.official().filter(
        indicator=target.indicator, unit=target.unit, period=str(figures["period"]), **said
    )
    if same.exists():
        return
    row = Progress.objects.record(
        indicator=target.indicator,
        unit=target.unit,
        period=figures["period"],
        user=user,
        **said,
    )
    Progress.objects.make_official([row])


@require_http_methods(["GET", "POST"])
def target_create(request):
    unit = chosen_unit(units_with_targets(request.user, today()), request.GET.get("don_vi"))
    require(request.user, "target.edit", unit)
    if unit is None:
        raise Http404
    years = [str(year) for year in range(FIRST_YEAR, today().year + 2)]
    asked = request.GET.get("nam", "")
    period = asked if asked in years else str(today().year)
    return edit(request, Target(unit=unit, period=period))


@require_http_methods(["GET", "POST"])
def target_edit(request, pk):
    target = readable(request, pk)
    require(request.user, "target.edit", target.unit, target.program.code)
    return edit(request, target)


def edit(request, target):
    day = today()
    programs = [
        program.pk
        for program in Program.objects.valid_on(day)
        if can(request.user, "target.edit", target.unit, program.code)
    ]
    form = TargetForm(
        request.POST or None, instance=target, programs=Program.objects.filter(pk__in=programs)
    )
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "targets/edit.html", {"target": target, "form": form}, status=status)
    save(form, request.user)
    messages.success(request, "Đã lưu chỉ tiêu.")
    return redirect("targets:detail", form.instance.pk)


@transaction.atomic
def save(form, user):
    target = form.save()
    AuditEntry.objects.create(
        action="target.edit",
        actor=user,
        unit=target.unit,
        object_label=target.wording[:250],
        detail={name: str(form.cleaned_data[name]) for name in form.changed_data},
    )
