import os
import signal
import threading
import time

import pytest

from restoration import jobs
from restoration.errors import Cancelled, OutOfRange, TooLarge, WorkerLost
from restoration.job import State
from restoration.jobs import LocalPool
from restoration.progress import Progress


def double(value, report):
    report(Progress(0.5, "doubling"))
    return 2 * value


def wait_for_cancel(report):
    for step in range(10_000):
        report(Progress(step / 10_000, "waiting"))
        time.sleep(0.01)


def refuse(report):
    raise OutOfRange("Too much", actual="2", expected="1")


def fall_over(report):
    raise ZeroDivisionError


def die(report):
    os.kill(os.getpid(), signal.SIGKILL)


def own_pid(report):
    return os.getpid()


@pytest.fixture(scope="module")
def pool():
    pool = LocalPool(max_waiting=3)
    yield pool
    pool.close()


def finished(job):
    assert job.ended.wait(60)
    return job


def test_a_job_gives_its_result(pool):
    job = finished(pool.submit(double, 21))
    assert (job.state, job.result, job.progress.done) == (State.DONE, 42, 1.0)


def test_a_refusal_arrives_whole(pool):
    job = finished(pool.submit(refuse))
    assert job.state is State.FAILED
    assert isinstance(job.error, OutOfRange)
    assert (job.error.actual, job.error.expected) == ("2", "1")


def test_an_unforeseen_failure_is_told_without_a_traceback(pool):
    job = finished(pool.submit(fall_over))
    assert isinstance(job.error, WorkerLost)
    assert "ZeroDivision" not in str(job.error)


def test_cancel_ends_a_running_job_and_the_next_runs(pool):
    job = pool.submit(wait_for_cancel)
    following = pool.submit(double, 1)
    while job.progress.done == 0:
        time.sleep(0.01)
    assert pool.ahead_of(following) == 1
    started = time.monotonic()
    pool.cancel(job.id)
    assert finished(job).state is State.CANCELLED
    assert time.monotonic() - started < 2
    assert finished(following).result == 2


def test_what_nobody_waits_for_gives_way(pool):
    background = pool.submit(wait_for_cancel, gives_way=True)
    later = pool.submit(double, 1, gives_way=True)
    while background.progress.done == 0:
        time.sleep(0.01)
    assert not later.ended.is_set(), "one that gives way does not send another away"
    started = time.monotonic()
    asked = finished(pool.submit(double, 21))
    assert (asked.result, background.state, later.state) == (42, State.CANCELLED, State.CANCELLED)
    assert time.monotonic() - started < 2


def test_a_waiting_job_is_cancelled_at_once_and_makes_room(pool):
    running = pool.submit(wait_for_cancel)
    while running.state is State.QUEUED:
        time.sleep(0.01)
    for _ in range(5):
        waiting = pool.submit(double, 1)
        pool.cancel(waiting.id)
        assert waiting.ended.is_set()
        assert waiting.state is State.CANCELLED
        assert isinstance(waiting.error, Cancelled)
    following = pool.submit(double, 3)
    assert pool.ahead_of(following) == 1
    pool.cancel(running.id)
    assert finished(following).result == 6
    assert waiting.state is State.CANCELLED, "it never ran"
    assert waiting.started_at is None


def test_a_killed_worker_fails_one_job_only(pool):
    job = finished(pool.submit(die))
    assert isinstance(job.error, WorkerLost)
    assert "memory" in str(job.error)
    assert finished(pool.submit(double, 2)).result == 4


def test_a_worker_that_cannot_start_fails_one_job_only(pool, monkeypatch):
    finished(pool.submit(die))

    def no_more_processes():
        raise OSError("Cannot allocate memory")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "JobWorker", no_more_processes)
        job = finished(pool.submit(double, 1))
    assert (job.state, type(job.error)) == (State.FAILED, WorkerLost)
    assert finished(pool.submit(double, 4)).result == 8


def test_arguments_that_cannot_be_sent_fail_one_job_only(pool):
    job = finished(pool.submit(double, threading.Lock()))
    assert (job.state, type(job.error)) == (State.FAILED, WorkerLost)
    assert finished(pool.submit(double, 5)).result == 10


def test_too_many_waiting_jobs_are_refused(pool):
    held = [pool.submit(wait_for_cancel)]
    while held[0].state is State.QUEUED:
        time.sleep(0.01)
    held += [pool.submit(wait_for_cancel) for _ in range(3)]
    with pytest.raises(TooLarge, match="Too many jobs"):
        pool.submit(double, 1)
    for job in held:
        pool.cancel(job.id)
    for job in held:
        finished(job)


def test_jobs_that_are_over_can_be_forgotten(pool):
    job = finished(pool.submit(double, 1))
    pool.forget(job.id)
    assert pool.get(job.id) is None


def test_closing_ends_the_worker_and_every_job():
    pool = LocalPool()
    worker = finished(pool.submit(own_pid)).result
    stuck = pool.submit(wait_for_cancel)
    while stuck.state is State.QUEUED:
        time.sleep(0.01)
    waiting = [pool.submit(double, number) for number in range(5)]
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    for job in (stuck, *waiting):
        assert job.ended.is_set()
        assert job.state is State.CANCELLED
    with pytest.raises(Cancelled, match="stopping"):
        pool.submit(double, 1)
