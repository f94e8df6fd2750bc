"""Getting in: password, code, and once more from a page that is still open."""

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organizations import entering
from organizations.account_forms import CodeForm
from organizations.models import EventKind, SecurityEvent

from .demo import DEMO_PASSWORD, demo_accounts
from .problems import wants_json

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
TOO_MANY = "Thử sai quá nhiều. Hãy thử lại sau 15 phút."
RETRY_AFTER = int(entering.SPAN.total_seconds())


class SignInForm(AuthenticationForm):
    """One answer whichever of the two is wrong."""

    error_messages = {"invalid_login": f"{WRONG} Hãy nhập lại.", "inactive": WRONG}


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Accounts of the demo province are listed below the form, outside production only."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def post(self, request, *args, **kwargs):
        if entering.address_is_closed(request):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        goal = self.get_success_url()
        is_in = entering.begin(self.request, form.get_user(), goal)
        return redirect(goal if is_in else "login_code")

    def form_invalid(self, form):
        note_failure(self.request)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        accounts = [] if settings.PRODUCTION else demo_accounts()
        is_easy = not settings.SECOND_FACTOR_REQUIRED
        return super().get_context_data(
            demo_accounts=accounts, demo_password=DEMO_PASSWORD, is_easy=is_easy, **kwargs
        )


def note_failure(request):
    """What axes closed never reached a password, so it does not count against the address."""
    if getattr(request, "axes_locked_out", False):
        entering.note_closed(request)
    else:
        name = request.POST.get("username", "")
        SecurityEvent.objects.record(EventKind.WRONG_PASSWORD, request=request, username=name)


@login_not_required
@never_cache
def code(request):
    """The second step; the person is known from the first, and is not signed in yet."""
    user, goal = entering.waiting_person(request)
    if user is None:
        return redirect_to_login(goal or "/")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if entering.codes_are_closed(request, user):
            return locked_out(request, user=user)
        if entering.try_code(request, user, form.cleaned_data["code"]):
            return redirect(goal or resolve_url(settings.LOGIN_REDIRECT_URL))
        form.add_error("code", "Mã chưa đúng hoặc đã dùng. Hãy nhập mã đang hiện trên ứng dụng.")
    return render(request, "registration/code.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def again(request):
    """For the dialog of an open page: a fresh token, then sign-in without leaving the page.

    Who came back in another tab, by the central sign-in, is found to be in already.
    """
    if request.method == "GET":
        is_in = request.user.is_authenticated
        return came_in(request) if is_in else JsonResponse({"token": get_token(request)})
    user, _ = entering.waiting_person(request)
    if request.POST.get("code") and user:
        return again_with_code(request, user)
    if entering.address_is_closed(request):
        return locked_out(request)
    form = AuthenticationForm(request, request.POST)
    if not form.is_valid():
        note_failure(request)
        return JsonResponse({"error": WRONG}, status=422)
    is_in = entering.begin(request, form.get_user())
    return came_in(request) if is_in else JsonResponse({"needs_code": True})


def again_with_code(request, user):
    if entering.codes_are_closed(request, user):
        return locked_out(request, user=user)
    if not entering.try_code(request, user, request.POST["code"]):
        return JsonResponse({"error": "Mã chưa đúng hoặc đã dùng."}, status=422)
    return came_in(request)


def came_in(request):
    """The page takes over the new token and checks that the same person is back."""
    return JsonResponse({"user": str(request.user.pk), "token": get_token(request)})


def locked_out(request, original=None, credentials=None, *, user=None):
    """429 for whoever tried too often; axes calls it too. At the code the person is known."""
    if original is None and credentials is None:
        entering.note_closed(request, user)
    if wants_json(request):
        answer = JsonResponse({"error": TOO_MANY}, status=429)
    else:
        back = {REDIRECT_FIELD_NAME: request.POST.get(REDIRECT_FIELD_NAME, "")}
        answer = render(request, "registration/locked.html", back, status=429)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer
