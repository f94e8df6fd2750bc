"""Letters in the browser: templates, writing one, preview, issue; the agency's layout."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from core.clock import today
from organizations.history import timeline
from organizations.models import Unit
from organizations.permissions import can, require

from .history import profile_happenings, template_happenings
from .letter_forms import LetterForm, ProfileForm, SignatureForm, TemplateForm, templates_of
from .letters import draft_of, draft_with_gaps
from .matters import find_matter
from .merging import FIELDS, MergeError
from .models import LayoutProfile, LetterTemplate, SignatureBlock
from .preview import preview_parts

WORDS_WANTED = (
    "Văn bản này chưa gắn với việc cụ thể nào. Hãy viết lời thay vào các chỗ “……”, hoặc mở một "
    "cảnh báo rồi chọn “Soạn công văn” để các chỗ đó được điền sẵn."
)


def profiles_of(user):
    """The layouts a person may write under."""
    require(user, "document.issue")
    rows = LayoutProfile.objects.filter(unit__in=Unit.objects.for_user(user)).select_related("unit")
    return [row for row in rows if can(user, "document.issue", row.unit)]


def template_or_404(user, pk):
    rows = LetterTemplate.objects.for_user(user).select_related("unit")
    template = get_object_or_404(rows, pk=pk)
    require(user, "document.issue", template.unit)
    return template


class TemplateListView(View):
    """Where a letter starts: the templates at hand, for a matter or for none."""

    def get(self, request):
        profiles = profiles_of(request.user)
        topic = request.GET.get("ve", "")
        matter = find_matter(topic, request.user, today())
        rows = templates_of(request.user)
        context = {"templates": rows, "profiles": profiles, "topic": topic, "matter": matter}
        return render(request, "documents/template_list.html", context)


class TemplateEditView(View):
    """One template, or a new one of the first agency the person may write for."""

    def template(self, pk):
        if pk is not None:
            return template_or_404(self.request.user, pk)
        profiles = profiles_of(self.request.user)
        if not profiles:
            raise PermissionDenied("Chưa có thể thức của cơ quan. Hãy đề nghị người quản trị lập.")
        return LetterTemplate(unit=profiles[0].unit)

    def get(self, request, pk=None):
        return self.page(request, TemplateForm(instance=self.template(pk)))

    def post(self, request, pk=None):
        form = TemplateForm(request.POST, instance=self.template(pk))
        if not form.is_valid():
            return self.page(request, form, status=422)
        form.save()
        messages.success(request, f"Đã lưu mẫu “{form.instance}”.")
        return redirect("documents:templates")

    def page(self, request, form, status=200):
        told = timeline(template_happenings(form.instance)) if form.instance.pk else []
        context = {"form": form, "fields": FIELDS.items(), "events": told}
        return render(request, "documents/template_edit.html", context, status=status)


class ComposeView(View):
    """GET fills the template in; POST shows the page as printed, or issues it."""

    def dispatch(self, request, pk):
        self.template = template_or_404(request.user, pk)
        self.profile = get_object_or_404(LayoutProfile, unit=self.template.unit)
        self.topic = request.GET.get("ve", "")
        self.matter = find_matter(self.topic, request.user, today())
        return super().dispatch(request)

    def form(self, *args, **kwargs):
        kwargs |= {"template": self.template, "profile": self.profile, "matter": self.matter}
        return LetterForm(*args, user=self.request.user, **kwargs)

    def get(self, request):
        try:
            draft = draft_of(self.template, self.profile, today(), self.matter)
        except MergeError as fault:
            draft = draft_with_gaps(self.template, self.profile, today())
            # Opened from the list there is no case yet: that is no fault of anybody.
            if self.matter:
                messages.error(request, str(fault))
            else:
                messages.info(request, WORDS_WANTED)
        start = LetterForm.start(uuid.uuid4(), draft, self.template, self.profile, self.matter)
        return self.page(self.form(initial=start))

    def post(self, request):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        if "issue" not in request.POST:
            return self.page(form, document=form.letter().as_document())
        document = form.letter().issue(request.user, form.cleaned_data["key"])
        messages.success(request, "Đã chốt văn bản. Bản Word, PDF, Excel đang được lập.")
        return redirect("documents:detail", pk=document.pk)

    def page(self, form, document=None, status=200):
        context = {
            "form": form,
            "template": self.template,
            "topic": self.topic,
            "matter": self.matter,
            "document": document,
            "parts": preview_parts(document) if document else [],
        }
        return render(self.request, "documents/compose.html", context, status=status)


class ProfileView(View):
    """The agency's names, symbols, place, recipients and ways of signing."""

    def dispatch(self, request, pk):
        found = [row for row in profiles_of(request.user) if row.pk == pk]
        self.profile = get_object_or_404(LayoutProfile, pk=found[0].pk if found else None)
        return super().dispatch(request)

    def get(self, request):
        return self.page(ProfileForm(instance=self.profile))

    def post(self, request):
        form = ProfileForm(request.POST, instance=self.profile)
        if not form.is_valid():
            return self.page(form, status=422)
        form.save()
        messages.success(request, "Đã lưu thể thức. Văn bản đã chốt không đổi.")
        return redirect("documents:profile", pk=self.profile.pk)

    def page(self, form, status=200):
        context = {
            "form": form,
            "profile": self.profile,
            "signatures": self.profile.signatures.all(),
            "events": timeline(profile_happenings(self.profile)),
        }
        return render(self.request, "documents/profile.html", context, status=status)


class SignatureView(ProfileView):
    """A way of signing: added, reworded or taken out; issued documents keep theirs."""

    def dispatch(self, request, pk, block=None):
        self.block_pk = block
        return super().dispatch(request, pk)

    @property
    def block(self):
        if self.block_pk is None:
            return SignatureBlock(profile=self.profile, order=self.profile.signatures.count() + 1)
        return get_object_or_404(self.profile.signatures, pk=self.block_pk)

    def get(self, request):
        return self.page(SignatureForm(instance=self.block))

    def post(self, request):
        block = self.block
        if "remove" in request.POST and block.pk:
            block.delete()
            messages.success(request, "Đã bỏ khối chữ ký.")
            return redirect("documents:profile", pk=self.profile.pk)
        form = SignatureForm(request.POST, instance=block)
        if not form.is_valid():
            return self.page(form, status=422)
        form.save()
        messages.success(request, "Đã lưu khối chữ ký.")
        return redirect("documents:profile", pk=self.profile.pk)

    def page(self, form, status=200):
        context = {"form": form, "profile": self.profile}
        return render(self.request, "documents/signature.html", context, status=status)
