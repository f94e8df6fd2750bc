"""The API against cases made from its own description, as three callers.

Each case is one savepoint that is taken back. No 5xx, no answer the description does not know, and
never a word of the district next door. The seed is printed; HYPOTHESIS_SEED repeats a run.
"""

import os
import random
import time
from collections import Counter
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import checks as schema_checks
from schemathesis import openapi
from schemathesis.generation import GenerationMode

from alerts.models import Alert
from assignments.models import Assignment, AssignmentUpdate
from disbursement.models import LedgerEntry, Payment, Project
from documents.models import IssuedDocument
from jobs.models import StoredFile
from mtqg_portal.wsgi import application
from organizations.models import ApiToken, Post, Role, Scope, SteeringCommittee, Unit
from programs.models import WorkPlan
from targets.models import Progress, Target
from tests.api.rows import every_row
from tests.conftest import make_person

schema_checks.load_all_checks()
CHECKS = [
    schema_checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
PER_OPERATION = 24
CANARY = "HOANGYEN"
SEED = int(os.environ.get("HYPOTHESIS_SEED") or random.SystemRandom().randrange(10**6))
# Whose texts carry the canary: (model, column, path of the unit).
MARKED = (
    (Alert, "title", "unit"),
    (Assignment, "title", "parties__unit"),
    (AssignmentUpdate, "note", "assignment__parties__unit"),
    (IssuedDocument, "title", "unit"),
    (LedgerEntry, "note", "unit"),
    (Payment, "voucher", "project__unit"),
    (Post, "title", "unit"),
    (Progress, "note", "unit"),
    (Project, "name", "unit"),
    (SteeringCommittee, "name", "unit"),
    (StoredFile, "name", "unit"),
    (Target, "wording", "unit"),
    (Unit, "name", "pk"),
    (WorkPlan, "title", "issuer"),
)


@pytest.fixture
def province(units, people):
    """Rows of both districts; those of the second carry the canary."""
    every_row(units, 1)
    second = {"commune_a1": units.commune_b1, "district_a": units.district_b}
    every_row(SimpleNamespace(**{**vars(units), **second}), 2)
    for model, column, path in MARKED:
        theirs = {f"{path}__in": [units.district_b.pk, units.commune_b1.pk]}
        found = model._base_manager.filter(**theirs).values_list("pk", flat=True)
        rows = model._base_manager.filter(pk__in=list(found))
        # The plain update, past the guard of append-only rows.
        assert QuerySet.update(rows, **{column: CANARY}), model
    people.auditor_a = make_person(
        "auditor_a", "Thanh tra huyện An", units.district_a, Role.AUDITOR
    )
    return people


@pytest.fixture
def kept_connection():
    """As the test client does: the end of a request must not close the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def token_of(user, scopes=Scope.values):
    _, secret = ApiToken.objects.issue(
        user=user,
        post=user.current_posts().first(),
        name="thử",
        scopes=scopes,
        expires_on=date(2999, 1, 1),
    )
    return {"Authorization": f"Bearer {secret}"}


def operations(headers):
    schema = openapi.from_wsgi("/api/schema/", application, headers=headers)
    found = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if operation.path != "/api/schema/"]


def keys(operation):
    """Keys of rows that are there, of rows that are not, and what the description allows."""
    return st.one_of(st.integers(1, 4).map(str), st.just("999999"), st.just("9" * 18))


def cases(operation):
    """Right and wrong ones; the keys mostly of real rows, own and foreign."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    made = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))
    return st.tuples(made, keys(operation))


def try_one(operation, headers, may_see_all, counts):
    @seed(SEED)
    @settings(
        max_examples=PER_OPERATION,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation))
    def one(made):
        case, key = made
        if "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = key
        started = time.process_time()
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        counts[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)
        # Of this process alone: a busy machine makes nobody slow.
        assert time.process_time() - started < 2
        assert may_see_all or CANARY.encode() not in answer.content

    one()


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("who", "scopes", "may_see_all"),
    [
        ("officer_a", Scope.values, False),
        ("standing", Scope.values, True),
        ("auditor_a", [scope for scope in Scope.values if scope.endswith(":read")], False),
    ],
)
def test_no_case_breaks_the_api(province, kept_connection, who, scopes, may_see_all, capsys):
    headers = token_of(getattr(province, who), scopes)
    counts = Counter()
    found = {}
    for operation in operations(headers):
        try:
            try_one(operation, headers, may_see_all, counts)
        except Exception as failure:
            # All of them are told at the end, as a person mending them wants.
            found[operation.label] = str(failure)
            with capsys.disabled():
                print(f"\n{who}, {operation.label}, seed {SEED}: {failure}")
    with capsys.disabled():
        print(f"\n{who}: seed {SEED}, {counts.total()} cases, {dict(sorted(counts.items()))}")
    assert not found, f"seed {SEED}\n" + "\n\n".join(
        f"{label}: {words}" for label, words in found.items()
    )
    assert counts.total() >= 1700
    assert counts[200] >= 200 and counts[404] >= 50


def test_the_canary_is_told_to_whoever_may_see_it(province, client_of):
    """The negative control: the same rows, asked for by one whose district it is not only."""
    seen = client_of(province.standing).get("/api/v1/projects/").content.decode()
    hidden = client_of(province.officer_a).get("/api/v1/projects/").content.decode()
    assert CANARY in seen and CANARY not in hidden
