"""Each invariant is shown to hold, then broken on purpose."""

import json

import pytest
from django.core.management import call_command

from disbursement.integrity import integrity_checks
from disbursement.models import LedgerEntry, Payment
from tests.disbursement.conftest import allot, assign, pay


def broken():
    return {check["name"] for check in integrity_checks() if not check["ok"]}


def test_sound_books_pass_every_check(make_project, units, catalogue):
    assign(units.province, catalogue.ntm, 100)
    project = make_project("P")
    allot(project, 100)
    pay(project, 100)
    assert broken() == set()
    assert all(check["checked"] for check in integrity_checks()[:3])


def test_more_on_projects_than_assigned(make_project, units, catalogue):
    assign(units.province, catalogue.ntm, 99)
    allot(make_project("P"), 100)
    assert broken() == {"capital_children_within_parent"}


def test_balance_below_zero(make_project):
    allot(make_project("P"), -1, kind="cut")
    assert "capital_balance_not_negative" in broken()


def test_paid_above_plan_needs_the_flag(make_project):
    project = make_project("P")
    allot(project, 10)
    paid = pay(project, 11)
    assert broken() == {"payments_within_plan_or_flagged"}
    Payment._base_manager.filter(pk=paid.pk).update(is_over_plan=True)
    assert broken() == set()


def test_reversal_of_another_amount(make_project):
    project = make_project("P")
    entry = allot(project, 10)
    back = allot(project, 4)
    LedgerEntry._base_manager.filter(pk=back.pk).update(reverses=entry)
    assert broken() == {"reversals_sum_to_zero"}


def test_command_reports_and_fails_when_something_is_broken(make_project, capsys):
    project = make_project("P")
    allot(project, 10)
    call_command("check_integrity")
    assert json.loads(capsys.readouterr().out)["ok"] is True
    pay(project, 11)
    with pytest.raises(SystemExit):
        call_command("check_integrity")
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert [c["broken"] for c in answer["checks"] if not c["ok"]] == [
        ["P/2023/central/investment/2023/start/domestic: 1000000 đồng"]
    ]
