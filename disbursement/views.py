"""Overview by place, one project with its books, typed entry, uploads."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.clock import today
from core.transitions import InvalidTransition
from documents.chart_files import chart_file
from jobs.models import AuditEntry
from jobs.views import UploadView
from organizations.models import Unit
from organizations.permissions import EVERY_PROGRAM, can, require

from . import overview_page as page
from .filters import OverviewFilter
from .forms import (
    CapitalUploadForm,
    DifficultyForm,
    ExtractUploadForm,
    ListUploadForm,
    PaymentForm,
    ProjectForm,
    VoucherUploadForm,
)
from .models import Project
from .overview_export import overview_workbook
from .payments import record_payment
from .project_page import project_context, vintages_of
from .templates_xlsx import TITLES, template_workbook


def overview(request, pk=None):
    unit = unit_or_404(request.user, pk)
    form = OverviewFilter(request.GET.dict(), today=today())
    context = page.overview_context(request.user, unit, form.chosen(), today(), request.GET)
    context["active"] = form.active(request.GET)
    if request.GET.get("tep") == "xlsx":
        return xlsx_response(overview_workbook(context), f"von-{unit.code.lower()}.xlsx")
    context |= {"form": form, "can": actions_of(request.user)}
    return render(request, "disbursement/overview.html", context)


def chart(request, pk, file_format):
    """The curve of the overview as figures or as a picture, with the filters of the page."""
    unit = area_or_404(request.user, pk)
    chosen = OverviewFilter(request.GET.dict(), today=today()).chosen()
    return chart_file(page.curve_of(request.user, unit, chosen, today()), file_format)


def area_or_404(user, pk):
    """Also the place whose part an agency looks at: what its own overview is made of."""
    home = page.home_area(user)
    return home if home and home.pk == pk else unit_or_404(user, pk)


def unit_or_404(user, pk):
    """The named unit within the person's area, or the widest place they hold."""
    if pk is not None:
        return get_object_or_404(Unit.objects.for_user(user), pk=pk)
    unit = page.home_area(user)
    if unit is None:
        raise Http404
    return unit


def actions_of(user):
    return {
        "import_capital": can(user, "capital.import", program_code=EVERY_PROGRAM),
        "import_disbursements": can(user, "disbursement.import", program_code=EVERY_PROGRAM),
        "edit": can(user, "project.edit"),
        "write": can(user, "entry.write"),
    }


def project_detail(request, pk):
    project = project_or_404(request.user, pk)
    may_explain = may_explain_delay(request.user, project)
    form = DifficultyForm(request.POST or None, instance=project)
    if request.method == "POST" and not may_explain:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        save_difficulty(project.pk, form.cleaned_data["difficulty"], request.user)
        messages.success(request, "Đã ghi vướng mắc đơn vị nêu.")
        return redirect("disbursement:project", pk=pk)
    context = project_context(project, request.user, today()) | {
        "form": form,
        "may_explain": may_explain,
        "may_pay": may_change(request.user, project, "disbursement.import", "project.edit"),
    }
    return render(request, "disbursement/project.html", context, status=422 if form.errors else 200)


def project_or_404(user, pk):
    projects = Project.objects.for_user(user).select_related(
        "unit", "owner", "component", "component__program"
    )
    return get_object_or_404(projects, pk=pk)


def may_change(user, project, *actions):
    code = project.component.program.code
    return any(can(user, action, project.unit, code) for action in actions)


def may_explain_delay(user, project):
    """The place where the works stand, and the agency that owns them."""
    if may_change(user, project, "project.explain", "project.edit"):
        return True
    code = project.component.program.code
    return project.owner is not None and can(user, "project.explain", project.owner, code)


@transaction.atomic
def save_difficulty(pk, text, user):
    """Under a row lock, the words before and after noted in the log."""
    project = Project.objects.select_for_update().select_related("unit").get(pk=pk)
    old, project.difficulty = project.difficulty, text
    project.save(update_fields=["difficulty"])
    AuditEntry.objects.create(
        action="project.explain",
        actor=user,
        unit=project.unit,
        object_label=project.code,
        detail={"old": old, "new": text},
    )


def project_create(request):
    require(request.user, "project.edit")
    form = ProjectForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        require(request.user, "project.edit", said["unit"], said["component"].program.code)
        project = form.save()
        messages.success(request, f"Đã thêm {project.name}.")
        return redirect("disbursement:project", pk=project.pk)
    status = 422 if form.errors else 200
    return render(request, "disbursement/project_form.html", {"form": form}, status=status)


def payment_create(request, pk):
    project = project_or_404(request.user, pk)
    if not may_change(request.user, project, "disbursement.import", "project.edit"):
        raise PermissionDenied
    year, held = vintages_of(project, today())
    form = PaymentForm(request.POST or None, vintages=held, year=year, today=today())
    if request.method == "POST" and form.is_valid() and paid(project, form, year, request.user):
        messages.success(request, "Đã ghi chứng từ thanh toán.")
        return redirect("disbursement:project", pk=pk)
    context = {"project": project, "form": form, "year": year, "vintages": held}
    status = 422 if form.errors else 200
    return render(request, "disbursement/payment_form.html", context, status=status)


def paid(project, form, year, user):
    """True when recorded; a refusal is shown on the form, what was typed stays."""
    data = form.cleaned_data
    try:
        record_payment(
            project,
            kind=data["kind"],
            amount=data["amount"],
            paid_on=data["paid_on"],
            plan_year=year,
            user=user,
            voucher=data["voucher"],
            **data["vintage"],
        )
    except InvalidTransition as refusal:
        form.add_error("amount", str(refusal))
        return False
    return True


class MoneyUploadView(UploadView):
    template_name = "disbursement/upload.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"today": today()}


class CapitalUploadView(MoneyUploadView):
    kind = "capital"
    form_class = CapitalUploadForm


class AllotmentUploadView(MoneyUploadView):
    kind = "allotments"
    form_class = CapitalUploadForm


class ProjectUploadView(MoneyUploadView):
    kind = "projects"
    form_class = ListUploadForm


class MediumTermUploadView(MoneyUploadView):
    kind = "medium_term"
    form_class = ListUploadForm


class ExtractUploadView(MoneyUploadView):
    kind = "disbursements"
    form_class = ExtractUploadForm


class VoucherUploadView(MoneyUploadView):
    kind = "vouchers"
    form_class = VoucherUploadForm


def template_file(request, kind):
    if kind not in TITLES:
        raise Http404
    return xlsx_response(template_workbook(kind), f"bieu-mau-{kind}.xlsx")


def xlsx_response(content, name):
    response = HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
