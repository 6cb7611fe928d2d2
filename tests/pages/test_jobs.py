"""Work in the background."""

import threading

import pytest

from pages.shared.jobs import Job
from store.errors import UserError


def test_a_job_gives_what_its_work_returned():
    """Done, with a result."""
    job = Job(lambda progress: 7)
    job.wait(10)

    assert (job.state, job.result()) == ("done", 7)


def test_a_job_tells_how_far_it_is():
    """A quarter of the stage is done while the work waits there."""
    told, go_on = threading.Event(), threading.Event()

    def work(progress):
        progress("graph", 25, 100)
        told.set()
        go_on.wait(10)

    job = Job(work)
    assert told.wait(10)

    assert (job.state, job.stage, job.share, job.result()) == ("running", "graph", 0.25, None)
    go_on.set()
    job.wait(10)


def test_a_cancelled_job_stops_at_its_next_report():
    """The work never reaches the line after the report."""
    begun, reached = threading.Event(), []

    def work(progress):
        begun.set()
        while True:
            progress("graph", 0, 0)
        reached.append("end")

    job = Job(work)
    assert begun.wait(10)
    job.cancel()
    job.wait(10)

    assert (job.state, job.result(), reached) == ("cancelled", None, [])


def test_whoever_asks_a_failed_job_gets_its_problem():
    """The sentence is kept for the screen."""

    def work(progress):
        raise UserError("no disk")

    job = Job(work)
    job.wait(10)

    assert job.state == "failed"
    with pytest.raises(UserError, match="no disk"):
        job.result()


def test_a_stage_of_unknown_size_has_no_remaining_time():
    """Nothing is made up."""
    job = Job(lambda progress: progress("map", 0, 0))
    job.wait(10)

    assert (job.share, job.remaining()) == (0.0, None)
