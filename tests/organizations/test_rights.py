"""Rights: the OR over grants, dates of grants and posts, programmes, and who may do what."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from disbursement.models import Project
from organizations.models import Grant, PostHolder, Role, Unit, User
from organizations.permissions import ACTIONS, can, require
from programs.models import Component, Program
from tests.conftest import START, make_person

DAY = timedelta(days=1)


def again(user):
    """The same person in a new request: rights are read once a request."""
    return User.objects.get(pk=user.pk)


def add_grant(user, role, area, **extra):
    return Grant.objects.create(
        post=user.post, role=role, area_unit=area, **{"valid_from": START, **extra}
    )


@pytest.fixture
def projects(units):
    """One project in each district's commune, for each of two programmes."""
    found = {}
    for code in ("NTM", "GNBV"):
        program = Program.objects.create(
            code=code,
            name=code,
            short_name=code,
            kind="national",
            generation="2021-2025",
            valid_from=START,
        )
        part = Component.objects.create(program=program, code=f"{code}-1", name="A", kind="part")
        for unit in (units.commune_a1, units.commune_b1):
            found[code, unit.code] = Project.objects.create(
                code=f"{code}-{unit.code}", name="Đường", kind="works", unit=unit, component=part
            )
    return found


def seen(user):
    return {project.code for project in Project.objects.for_user(again(user))}


def test_no_grant_no_rows(projects, db):
    nobody = User.objects.create_user("nobody", password="mat-khau-dai")
    assert not Unit.objects.for_user(nobody).exists()
    assert not Project.objects.for_user(nobody).exists()


def test_grants_add_up(projects, people, units):
    assert seen(people.officer_a) == {"NTM-T-A1", "GNBV-T-A1"}
    add_grant(people.officer_a, Role.AUDITOR, units.district_b)
    assert seen(people.officer_a) == {"NTM-T-A1", "GNBV-T-A1", "NTM-T-B1", "GNBV-T-B1"}


def test_a_grant_for_one_programme_shows_that_programme_alone(projects, people, units):
    assert seen(people.owner) == {"NTM-T-A1", "NTM-T-B1"}
    add_grant(people.owner, Role.AUDITOR, units.commune_b1, program_code="GNBV")
    assert seen(people.owner) == {"NTM-T-A1", "NTM-T-B1", "GNBV-T-B1"}


def test_the_owner_of_works_reads_them_in_another_district(projects, people, units):
    project = projects["NTM", "T-B1"]
    assert project.code not in seen(people.agency)
    Project.objects.filter(pk=project.pk).update(owner=units.construction)
    assert seen(people.agency) == {project.code}


def test_a_row_reached_by_two_grants_comes_once(projects, people, units):
    Project.objects.update(owner=units.district_a)
    add_grant(people.officer_a, Role.AUDITOR, units.province)
    rows = list(Project.objects.for_user(again(people.officer_a)))
    assert len(rows) == len(set(rows)) == 4


@pytest.mark.parametrize(("offset", "held"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_grant_counts_from_its_first_day_until_its_end(
    projects, people, units, time_machine, offset, held
):
    start = date(2024, 2, 20)
    add_grant(
        people.commune, Role.AUDITOR, units.district_b, valid_from=start, valid_to=start + 10 * DAY
    )
    time_machine.move_to(start + offset * DAY)
    assert ("NTM-T-B1" in seen(people.commune)) is held


def test_a_post_handed_over_takes_its_rights_along(projects, people, time_machine):
    day = date(2024, 2, 20)
    post = people.officer_a.post
    PostHolder.objects.filter(post=post).update(valid_to=day)
    PostHolder.objects.create(post=post, user=people.officer_b, valid_from=day)
    time_machine.move_to(day - DAY)
    assert "NTM-T-A1" in seen(people.officer_a) and "NTM-T-A1" not in seen(people.officer_b)
    time_machine.move_to(day)
    assert not seen(people.officer_a)
    assert {"NTM-T-A1", "NTM-T-B1"} <= seen(people.officer_b)


def test_rights_count_by_the_real_day_not_by_the_frozen_one(projects, people, settings):
    settings.PORTAL_TODAY = START - DAY
    assert seen(people.officer_a)


def test_an_inactive_person_has_no_rights(projects, people):
    User.objects.filter(pk=people.head.pk).update(is_active=False)
    assert not seen(people.head)
    assert not can(again(people.head), "view")


@pytest.mark.parametrize(
    ("place", "allowed"),
    [
        ("district_a", True),
        ("commune_a1", True),
        ("commune_a2", True),
        ("district_b", False),
        ("commune_b1", False),
        ("province", False),
        ("planning", False),
    ],
)
def test_an_officer_acts_on_own_unit_and_below(people, units, place, allowed):
    assert can(people.officer_a, "report.fill", getattr(units, place)) is allowed


def test_a_commune_does_not_act_on_its_neighbour_or_its_district(people, units):
    acts_on = [u.code for u in Unit.objects.all() if can(people.commune, "report.fill", u)]
    assert acts_on == [units.commune_a1.code]


def test_a_grant_for_one_programme_allows_nothing_in_another(people, units):
    assert can(people.owner, "target.edit", units.district_a, "NTM")
    assert can(people.owner, "target.edit", units.district_a)
    assert not can(people.owner, "target.edit", units.district_a, "GNBV")


def test_the_action_must_be_of_the_role_that_reaches_the_unit(people, units):
    """Two grants do not lend each other their actions."""
    add_grant(people.officer_a, Role.AUDITOR, units.district_b)
    person = again(people.officer_a)
    assert can(person, "view", units.district_b)
    assert not can(person, "report.fill", units.district_b)


def test_auditors_and_account_managers_change_nothing():
    """Beside accounts: the logs of mails and of security events are read, never written."""
    assert ACTIONS[Role.AUDITOR] == {"view", "security.read"}
    assert ACTIONS[Role.ADMIN] == {"account.manage", "security.read", "notice.log"}


def test_every_role_stands_in_the_table():
    assert set(ACTIONS) == set(Role)


def test_require_refuses_with_a_sentence(people, units):
    require(people.officer_a, "report.fill", units.district_a)
    with pytest.raises(PermissionDenied, match="không có quyền"):
        require(people.officer_a, "report.fill", units.district_b)


def test_a_person_with_two_posts_has_the_rights_of_both(people, units, projects):
    other = make_person("second", "Chức danh hai", units.district_b, Role.UNIT_OFFICER)
    PostHolder.objects.create(post=other.post, user=people.officer_a, valid_from=START)
    assert {"NTM-T-A1", "NTM-T-B1"} <= seen(people.officer_a)
