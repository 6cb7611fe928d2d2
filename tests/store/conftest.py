"""Logs of both kinds: in a file, and on a PostgreSQL server of the tests."""

import uuid

import pytest

from store.decisions import DecisionLog


@pytest.fixture(params=["sqlite", "postgresql"])
def log(request, tmp_path):
    """A log that is not there yet."""
    if request.param == "sqlite":
        return DecisionLog(tmp_path / "decisions.db")
    return DecisionLog(request.getfixturevalue("log_address"))


@pytest.fixture(scope="session")
def database(postgresql):
    """A database for many logs."""
    return postgresql.address()


@pytest.fixture
def log_address(database):
    """The address of a log of its own."""
    return f"{database}?log={uuid.uuid4().hex}"
