"""Statements of a place or of one of the works: page, workbook, files made by a job."""

import tempfile
from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import now, today
from core.provenance import XLSX
from documents.models import Format
from jobs.models import Job, JobState, StoredFile

from .filters import StatementFilter
from .forms import vintage_label
from .overview_page import crumbs_of, export_url, where_of
from .project_page import way_to
from .statement_files import period_of, write_workbook
from .statement_jobs import KIND, Asked, ask_for_file, file_of, files_of
from .statements import Statement
from .views import area_or_404, project_or_404, unit_or_404

PAGE = 50
LATE = 20
# Beyond this the workbook is made by a job: a page does not keep a person waiting for it.
AT_ONCE = 20_000


@require_GET
def statement_home(request):
    unit = unit_or_404(request.user, None)
    return redirect("disbursement:statement", pk=unit.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request, pk):
    unit = area_or_404(request.user, pk)
    form = StatementFilter(request.GET.dict(), today=today())
    asked = Asked(statement_of(request.user, unit, form.chosen()))
    crumbs = crumbs_of(request.user, unit, asked.statement.books.tree_day, "")
    if crumbs[-1]["label"] == unit.name:
        crumbs[-1]["url"] = reverse("disbursement:unit", args=[pk])
    return answered(request, form, asked, crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def project_statement(request, pk):
    project = project_or_404(request.user, pk)
    form = StatementFilter(request.GET.dict(), today=today())
    asked = Asked(statement_of(request.user, project.unit, form.chosen(), pk), project)
    crumbs = way_to(project, request.user, today())
    crumbs[-1]["url"] = reverse("disbursement:project", args=[pk])
    return answered(request, form, asked, crumbs)


def statement_of(user, unit, chosen, project=None):
    where = where_of(unit, chosen, today())
    where = replace(where, known_at=chosen["known_at"], project=project)
    return Statement(where, user, chosen["first"])


def answered(request, form, asked, crumbs):
    if request.method == "POST":
        return file_asked(request, asked)
    if request.GET.get("tep") == "xlsx" and asked.statement.count <= AT_ONCE:
        return workbook_reply(asked)
    crumbs = [*crumbs, {"label": "Sao kê"}]
    context = statement_context(request, asked) | {"form": form, "crumbs": crumbs}
    return render(request, "disbursement/statement.html", context)


def file_asked(request, asked):
    """The file says what was known at this moment, whatever is recorded while it is made."""
    file_format = request.POST.get("dinh_dang", "")
    if file_format not in Format.values:
        raise Http404
    where = asked.statement.where
    frozen = replace(where, known_at=where.known_at or now())
    asked = replace(asked, statement=replace(asked.statement, where=frozen))
    ask_for_file(asked, file_format, request.user)
    messages.success(request, "Đã nhận yêu cầu lập tệp. Tệp hiện ở mục “Tệp đã lập” khi xong.")
    return redirect(f"{request.get_full_path()}#tep")


def workbook_reply(asked):
    out = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response
    write_workbook(out, asked.statement, asked.subject)
    out.seek(0)
    name = f"sao-ke-{asked.statement.where.unit.code.lower()}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)


def statement_context(request, asked):
    made, query = asked.statement, request.GET.copy()
    query.pop("page", None)
    page = Paginator(made, PAGE).get_page(request.GET.get("page"))
    is_then = made.where.known_at is not None
    return {
        "statement": made,
        "subject": asked.subject,
        "project": asked.project,
        "unit": made.where.unit,
        "period": period_of(made),
        "balances": [(vintage_label(key), value) for key, value in made.balances.items()],
        "page_obj": page,
        "rows": page.object_list,
        "late": made.late(slice(0, LATE)) if is_then else [],
        "now_total": made.now.total if is_then else None,
        "active": StatementFilter(request.GET.dict(), today=today()).active(query),
        "export_url": export_url(query) if made.count <= AT_ONCE else "",
        "files": files_of(asked, request.user),
        "formats": [Format.XLSX, Format.DOCX, Format.PDF],
    }


@require_GET
def statement_file(request, pk):
    """The kept file, to the one who asked for it and may still read the place."""
    jobs = Job.objects.filter(kind=KIND, created_by=request.user, state=JobState.DONE)
    job = get_object_or_404(jobs, pk=pk)
    if job.payload["project"]:
        project_or_404(request.user, job.payload["project"])
    else:
        area_or_404(request.user, job.payload["unit"])
    kept = get_object_or_404(StoredFile, pk=file_of(job))
    return FileResponse(
        kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.content_type
    )
