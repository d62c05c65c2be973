"""The worker: it stops cleanly, it is seen to be alive, and nothing in it dies silently."""

from __future__ import annotations

import signal
import time
from threading import Event, Thread

import pytest
from django.db import OperationalError

from staffpassport.work import heartbeat
from staffpassport.work.models import DutyLease, WorkerHeartbeat
from staffpassport.work.worker import Worker
from tests.work.workers import Workers, stop, wait_for


@pytest.fixture(autouse=True)
def _heart_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers in the test's own process have no database; real ones are not touched by this."""
    monkeypatch.setattr(heartbeat, "beat", lambda worker, started_at: None)
    monkeypatch.setattr(heartbeat, "clean_away", lambda: None)
    monkeypatch.setattr(heartbeat, "stop", lambda worker: None)


class Faulty:
    """A loop that raises what it is given, a fault a step, and counts."""

    idle = 0.01
    made = 0
    closed = 0
    steps = 0

    def __init__(self, faults: list[Exception | None]) -> None:
        self.faults = faults
        type(self).made += 1

    def step(self) -> bool:
        fault = self.faults.pop(0) if self.faults else None
        type(self).steps += 1
        if fault is not None:
            raise fault
        return False

    def close(self) -> None:
        type(self).closed += 1


def _run(faults: list[Exception | None], steps: int) -> type[Faulty]:
    """Runs a worker until its loop has made so many steps."""

    class Counted(Faulty):
        pass

    stop_it = Event()
    worker = Worker([], {"faulty": lambda: Counted(faults)}, beat_every=0.05)
    clean: list[bool] = []
    thread = Thread(target=lambda: clean.append(worker.run(stop_it)))
    thread.start()
    wait_for(lambda: Counted.steps >= steps, "the loop to go on")
    stop_it.set()
    thread.join(10)
    assert clean == [True]
    return Counted


def test_a_loop_that_crashes_is_closed_and_made_again() -> None:
    counted = _run([None, RuntimeError()], steps=4)
    assert counted.made == 2
    assert counted.closed == 2


def test_a_passing_fault_of_the_database_leaves_the_loop_as_it_is() -> None:
    counted = _run([None, OperationalError(), None], steps=5)
    assert counted.made == 1
    assert counted.closed == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_started_again() -> None:
    # SystemExit is no Exception: it ends the thread past everything that catches faults.
    counted = _run([SystemExit()], steps=3)  # type: ignore[list-item]
    assert counted.made == 2


def test_a_crash_is_logged_without_the_words_of_the_fault(caplog: pytest.LogCaptureFixture) -> None:
    _run([RuntimeError("Ada Lovelace")], steps=2)
    assert "loop crashed" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Ada" not in caplog.text


def test_a_loop_that_cannot_close_for_a_moment_is_closed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    closings: list[Exception | None] = [OperationalError(), None]

    class Slow(Faulty):
        def close(self) -> None:
            super().close()
            fault = closings.pop(0)
            if fault is not None:
                raise fault

    stop_it = Event()
    stop_it.set()
    assert Worker([], {}, beat_every=0.05).run(stop_it)
    loop = Slow([])
    from staffpassport.work.worker import _patiently

    assert _patiently(loop.close)
    assert Slow.closed == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_leaves_nothing_behind(workers: Workers, number: signal.Signals) -> None:
    beats = WorkerHeartbeat.objects
    leases = DutyLease.objects.filter(holder__isnull=False)
    with workers.running() as process:
        wait_for(lambda: beats.exists() and leases.exists(), "the worker to be up")
        assert beats.get().pid == process.pid
        process.send_signal(number)
        # Whatever else the machine does: a worker that did not hear it would go on for ever.
        process.wait(30)
        assert process.returncode == 0
    assert not beats.exists()
    assert not leases.exists()


def test_a_worker_goes_on_while_one_of_its_loops_crashes(workers: Workers) -> None:
    beats = WorkerHeartbeat.objects
    with workers.running(STUMBLE="yes") as process:
        wait_for(beats.exists, "the worker to be up")
        time.sleep(1.5)
        log = stop(process)
    assert log.count("loop crashed") >= 2
    assert "Lovelace" not in log
