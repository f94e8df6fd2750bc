"""What has been issued: list, one document with its kept files, download, number of the clerk."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.generic import DetailView, ListView

from core.text import search_key
from jobs.models import Job
from organizations.history import timeline
from organizations.permissions import can, require

from .forms import DocumentFilter, NumberForm
from .history import document_happenings
from .issuing import content_of
from .models import Format, IssuedDocument
from .preview import preview_parts


def visible(user):
    return IssuedDocument.objects.for_user(user).select_related("unit", "created_by")


def matching(documents, text):
    """Documents whose title or number has every word, with or without diacritics."""
    words = search_key(text).split()
    found = [
        pk
        for pk, title, number in documents.values_list("pk", "title", "number")
        if all(word in search_key(f"{number} {title}") for word in words)
    ]
    return documents.filter(pk__in=found)


class DocumentListView(ListView):
    template_name = "documents/list.html"
    context_object_name = "documents"
    paginate_by = 30

    def get_queryset(self):
        self.filter = DocumentFilter(self.request.GET)
        asked = self.filter.cleaned_data if self.filter.is_valid() else {}
        rows = visible(self.request.user)
        if asked.get("loai"):
            rows = rows.filter(kind=asked["loai"])
        if asked.get("q"):
            rows = matching(rows, asked["q"])
        return rows.prefetch_related("files")

    def get_context_data(self, **kwargs):
        may_compose = can(self.request.user, "document.issue")
        return super().get_context_data(filter=self.filter, may_compose=may_compose, **kwargs)


class DocumentView(DetailView):
    template_name = "documents/detail.html"
    context_object_name = "document"

    def get_queryset(self):
        return visible(self.request.user)

    def get_context_data(self, **kwargs):
        may_number = not self.object.number and can(
            self.request.user, "document.number", self.object.unit
        )
        kwargs.setdefault("form", NumberForm() if may_number else None)
        return super().get_context_data(
            parts=preview_parts(content_of(self.object)),
            events=timeline(document_happenings(self.object)),
            **file_context(self.object),
            **kwargs,
        )


class FilesView(View):
    """The part of the page that polls itself while files are being made."""

    def get(self, request, pk):
        document = get_object_or_404(visible(request.user), pk=pk)
        context = {"document": document, **file_context(document)}
        return render(request, "documents/detail_files.html", context)


def file_context(document):
    """Each format with its kept file, or the state of the job that makes it."""
    kept = {row.format: row.file for row in document.files.select_related("file")}
    keys = {f"render-{document.pk}-{value}": value for value in Format.values}
    jobs = {keys[job.key]: job for job in Job.objects.filter(key__in=keys)}
    rows = [
        {"format": value, "label": label, "file": kept.get(value), "job": jobs.get(value)}
        for value, label in Format.choices
    ]
    waits = any(not row["file"] and row["job"] and not row["job"].is_over for row in rows)
    return {"file_rows": rows, "waits": waits}


class DownloadView(View):
    """The kept file and nothing else: a reprint is the same bytes."""

    def get(self, request, pk, file_format):
        document = get_object_or_404(visible(request.user), pk=pk)
        kept = document.file_in(file_format)
        if kept is None:
            raise Http404
        return FileResponse(
            kept.file.file.open("rb"),
            as_attachment=True,
            filename=kept.file.name,
            content_type=kept.file.content_type or "application/octet-stream",
        )


class NumberView(View):
    """The clerk's number and date, once; the frozen files are not touched."""

    def post(self, request, pk):
        document = get_object_or_404(visible(request.user), pk=pk)
        require(request.user, "document.number", document.unit)
        form = NumberForm(request.POST)
        if not form.is_valid():
            context = {
                "document": document,
                "form": form,
                "parts": preview_parts(content_of(document)),
                "events": timeline(document_happenings(document)),
                **file_context(document),
            }
            return render(request, "documents/detail.html", context, status=422)
        if document.record_number(request.user, **form.cleaned_data):
            messages.success(request, f"Đã ghi số {form.cleaned_data['number']}.")
        else:
            messages.error(request, "Văn bản đã có số. Số đã ghi không đổi được.")
        return redirect("documents:detail", pk=pk)
