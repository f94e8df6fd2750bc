"""Ringing a worker never fails and never keeps a person waiting."""

import socket
import time
from contextlib import nullcontext

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from jobs import runner
from tests.services import free_port

AT_MOST = 2


@pytest.fixture(autouse=True)
def not_quiet(monkeypatch):
    """A failure of another test must not keep these bells silent."""
    monkeypatch.setattr(runner, "quiet_until", 0.0)


@pytest.fixture
def broker_at(monkeypatch, settings):
    """Points the bell at another broker, with the portal's own transport options."""

    def point(url):
        app = Celery("bell", broker=url, set_as_current=False)
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(runner, "queue", lambda: app)

    return point


def timed_ring():
    before = time.monotonic()
    runner.ring(1)
    return time.monotonic() - before


def test_a_broker_that_refuses_is_no_error(broker_at, caplog):
    broker_at(f"redis://127.0.0.1:{free_port()}/0")
    assert timed_ring() < AT_MOST
    assert "waits for the sweeper" in caplog.text


def test_a_missing_socket_is_no_error(broker_at, tmp_path):
    broker_at(f"redis+socket://{tmp_path}/none.sock")
    assert timed_ring() < AT_MOST


def test_a_broker_that_accepts_and_never_answers_costs_one_short_wait(broker_at):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        broker_at(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        assert timed_ring() < AT_MOST
        assert timed_ring() + timed_ring() < 0.1


def test_after_the_pause_the_bell_is_tried_again(monkeypatch):
    tried = []

    def send(job_id):
        tried.append(job_id)
        raise OperationalError("down")

    monkeypatch.setattr(runner, "send", send)
    runner.ring(1)
    runner.ring(2)
    monkeypatch.setattr(runner, "quiet_until", time.monotonic() - 0.01)
    runner.ring(3)
    assert tried == [1, 3]


class Broker:
    """Stands for the Celery app."""

    def connection_for_write(self, **options):
        return nullcontext()


def test_the_job_is_named_to_the_worker(monkeypatch):
    sent = []

    class Bell(Broker):
        def send_task(self, name, args, **options):
            sent.append((name, args))

    monkeypatch.setattr(runner, "queue", Bell)
    runner.ring(7)
    assert sent == [("jobs.tasks.run_job", [7])]


def test_any_error_of_the_broker_is_swallowed(monkeypatch):
    asked = []

    class Broken(Broker):
        def send_task(self, *args, **options):
            asked.append(args)
            raise OperationalError("down")

    monkeypatch.setattr(runner, "queue", Broken)
    runner.ring(7)
    assert len(asked) == 1
