"""A job is done exactly once, whoever dies meanwhile: claims, leases, retries, silent broker."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs import runner
from jobs.models import LEASE, MAX_ATTEMPTS, AuditEntry, Heartbeat, Job, JobState
from jobs.tasks import run_job
from jobs.tasks import sweep as sweep_task
from mtqg_portal.queue_probe import KIND
from tests.no_skips import ONLY_POSTGRESQL

SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """Like SIGKILL, nothing of ours catches it."""


@pytest.fixture(autouse=True)
def calls(monkeypatch):
    """No broker: what would be sent is listed. The handler table is the test's own."""
    rung = []
    monkeypatch.setattr(runner, "ring", rung.append)
    monkeypatch.setattr(runner, "HANDLERS", dict(runner.HANDLERS))
    return rung


def effect(name="done"):
    AuditEntry.objects.create(action=name)
    return {"written": 1}


def effects():
    return AuditEntry.objects.count()


def handle(kind="test", work=lambda job: None, write=effect):
    """Registers a handler that works, then writes."""

    @runner.handler(kind)
    def handler(job):
        work(job)
        return write

    return kind


def reload(job):
    return Job.objects.get(pk=job.pk)


def lapse(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - SECOND)


def test_the_same_key_is_one_job(db):
    first = Job.objects.enqueue("test", {"a": 1}, key="k")
    second = Job.objects.enqueue("test", {"a": 2}, key="k")
    assert first.pk == second.pk and Job.objects.get().payload == {"a": 1}
    assert Job.objects.enqueue("test").pk != Job.objects.enqueue("test").pk


def test_the_bell_rings_after_the_commit_and_once_a_key(
    db, calls, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = Job.objects.enqueue("test", key="k")
        Job.objects.enqueue("test", key="k")
        assert not calls
    assert calls == [job.pk]


def test_a_write_that_was_rolled_back_leaves_no_job(db, calls):
    with pytest.raises(Killed), transaction.atomic():
        Job.objects.enqueue("test")
        raise Killed
    assert not Job.objects.exists() and not calls


def test_done_and_its_effects_come_together(db):
    job = Job.objects.enqueue(handle())
    run_job(job.pk)
    job = reload(job)
    assert (job.state, job.result, job.attempts) == (JobState.DONE, {"written": 1}, 1)
    assert job.finished_at and effects() == 1


def test_a_second_call_does_nothing(db):
    job = Job.objects.enqueue(handle())
    run_job(job.pk)
    run_job(job.pk)
    assert effects() == 1 and reload(job).attempts == 1


def test_killed_while_writing_nothing_stays_and_another_takes_over(db):
    lives = iter([False, True])

    def write():
        counts = effect()
        if not next(lives):
            raise Killed
        return counts

    job = Job.objects.enqueue(handle(write=write))
    with pytest.raises(Killed):
        runner.run(job.pk)
    assert effects() == 0 and reload(job).state == JobState.RUNNING
    runner.run(job.pk)
    assert effects() == 0
    lapse(job)
    runner.run(job.pk)
    assert effects() == 1 and reload(job).state == JobState.DONE


def test_an_error_while_writing_undoes_all_and_waits_before_the_next_try(db):
    def write():
        effect()
        raise ValueError("secret words")

    job = Job.objects.enqueue(handle(write=write))
    runner.run(job.pk)
    job = reload(job)
    assert effects() == 0
    assert job.state == JobState.QUEUED and job.run_after > timezone.now()
    assert "ValueError" in job.error and "secret" not in job.error


def test_before_its_pause_is_over_a_failed_job_is_not_taken(db):
    job = Job.objects.enqueue("test")
    later = timezone.now() + 10 * SECOND
    Job.objects.filter(pk=job.pk).update(run_after=later)
    assert Job.objects.claim(job.pk, later - SECOND) is None
    assert Job.objects.claim(job.pk, later)


def test_a_refused_job_stops_at_once_with_its_own_words(db):
    def work(job):
        raise runner.JobRefused("Tệp không còn nữa.")

    job = Job.objects.enqueue(handle(work=work))
    runner.run(job.pk)
    job = reload(job)
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "Tệp không còn nữa.", 1)


def test_a_job_that_always_fails_stops_at_the_fifth_try(db):
    def work(job):
        raise ValueError

    job = Job.objects.enqueue(handle(work=work))
    for attempt in range(1, MAX_ATTEMPTS + 3):
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
        runner.run(job.pk)
        assert reload(job).attempts == min(attempt, MAX_ATTEMPTS)
    assert reload(job).state == JobState.FAILED


@pytest.mark.parametrize(("attempts", "state"), [(4, JobState.RUNNING), (5, JobState.FAILED)])
def test_a_job_that_kills_its_workers_is_given_up_after_five(db, calls, attempts, state):
    job = Job.objects.enqueue("test")
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=attempts, lease_until=timezone.now() - SECOND
    )
    sweep_task()
    job = reload(job)
    assert job.state == state
    assert calls == ([job.pk] if state == JobState.RUNNING else [])
    assert ("dừng giữa chừng" in job.error) is (state == JobState.FAILED)


@pytest.mark.parametrize(("offset", "won"), [(-1, False), (0, False), (1, True)])
def test_a_lease_holds_to_its_last_moment(db, offset, won):
    job = Job.objects.enqueue("test")
    now = timezone.now()
    first = Job.objects.claim(job.pk, now)
    second = Job.objects.claim(job.pk, now + LEASE + timedelta(microseconds=offset))
    assert bool(second) is won
    assert bool(first.held().exists()) is not won


def taken_over_while_working(kind="test"):
    """A handler whose worker freezes: the lease lapses and another worker does the job."""
    frozen = []

    def work(job):
        if not frozen:
            frozen.append(job)
            lapse(job)
            runner.run(job.pk)

    return Job.objects.enqueue(handle(kind, work=work))


def test_the_worker_that_lost_its_lease_writes_nothing(db):
    job = taken_over_while_working()
    runner.run(job.pk)
    assert effects() == 1
    assert (reload(job).state, reload(job).attempts) == (JobState.DONE, 2)


def test_the_held_claim_is_what_keeps_the_effect_single(db, monkeypatch):
    """Negative control: without the check of the claim the same story writes twice."""
    monkeypatch.setattr(Job, "held", lambda self: Job.objects.filter(pk=self.pk))
    runner.run(taken_over_while_working().pk)
    assert effects() == 2


def test_a_late_failure_does_not_touch_the_job_of_the_new_holder(db):
    job = Job.objects.enqueue("test")
    first = Job.objects.claim(job.pk, timezone.now())
    lapse(job)
    second = Job.objects.claim(job.pk, timezone.now())
    first.fail("muộn", final=True)
    assert reload(job).state == JobState.RUNNING and second.held().exists()
    assert first.renew() == 0 and second.renew() == 1


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease(monkeypatch):
    monkeypatch.setattr(runner, "RENEW_EVERY", 0.05)
    leases = []

    def work(job):
        lapse(job)
        until = time.monotonic() + 5
        while reload(job).lease_until < timezone.now() and time.monotonic() < until:
            time.sleep(0.02)
        leases.append(reload(job).lease_until)

    job = Job.objects.enqueue(handle(work=work))
    runner.run(job.pk)
    assert leases[0] > timezone.now() and reload(job).state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_wins():
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    job = Job.objects.enqueue("test")
    start, won = threading.Barrier(8), []

    def claim():
        start.wait()
        won.append(Job.objects.claim(job.pk, timezone.now()))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 8 and sum(claimed is not None for claimed in won) == 1
    assert reload(job).attempts == 1


def test_sweep_rings_for_what_nobody_holds(db, calls):
    waiting, held, lapsed, later, done = (Job.objects.enqueue("test") for _ in range(5))
    now = timezone.now()
    for job in (held, lapsed):
        Job.objects.claim(job.pk, now)
    lapse(lapsed)
    Job.objects.filter(pk=later.pk).update(run_after=now + 60 * SECOND)
    Job.objects.filter(pk=done.pk).update(state=JobState.DONE)
    sweep_task()
    assert calls == [waiting.pk, lapsed.pk]
    assert Heartbeat.objects.filter(name="sweep").exists()


def test_a_job_without_handler_is_told_and_not_lost(db):
    job = Job.objects.enqueue("khong_co")
    runner.run(job.pk)
    assert reload(job).state == JobState.QUEUED and "KeyError" in reload(job).error


def test_the_probe_leaves_one_entry_named_by_its_job(db):
    job = Job.objects.enqueue(KIND, {"seconds": 0})
    runner.run(job.pk)
    runner.run(job.pk)
    assert AuditEntry.objects.get(action=KIND).object_label == str(job.pk)
