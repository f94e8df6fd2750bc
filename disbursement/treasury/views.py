"""Reconciliation with the Treasury: both numbers, matching, reasons, posts, prints."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.clock import today
from core.provenance import rows_reply
from core.transitions import InvalidTransition
from organizations.permissions import EVERY_PROGRAM, can, require

from ..calendar import plan_year_of
from ..models import Payment, TreasuryLine
from ..overview_page import home_area
from ..views import may_change, project_or_404, xlsx_response
from .candidates import candidates_for, projects_in
from .forms import (
    BulkForm,
    ExplainForm,
    MatchForm,
    PostForm,
    ReasonForm,
    ReconcileFilter,
    SearchForm,
)
from .gaps import open_gaps
from .matching import match_line, unmatch_line
from .page import PAGE, key_text, project_context, reconcile_context, scope_of
from .prints import gap_workbook, issue_minutes
from .rows import TITLES, gap_rows
from .settling import explain_gap, post_line, take_back


def rights_of(user):
    return {
        "match": can(user, "treasury.match", program_code=EVERY_PROGRAM),
        "post": can(user, "treasury.post"),
        "explain": can(user, "treasury.explain"),
        "issue": can(user, "document.issue", program_code=EVERY_PROGRAM),
        "import": can(user, "disbursement.import", program_code=EVERY_PROGRAM),
    }


def chosen_by(request):
    """404 for those who read no unit's rows."""
    if not request.user.reading_grants():
        raise Http404
    form = ReconcileFilter(request.GET.dict(), user=request.user, today=today())
    return form, form.chosen()


@require_GET
def reconcile(request):
    form, chosen = chosen_by(request)
    context = reconcile_context(request.user, chosen, request.GET.get("page"))
    context |= {"form": form, "can": rights_of(request.user)}
    context["bulk"] = BulkForm(initial={"nam": chosen["year"]})
    return render(request, "disbursement/reconcile.html", context)


@require_GET
def reconcile_rows(request):
    _, chosen = chosen_by(request)
    part = request.GET.get("so", "")
    if part not in TITLES:
        raise Http404
    return rows_reply(request, gap_rows(scope_of(chosen), part, request.user))


@require_GET
def reconcile_export(request):
    _, chosen = chosen_by(request)
    scope = scope_of(chosen)
    content = gap_workbook(scope, scope.gaps(request.user), scope.waiting(request.user))
    return xlsx_response(content, f"doi-chieu-kho-bac-{scope.year}-{scope.day:%Y-%m-%d}.xlsx")


@require_POST
def reconcile_minutes(request):
    """The official minutes, frozen; a second click gets the document of the first."""
    _, chosen = chosen_by(request)
    unit = home_area(request.user)
    if unit is None:
        raise Http404
    require(request.user, "document.issue", unit, chosen["program"] or EVERY_PROGRAM)
    key = request.POST.get("form_key", "")[:64] or uuid.uuid4().hex
    try:
        document = issue_minutes(scope_of(chosen), unit, request.user, today(), key)
    except InvalidTransition as refusal:
        messages.error(request, str(refusal))
        return redirect("disbursement:reconcile")
    return redirect("documents:detail", pk=document.pk)


@require_POST
def reconcile_bulk(request):
    """The same decision for several projects; each is checked by itself and told apart."""
    form = BulkForm(request.POST)
    back = f"{reverse('disbursement:reconcile')}?nam={request.POST.get('nam', '')[:4]}"
    require(request.user, "treasury.post")
    require(request.user, "treasury.explain")
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect(back)
    count, refused = settle_all(request.user, form.cleaned_data)
    if count:
        messages.success(request, f"Đã xử lý {count} dòng vốn.")
    for words in refused:
        messages.error(request, words)
    return redirect(back)


def settle_all(user, data):
    """(how many lines were settled, what was refused and why)."""
    count, refused = 0, []
    for pk, size in data["chon"].items():
        project = project_or_404(user, pk)
        gaps = open_gaps(data["nam"], today(), type(project).objects.filter(pk=pk))
        if sum(abs(gap.difference) for gap in gaps) != size:
            refused.append(f"{project.code}: số liệu đã thay đổi từ lúc mở trang.")
            continue
        for gap in gaps:
            if gap.difference:
                try:
                    count += settle(project, gap, data, user)
                except InvalidTransition as refusal:
                    refused.append(f"{project.code}: {refusal}")
    return count, refused


def settle(project, gap, data, user):
    code = project.component.program.code
    if data["viec"] == "ghi":
        require(user, "treasury.post", project.unit, code)
        if gap.line is None:
            raise InvalidTransition("Kho bạc chưa báo số cho nguồn vốn này nên không có gì để ghi.")
        line = TreasuryLine.objects.select_related("project__unit").get(pk=gap.line)
        post_line(line, difference=gap.difference, reason=data["reason"], user=user)
        return 1
    require(user, "treasury.explain", project.unit, code)
    explain_gap(
        project, data["nam"], gap.vintage, today(), difference=gap.difference,
        reason=data["ly_do"], text=data["reason"] or "", user=user,
    )  # fmt: skip
    return 1


def reconcile_project(request, pk):
    project = project_or_404(request.user, pk)
    return project_page(request, project, year_in(request.GET))


def year_in(data):
    """The plan year of the address, else the one whose money now runs."""
    said = data.get("nam", data.get("year", ""))
    return int(said) if said.isdecimal() and len(said) == 4 else plan_year_of(today())


def project_page(request, project, year, *, forms=None, status=200):
    context = project_context(project, year, today(), forms=forms)
    context |= {
        "may_post": may_change(request.user, project, "treasury.post"),
        "may_explain": may_change(request.user, project, "treasury.explain"),
        "may_match": can(request.user, "treasury.match", project.unit, EVERY_PROGRAM),
        "explain_form": ExplainForm(auto_id="giai_trinh_%s"),
        "post_form": PostForm(auto_id="ghi_%s"),
        "homeless": words_without_place(forms or {}, context["blocks"]),
    }
    return render(request, "disbursement/reconcile_project.html", context, status=status)


def words_without_place(forms, blocks):
    """What was typed for money that is not, or no longer, on the page: shown all the same."""
    shown = {(block["key"], "explain") for block in blocks}
    shown |= {(block["key"], "post") for block in blocks if block["gap"].can_be_posted}
    return [
        value
        for key, given in forms.items()
        for act, form in given.items()
        for name, value in form.data.items()
        if (key, act) not in shown and name in ("reason", "text") and value
    ]


@require_POST
def explain(request, pk):
    project = project_or_404(request.user, pk)
    require(request.user, "treasury.explain", project.unit, project.component.program.code)
    form = ExplainForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        facts = {name: data[name] for name in ("difference", "reason")}
        facts |= {"text": data["text"] or "", "user": request.user}
        act = (project, data["year"], data["vintage"], today())
        if not refused(request, lambda: explain_gap(*act, **facts)):
            messages.success(request, "Đã ghi giải trình chênh lệch.")
        return redirect(project_url(project, data["year"]))
    forms = {request.POST.get("vintage", ""): {"explain": form}}
    return project_page(request, project, year_in(request.POST), forms=forms, status=422)


def project_url(project, year):
    return f"{reverse('disbursement:reconcile_project', args=[project.pk])}?nam={year}"


def refused(request, act):
    """Does it; True when it was refused, with the reason as a message."""
    try:
        act()
    except InvalidTransition as refusal:
        messages.error(request, str(refusal))
        return True
    return False


def line_or_404(user, pk):
    rows = TreasuryLine.objects.for_user(user).select_related(
        "unit", "batch", "project__unit", "project__component__program"
    )
    return get_object_or_404(rows, pk=pk)


@require_POST
def post(request, pk):
    line = line_or_404(request.user, pk)
    if line.project is None:
        raise Http404
    project = line.project
    require(request.user, "treasury.post", project.unit, project.component.program.code)
    form = PostForm(request.POST)
    if not form.is_valid():
        key = key_text((line.source, line.nature, line.origin_year, line.moment, line.funding))
        forms = {key: {"post": form}}
        return project_page(request, project, line.plan_year, forms=forms, status=422)
    data = form.cleaned_data | {"user": request.user}
    if not refused(request, lambda: post_line(line, **data)):
        messages.success(request, "Đã ghi theo số Kho bạc.")
    return redirect(project_url(project, line.plan_year))


@require_POST
def undo_post(request, pk):
    rows = Payment.objects.for_user(request.user).filter(treasury_line__isnull=False, batch=None)
    payment = get_object_or_404(
        rows.select_related("project__unit", "project__component__program"), pk=pk
    )
    project = payment.project
    require(request.user, "treasury.post", project.unit, project.component.program.code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Hãy ghi lý do đảo bút toán.")
    elif not refused(
        request, lambda: take_back(payment, reason=form.cleaned_data["reason"], user=request.user)
    ):
        messages.success(request, "Đã đảo bút toán ghi theo Kho bạc.")
    return redirect(project_url(project, payment.plan_year))


@require_GET
def waiting(request):
    """Lines of extracts whose code nobody knows yet; for those who read whole extracts."""
    _, chosen = chosen_by(request)
    scope = scope_of(chosen)
    lines = scope.waiting(request.user).order_by("-cumulative", "pk").select_related("unit")
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "year": scope.year, "can": rights_of(request.user)}
    return render(request, "disbursement/waiting_lines.html", context)


def match(request, pk):
    line = line_or_404(request.user, pk)
    may_match = can(request.user, "treasury.match", line.unit, EVERY_PROGRAM)
    if request.method == "POST":
        require(request.user, "treasury.match", line.unit, EVERY_PROGRAM)
        form = MatchForm(request.POST, projects=projects_in(line, request.user))
        if form.is_valid() and not refused(
            request, lambda: match_line(line, form.cleaned_data["project"], request.user)
        ):
            messages.success(request, f"Đã ghép mã {line.code}; các tệp sau tự nhận mã này.")
            return redirect(project_url(form.cleaned_data["project"], line.plan_year))
        for errors in form.errors.values():
            messages.error(request, errors[0])
    return match_page(request, line, may_match, 422 if request.method == "POST" else 200)


def match_page(request, line, may_match, status):
    form = SearchForm({"q": request.GET.get("q", "")[:100]})
    wanted = form.data["q"]
    line.refresh_from_db(fields=["project", "match"])
    found = candidates_for(line, request.user, wanted) if line.project_id is None else []
    context = {"line": line, "candidates": found, "wanted": wanted, "may_match": may_match}
    context["form"] = form
    return render(request, "disbursement/match_line.html", context, status=status)


@require_POST
def unmatch(request, pk):
    line = line_or_404(request.user, pk)
    require(request.user, "treasury.match", line.unit, EVERY_PROGRAM)
    if not refused(request, lambda: unmatch_line(line, request.user)):
        messages.success(request, f"Đã bỏ ghép mã {line.code}; dòng chờ ghép lại.")
    return redirect("disbursement:match_line", pk=pk)
