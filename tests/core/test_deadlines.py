from datetime import date, timedelta

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from core.deadlines import DeadlineQuerySet, DeadlineStage, deadline_stage

DUE = date(2023, 6, 30)
DAYS = [None, *(DUE + timedelta(days=n) for n in range(-9, 10))]


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        ("2023-06-22", "ON_TRACK"),
        ("2023-06-23", "DUE_SOON"),
        ("2023-06-30", "DUE_SOON"),
        ("2023-07-01", "OVERDUE"),
    ],
)
def test_open_work_on_each_side_of_its_days(today, stage):
    assert deadline_stage(DUE, None, date.fromisoformat(today)) == DeadlineStage[stage]


@pytest.mark.parametrize(
    ("due", "done", "waiting", "stage"),
    [
        (DUE, DUE, False, "DONE_ON_TIME"),
        (DUE, DUE + timedelta(days=1), False, "DONE_LATE"),
        (None, DUE, True, "DONE_ON_TIME"),
        (None, None, True, "WAITING"),
        (None, None, False, "UNDATED"),
        (DUE, None, True, "OVERDUE"),
    ],
)
def test_done_and_undated_work(due, done, waiting, stage):
    today = date(2024, 1, 1)
    assert deadline_stage(due, done, today, waiting=waiting) == DeadlineStage[stage]


@pytest.fixture
def duty(db):
    """A table of its own for the test, never in the registry of the portal."""
    with isolate_apps("core"):

        class Duty(models.Model):
            due_on = models.DateField(null=True)
            done_on = models.DateField(null=True)
            waits_for = models.CharField(max_length=50, blank=True)
            objects = DeadlineQuerySet.as_manager()

            class Meta:
                app_label = "core"
                db_table = "test_duty"

            def __str__(self):
                return str(self.due_on)

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE test_duty "
            "(id integer PRIMARY KEY, due_on date, done_on date, waits_for varchar(50))"
        )
    yield Duty
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_duty")


def test_the_sql_twin_agrees_on_every_day(duty):
    duties = [
        duty(pk=number, due_on=due, done_on=done, waits_for=waits_for)
        for number, (due, done, waits_for) in enumerate(
            ((due, done, waits) for due in (None, DUE) for done in DAYS for waits in ("", "x")), 1
        )
    ]
    duty.objects.bulk_create(duties)
    seen = set()
    for today in DAYS[1:]:
        for row in duty.objects.with_stage(today, soon_days=3):
            waiting = bool(row.waits_for)
            assert row.stage == deadline_stage(row.due_on, row.done_on, today, 3, waiting)
            seen.add(row.stage)
    assert seen == set(DeadlineStage.values)


def test_overdue_and_open(duty):
    duty.objects.bulk_create(
        [duty(pk=1, due_on=DUE), duty(pk=2, due_on=DUE, done_on=DUE), duty(pk=3)]
    )
    assert not duty.objects.overdue(DUE)
    assert [row.pk for row in duty.objects.overdue(DUE + timedelta(days=1))] == [1]
    assert {row.pk for row in duty.objects.open()} == {1, 3}


@isolate_apps("core")
def test_a_model_without_waits_for_has_no_waiting_stage():
    class Plain(models.Model):
        due_on = models.DateField(null=True)
        done_on = models.DateField(null=True)
        objects = DeadlineQuerySet.as_manager()

        class Meta:
            app_label = "core"

        def __str__(self):
            return str(self.due_on)

    assert "waiting" not in str(Plain.objects.with_stage(DUE).query)
