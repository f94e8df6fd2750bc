"""The page of medium-term plans: programmes first, projects page by page, queries bounded."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disbursement.medium_term import ceilings, envelope, envelopes
from disbursement.models import MediumTermEntry, Nature, Source
from tests.disbursement.conftest import MILLION, allot

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(make_project, units):
    def make(project=None, amount=100):
        anchor = project or make_project("NEO")
        return MediumTermEntry.objects.create(
            unit=project.unit if project else units.province,
            program=anchor.component.program,
            project=project,
            source=Source.CENTRAL,
            nature=Nature.INVESTMENT,
            first_year=2021,
            last_year=2025,
            amount=amount * MILLION,
            effective_on=date(2021, 12, 10),
        )

    return make


def lines_of(answer):
    return [line for group in answer.context["groups"] for line in group["lines"]]


def test_programmes_come_first_and_projects_page_by_page(plan, make_project, people, client):
    for number in range(45):
        plan(make_project(f"P-{number:02}"))
    plan(amount=9_000)
    client.force_login(people.standing)
    url = reverse("disbursement:medium_term")
    first, second = client.get(url), client.get(url, {"page": 2})
    assert (len(lines_of(first)), len(lines_of(second))) == (40, 6)
    assert lines_of(first)[0]["envelope"].amount == 9_000 * MILLION
    assert all(line["envelope"].project for line in lines_of(second))


def test_what_the_years_took_is_asked_for_the_page_alone(plan, make_project, people, client):
    works = [make_project(f"P-{number:02}") for number in range(60)]
    for project in works:
        plan(project)
        allot(project, 30)
    client.force_login(people.standing)
    url = reverse("disbursement:medium_term")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    assert [line["envelope"].left for line in lines_of(answer)] == [70 * MILLION] * 40
    for number in range(60, 90):
        plan(make_project(f"Q-{number:02}"))
    with CaptureQueriesContext(connection) as with_more:
        client.get(url)
    assert len(with_more) <= len(asked) <= 30


@pytest.mark.parametrize("source", ["", "central"])
@pytest.mark.parametrize("nature", ["", "investment"])
def test_many_plans_at_once_say_what_each_says_alone(make_project, plan, source, nature):
    project = make_project("P")
    row = plan(project)
    MediumTermEntry._base_manager.filter(pk=row.pk).update(source=source, nature=nature)
    allot(project, 30)
    allot(project, 7, nature=Nature.RECURRENT)
    allot(project, 5, source=Source.PROVINCE)
    allot(project, 9, origin_year=2022)
    allot(project, 11, plan_year=2026, origin_year=2026)
    [(*key, total)] = ceilings(MediumTermEntry.objects.all())
    [together] = envelopes(MediumTermEntry.objects.all())
    assert together == envelope(*key, total)
    sums = {("", ""): 42, ("", "investment"): 35, ("central", ""): 37}
    assert together.given == sums.get((source, nature), 30) * MILLION
