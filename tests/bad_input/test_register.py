"""The register of problems: codes are unique, words say state and remedy, the list is complete."""

import ast
import re
from pathlib import Path

import pytest

from core import problems
from core.problems import BY_STATUS, REGISTER, Problem, of_status
from tests.bad_input.checks import signed_in
from tests.sources import SOURCES, tree

LIST = Path(__file__).resolve().parents[2] / "docs" / "user-guide" / "ma-loi.md"
ROW = re.compile(r"^\| (NTM-\d{3}) \| (\d{3}) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def told(problem):
    return " ".join(filter(None, (problem.message, problem.kept)))


def test_the_list_for_people_is_the_register():
    listed = {row[0]: row[1:] for row in ROW.findall(LIST.read_text(encoding="utf-8"))}
    assert listed == {p.code: (str(p.status), p.title, told(p)) for p in REGISTER.values()}


def test_each_code_is_given_once():
    named = [p for p in vars(problems).values() if isinstance(p, Problem)]
    assert len(named) == len(REGISTER) >= 20
    assert all(re.fullmatch(r"NTM-\d{3}", code) for code in REGISTER)


@pytest.mark.parametrize("problem", REGISTER.values(), ids=REGISTER)
def test_words_say_what_to_do(problem):
    assert re.search(r"Hãy|hãy|tự gửi lại|Kiểm tra|Cần quyền", problem.message)
    assert problem.title and not problem.title.endswith(".") and problem.message.endswith(".")


def problem_names(source):
    """Names of the register that a module uses."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(source)
        if isinstance(node, ast.Name | ast.Attribute)
    }


def test_every_problem_is_told_by_some_code():
    """A code that nothing answers with would be a promise in the list."""
    names = {name for name, p in vars(problems).items() if isinstance(p, Problem)}
    used = set().union(*(problem_names(tree(p)) for p in SOURCES if p.name != "problems.py"))
    used |= problem_names(
        tree(next(p for p in SOURCES if str(p).endswith("mtqg_portal/problems.py")))
    )
    by_status = {name for name in names if vars(problems)[name] in BY_STATUS.values()}
    assert names - used - by_status == set()


@pytest.mark.parametrize(
    ("status", "code"), [(404, "NTM-105"), (422, "NTM-202"), (418, "NTM-201"), (599, "NTM-001")]
)
def test_a_bare_status_has_a_problem(status, code):
    assert of_status(status).code == code


def test_json_names_everything():
    body = problems.BAD_VALUES.as_json("Ô D17", errors=[{"cell": "D17"}])
    assert body == {
        "type": "about:blank",
        "title": "Còn chỗ phải sửa",
        "status": 422,
        "detail": "Ô D17",
        "code": "NTM-202",
        "request_id": "",
        "errors": [{"cell": "D17"}],
    }


def test_a_good_page_shows_no_code(people):
    answer = signed_in(people.officer_a).get("/bao-cao/")
    assert answer.status_code == 200 and not answer.has_header("X-Problem")
    assert "Mã lỗi" not in answer.content.decode()
