"""One form sent twice is one act: the second sending gets the first answer (ADR 18).

Every form of the portal carries a key (the `csrf_token` tag writes it), the API takes it in the
header Idempotency-Key. Claim, effects and answer commit together; of two simultaneous sendings the
second waits for the first on the unique (user, key) and then finds its answer.
"""

import re
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.problems import BAD_PARAMETER, KEY_REUSED, Refused

from .models import FirstAnswer

FIELD, HEADER = "form_key", "Idempotency-Key"
NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
LONGEST_BODY = 200_000
ALGORITHM = "sha256"
KEPT_FOR = timedelta(days=3)


def key_of(request):
    """The key of this sending, or "" when it has none."""
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if key and not KEY.fullmatch(key):
        raise Refused(BAD_PARAMETER, "Khóa của lần gửi không đúng dạng. Hãy tải lại trang.")
    return key


def digest_of(request):
    """What is sent and where to, without the token, which differs from page to page."""
    # Keyed, so that a digest left in the table gives nothing to guess a typed password from.
    digest = salted_hmac(
        "jobs.once", f"{request.method} {request.get_full_path()}", algorithm=ALGORITHM
    )
    # The form is read before the body: Django allows this order alone.
    posted, files = request.POST, request.FILES
    for name in sorted(set(posted) - NOT_CONTENT):
        digest.update(repr((name, posted.getlist(name))).encode(errors="surrogatepass"))
    for name in sorted(files):
        for file in files.getlist(name):
            digest.update(repr((name, file.name, file.size)).encode(errors="surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    if not (posted or files):
        digest.update(request.body)
    return digest.hexdigest()


def once(request, act):
    """For a view that does something of its own before it asks."""
    key = key_of(request)
    return answer_once(request, request.user, key, act) if key else act()


def answer_once(request, user, key, act):
    """What `act()` answers, or what it answered when the same was sent before."""
    digest = digest_of(request)
    with transaction.atomic():
        first, is_new = FirstAnswer.objects.get_or_create(
            user=user, key=key, defaults={"digest": digest}
        )
        if not is_new and first.status:
            return again(request, first, digest)
        # A row without an answer can only be this request's own: others see it when it is kept.
        response = act()
        if is_kept(response):
            keep(first, response)
        else:
            # Refused or drawn again: nothing was done, so the key stays free.
            first.delete()
        return response


def is_kept(response):
    if response.status_code >= 400 or response.streaming:
        return False
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    is_data = "json" in response.get("Content-Type", "")
    return "Location" in response or (is_data and len(response.content) <= LONGEST_BODY)


def keep(first, response):
    first.status = response.status_code
    first.location = response.get("Location", "")
    if not first.location:
        first.body = response.content.decode()
        first.content_type = response["Content-Type"]
    first.save()


def again(request, first, digest):
    """The first answer, word for word; other content under a used key is refused."""
    if first.digest != digest:
        raise Refused(KEY_REUSED)
    response = HttpResponse(first.body, status=first.status)
    if first.content_type:
        response["Content-Type"] = first.content_type
    if first.location:
        response["Location"] = first.location
        at = timezone.localtime(first.at)
        messages.info(request, f"Đã nhận lúc {at:%H:%M:%S}; gửi lần nữa không ghi thêm.")
    response["X-First-Answer"] = first.at.isoformat()
    return response


def forget_old_answers(now):
    """A page is not sent again after days."""
    return FirstAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
