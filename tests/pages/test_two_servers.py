"""Two servers of one workspace, and of one log on a database server: neither loses a decision."""

import json
import signal
import threading
import time
import urllib.error
import urllib.request
import uuid

import pytest

from store.decisions import DecisionLog
from store.log_choice import log_of
from store.opening import open_in_memory
from tests.browser.serving import Server

PATIENCE = 240
"""Seconds until a server takes decisions: the first audit of an installation compiles."""


class Sender:
    """A browser as far as a server knows: it keeps a decision until it is called saved."""

    def __init__(self, servers, fingerprint, reviewer):
        self.servers, self.path = servers, f"/review/{fingerprint}/decisions"
        self.reviewer, self.saved, self.patience = reviewer, [], time.monotonic() + PATIENCE

    def send(self, decision):
        """To each of the servers until one says saved; a lost answer is the sender's to repeat."""
        body = {"reviewer": self.reviewer, "tab": self.reviewer, "decisions": [decision]}
        for turn in range(10_000):
            server = self.servers[turn % len(self.servers)]
            try:
                self.saved += self.post(server, body)["saved"]
                return
            except urllib.error.HTTPError as problem:
                if problem.code != 503:  # the scores are still being made
                    raise
            except OSError:
                pass  # the server is gone
            if time.monotonic() > self.patience:
                pytest.fail(f"{server.url} saved nothing for so long:\n{server.log()}")
            time.sleep(0.05)

    def post(self, server, body):
        """The answer of one server."""
        request = urllib.request.Request(
            server.url + self.path,
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json", "x-second-look": "review"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_two_servers_on_one_log_lose_and_double_nothing(
    make_dataset, tmp_path, request, monkeypatch, where
):
    """Eight senders, each decision posted to both; one server is killed and comes back."""
    opened = open_in_memory(make_dataset(["cat", "dog"] * 30), tmp_path / "made.secondlook")
    workspace, dataset = opened.workspace, opened.dataset
    if where == "postgresql":
        address = request.getfixturevalue("postgresql").address()
        monkeypatch.setenv("SECOND_LOOK_LOG", address)
        log_of(workspace, dataset, named=address)
    servers = []
    try:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            servers.append(Server(tmp_path / name, workspace.folder))
        both = Sender(servers, dataset.fingerprint, "both")
        for server in servers:  # each has scored the dataset before the storm begins
            Sender([server], dataset.fingerprint, "first").send(one("keep", "row-0"))

        def review(number):
            sender = Sender(servers[:: 1 - 2 * (number % 2)], dataset.fingerprint, f"r{number}")
            for turn in range(12):
                decision = one("drop", f"row-{(number * 7 + turn) % 60}")
                sender.send(decision)
                if turn % 3 == 0:  # the same again, to the other server
                    sender.servers = sender.servers[::-1]
                    sender.send(decision)
            both.saved.extend(sender.saved)

        threads = [threading.Thread(target=review, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        servers[1].end(signal.SIGKILL)
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        for server in servers:
            server.end()

    log: DecisionLog = log_of(workspace, dataset)
    stored = [decision.decision_id for decision in log.decisions()]
    assert len(set(both.saved)) == 8 * 12
    assert set(both.saved) <= set(stored)
    assert len(set(stored)) == len(stored) == 8 * 12 + 2
    assert (log.path is None) == (where == "postgresql")


def one(action, *ids):
    """A decision as the browser makes it."""
    return {"decision_id": uuid.uuid4().hex, "action": action, "ids": list(ids)}
