"""A page that has grown old: nothing is done, nothing is lost; over all addresses of a POST."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import problems
from disbursement.models import Payment
from jobs.models import FirstAnswer
from reporting.models import Report
from tests.api.rows import one_of_each
from tests.bad_input.checks import (
    assert_problem,
    nothing_written,
    rows_of_business,
    signed_in,
)
from tests.bad_input.test_outage import resent
from tests.routes import routes

HOME = {"Origin": "http://testserver"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# Tokens instead of sessions; read-only addresses answer 405 before anything else.
NO_SESSION = ("api:",)


def strict(person):
    return signed_in(person, enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def stale(people, fill_url):
    return strict(people.officer_a)


def test_an_old_page_writes_nothing_and_comes_back_filled(stale, fill_url, sent):
    with nothing_written():
        answer = stale.post(fill_url, sent | {"csrfmiddlewaretoken": "x" * 64}, headers=HOME)
    assert_problem(answer, problems.STALE_PAGE, "Trang đã cũ", "Hãy tải lại trang rồi gửi lại.")
    assert not Report.objects.exists() and not FirstAnswer.objects.exists()
    page = answer.content.decode()
    assert resent(page) == sent
    assert sent["n-results"] in page.split("Nội dung đã nhập")[1]


def test_one_confirmation_sends_it_with_the_new_token(stale, fill_url, sent):
    answer = stale.post(fill_url, sent, headers=HOME)
    page = answer.content.decode()
    again = resent(page) | {"csrfmiddlewaretoken": TOKEN.search(page)[1]}
    done = stale.post(fill_url, again, headers=HOME)
    assert done.status_code == 302
    assert Report.objects.get().events.count() == 1


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://ke-xau.vn"}, {"Referer": "http://ke-xau.vn/testserver"}]
)
def test_words_of_another_site_are_not_shown_again(stale, fill_url, sent, headers):
    with nothing_written():
        answer = stale.post(fill_url, sent, headers=headers)
    assert_problem(answer, problems.STALE_PAGE)
    page = answer.content.decode()
    assert sent["n-results"] not in page and "<form" not in page


def test_a_file_has_to_be_chosen_again_and_the_page_says_which(stale, people, fill_url):
    client = strict(people.standing)
    file = SimpleUploadedFile("ke_hoach.xlsx", b"x")
    with nothing_written():
        answer = client.post(
            reverse("disbursement:import_capital"), {"year": "2023", "file": file}, headers=HOME
        )
    assert_problem(answer, problems.STALE_PAGE, "Chọn lại tệp “ke_hoach.xlsx”")
    page = answer.content.decode()
    assert 'type="file" name="file" required' in page and "multipart/form-data" in page


def test_markup_in_what_was_typed_stays_text(stale, fill_url, sent):
    evil = '</textarea><script>alert("1")</script>'
    answer = stale.post(fill_url, sent | {"n-results": evil}, headers=HOME)
    page = answer.content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_script_learns_that_the_page_is_old(stale, fill_url, sent):
    answer = stale.post(f"{fill_url}luu-tam/", sent, headers=HOME | {"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, problems.STALE_PAGE.code)


# All addresses


def addresses():
    """Each address once, its arguments filled in; the API's read-only ones have no forms."""
    found = {}
    for route in routes():
        address = "/" + re.sub(r"<(\w+:)?(\w+)>", argument, route.address)
        if route.name and not route.name.startswith(NO_SESSION) and "(?P" not in address:
            found[route.name] = address
    return found


def argument(match):
    kinds = {"int:": "1", "slug:": "T-A1", "str:": "capital", "path:": "1"}
    return kinds.get(match[1] or "", "1")


def test_no_address_acts_without_its_token(units, people, half_year):
    one_of_each(units, 1)
    clients = [strict(people.standing), strict(people.officer_a), strict(people.admin)]
    before, payments = rows_of_business(), Payment.objects.count()
    answers = {
        (name, number): client.post(address, {"accept": "1", "apply": "1", "text": "x"}).status_code
        for name, address in addresses().items()
        for number, client in enumerate(clients)
    }
    assert len(addresses()) > 60
    assert (rows_of_business(), Payment.objects.count()) == (before, payments)
    wrong = {key: status for key, status in answers.items() if status not in (403, 404, 405)}
    assert not wrong


def test_the_same_posts_with_a_token_do_act(units, people, half_year):
    """Negative control: it was the token, not the addresses, that kept the rows as they were."""
    client = signed_in(people.standing)
    before = rows_of_business()
    topic = f"obligation:{half_year.a.pk}"
    client.post(reverse("notices:urge"), {"topic": topic})
    assert rows_of_business() != before
