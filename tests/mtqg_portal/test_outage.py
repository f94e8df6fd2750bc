"""What a person sees when the database is away, and when something unforeseen happens."""

import pytest
from django.db import OperationalError

from mtqg_portal import problems
from tests.bad_input.checks import signed_in


@pytest.fixture
def failing(people, monkeypatch):
    """failing(error, method): the answer of the start of reports when its view raises."""

    def ask(error, method="get"):
        def raises(*args, **kwargs):
            raise error

        monkeypatch.setattr("reporting.views.rounds.StartView.get_context_data", raises)
        monkeypatch.setattr("reporting.views.rounds.StartView.http_method_names", ["get", "post"])
        monkeypatch.setattr("reporting.views.rounds.StartView.post", raises, raising=False)
        client = signed_in(people.standing, raise_request_exception=False)
        return getattr(client, method)("/bao-cao/")

    return ask


@pytest.mark.parametrize(("method", "reloads"), [("get", True), ("post", False)])
def test_a_database_that_is_away_asks_to_wait(failing, method, reloads):
    answer = failing(OperationalError("server closed the connection"), method)
    assert answer.status_code == 503
    assert answer["Retry-After"] == str(problems.RETRY_AFTER)
    page = answer.content.decode()
    assert "Số liệu đã gửi không bị mất" in page and answer["X-Problem"] == "NTM-002"
    assert ('http-equiv="refresh"' in page) is reloads


def test_the_unforeseen_has_a_number_that_stands_in_the_log(failing, caplog):
    answer = failing(ValueError("bí mật"))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "bí mật" not in page
    numbers = [r.args[0] for r in caplog.records if r.name == "mtqg_portal.problems"]
    assert len(numbers) == 1
    assert numbers[0] in page
