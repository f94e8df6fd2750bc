"""Tasks: list, board, one task, progress; plans: import, corrections, publishing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from core.clock import today
from core.transitions import InvalidTransition
from jobs.imports import apply_batch
from jobs.models import Batch, StoredFile
from jobs.views import UploadView
from organizations.history import timeline
from organizations.permissions import EVERY_PROGRAM, can, require
from programs.models import WorkPlan

from .access import may_update
from .corrections import correct
from .detail import task_context
from .forms import PlanUploadForm, ProgressForm
from .history import plan_happenings
from .listing import BOARD_CHIPS, CHIPS, GROUPS, TaskList, as_workbook, board, loaded, row_views
from .models import Assignment
from .plans import plans_for, publish

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 50


def task_list(request):
    listed = TaskList(request.user, request.GET, today())
    page = Paginator(listed.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "page_obj": page,
        "rows": list(row_views(loaded(page.object_list), today())),
        "chips": list(listed.chips()),
        "active": list(listed.active()),
        "group_counts": {GROUPS[stage]: n for stage, n in listed.counts.items()},
        "may_import": can(request.user, "plan.import", program_code=EVERY_PROGRAM),
    }
    part = "assignments/task_results.html" if request.htmx else "assignments/task_list.html"
    return render(request, part, context)


def export(request):
    """The list under the same filters, as a workbook."""
    listed = TaskList(request.user, request.GET, today())
    response = HttpResponse(as_workbook(loaded(listed.rows)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="nhiem-vu-{today():%Y-%m-%d}.xlsx"'
    return response


def task_board(request):
    """By agency: who has how much in which stage."""
    listed = TaskList(request.user, request.GET, today())
    lines = board(listed.narrowed, today())
    heads = [CHIPS[chip][0] for chip in BOARD_CHIPS]
    return render(
        request,
        "assignments/board.html",
        {"lines": lines, "heads": heads, "listed": listed, "late": listed.count_of("qua-han")},
    )


def visible_or_404(request, pk):
    tasks = Assignment.objects.for_user(request.user).with_stage(today())
    related = tasks.select_related("plan__issuer", "plan__document", "plan__appendix", "program")
    return get_object_or_404(
        related.prefetch_related(
            "parties__unit", "occurrences", "updates__actor", "updates__evidence"
        ),
        pk=pk,
    )


def task_detail(request, pk):
    task = visible_or_404(request, pk)
    context = task_context(task, today()) | {"may_update": may_update(request.user, task)}
    return render(request, "assignments/task.html", context)


def evidence(request, pk, update):
    """A file of a task, to whoever may read the task; always as a download."""
    task = visible_or_404(request, pk)
    found = get_object_or_404(task.updates.exclude(evidence=None), pk=update)
    return FileResponse(
        found.evidence.file.open("rb"), as_attachment=True, filename=found.evidence.name
    )


class ProgressView(FormView):
    """A report on a task: appended, never edited."""

    form_class = ProgressForm
    template_name = "assignments/progress.html"

    def dispatch(self, request, *args, **kwargs):
        self.task = visible_or_404(request, kwargs["pk"])
        if not may_update(request.user, self.task):
            raise PermissionDenied("Chỉ cơ quan chủ trì được cập nhật nhiệm vụ này.")
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"percent": self.task.percent, "on": f"{today():%d/%m/%Y}"}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "assignment": self.task,
            "today": today(),
            "user": self.request.user,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(task=self.task, **kwargs)

    def form_valid(self, form):
        form.record(self.task, self.request.user)
        messages.success(self.request, f"Đã ghi tiến độ {form.cleaned_data['percent']} %.")
        return redirect("assignments:detail", pk=self.task.pk)

    def form_invalid(self, form):
        upload = form.cleaned_data.get("evidence")
        if upload:
            user = self.request.user
            form.keep(StoredFile.objects.take(upload, user=user, unit=user.home_unit))
        return self.render_to_response(self.get_context_data(form=form), status=422)


def plan_list(request):
    may_import = can(request.user, "plan.import", program_code=EVERY_PROGRAM)
    plans = plans_for(request.user)
    return render(
        request,
        "assignments/plan_list.html",
        {
            "plans": plans,
            "may_import": may_import,
            "may_publish": can(request.user, "plan.publish", program_code=EVERY_PROGRAM),
        },
    )


def plan_detail(request, pk):
    """What a plan rests on and what became of it."""
    plan = get_object_or_404(plans_for(request.user), pk=pk)
    context = {"plan": plan, "events": timeline(plan_happenings(plan))}
    return render(request, "assignments/plan.html", context)


@require_POST
def plan_publish(request, pk):
    plan = get_object_or_404(WorkPlan.objects.for_user(request.user), pk=pk)
    require(request.user, "plan.publish", plan.issuer, EVERY_PROGRAM)
    try:
        publish(plan, request.user)
    except InvalidTransition as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã ban hành {plan.title}. Các cơ quan đã nhìn thấy nhiệm vụ.")
    return redirect("assignments:plans")


class PlanUploadView(UploadView):
    kind = "tasks"
    form_class = PlanUploadForm


@require_POST
def correct_rows(request, pk):
    """Leads and deadlines settled in the preview, and with "apply" the whole batch."""
    batch = get_object_or_404(Batch.objects.for_user(request.user).filter(kind="tasks"), pk=pk)
    require(request.user, "plan.import", batch.unit, EVERY_PROGRAM)
    try:
        said = correct_and_apply(batch, request)
    except InvalidTransition as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("jobs:batch", pk=pk)


def correct_and_apply(batch, request):
    changed = correct(batch, request.POST)
    if "apply" not in request.POST:
        return f"Đã sửa {changed} dòng. Chưa có gì được ghi vào kế hoạch."
    counts = apply_batch(Batch.objects.get(pk=batch.pk), request.user)
    return f"Đã ghi {counts['created']} nhiệm vụ mới, {counts['updated']} nhiệm vụ thay đổi."
