"""One form sent twice is one act: same key and words get the first answer, other words a 422."""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import JsonResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from core import problems
from disbursement.models import Payment
from jobs.models import FirstAnswer, StoredFile
from jobs.once import KEPT_FOR, answer_once, forget_old_answers
from notices.models import Notice
from reporting.models import Report, ReportEvent
from targets.models import Progress
from tests.bad_input.checks import assert_problem, nothing_written, signed_in
from tests.no_skips import ONLY_POSTGRESQL

KEY = "mot-khoa-cua-bieu"


@pytest.fixture
def payment(half_year):
    """Address and words of a right payment of 1 triệu đồng."""
    url = reverse("disbursement:payment_create", args=[half_year.project.pk])
    return url, {"kind": "volume", "amount": "1", "paid_on": "01/06/2023", "voucher": "CT-1"}


def keyed(data, key=KEY):
    return data | {"form_key": key}


@pytest.fixture
def payer(people, client_of, payment):
    client = client_of(people.standing)
    page = client.get(payment[0]).content.decode()
    assert page.count('name="form_key"') == page.count("csrfmiddlewaretoken")
    vintage = page.split('name="vintage"')[1].split('value="')[1:]
    return client, next(v.split('"')[0] for v in vintage if v.split('"')[0])


def test_every_form_of_a_page_has_a_key_of_its_own(half_year, people, client_of, fill_url):
    pages = [client_of(people.officer_a).get(fill_url).content.decode() for _ in range(2)]
    keys = {page.split('name="form_key" value="')[1][:32] for page in pages}
    assert len(keys) == 2


def test_the_same_sending_again_is_one_payment_and_the_first_answer(payer, payment):
    client, vintage = payer
    url, data = payment
    before = Payment.objects.count()
    first = client.post(url, keyed(data | {"vintage": vintage}))
    again = client.post(url, keyed(data | {"vintage": vintage}))
    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]
    assert Payment.objects.count() == before + 1
    page = client.get(again["Location"]).content.decode()
    at = timezone.localtime(FirstAnswer.objects.get().at)
    assert f"Đã nhận lúc {at:%H:%M:%S}" in page


def test_other_words_under_the_same_key_are_refused_and_shown_again(payer, payment):
    client, vintage = payer
    url, data = payment
    client.post(url, keyed(data | {"vintage": vintage}))
    with nothing_written():
        answer = client.post(url, keyed(data | {"vintage": vintage, "voucher": "CT-2"}))
    assert_problem(answer, problems.KEY_REUSED, "Lần gửi này đã dùng cho nội dung khác", "CT-2")
    page = answer.content.decode()
    # The way out is one more click: the same words without the used key.
    assert KEY not in page and 'name="csrfmiddlewaretoken"' in page


def test_a_form_with_errors_does_not_use_up_its_key(payer, payment):
    client, vintage = payer
    url, data = payment
    wrong = client.post(url, keyed(data | {"vintage": vintage, "amount": "một"}))
    assert (wrong.status_code, FirstAnswer.objects.count()) == (422, 0)
    assert client.post(url, keyed(data | {"vintage": vintage})).status_code == 302


@pytest.mark.parametrize("key", ["ngắn", "có dấu cách 123", "x" * 65, "a\x00bcdefgh"])
def test_a_key_of_another_shape_is_refused(payer, payment, key):
    client, vintage = payer
    url, data = payment
    with nothing_written():
        answer = client.post(url, keyed(data | {"vintage": vintage}, key))
    assert_problem(answer, problems.BAD_PARAMETER, "Khóa của lần gửi không đúng dạng")


def test_the_key_of_another_person_is_another_key(people, client_of, payer, payment):
    client, vintage = payer
    url, data = payment
    client.post(url, keyed(data | {"vintage": vintage}))
    before = Payment.objects.count()
    client_of(people.standing2).post(url, keyed(data | {"vintage": vintage, "voucher": "CT-9"}))
    assert Payment.objects.count() == before + 1


def test_a_report_sent_twice_is_one_revision_and_the_same_receipt(officer, fill_url, sent):
    first, again = officer.post(fill_url, sent), officer.post(fill_url, sent)
    assert first["Location"] == again["Location"]
    assert ReportEvent.objects.filter(kind="submitted").count() == 1
    page = officer.get(again["Location"]).content.decode()
    assert "Đã nhận lúc" in page and Report.objects.get().receipt in page


def test_a_report_sent_back_with_other_words_keeps_both(officer, fill_url, sent):
    """Back to the old page after "save": the version says it before the key does."""
    officer.post(fill_url, sent | {"action": "save"})
    with nothing_written():
        answer = officer.post(fill_url, sent | {"n-results": "khác"})
    assert answer.status_code == 409
    assert Report.objects.get().draft["n-results"] == sent["n-results"]


# Every other form that makes rows: (address, person, words, model).


def urge(half_year, people):
    topic = f"obligation:{half_year.a.pk}"
    return reverse("notices:urge"), people.standing, {"topic": topic}, Notice


def progress(half_year, people):
    target = half_year.targets[half_year.a.unit]
    words = {"value": "1", "as_of": "01/06/2023", "period": "2023", "note": ""}
    return reverse("targets:entry", args=[target.pk]), people.officer_a, words, Progress


def read_all(half_year, people):
    return reverse("notices:read_all"), people.officer_a, {}, Notice


@pytest.mark.parametrize("form", [urge, progress, read_all])
def test_a_double_click_is_one_row(half_year, people, client_of, form):
    url, person, words, model = form(half_year, people)
    client = client_of(person)
    before = model.objects.count()
    answers = [client.post(url, keyed(words)) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert answers[1].has_header("X-First-Answer") and not answers[0].has_header("X-First-Answer")
    assert model.objects.count() - before <= 1
    assert FirstAnswer.objects.filter(user=person).count() == 1


# The mechanism itself


def sending(user, key=KEY, **words):
    request = RequestFactory().post("/thu/", words or {"a": "1"})
    request.user = user
    return request


def test_what_fails_leaves_neither_effect_nor_key(people):
    def act():
        StoredFile.objects.create(name="x", size=1, sha256="0")
        raise ValueError("giữa chừng")

    with pytest.raises(ValueError, match="giữa chừng"):
        answer_once(sending(people.officer_a), people.officer_a, KEY, act)
    assert not StoredFile.objects.exists() and not FirstAnswer.objects.exists()


def test_an_api_answer_is_repeated_word_for_word(people):
    calls = []

    def act():
        calls.append(1)
        return JsonResponse({"id": len(calls)}, status=201)

    first = answer_once(sending(people.officer_a), people.officer_a, KEY, act)
    again = answer_once(sending(people.officer_a), people.officer_a, KEY, act)
    assert (again.status_code, again.content, again["Content-Type"]) == (
        201,
        first.content,
        "application/json",
    )
    assert calls == [1]


def test_files_count_as_content(people):
    def with_file(content):
        request = RequestFactory().post("/thu/", {"file": content})
        return answer_once(
            request, people.officer_a, KEY, lambda: JsonResponse({"n": 1}, status=201)
        )

    one, other = BytesIO(b"mot"), BytesIO(b"hai")
    one.name = other.name = "a.txt"
    assert with_file(one).status_code == 201
    with pytest.raises(problems.Refused):
        with_file(other)


@pytest.mark.parametrize(("age", "is_kept"), [(-1, True), (0, True), (1, False)])
def test_answers_are_forgotten_after_three_days(people, age, is_kept):
    now = timezone.now()
    row = FirstAnswer.objects.create(user=people.officer_a, key=KEY, digest="0")
    FirstAnswer.objects.filter(pk=row.pk).update(at=now - KEPT_FOR - timedelta(seconds=age))
    forget_old_answers(now)
    assert FirstAnswer.objects.exists() is is_kept


def at_once(number, act):
    """Runs act() in so many threads that start together; their results."""
    results, ready = [], threading.Barrier(number)

    def run():
        ready.wait(10)
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("has_key", "rows"), [(True, 1), (False, 4)])
def test_simultaneous_sendings_are_one_act_because_of_the_key(people, has_key, rows):
    """Without the key each of the four writes its row: the key and nothing else makes it one."""
    if connection.vendor == "sqlite":
        pytest.skip(ONLY_POSTGRESQL)
    person = get_user_model().objects.get(pk=people.officer_a.pk)

    def act():
        made = StoredFile.objects.create(name="x", size=1, sha256="0")
        return JsonResponse({"id": made.pk}, status=201)

    def click():
        request = sending(person)
        return answer_once(request, person, KEY, act) if has_key else act()

    answers = at_once(4, click)
    assert len(answers) == 4
    assert StoredFile.objects.count() == rows
    assert len({answer.content for answer in answers}) == rows


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_payments_through_the_page_are_one(people, payer, payment):
    if connection.vendor == "sqlite":
        pytest.skip(ONLY_POSTGRESQL)
    _, vintage = payer
    url, data = payment
    before = Payment.objects.count()
    clients = [signed_in(people.standing) for _ in range(2)]

    def click():
        return clients.pop().post(url, keyed(data | {"vintage": vintage}))

    answers = at_once(2, click)
    assert [a.status_code for a in answers] == [302, 302]
    assert len({a["Location"] for a in answers}) == 1
    assert Payment.objects.count() == before + 1
