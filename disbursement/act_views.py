"""Pages that write on the books: boxes, then what stood before and what will stand after, then the
act. Without scripts, and once per form however often it is sent."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.clock import today
from core.text import printable
from core.transitions import InvalidTransition
from organizations.models import Unit
from organizations.permissions import can, require

from .act_forms import (
    CarryOverForm,
    CorrectForm,
    EntryForm,
    RecoverForm,
    ReverseMovementForm,
    ReversePaymentForm,
    TransferForm,
    project_by_code,
)
from .acts import SeenOtherwise
from .models import LedgerEntry, Movement, Payment, Project

# Names of the steps between the boxes and the act.
CONFIRM, EDIT, SEEN, CHECKED = "xac_nhan", "sua", "da_xem", "da_kiem_tra"
NOT_BOXES = {CONFIRM, EDIT, SEEN, CHECKED, "csrfmiddlewaretoken", "form_key"}


class ActView(View):
    form_class = None
    action = "entry.write"
    title = ""
    lead = ""
    done = ""
    template_name = "disbursement/act_form.html"

    def place(self):
        """The row the page is about; 404 where the person may not read it."""
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        require(request.user, self.action)
        self.about = self.place()
        if self.about is None:
            return self.choose()
        self.require_here()
        return super().dispatch(request, *args, **kwargs)

    def require_here(self):
        unit = getattr(self.about, "unit", self.about)
        require(self.request.user, self.action, unit)

    def choose(self):
        raise Http404

    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return self.form_class(data, user=self.request.user, today=today(), place=self.about)

    def get(self, request, *args, **kwargs):
        return self.shown(self.form())

    def post(self, request, *args, **kwargs):
        form = self.form()
        if not form.is_valid() or EDIT in request.POST:
            return self.shown(form)
        for unit, program in form.touches():
            require(request.user, self.action, unit, program)
        try:
            return self.step(form, form.act())
        except InvalidTransition as refusal:
            field = getattr(refusal, "field", None)
            form.add_error(field if field in form.fields else None, str(refusal))
            return self.shown(form)

    def step(self, form, act):
        asked = self.request.POST
        if CONFIRM not in asked or (act.question and CHECKED not in asked):
            return self.confirm(form, act, is_asked=CONFIRM in asked)
        try:
            act.book(user=self.request.user, today=today(), seen=asked.get(SEEN, ""))
        except SeenOtherwise as refusal:
            return self.confirm(form, act, overtaken=str(refusal))
        messages.success(self.request, self.done)
        return redirect(self.after())

    def confirm(self, form, act, overtaken="", is_asked=False):
        posting = act.preview(today())
        boxes = [
            (name, value)
            for name, values in self.request.POST.lists()
            if name not in NOT_BOXES
            for value in values
        ]
        context = self.context(form) | {
            "posting": posting,
            "balances": list(posting.balances()),
            "boxes": boxes,
            "question": act.question,
            "overtaken": overtaken,
            "unchecked": is_asked,
        }
        status = 409 if overtaken else 422 if is_asked else 200
        return render(self.request, "disbursement/act_confirm.html", context, status=status)

    def shown(self, form):
        status = 422 if form.errors else 200
        return render(self.request, self.template_name, self.context(form), status=status)

    def context(self, form):
        return {
            "form": form,
            "title": self.title,
            "lead": self.lead,
            "about": self.about,
            "back": self.after(),
        }

    def after(self):
        return reverse("disbursement:project", args=[self.about.pk])


class PlaceView(ActView):
    """Started from a project (?du_an=) or from a unit of the tree (?don_vi=)."""

    takes_units = True

    def place(self):
        asked, user = self.request.GET, self.request.user
        if "du_an" in asked:
            rows = Project.objects.for_user(user).select_related("unit", "component__program")
            return get_object_or_404(rows, pk=whole(asked["du_an"]))
        if self.takes_units and "don_vi" in asked:
            return get_object_or_404(Unit.objects.for_user(user), pk=whole(asked["don_vi"]))
        return None

    def choose(self):
        """Nobody said where: a code leads on, or a unit of the list."""
        code = printable(self.request.GET.get("ma", "")).strip()
        found = project_by_code(self.request.user, code) if code else None
        if found:
            return redirect(f"{self.request.path}?du_an={found.pk}")
        units = Unit.objects.for_user(self.request.user).order_by("sort_key")
        context = {
            "title": self.title,
            "code": code,
            "units": units if self.takes_units else [],
        }
        status = 404 if code else 200
        return render(self.request, "disbursement/act_place.html", context, status=status)

    def context(self, form):
        return super().context(form) | {"acts": self.acts()}

    def acts(self):
        """Of one place the other acts are one click away."""
        key = "du_an" if isinstance(self.about, Project) else "don_vi"
        return [
            {
                "label": view.title,
                "url": f"{reverse(f'disbursement:{name}')}?{key}={self.about.pk}",
                "current": isinstance(self, view),
            }
            for name, view in PLACE_ACTS.items()
            if key == "du_an" or view.takes_units
        ]

    def after(self):
        name = "project" if isinstance(self.about, Project) else "unit"
        return reverse(f"disbursement:{name}", args=[self.about.pk])


def whole(text):
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


class EntryView(PlaceView):
    form_class = EntryForm
    title = "Ghi bút toán"
    lead = "Giao vốn, bổ sung, cắt giảm theo một quyết định."
    done = "Đã ghi bút toán."


class TransferView(PlaceView):
    form_class = TransferForm
    title = "Điều chuyển vốn"
    lead = "Vốn rời nơi này đến nơi khác theo một quyết định; tổng không đổi."
    done = "Đã ghi điều chuyển: hai vế cùng một quyết định."


class CarryOverView(PlaceView):
    form_class = CarryOverForm
    takes_units = False
    title = "Chuyển nguồn sang năm sau"
    lead = "Phần chưa chi sang năm kế hoạch sau, giữ nguyên năm giao vốn gốc."
    done = "Đã ghi chuyển nguồn sang năm sau."


class RecoverView(PlaceView):
    form_class = RecoverForm
    takes_units = False
    title = "Thu hồi vốn"
    lead = "Phần chưa chi trở về ngân sách tỉnh."
    done = "Đã ghi thu hồi về ngân sách tỉnh."


PLACE_ACTS = {
    "entry_create": EntryView,
    "transfer": TransferView,
    "carry_over": CarryOverView,
    "recover": RecoverView,
}


class CorrectView(ActView):
    form_class = CorrectForm
    title = "Đính chính bút toán"
    lead = "Bút toán cũ được giữ và đảo; dòng đúng ghi bên cạnh. Để trống số tiền thì chỉ đảo."
    done = "Đã đính chính: một bút toán đảo và bút toán đúng."

    def place(self):
        rows = LedgerEntry.objects.for_user(self.request.user).select_related(
            "unit", "project__unit", "component__program", "decision"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def after(self):
        return home_of(self.about)


def home_of(entry):
    if entry.project_id:
        return reverse("disbursement:project", args=[entry.project_id])
    return reverse("disbursement:unit", args=[entry.unit_id])


class ReversePaymentView(ActView):
    form_class = ReversePaymentForm
    action = "payment.reverse"
    title = "Đảo chứng từ"
    lead = "Chứng từ cũ được giữ và đảo. Ghi số tiền đúng để thay, để trống thì chỉ đảo."
    done = "Đã đảo chứng từ."

    def place(self):
        rows = Payment.objects.for_user(self.request.user).select_related(
            "project__unit", "project__component__program"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def require_here(self):
        project = self.about.project
        require(self.request.user, self.action, project.unit, project.component.program.code)

    def after(self):
        return reverse("disbursement:project", args=[self.about.project_id])


class MovementView(ActView):
    """One movement with its rows; who may write reverses all of it at once."""

    form_class = ReverseMovementForm
    template_name = "disbursement/movement.html"
    title = "Đảo điều chỉnh vốn"
    lead = "Mọi vế của lần điều chỉnh được đảo cùng lúc."
    done = "Đã đảo cả lần điều chỉnh."

    def dispatch(self, request, *args, **kwargs):
        self.about = self.place()
        if request.method == "POST" and not self.may_write():
            raise PermissionDenied
        return View.dispatch(self, request, *args, **kwargs)

    def place(self):
        rows = Movement.objects.for_user(self.request.user).select_related("unit", "decision")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def may_write(self):
        return can(self.request.user, self.action, self.about.unit)

    def context(self, form):
        entries = self.about.entries.select_related("unit", "project", "component", "decision")
        return super().context(form) | {
            "entries": entries.order_by("pk"),
            "may_write": self.may_write(),
            "is_reversed": entries.filter(reverses__isnull=False).exists(),
        }

    def after(self):
        return reverse("disbursement:movement", args=[self.about.pk])
