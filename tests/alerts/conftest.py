from types import SimpleNamespace

import pytest

from .cast import MILLION, make_plan, make_programme, make_project, make_round, make_rule, owe


@pytest.fixture
def money(units):
    component = make_programme()
    return SimpleNamespace(
        rule=make_rule(units.province),
        component=component,
        project=make_project("DA-1", units.commune_a1, component, 1_000 * MILLION),
    )


@pytest.fixture
def plan(units):
    return make_plan(units.province)


@pytest.fixture
def owed(units, committee):
    return owe(make_round(), units.district_a, units.planning)
