"""The one timed task. What is due follows from rows and the date, never from this call's time."""

from celery import shared_task
from celery.signals import worker_ready

from core.clock import now, today
from jobs.models import Heartbeat
from jobs.tasks import sweep

from .ticking import tick_all


@shared_task
def tick():
    tick_all(today(), now())
    # Last: a tick that fails each time must turn the health page red.
    Heartbeat.beat("tick")


@worker_ready.connect
def catch_up(**_):
    """At start, whatever was missed while the portal was down is found at once."""
    tick.delay()
    sweep.delay()
