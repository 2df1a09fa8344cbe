import os
import signal
import time

import pytest

from restoration.errors import BadWeights, OutOfRange, RestorationError, WorkerLost
from restoration.executors import core_count, threads_each
from restoration.local_executor import LocalExecutor


class Doubling:
    """Doubles numbers; some numbers are commands."""

    def __init__(self):
        self.answered = 0

    def __call__(self, task):
        self.answered += 1
        match task:
            case "refuse":
                raise OutOfRange("Too much", actual="2", expected="1")
            case "fall over":
                raise ZeroDivisionError("by nought")
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "linger":
                time.sleep(60)
            case "who":
                time.sleep(0.05)
                return os.getpid(), self.answered
            case "threads":
                return [os.environ[name] for name in ("OMP_NUM_THREADS", "RR_THREADS")]
        return 2 * task


def cannot_prepare():
    raise BadWeights("The weights are damaged")


def dies_while_preparing():
    os._exit(3)


@pytest.fixture(scope="module")
def executor():
    with LocalExecutor(Doubling, workers=2, threads=3) as executor:
        yield executor


def test_every_task_has_one_outcome(executor):
    outcomes = list(executor.submit(range(50)))
    assert sorted(outcome.task for outcome in outcomes) == list(range(50))
    assert all(outcome.result == 2 * outcome.task for outcome in outcomes)


def test_workers_are_prepared_once_and_share_the_work(executor):
    answers = [outcome.result for outcome in executor.submit(["who"] * 12)]
    again = [outcome.result for outcome in executor.submit(["who"] * 12)]
    assert len({pid for pid, _ in answers}) == 2
    assert {pid for pid, _ in again} == {pid for pid, _ in answers}
    assert min(count for _, count in again) > 1


def test_a_failing_task_costs_no_other(executor):
    outcomes = {outcome.task: outcome for outcome in executor.submit([1, "refuse", 2, "fall over"])}
    assert (outcomes[1].result, outcomes[2].result) == (2, 4)
    assert isinstance(outcomes["refuse"].error, OutOfRange)
    assert outcomes["refuse"].error.actual == "2"
    unforeseen = outcomes["fall over"].error
    assert type(unforeseen) is RestorationError
    assert unforeseen.actual == "ZeroDivisionError: by nought"


def test_a_killed_worker_costs_one_task_only(executor):
    tasks = [*range(6), "die", *range(6, 20)]
    outcomes = list(executor.submit(tasks))
    assert sorted(map(str, (outcome.task for outcome in outcomes))) == sorted(map(str, tasks))
    (lost,) = (outcome for outcome in outcomes if outcome.error is not None)
    assert lost.task == "die"
    assert isinstance(lost.error, WorkerLost)
    assert "-9" in str(lost.error)


def test_threads_are_shared_out(executor):
    (outcome,) = executor.submit(["threads"])
    assert outcome.result == ["3", "3"]
    assert threads_each(1) == core_count()
    assert threads_each(core_count()) == 1
    assert threads_each(10 * core_count()) == 1


def test_tasks_are_drawn_as_they_are_needed(executor):
    drawn = []

    def endless():
        while True:
            drawn.append(len(drawn))
            yield drawn[-1]

    outcomes = executor.submit(endless())
    for _ in range(10):
        next(outcomes)
    outcomes.close()
    assert len(drawn) <= 10 + 2 * 2 + 2


def test_closing_the_outcomes_stops_the_work():
    with LocalExecutor(Doubling, workers=1, threads=1) as executor:
        outcomes = executor.submit(["who", "linger"])
        pid = next(outcomes).result[0]
        outcomes.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert [outcome.result for outcome in executor.submit([4])] == [8]


def test_workers_may_start_before_there_are_tasks():
    with LocalExecutor(Doubling, workers=2, threads=1) as executor:
        executor.start()
        executor.start()
        pids = {outcome.result[0] for outcome in executor.submit(["who"] * 8)}
    assert len(pids) == 2


def test_what_prevents_preparing_is_raised_and_ends_the_work():
    with LocalExecutor(cannot_prepare, 2, 1) as executor, pytest.raises(BadWeights):
        list(executor.submit(range(4)))
    with LocalExecutor(dies_while_preparing, 1, 1) as executor, pytest.raises(WorkerLost):
        list(executor.submit(range(4)))
