"""How a job is run: claim, work, then write and mark done in one transaction.

A handler works outside any transaction and returns a function that writes:

    @handler("read_upload")
    def read_upload(job):
        book = read_book(...)          # slow, nothing written yet
        def write():                   # quick, one transaction with `done`
            Batch.objects.filter(...).update(...)
            return {"rows": len(book)}
        return write

Killed before the commit: nothing was written and the sweeper hands the job on.
"""

import logging
import threading
import time
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)
HANDLERS = {}
RENEW_EVERY = 2
# A person waits for the bell: a broker that does not answer costs them one such wait at most.
BELL_WAIT = 1.5
QUIET_AFTER_FAILURE = 10
# A bell that nobody heard in time means nothing any more: the sweeper has rung again.
BELL_EXPIRES = 60
quiet_until = 0.0


class LostLease(Exception):
    """Another worker took the job over; this one's writes are undone."""


class JobRefused(Exception):
    """The job can never succeed; its message (Vietnamese) is shown as it is."""


def handler(kind):
    """Registers the function that does jobs of this kind; called from AppConfig.ready."""

    def register(function):
        HANDLERS[kind] = function
        return function

    return register


def ring(job_id):
    """Wakes a worker. A silent broker is no loss: the sweeper rings again."""
    global quiet_until
    if time.monotonic() < quiet_until:
        return
    try:
        send(job_id)
    except Exception as error:
        quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
        log.warning("broker not reachable, job %s waits for the sweeper: %s", job_id, error)


def queue():
    """Celery, loaded with the first bell of a process: most processes never ring (ADR 24)."""
    return import_string(settings.QUEUE_APP)


def send(job_id):
    """Over a connection of its own: the shared ones may wait for an answer half a minute."""
    options = {
        "socket_timeout": BELL_WAIT,
        "socket_connect_timeout": BELL_WAIT,
        "max_retries": 0,
    }
    app = queue()
    with app.connection_for_write(transport_options=options) as connection:
        app.send_task(
            "jobs.tasks.run_job",
            args=[job_id],
            connection=connection,
            retry=False,
            expires=BELL_EXPIRES,
        )


def run(job_id):
    """Does the job if it is nobody's; safe to call any number of times."""
    jobs = apps.get_model("jobs", "Job").objects
    job = jobs.claim(job_id, timezone.now())
    if job is None:
        return None
    try:
        with renewed(job):
            write = HANDLERS[job.kind](job)
            with transaction.atomic():
                job.finish(write())
    except LostLease:
        log.warning("%s was taken over while it ran", job)
    except JobRefused as refusal:
        job.fail(str(refusal), final=True)
    except Exception as error:
        log.exception("%s failed", job)
        job.fail(f"Lỗi ngoài dự kiến: {type(error).__name__}", final=False)
    return job


@contextmanager
def renewed(job):
    """Keeps the lease alive from a side thread while the handler works."""
    over = threading.Event()

    def keep():
        while not over.wait(RENEW_EVERY):
            try:
                if not job.renew():
                    break
            except DatabaseError as error:
                # Busy or restarting: the lease outlasts several tries.
                log.warning("lease of %s not renewed: %s", job, error)
                connection.close()
        connection.close()

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def sweep(now):
    """Rings for every job that nobody holds; stops the ones that keep killing their worker."""
    jobs = apps.get_model("jobs", "Job").objects
    jobs.give_up_worn_out(now)
    waiting = list(jobs.waiting(now).order_by("pk").values_list("pk", flat=True)[:200])
    for job_id in waiting:
        ring(job_id)
    return len(waiting)
