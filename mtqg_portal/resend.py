"""What somebody sent and the portal could not take, as a form that sends it again.

Nothing is written here: the values travel through the page itself, so that a refused request can
never leave a trace in the rows. Secrets are not put into a page.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

TOKEN, KEY = "csrfmiddlewaretoken", "form_key"
SECRET_WORDS = ("password", "mat_khau", "otp", "secret", "token")
SECRET_PAGES = ("/dang-nhap/", "/tai-khoan/")
# Boxes that nobody typed in.
SILENT = {TOKEN, KEY, "version", "next", "kept", "action", "key"}


@dataclass(frozen=True)
class Resend:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    # (name of the box, name of the file that was chosen): a browser must be given it again.
    files: list[tuple[str, str]] = field(default_factory=list)
    # What a person would recognise as theirs.
    typed: list[str] = field(default_factory=list)


def resend_of(request, *, without=()):
    """The form of this request, or None when there is nothing that may be shown again."""
    try:
        posted, files = request.POST, request.FILES
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    fields = [
        (name, value) for name, values in posted.lists() if name not in without for value in values
    ]
    typed = [value for name, value in fields if name not in SILENT and value.strip()]
    chosen = [(name, file.name) for name, file in files.items()]
    if is_secret(request.path, posted) or not (typed or chosen or "action" in posted):
        return None
    return Resend(request.get_full_path(), fields, chosen, typed)


def is_secret(path, posted):
    names = [name.lower() for name in posted if name != TOKEN]
    return path.startswith(SECRET_PAGES) or any(w in n for n in names for w in SECRET_WORDS)


def is_from_here(request):
    """Sent by a page of the portal itself, as the browser says; silence is no proof."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
