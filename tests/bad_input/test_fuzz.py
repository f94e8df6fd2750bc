"""Every form of every page, filled by chance with what nobody types: never a server error.

The forms are read from the pages themselves, so a new one is met without being listed here.
HYPOTHESIS_SEED repeats a run.
"""

import os
import random
from copy import deepcopy
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from assignments.models import Assignment
from disbursement.models import Project
from targets.models import Target
from tests.api.rows import one_of_each
from tests.bad_input.checks import signed_in
from tests.bad_input.test_csrf import addresses

SEED = int(os.environ.get("HYPOTHESIS_SEED") or random.SystemRandom().randrange(10**6))
PEOPLE = ("standing", "officer_a", "treasury", "admin")
# Signing out or in again would change who the client is.
LEFT_OUT = {"/dang-xuat/", "/dang-nhap/", "/dang-nhap/lai/"}
MEGABYTE = "ạ" * 350_000
ODD = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e123\u202c",
    "\u2066evil\u2069",
    "\ud800",
    "１２３４",
    "٣٤٥",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "-0",
    "9" * 400,
    "1.234.567,8",
    "1,2,3",
    "0001-01-01",
    "01/01/0001",
    "31/12/9999",
    "9999-12-31",
    "32/13/2023",
    "2023-H9",
    "9223372036854775808",
    "-1",
    "../../etc/passwd",
    "<script>1</script>",
    "{{ 7*7 }}",
    "' OR 1=1 --",
    "=1+1",
    "🧨" * 50,
]
TYPED = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=60),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(lambda day: f"{day:%d/%m/%Y}"),
)
ALLOWED = {200, 302, 400, 403, 404, 405, 409, 413, 415, 422, 429}


class FormReader(HTMLParser):
    """Forms of a page: method, action, and for each box its name, kind and what stood in it."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self.select = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            method = (given.get("method") or "get").lower()
            self.forms.append({"method": method, "action": given.get("action") or "", "boxes": {}})
        elif tag == "option" and self.forms and self.select:
            self.forms[-1]["boxes"][self.select][1].append(given.get("value") or "")
        elif tag in ("input", "textarea", "select", "button") and self.forms and given.get("name"):
            boxes = self.forms[-1]["boxes"]
            kind, value = given.get("type") or tag, given.get("value")
            boxes.setdefault(given["name"], (kind, []))[1].append(value or "")
            self.select = given["name"] if tag == "select" else self.select


def forms_of(client, address):
    answer = client.get(address)
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return []
    reader = FormReader()
    reader.feed(answer.content.decode())
    return [form | {"action": form["action"] or address} for form in reader.forms]


def of_rows(half_year):
    """Pages of rows by their true numbers: PostgreSQL goes on counting from test to test."""
    return [
        reverse("reporting:fill", args=[half_year.a.pk]),
        reverse("disbursement:payment_create", args=[Project.objects.first().pk]),
        reverse("targets:entry", args=[Target.objects.first().pk]),
        reverse("assignments:progress", args=[Assignment.objects.first().pk]),
    ]


@pytest.fixture
def forms(half_year, units, people):
    """(client, form) of every form that six kinds of people see, each form once."""
    one_of_each(units, 1)
    found = {}
    for name in PEOPLE:
        client = signed_in(getattr(people, name), raise_request_exception=False)
        for address in [*addresses().values(), *of_rows(half_year)]:
            for form in forms_of(client, address) if address not in LEFT_OUT else []:
                if form["action"] not in LEFT_OUT and "://" not in form["action"]:
                    found.setdefault(
                        (form["action"], form["method"], *form["boxes"]), (client, form)
                    )
    return list(found.values())


def filled(data, form):
    """Mostly one odd box among right ones: deeper checks are reached only past the first ones."""
    values, files = {}, {}
    for name, (kind, stood) in form["boxes"].items():
        if name in ("csrfmiddlewaretoken", "form_key"):
            continue
        if kind == "file":
            typed = data.draw(st.text(min_size=1, max_size=20), label=name)
            ending = data.draw(st.sampled_from(["xlsx", "docx", "pdf", "csv", ""]))
            content = data.draw(st.binary(max_size=200))
            safe = typed.encode(errors="ignore").decode().replace("\x00", "") or "x"
            files[name] = SimpleUploadedFile(f"{safe}.{ending}", content)
        elif data.draw(st.booleans(), label=f"{name} is odd"):
            values[name] = data.draw(TYPED, label=name)
        else:
            values[name] = data.draw(st.sampled_from(stood), label=name) if stood else "1"
    return values, files


def send(client, form, values, files):
    body = urlencode(values, errors="surrogatepass")
    if form["method"] == "get":
        return client.get(form["action"].split("?")[0] + "?" + body)
    if files:
        plain = {k: v.encode(errors="ignore").decode() for k, v in values.items()}
        return client.post(form["action"], plain | files)
    kind = "application/x-www-form-urlencoded"
    return client.post(form["action"], body.encode(), content_type=kind)


def tried(client, form, values, files):
    """The answer; afterwards neither rows nor cookies are as the form left them."""
    cookies = client.cookies.output()
    kept = deepcopy(client.cookies)
    with transaction.atomic():
        answer = send(client, form, values, files)
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies = kept
    return answer


def try_forms(forms, examples):
    statuses = {}

    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def example(data):
        client, form = data.draw(st.sampled_from(forms))
        values, files = filled(data, form)
        answer = tried(client, form, values, files)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code in ALLOWED, (SEED, form["action"], values)

    example()
    return statuses


def forms_were_found(forms):
    """Negative control: the reader sees the forms it is meant to try."""
    actions = {form["action"] for _, form in forms}
    assert len(forms) >= 15
    assert any(action.startswith("/bao-cao/") for action in actions)
    assert any("thanh-toan" in action for action in actions)
    assert any(kind == "file" for _, f in forms for kind, _ in f["boxes"].values())


def test_odd_input_is_answered(forms):
    forms_were_found(forms)
    assert sum(try_forms(forms, 60).values()) >= 60
    assert what_was_typed_is_shown_again(forms) >= 5


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_odd_input_is_answered_for_long(forms):
    statuses = try_forms(forms, 2_500)
    assert sum(statuses.values()) >= 2_000
    assert statuses.keys() >= {200, 422}


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_each_box_takes_a_megabyte_and_every_odd_word(forms):
    """Not by chance: each odd word stands once in all boxes of each form that posts."""
    broken = []
    for client, form in forms:
        names = [n for n, (kind, _) in form["boxes"].items() if kind != "file"]
        for word in [MEGABYTE, *ODD] if form["method"] == "post" else ODD:
            answer = tried(client, form, dict.fromkeys(names, word), {})
            if answer.status_code not in ALLOWED:
                broken.append((form["action"], word[:10], answer.status_code))
    assert not broken


def what_was_typed_is_shown_again(forms):
    """A refused form comes back with the words in their boxes; how many did."""
    again = 0
    for client, form in forms:
        texts = [n for n, (kind, _) in form["boxes"].items() if kind in ("text", "textarea")]
        if form["method"] != "post" or not texts:
            continue
        answer = tried(client, form, {n: f"gõ {i} &lạ" for i, n in enumerate(texts)}, {})
        if answer.status_code == 422:
            page = answer.content.decode()
            again += 1
            assert all(f"gõ {i} &amp;lạ" in page for i in range(len(texts))), form["action"]
    return again
