"""The log names the request, holds no secret and cannot be written into by a caller (T13)."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client

from core.problems import request_id
from mtqg_portal.request_numbers import LineFormatter, escaped, masked
from tests.bad_input.checks import signed_in

CANARY = "canary-7b1f"


@pytest.fixture
def lines():
    """What the console would show, in the portal's own format."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    options = dict(settings.LOGGING["formatters"]["line"])
    options.pop("()")
    handler.setFormatter(LineFormatter(**options))
    root = logging.getLogger()
    root.addHandler(handler)
    loggers = [logging.getLogger(name) for name in ("django.request", "django.security.csrf")]
    kept = [(logger, logger.propagate) for logger in loggers]
    yield lambda: out.getvalue()
    for logger, propagates in kept:
        logger.propagate = propagates
    root.removeHandler(handler)


def test_each_line_of_a_request_carries_its_number(people, lines):
    client = signed_in(people.officer_a, raise_request_exception=False)
    answer = client.get("/khong-co-trang-nay/")
    number = answer["X-Request-ID"]
    assert answer.status_code == 404 and len(number) == 12
    written = [line for line in lines().splitlines() if "khong-co-trang-nay" in line]
    assert written and all(f"[{number}]" in line for line in written)
    assert client.get("/")["X-Request-ID"] != number
    answer.close()
    assert request_id.get() == ""


def test_no_canary_of_a_caller_reaches_the_log(people, lines, monkeypatch):
    """Passwords, tokens, cookies and bodies, through sign-in, a refused form and a crash."""
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.post("/dang-nhap/", {"username": "head", "password": CANARY})
    strict.post("/dang-nhap/", {"username": "head", "password": CANARY}, headers={"Cookie": CANARY})
    Client().post("/dang-nhap/", {"username": "head", "password": CANARY})
    client = signed_in(people.standing, raise_request_exception=False)
    client.cookies["sessionid2"] = CANARY

    def raises(*args, **kwargs):
        raise ValueError("hỏng")

    monkeypatch.setattr("reporting.views.rounds.OpenRoundView.get_form_kwargs", raises)
    headers = {"Authorization": f"Bearer {CANARY}", "X-CSRFToken": CANARY}
    data = {"password": CANARY, "csrfmiddlewaretoken": CANARY, "n-results": CANARY}
    assert client.post("/bao-cao/mo-ky/", data, headers=headers).status_code == 500
    assert "hỏng" in lines()
    assert CANARY not in lines()


@pytest.mark.parametrize(
    "text",
    [
        f"password={CANARY}",
        f"'password': '{CANARY}'",
        f'{{"new_password1": "{CANARY}"}}',
        f"Authorization: Bearer {CANARY}",
        f"Cookie: sessionid={CANARY}",
        f"csrftoken={CANARY}; path=/",
        f"postgres://portal:{CANARY}@db:5432/x",
        f"redis://:{CANARY}@127.0.0.1:6379/0",
        f"api_token={CANARY}&x=1",
    ],
)
def test_what_a_library_prints_is_masked(text):
    assert CANARY not in masked(text) and "***" in masked(text)


def test_other_words_are_left_as_they_are():
    line = "GET /bao-cao/?nam=2023 200 mật khẩu đã đổi, 3 token; postgres://127.0.0.1:5432/x"
    assert masked(line) == line


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\x00", "\x1b[31m", "\u2028", "\u202e", "\x85"])
def test_nobody_writes_a_second_line(mark, lines):
    logging.getLogger("thu").warning("tên tệp %s", f"a{mark}2026-01-01 ERROR giả mạo")
    written = lines()
    assert len(written.splitlines()) == 1 and mark not in written.removesuffix("\n")
    assert "\\" in escaped(mark)


def test_a_stack_is_indented_and_its_message_stays_one_line(lines):
    try:
        raise ValueError(f"dòng một\n2026 ERROR giả password={CANARY}")
    except ValueError:
        logging.getLogger("thu").exception("hỏng")
    first, *rest = lines().splitlines()
    assert first.endswith("hỏng") and rest
    assert all(line.startswith("    ") for line in rest)
    assert CANARY not in lines()
