"""The tick does each step whatever befalls the others, and the health page tells the truth."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from jobs.models import Heartbeat
from mtqg_portal import tasks, ticking, views

DAY = date(2023, 7, 3)


@pytest.fixture
def steps(monkeypatch):
    done = []

    def broken(today):
        raise ValueError("broken draft")

    monkeypatch.setattr(ticking, "build_due_drafts", broken)
    monkeypatch.setattr(ticking, "evaluate_alerts", lambda today, known_at: done.append(today) or 0)
    return done


def test_a_failing_step_does_not_silence_the_alerts(steps):
    with pytest.raises(ValueError, match="broken draft"):
        ticking.tick_all(DAY, timezone.now())
    assert steps == [DAY]


def test_a_tick_that_fails_leaves_no_heartbeat(db, steps):
    with pytest.raises(ValueError, match="broken draft"):
        tasks.tick()
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize(("minutes", "status"), [(None, 503), (2, 200), (4, 503)])
def test_readiness_follows_the_heartbeat(db, client, minutes, status):
    if minutes is not None:
        at = timezone.now() - timedelta(minutes=minutes)
        Heartbeat.objects.create(name="tick", at=at)
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["checks"]["queue"] is (status == 200)


def test_readiness_without_a_database_is_503_not_500(db, client, monkeypatch):
    def down():
        raise OperationalError("the server is away")

    monkeypatch.setattr(views, "is_migrated", down)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] is False
