"""One's own account: password, second factor, sessions, posts and rights. Nobody else's."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import entering, shown_once
from .account_forms import OwnPasswordForm, ProofForm, SetUpForm
from .models import EventKind, PersonSession, SecurityEvent
from .passwords import expires_after, is_due
from .permissions import can, needs_second_factor
from .second_factor import SecondFactor, new_secret

SECRET = "second_factor_secret"
SIGN_INS = (
    EventKind.SIGNED_IN,
    EventKind.WRONG_PASSWORD,
    EventKind.LOCKED_OUT,
    EventKind.CODE_FAILED,
    EventKind.RECOVERY_USED,
    EventKind.CENTRAL_LINKED,
)


def is_insisted_on(user):
    return settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user)


@require_GET
@never_cache
def mine(request):
    user, factor = request.user, SecondFactor(request.user)
    span = expires_after()
    context = {
        "factor_on": factor.is_on,
        "codes_left": factor.codes_left,
        "insisted": is_insisted_on(user),
        "advised": needs_second_factor(user),
        "password_until": user.password_changed_at + span if span else None,
        "sessions": PersonSession.objects.alive(user),
        "this_key": request.session.session_key,
        "sign_ins": SecurityEvent.objects.filter(username=user.username, kind__in=SIGN_INS)[:10],
        "posts": user.current_posts(),
        "grants": user.current_grants(),
        "reads_log": can(user, "security.read"),
        "proof": ProofForm(auto_id="renew_%s"),
        "proof_off": ProofForm(auto_id="off_%s"),
    }
    return render(request, "account/mine.html", context)


class OwnPasswordView(PasswordChangeView):
    """Other sessions of the person end; this one goes on."""

    form_class = OwnPasswordForm
    template_name = "account/password.html"
    success_url = reverse_lazy("account:mine")

    def post(self, request, *args, **kwargs):
        """Behind the closed door the old password is not even looked at: no answer tells of it."""
        if not entering.proofs_are_closed(request.user):
            return super().post(request, *args, **kwargs)
        messages.error(request, entering.TOO_MANY_PROOFS)
        blank = self.form_class(request.user)
        return self.render_to_response(self.get_context_data(form=blank), status=422)

    def form_valid(self, form):
        form.save()
        record(self.request, EventKind.PASSWORD_CHANGED)
        entering.leave_elsewhere(self.request)
        messages.success(self.request, "Đã đổi mật khẩu. Các phiên khác của bạn đã kết thúc.")
        return redirect(self.success_url)

    def form_invalid(self, form):
        if form.has_error("old_password", "password_incorrect"):
            record(self.request, EventKind.PROOF_FAILED)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(is_due=is_due(self.request.user), **kwargs)


@method_decorator(never_cache, name="dispatch")
class SecondFactorView(View):
    """The guided set-up. The secret waits in the session until a code proves that it arrived."""

    def dispatch(self, request, *args, **kwargs):
        if not SecondFactor(request.user).is_on:
            return super().dispatch(request, *args, **kwargs)
        if is_insisted_on(request.user) and not request.session.get(entering.VERIFIED):
            # Set up elsewhere meanwhile: this session has shown no code yet.
            entering.forget(request)
            return redirect("login")
        return redirect("account:mine")

    def get(self, request):
        return self.page(request, SetUpForm())

    def post(self, request):
        form = SetUpForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        secret = request.session.get(SECRET, "")
        codes = secret and SecondFactor(request.user).switch_on(secret, form.cleaned_data["code"])
        if not codes:
            form.add_error("code", "Mã chưa đúng. Hãy xem lại giờ của điện thoại rồi nhập mã mới.")
            return self.page(request, form, status=422)
        del request.session[SECRET]
        record(request, EventKind.FACTOR_ON)
        entering.leave_elsewhere(request, is_verified=True)
        return lead_to_codes(request, codes)

    def page(self, request, form, status=200):
        secret = request.session.setdefault(SECRET, new_secret())
        context = {
            "form": form,
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "picture": SecondFactor(request.user).picture_of(secret),
            "insisted": is_insisted_on(request.user),
        }
        return render(request, "account/second_factor.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def recovery_codes(request):
    """New codes; asked for by its address alone, the page shows those just made, once."""
    if request.method == "GET":
        codes = shown_once.taken(request)
        return show_codes(request, codes) if codes else redirect("account:mine")
    factor = SecondFactor(request.user)
    if not factor.is_on or not proved(request):
        return redirect("account:mine")
    codes = factor.renew_codes()
    record(request, EventKind.CODES_RENEWED)
    return lead_to_codes(request, codes)


@require_POST
def switch_off(request):
    if is_insisted_on(request.user):
        messages.error(request, "Chức danh của bạn bắt buộc xác thực hai lớp nên không tắt được.")
    elif proved(request) and SecondFactor(request.user).switch_off():
        record(request, EventKind.FACTOR_OFF)
        entering.leave_elsewhere(request, is_verified=False)
        messages.success(request, "Đã tắt xác thực hai lớp.")
    return redirect("account:mine")


@require_POST
def end_sessions(request):
    """One of my other sessions, or all of them."""
    key = request.POST.get("session", "")
    others = PersonSession.objects.alive(request.user).exclude(key=request.session.session_key)
    if key.isascii() and key.isdigit():
        others.filter(pk=int(key[:18])).end()
        record(request, EventKind.SESSIONS_ENDED)
    else:
        entering.leave_elsewhere(request)
    messages.success(request, "Đã kết thúc phiên.")
    return redirect("account:mine")


def proved(request):
    problem = entering.why_unproved(request)
    if problem:
        messages.error(request, problem)
    return not problem


def lead_to_codes(request, codes):
    address = reverse("account:recovery_codes")
    return redirect(shown_once.address_showing(address, request.user, codes))


def show_codes(request, codes):
    text = "\r\n".join(["Mã khôi phục Cổng MTQG – mỗi mã dùng một lần", *codes, ""])
    context = {"codes": codes, "text": text}
    return render(request, "account/recovery_codes.html", context)


def record(request, kind):
    SecurityEvent.objects.record(kind, request=request, user=request.user)
