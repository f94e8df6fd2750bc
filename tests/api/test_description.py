"""The OpenAPI description and the page made from it: complete, without warnings, Vietnamese."""

import re

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from core.problems import REGISTER
from mtqg_portal.api import VIEWSETS
from mtqg_portal.api_reference import TAGS, sections
from mtqg_portal.api_schema import WORDS
from organizations.models import Scope
from tests.api.verbs import SCENES

VIETNAMESE = re.compile(r"[ăâđêôơưàáạảãèéẹẻẽìíịỉĩòóọỏõùúụủũỳýỵỷỹ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    path = tmp_path_factory.mktemp("api") / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(path))
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_list_and_verb_is_described(schema):
    for prefix, viewset in VIEWSETS.items():
        assert f"/api/v1/{prefix}/" in schema["paths"]
        assert f"/api/v1/{prefix}/{{id}}/" in schema["paths"]
        for action in viewset.get_extra_actions():
            assert any(
                f"/{prefix}/" in path and action.url_path.split("(")[0] in path
                for path in schema["paths"]
            )


def test_titles_are_vietnamese_and_scopes_are_known(schema):
    for path, _, operation in operations(schema):
        if path == "/api/schema/":
            continue
        assert VIETNAMESE.search(operation["summary"]), path
        assert operation["x-scope"] in Scope.values, path
        assert operation["tags"][0] in TAGS


def test_no_comment_of_the_code_reaches_readers(schema):
    for path, _, operation in operations(schema):
        words = operation.get("description", "")
        assert not words or VIETNAMESE.search(words), (path, words)


def test_every_scope_opens_something(schema):
    used = {operation.get("x-scope") for _, _, operation in operations(schema)}
    assert set(Scope.values) <= used


def test_every_operation_names_its_refusals_as_problems(schema):
    for path, method, operation in operations(schema):
        refusals = {s: a for s, a in operation["responses"].items() if s >= "400"}
        assert {"401", "403", "429", "503"} <= set(refusals), path
        assert method == "get" or {"404", "409", "415", "422"} <= set(refusals), path
        for status, answer in refusals.items():
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["description"] == WORDS[status]


def test_the_statuses_described_are_those_of_the_register():
    known = {str(problem.status) for problem in REGISTER.values()}
    assert set(WORDS) <= known


def test_write_bodies_declare_all_they_take(schema):
    """A body without declared fields would take anything."""
    bodies = [o["requestBody"] for _, _, o in operations(schema) if "requestBody" in o]
    assert len(bodies) >= 15
    for body in bodies:
        for described in body["content"].values():
            name = described["schema"]["$ref"].rpartition("/")[2]
            assert schema["components"]["schemas"][name]["type"] == "object"


def test_every_verb_describes_its_own_body_and_answer(schema):
    """Not the row's: that would invite callers to send what is refused."""
    for path, method, operation in operations(schema):
        if method != "post":
            continue
        name = path.removeprefix("/api/v1/").replace("{id}/", "").strip("/")
        content = operation.get("requestBody", {}).get("content", {})
        fields = set()
        for described in content.values():
            part = schema["components"]["schemas"][described["schema"]["$ref"].rpartition("/")[2]]
            fields |= set(part["properties"])
        assert fields == set(SCENES[name].writable), path
        assert str(SCENES[name].status) in operation["responses"], path


def test_schema_and_reference_ask_to_sign_in(db):
    assert Client().get("/api/schema/").status_code == 401
    answer = Client().get("/api/")
    assert answer.status_code in (302, 401)


def test_the_reference_shows_every_operation_with_an_example(schema, people, client_of):
    page = client_of(people.commune).get("/api/").content.decode()
    shown = [endpoint for _, rows in sections() for endpoint in rows]
    described = [o for path, _, o in operations(schema) if path != "/api/schema/"]
    assert len(shown) == len(described)
    for endpoint in shown:
        assert f'id="{endpoint.anchor}"' in page and endpoint.scope in page
        assert endpoint.curl.startswith("curl") and endpoint.answers
        if endpoint.method == "POST":
            assert "Idempotency-Key" in endpoint.curl
    assert "<script" not in page.split("<main", 1)[1].split("</main>")[0]


def test_examples_carry_every_required_field():
    found = {e.anchor: e for _, rows in sections() for e in rows}
    pay = found["v1_projects_pay_create"]
    assert all(line.name in pay.curl for line in pay.body if line.required)
    assert (
        "-F" in found["v1_batches_send_create"].curl
        and "@tep.xlsx" in found["v1_batches_send_create"].curl
    )
