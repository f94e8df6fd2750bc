"""Doorbells, not rooms."""

from celery import shared_task
from django.utils import timezone

from . import runner
from .imports import close_dead_readings
from .models import Heartbeat


@shared_task
def run_job(job_id):
    runner.run(job_id)


@shared_task
def sweep():
    Heartbeat.beat("sweep")
    runner.sweep(timezone.now())
    close_dead_readings()
