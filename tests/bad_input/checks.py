"""What every refusal is measured by: status, code, words, request number, and untouched rows."""

import hashlib
from contextlib import contextmanager

from django.apps import apps
from django.test import Client

from core.problems import Problem


def signed_in(person, **options):
    """A client as this person, whose rights may have changed since the object was read."""
    person.refresh_from_db()
    client = Client(**options)
    client.force_login(person)
    return client


ROOMS = {
    "alerts",
    "assignments",
    "disbursement",
    "documents",
    "notices",
    "organizations",
    "periods",
    "programs",
    "reporting",
    "targets",
}
# A draft is nobody's figure; accounts and the security log note what somebody tried.
NOT_FIGURES = {
    "reporting.Report",
    "organizations.User",
    "organizations.PersonSession",
    "organizations.SecurityChain",
    "organizations.SecurityEvent",
}


def business_models():
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ROOMS and model._meta.label not in NOT_FIGURES
    ]


def rows_of_business():
    """One digest for each table."""
    return {
        model._meta.label: hashlib.sha256(
            repr(list(model._base_manager.order_by("pk").values_list())).encode()
        ).hexdigest()
        for model in business_models()
    }


@contextmanager
def nothing_written():
    before = rows_of_business()
    yield
    after = rows_of_business()
    changed = sorted(name for name in after if after[name] != before[name])
    assert not changed, f"rows changed: {changed}"


def assert_problem(answer, problem: Problem, *words: str):
    """As a page: everything a person needs to read out on the telephone."""
    page = answer.content.decode()
    assert answer.status_code == problem.status, page
    assert answer["X-Problem"] == problem.code
    assert problem.code in page
    assert answer["X-Request-ID"] and answer["X-Request-ID"] in page
    missing = [word for word in words if word not in page]
    assert not missing, page


def assert_problem_json(answer, problem: Problem, *words: str):
    body = answer.json()
    assert answer.status_code == problem.status
    assert answer["Content-Type"] == "application/problem+json"
    assert (body["code"], body["status"]) == (problem.code, problem.status)
    assert body["request_id"] == answer["X-Request-ID"]
    assert isinstance(body["errors"], list)
    assert all(word in body["detail"] for word in words), body
