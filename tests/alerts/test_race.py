"""Two schedulers at once: on PostgreSQL really beside each other, on SQLite one after the other."""

import threading
from datetime import date

import pytest
from django.db import connection, connections

from alerts.evaluation import evaluate_alerts
from alerts.models import Alert, AlertEvent
from disbursement.models import Payment
from tests.alerts.cast import make_project, pay

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def evaluate_at_once(day):
    """Several evaluations that start together; what one of them raises is raised here."""
    if connection.vendor == "sqlite":
        for _ in range(AT_ONCE):
            evaluate_alerts(day, None)
        return
    together, faults = threading.Barrier(AT_ONCE), []

    def one():
        try:
            together.wait(timeout=20)
            evaluate_alerts(day, None)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not faults


def test_every_step_of_an_alert_has_one_event_whoever_wins(money, units):
    projects = [make_project(f"R{n}", units.commune_a1, money.component) for n in range(20)] + [
        money.project
    ]
    day = date(2023, 6, 20)
    evaluate_at_once(day)
    assert (Alert.objects.open().count(), AlertEvent.objects.count()) == (21, 21)
    for project in projects:
        pay(project, 10, day)
    evaluate_at_once(day)
    assert (Alert.objects.open().count(), AlertEvent.objects.count()) == (0, 42)
    Payment._base_manager.all().delete()
    evaluate_at_once(day)
    assert (Alert.objects.open().count(), AlertEvent.objects.count()) == (21, 63)
