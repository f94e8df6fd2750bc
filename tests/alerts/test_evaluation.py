"""Alerts follow data and date: boundaries, once per subject and day, after downtime."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.evaluation import evaluate_alerts
from alerts.models import Alert, AlertEvent, AlertRule, AlertState, Policy
from disbursement.models import Payment
from programs.models import PlanState
from tests.alerts.cast import (
    MILLION,
    RULE_DAY,
    make_plan,
    make_programme,
    make_project,
    make_rule,
    make_task,
    owe,
    pay,
)


def tick(day, known_at=None):
    evaluate_alerts(day, known_at)


def states(rule):
    return list(Alert.objects.filter(rule=rule).order_by("due_on").values_list("state", flat=True))


def notes(**alert):
    return list(
        AlertEvent.objects.filter(alert__in=Alert.objects.filter(**alert))
        .order_by("pk")
        .values_list("state", "note")
    )


@pytest.mark.parametrize(
    ("day", "warned"),
    [
        (date(2023, 5, 30), False),
        (date(2023, 5, 31), True),
        (date(2023, 6, 29), True),
        (RULE_DAY, True),
        (date(2023, 7, 1), True),
        (date(2024, 1, 31), True),
        (date(2024, 2, 1), False),
    ],
)
def test_zero_money_is_warned_of_from_thirty_days_before_until_the_money_lapses(money, day, warned):
    tick(day)
    assert Alert.objects.open().exists() == warned


def test_a_zero_alert_carries_the_money_its_day_and_the_projects_unit(money, units):
    tick(RULE_DAY)
    alert = Alert.objects.get()
    assert (alert.subject, alert.due_on) == (f"project:{money.project.pk}:2023", RULE_DAY)
    assert (alert.amount, alert.unit) == (1_000 * MILLION, units.commune_a1)


def test_a_payment_before_the_day_closes_the_alert(money):
    tick(date(2023, 6, 20))
    pay(money.project, 1, date(2023, 6, 28), datetime(2023, 6, 28, 3, tzinfo=UTC))
    tick(date(2023, 6, 29))
    assert notes() == [("open", ""), ("closed", "đã giải ngân")]


def test_a_payment_entered_late_closes_with_the_days_of_delay(money):
    tick(date(2023, 7, 1))
    pay(money.project, 5 * MILLION, date(2023, 6, 28), datetime(2023, 7, 2, 3, tzinfo=UTC))
    tick(date(2023, 7, 2), datetime(2023, 7, 2, 4, tzinfo=UTC))
    assert notes()[-1] == ("closed", "đã giải ngân (nhập muộn 2 ngày)")


def test_a_payment_after_the_day_does_not_undo_the_finding(money):
    pay(money.project, 400 * MILLION, date(2023, 7, 1))
    tick(date(2023, 7, 3))
    assert Alert.objects.open().get().amount == 600 * MILLION


def test_the_amount_follows_without_an_event(money):
    tick(date(2023, 7, 1))
    pay(money.project, 400 * MILLION, date(2023, 7, 2))
    tick(date(2023, 7, 3))
    assert Alert.objects.get().amount == 600 * MILLION
    assert len(notes()) == 1


def test_last_years_money_does_not_save_this_years(money):
    pay(money.project, 50 * MILLION, date(2023, 3, 1), origin_year=2022)
    tick(RULE_DAY)
    assert Alert.objects.open().count() == 1


def test_a_reversed_payment_opens_the_alert_again(money):
    tick(date(2023, 6, 1))
    paid = pay(money.project, 10, date(2023, 6, 2))
    tick(date(2023, 6, 3))
    pay(money.project, -10, date(2023, 6, 2), reverses=paid)
    tick(date(2023, 6, 4))
    assert [state for state, _ in notes()] == ["open", "closed", "open"]
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "late"),
    [(date(2023, 6, 29), False), (RULE_DAY, False), (date(2023, 7, 1), True)],
)
def test_the_due_day_itself_is_in_time(plan, owed, units, day, late):
    make_task(plan, 1, RULE_DAY, units.construction)
    type(owed).objects.update(due_on=RULE_DAY)
    tick(day)
    assert (states(AlertRule.ASSIGNMENT_OVERDUE) == ["open"]) == late
    assert (states(AlertRule.REPORT_OVERDUE) == ["open"]) == late


def test_a_task_without_a_lead_unit_warns_the_issuer(plan, units):
    make_task(plan, 1, RULE_DAY)
    make_task(plan, 2, RULE_DAY, units.construction)
    tick(date(2023, 7, 3))
    assert set(Alert.objects.values_list("unit", flat=True)) == {
        units.province.pk,
        units.construction.pk,
    }


def test_a_draft_plan_warns_nobody(units):
    make_task(make_plan(units.province, PlanState.DRAFT), 1, RULE_DAY, units.construction)
    tick(date(2023, 7, 3))
    assert not Alert.objects.exists()


def test_done_tasks_and_sent_reports_close_with_their_day(plan, owed, units):
    row = make_task(plan, 1, RULE_DAY, units.construction)
    tick(date(2023, 7, 11))
    type(row).objects.update(done_on=date(2023, 7, 11))
    type(owed).objects.update(done_on=date(2023, 7, 12))
    tick(date(2023, 7, 12))
    assert notes(rule=AlertRule.ASSIGNMENT_OVERDUE)[-1] == (
        "closed",
        "đã hoàn thành ngày 11/07/2023",
    )
    assert notes(rule=AlertRule.REPORT_OVERDUE)[-1] == ("closed", "đã nộp ngày 12/07/2023")


def test_an_extension_closes_the_old_alert_and_may_warn_again(plan, units):
    row = make_task(plan, 1, RULE_DAY, units.construction)
    tick(date(2023, 7, 1))
    type(row).objects.update(due_on=date(2023, 9, 30))
    tick(date(2023, 7, 2))
    assert notes()[-1] == ("closed", "thời hạn đã đổi thành 30/09/2023")
    tick(date(2023, 10, 1))
    assert states(AlertRule.ASSIGNMENT_OVERDUE) == ["closed", "open"]


def test_an_exempt_unit_is_not_warned(units, owed):
    type(owed).objects.update(exempt_reason="mới thành lập")
    tick(date(2023, 7, 20))
    assert not Alert.objects.exists()


def test_three_evaluations_write_what_one_does(money, plan, owed, units):
    make_task(plan, 1, RULE_DAY, units.construction)
    for _ in range(3):
        tick(date(2023, 7, 20))
    assert (Alert.objects.count(), AlertEvent.objects.count()) == (3, 3)


def test_after_downtime_over_the_day_the_alerts_are_those_of_a_portal_that_ran(money, plan, units):
    make_task(plan, 1, RULE_DAY, units.construction)
    tick(date(2023, 6, 29))
    tick(date(2023, 7, 2))
    slept = set(Alert.objects.values_list("subject", "due_on", "state"))
    Alert.objects.all().delete()
    for day in range(4):
        tick(date(2023, 6, 29) + timedelta(days=day))
    assert set(Alert.objects.values_list("subject", "due_on", "state")) == slept
    assert len(slept) == 2


def test_a_policy_moves_the_warning_or_stops_the_rule(money, plan, units):
    make_task(plan, 1, RULE_DAY, units.construction)
    Policy.objects.create(rule=AlertRule.ZERO_DISBURSEMENT, days_before=5)
    early = Policy.objects.create(rule=AlertRule.ASSIGNMENT_OVERDUE, days_before=3)
    tick(date(2023, 6, 24))
    assert not Alert.objects.exists()
    tick(date(2023, 6, 28))
    assert set(Alert.objects.open().values_list("rule", flat=True)) == {
        AlertRule.ZERO_DISBURSEMENT,
        AlertRule.ASSIGNMENT_OVERDUE,
    }
    Policy.objects.filter(pk=early.pk).update(is_active=False)
    tick(date(2023, 6, 28))
    assert notes(rule=AlertRule.ASSIGNMENT_OVERDUE)[-1] == ("closed", "quy tắc tạm dừng áp dụng")


def test_the_row_of_another_process_is_neither_doubled_nor_given_a_second_event(money, monkeypatch):
    """The other process inserts after this one has read: the unique key decides."""
    from alerts import evaluation

    insert, raced = evaluation.insert, []

    def after_the_other(missing, rule):
        if missing and not raced:
            raced.append(rule)
            insert(missing, rule)
        insert(missing, rule)

    monkeypatch.setattr(evaluation, "insert", after_the_other)
    tick(RULE_DAY)
    assert raced and (Alert.objects.count(), AlertEvent.objects.count()) == (1, 1)


def test_only_the_winner_of_a_close_writes_the_event(money):
    from alerts import evaluation

    tick(RULE_DAY)
    stale = list(Alert.objects.all())
    Alert.objects.update(state=AlertState.CLOSED)
    evaluation.move(stale, AlertState.CLOSED, lambda rows: {row.pk: "x" for row in rows})
    assert len(notes()) == 1


def queries_of(day):
    with CaptureQueriesContext(connection) as log:
        tick(day)
    return len(log)


def test_six_rows_take_as_many_queries_as_one(money, plan, owed, units):
    make_task(plan, 1, RULE_DAY, units.construction)
    day = date(2023, 7, 20)
    first = queries_of(day)
    Alert.objects.all().delete()
    for number in range(2, 7):
        make_task(plan, number, RULE_DAY, units.construction)
        make_project(f"DA-{number}", units.commune_a2, money.component)
    owe(owed.round, units.district_b, units.planning)
    assert queries_of(day) == first
    assert Alert.objects.open().count() == 14


DAYS = st.dates(date(2023, 5, 20), date(2023, 8, 10))
PAYMENTS = st.lists(st.tuples(st.integers(0, 2), DAYS), max_size=3)


def oracle(day, paid, tasks):
    """What should be open on a day, in plain words."""
    found = set()
    if day >= date(2023, 5, 31):
        until = min(day, RULE_DAY)
        found |= {("p", i) for i in range(3) if not any(n == i and on <= until for n, on in paid)}
    return found | {("t", n) for n, due in enumerate(tasks) if day > due}


@pytest.fixture
def stage(units):
    """Projects and tasks whose dates each example changes."""
    component = make_programme()
    make_rule(units.province)
    plan = make_plan(units.province)
    projects = [make_project(f"P{n}", units.commune_a1, component) for n in range(3)]
    tasks = [make_task(plan, n, RULE_DAY, units.construction) for n in range(2)]
    return projects, tasks


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ticks=st.lists(DAYS, min_size=1, max_size=3), paid=PAYMENTS, dues=st.tuples(DAYS, DAYS))
def test_whenever_it_ticks_the_open_alerts_are_those_of_the_last_day(stage, ticks, paid, dues):
    projects, tasks = stage
    Alert.objects.all().delete()
    for project in projects:
        Payment._base_manager.filter(project=project).delete()
    for number, on in paid:
        pay(projects[number], 10, on)
    for row, due in zip(tasks, dues, strict=True):
        type(row).objects.filter(pk=row.pk).update(due_on=due)
    for day in sorted(ticks):
        tick(day)
    names = {f"project:{p.pk}:2023": ("p", n) for n, p in enumerate(projects)}
    names |= {f"occurrence:{t.pk}": ("t", n) for n, t in enumerate(tasks)}
    found = {names[subject] for subject in Alert.objects.open().values_list("subject", flat=True)}
    assert found == oracle(max(ticks), paid, dues)
