"""Celery is a doorbell: two schedules, both harmless to run twice (ADR 7)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtqg_portal.settings")

app = Celery("mtqg_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "tick": {"task": "mtqg_portal.tasks.tick", "schedule": 60.0},
    "sweep": {"task": "jobs.tasks.sweep", "schedule": 3.0, "options": {"expires": 3}},
}
