"""The catalogue of programmes: the list with a search, one programme with its tree."""

from django import forms
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.clock import today

from .models import Program
from .tree import find_components, tree_of


class SearchForm(forms.Form):
    q = forms.CharField(
        required=False, label="Tìm nội dung, dự án (gõ có dấu hoặc không dấu)", max_length=100
    )


@require_GET
def program_list(request):
    day = today()
    programs = Program.objects.for_user(request.user).select_related("legal_basis")
    programs = programs.annotate(size=Count("components")).prefetch_related("owners__unit")
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = [(program, owner_on(program, day)) for program in programs]
    return render(
        request,
        "programs/list.html",
        {
            "form": form,
            "words": words,
            "rows": rows,
            "found": find_components([program for program, _ in rows], words) if words else [],
            "finding": finding_of([program for program, _ in rows], day),
        },
    )


def owner_on(program, day):
    """The owner in charge that day, out of what is already read."""
    for row in program.owners.all():
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
            return row.unit
    return None


def finding_of(programs, day):
    """How many programmes run on the day, and whose."""
    running = [
        program
        for program in programs
        if program.valid_from <= day and (program.valid_to is None or day < program.valid_to)
    ]
    national = sum(program.kind == "national" for program in running)
    return (
        f"Tỉnh đang thực hiện {len(running)} chương trình: {national} chương trình mục tiêu "
        f"quốc gia và {len(running) - national} chương trình khác."
    )


@require_GET
def program_detail(request, code):
    rows = Program.objects.for_user(request.user).select_related("legal_basis")
    program = get_object_or_404(rows, code=code)
    lines = tree_of(program)
    return render(
        request,
        "programs/detail.html",
        {
            "program": program,
            "lines": lines,
            "tops": sum(line.depth == 0 for line in lines),
            "owners": program.owners.select_related("unit", "decision").order_by("-valid_from"),
            "owner": program.owner_on(today()),
        },
    )
