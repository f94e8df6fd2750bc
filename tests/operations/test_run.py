"""The portal as `make run` serves it: killed parts return, work is done once, a stop is whole."""

import os
import signal

import pytest

from tests.operations.portal import RunningPortal, children, descendants, is_alive, wait_for

pytestmark = pytest.mark.services

# The promises of the architecture, in seconds.
FIRST_START, SECOND_START, WEB_BACK, TAKEN_UP_AGAIN = 300, 10, 10, 15
# For a machine that is busy with other things while it is measured.
SLACK = 1.5
PROBE, PROBE_SECONDS = "heartbeat_probe", 2
WORKER, WEB, REDIS = "celery -A mtqg_portal worker", "gunicorn", "redis-server"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    running = RunningPortal.start(tmp_path_factory.mktemp("portal"))
    try:
        wait_for(
            lambda: running.answers() or running.process.poll() is not None, FIRST_START, "start"
        )
        assert running.process.poll() is None, running.console()
        wait_for(
            lambda: running.query("select 1 from jobs_heartbeat"), 60, "a heartbeat (worker.log)"
        )
        yield running
    finally:
        running.stop()


def effects(portal, job):
    """What the probe writes together with `done`: one audit row for each time it took effect."""
    return portal.query(
        "select id from jobs_auditentry where action = ? and object_label = ?", PROBE, str(job)
    )


def start_probe(portal):
    job = portal.enqueue(PROBE, PROBE_SECONDS)
    wait_for(lambda: portal.job(job)[0] == "running", 20, "the job to be taken up")
    return job


def assert_done_once_after_a_kill(portal, job):
    wait_for(lambda: portal.job(job)[1] == 2, TAKEN_UP_AGAIN, "the job to be taken up again")
    wait_for(lambda: portal.job(job)[0] == "done", PROBE_SECONDS + 10, "the job's end")
    assert len(effects(portal, job)) == 1


def test_console_tells_the_address_and_the_accounts(portal):
    wait_for(lambda: "Tài khoản dùng thử" in portal.console(), 20, "the table of accounts")
    assert f"http://127.0.0.1:{portal.port}" in portal.console()


def test_job_survives_its_worker(portal):
    job = start_probe(portal)
    portal.kill(WORKER)
    assert_done_once_after_a_kill(portal, job)


def test_job_survives_its_pool_child(portal):
    worker = wait_for(lambda: portal.supervised(WORKER), 20, "the worker")
    job = start_probe(portal)
    for child in children(worker):
        os.kill(child, signal.SIGKILL)
    assert_done_once_after_a_kill(portal, job)


def test_job_is_done_though_redis_dies(portal):
    portal.kill(REDIS)
    job = portal.enqueue(PROBE, 0)
    wait_for(lambda: portal.job(job)[0] == "done", TAKEN_UP_AGAIN, "the job's end")
    assert len(effects(portal, job)) == 1


def test_killed_web_comes_back(portal):
    killed = portal.kill(WEB)

    def is_back():
        """With workers, which it has only once the port is its own: until then those of the
        killed one may still answer."""
        web = portal.supervised(WEB)
        return web not in (None, killed) and children(web)

    wait_for(is_back, WEB_BACK, "a new web process with workers")
    wait_for(portal.answers, WEB_BACK, "the web process to answer")


def test_second_start_on_the_same_data_is_refused(portal):
    other = RunningPortal.start(portal.var)
    assert other.process.wait(30) == 1
    assert "đang chạy với thư mục dữ liệu" in other.console()


def test_taken_port_is_one_sentence(portal, tmp_path):
    other = RunningPortal.start(tmp_path, port=portal.port)
    assert other.process.wait(30) == 1
    assert other.console().startswith(f"Cổng {portal.port} trên 127.0.0.1 đang có chương trình")


def test_interrupt_leaves_nothing_behind_and_the_next_start_is_quick(portal):
    everything = descendants(portal.process.pid)
    assert len(everything) >= 8
    assert portal.stop() == 0
    assert not [pid for pid in everything if is_alive(pid)]
    again = RunningPortal.start(portal.var)
    try:
        wait_for(again.answers, SECOND_START * SLACK, "the second start")
    finally:
        assert again.stop() == 0
