"""Upload, preview, apply, undo; job progress; the kept files."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.generic import DetailView, FormView

from core.problems import (
    BAD_VALUES,
    FILE_HAS_FAULTS,
    FILE_REFUSED,
    FILE_TOO_LARGE,
    FILE_WRONG_KIND,
)
from core.transitions import InvalidTransition
from organizations.history import timeline
from organizations.permissions import EVERY_PROGRAM, can, require

from .batch_page import BatchFilter, issue_groups, job_of, layout_lines, rows_context
from .forms import UploadForm
from .history import batch_happenings
from .imports import (
    IMPORTERS,
    HangsOn,
    answer_batch,
    applying_key,
    ask_for_applying,
    copy_is_coming,
    import_area,
    keep_refused,
    reading_key,
    receive,
    undo_batch,
)
from .models import Batch, BatchState, StoredFile

REFUSED = {"too_large": FILE_TOO_LARGE, "wrong_kind": FILE_WRONG_KIND}
PAGE = 50


class UploadView(FormView):
    """A room subclasses it with `kind`, its form and its page; the file is kept before anything."""

    kind = ""
    form_class = UploadForm
    template_name = "jobs/upload.html"

    @property
    def importer(self):
        return IMPORTERS[self.kind]

    def dispatch(self, request, *args, **kwargs):
        require(request.user, self.importer.action, program_code=EVERY_PROGRAM)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "importer": self.importer,
            "user": self.request.user,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(importer=self.importer, **kwargs)

    def area(self):
        """The unit the import is for: the area of the right that allows it."""
        return import_area(self.request.user, self.importer)

    def sent(self, upload):
        """The file as it came (now or at an earlier try), by whom and for which unit."""
        is_kept = isinstance(upload, StoredFile)
        return {
            "name": upload.name,
            "content": (upload.file if is_kept else upload).read(),
            "content_type": upload.content_type or "",
            "user": self.request.user,
            "unit": self.area(),
        }

    def form_valid(self, form):
        upload = form.cleaned_data["file"]
        if not form.refuse_the_same_file(self.area()):
            return self.form_invalid(form)
        batch = receive(self.kind, params=form.params(), **self.sent(upload))
        return redirect("jobs:batch", pk=batch.pk)

    def form_invalid(self, form):
        codes = [error.code for error in form.errors.as_data().get("file", [])]
        problem = next((REFUSED[code] for code in codes if code in REFUSED), BAD_VALUES)
        if "wrong_kind" in codes:
            self.keep_wrong_kind(form)
        elif not codes:
            self.keep_for_next_try(form)
        context = self.get_context_data(form=form)
        headers = {"X-Problem": problem.code}
        return self.render_to_response(context, status=problem.status, headers=headers)

    def keep_for_next_try(self, form):
        """The file is right, another field is not: it need not be chosen again."""
        upload = form.cleaned_data["file"]
        form.keep(StoredFile.objects.take(upload, user=self.request.user, unit=self.area()))

    def keep_wrong_kind(self, form):
        """Nothing uploaded is lost: what cannot be read stands in the list as refused."""
        batch = keep_refused(
            self.kind, reason=form.errors["file"][0], **self.sent(form.files["file"])
        )
        form.add_error("file", f"Tệp vẫn được giữ ở “Các đợt nhập”, đợt {batch.pk}.")


class BatchView(DetailView):
    """The preview; while the worker reads, the page polls itself."""

    template_name = "jobs/batch.html"
    context_object_name = "batch"

    def get_queryset(self):
        return Batch.objects.for_user(self.request.user).select_related("file", "created_by")

    def get_context_data(self, **kwargs):
        importer, batch = IMPORTERS[self.object.kind], self.object
        key = reading_key(batch) if batch.state == BatchState.READING else applying_key(batch)
        return super().get_context_data(
            importer=importer,
            job=job_of(batch, key) if batch.is_busy else None,
            errors=issue_groups(batch.errors),
            warnings=issue_groups(batch.warnings),
            layout=layout_lines(batch),
            success_url=importer.success_url(batch),
            is_coming=copy_is_coming(batch),
            may_act=can(self.request.user, importer.action, batch.unit, EVERY_PROGRAM),
            events=timeline(batch_happenings(batch)),
            # An importer with a list of its own shows that one.
            **rows_context(batch, self.request.GET) | importer.context(batch, self.request),
            **kwargs,
        )

    def get_template_names(self):
        is_poll = self.request.headers.get("HX-Request") and self.object.is_busy
        return ["jobs/batch_reading.html"] if is_poll else [self.template_name]

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        if self.request.headers.get("HX-Request") and not self.object.is_busy:
            response["HX-Refresh"] = "true"
        if self.object.state == BatchState.REFUSED:
            response["X-Problem"] = FILE_REFUSED.code
        elif self.object.can_be_mended and self.object.errors:
            # A file with questions alone has no fault: it waits for answers.
            response["X-Problem"] = FILE_HAS_FAULTS.code
        return response


class BatchStepView(View):
    """POST only: apply or undo, with a sentence either way."""

    step = None
    done_message = ""

    def take(self, batch, request):
        type(self).step(batch, request.user)

    def post(self, request, pk):
        batch = get_object_or_404(Batch.objects.for_user(request.user), pk=pk)
        require(request.user, IMPORTERS[batch.kind].action, batch.unit, EVERY_PROGRAM)
        try:
            self.take(batch, request)
        except HangsOn as refusal:
            context = {"batch": batch, "refusal": refusal, "importer": IMPORTERS[batch.kind]}
            return render(request, "jobs/batch_hangs.html", context, status=409)
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self.done_message)
        return HttpResponseRedirect(reverse("jobs:batch", args=[pk]))


class ApplyView(BatchStepView):
    done_message = "Đã áp dụng toàn bộ đợt nhập."

    def take(self, batch, request):
        if ask_for_applying(batch, request.user) is None:
            self.done_message = "Đang áp dụng; có thể rời trang này."


class AnswerView(BatchStepView):
    """Which reading is meant, for single cells or for a whole column; the file is read again."""

    done_message = "Đã ghi cách đọc. Tệp đang được kiểm tra lại."

    def take(self, batch, request):
        answer_batch(batch, request.user, batch.answers_in(request.POST))


class UndoView(BatchStepView):
    step = staticmethod(undo_batch)
    done_message = "Đã hoàn tác đợt nhập."


def annotated_copy(request, pk):
    """The link to the annotated copy, or that it is on its way; the batch page asks for it."""
    batch = get_object_or_404(Batch.objects.for_user(request.user), pk=pk)
    context = {"batch": batch, "is_coming": copy_is_coming(batch)}
    return render(request, "jobs/batch_copy.html", context)


def batch_list(request):
    """The centre of all imports: what was sent, what became of it, where to send more."""
    form = BatchFilter(request.GET.dict(), user=request.user)
    page = Paginator(form.rows(), PAGE).get_page(request.GET.get("page"))
    for batch in page:
        importer = IMPORTERS[batch.kind]
        batch.label = importer.label
        batch.may_act = can(request.user, importer.action, batch.unit, EVERY_PROGRAM)
    offered = [
        importer
        for importer in IMPORTERS.values()
        if importer.upload_page and can(request.user, importer.action, program_code=EVERY_PROGRAM)
    ]
    context = {"page_obj": page, "form": form, "offered": offered}
    return render(request, "jobs/batch_list.html", context)


def stored_file(request, pk):
    """A kept file, to whoever may see its unit; always as a download."""
    stored = get_object_or_404(StoredFile.objects.for_user(request.user), pk=pk)
    return FileResponse(stored.file.open("rb"), as_attachment=True, filename=stored.name)
