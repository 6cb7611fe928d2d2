"""DecisionLog: every decision in order of arrival, appended and never changed."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import sqlalchemy as sa

from store.decision import Action, Decision, Unit, decide, withdraw
from store.errors import UserError
from store.log_engine import open_engine, writing
from store.log_rows import insert, read
from store.log_server import refusal, without_password
from store.log_tables import DECISIONS, holds_log, layout_of, make_tables
from store.undoing import withdrawn

__all__ = ["Action", "Decision", "DecisionLog", "Unit", "decide", "digest_of", "withdraw"]


class ConflictError(UserError):
    """A decision_id that is in the log with something else to say."""


class DecisionLog:
    """The decisions in one file or database; any number of threads and processes may append.

    where: a file, or the address of a log on a server. Nothing is created before the first append.
    workspace: the folder whose decisions these are; that of the file unless named.
    What is on disk is the truth: a copy in memory is kept up to date with what others appended.
    """

    def __init__(self, where: Path | str, *, workspace: Path | None = None) -> None:
        is_url = isinstance(where, str) and "://" in where
        self.where = where if is_url else Path(where).absolute()
        self._engine = open_engine(self.where)
        self.workspace = workspace or (self.path.parent if self.path else None)
        self._lock = threading.RLock()
        self._known: list[Decision] = []
        self._by_id: dict[str, Decision] = {}
        self._snapshot: tuple[Decision, ...] = ()
        self._seq = 0
        self._hash, self._hashed = blake2b(digest_size=16), 0
        self._layout = 0  # of the tables when they were last looked at; 0 = not yet

    @property
    def path(self) -> Path | None:
        """The file, or None where the log is in a database server."""
        database = self._engine.url.database
        return Path(database) if self._engine.dialect.name == "sqlite" and database else None

    @property
    def place(self) -> str:
        """The file, or the address without its password, to be shown."""
        return str(self.path) if self.path else without_password(str(self.where))

    def append(self, decisions: Sequence[Decision]) -> list[str]:
        """Write all of them, or none. On disk when this returns: the ids that may be called saved.

        A decision_id that is already in the log is acknowledged and not stored twice.
        Raises UserError where the log cannot be written, ConflictError where a decision_id comes
        again with something else to say.
        """
        with self._lock, self._in_words("Nothing of this was saved. Send it again when"):
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self._again_if_broken(lambda: self._write(decisions))
        return list(dict.fromkeys(decision.decision_id for decision in decisions))

    def decisions(self) -> tuple[Decision, ...]:
        """All decisions in order of arrival; only those that are new are read from disk."""
        with self._lock, self._in_words("What is in it was not changed. Try again when"):
            if self.path is not None and not self.path.exists():
                self._forget()
                return ()
            self._again_if_broken(self._read)
            if len(self._snapshot) != len(self._known):
                self._snapshot = tuple(self._known)
            return self._snapshot

    def find(self, decision_id: str) -> Decision | None:
        """The decision with this id, to withdraw it for instance, or None."""
        with self._lock:
            self.decisions()
            return self._by_id.get(decision_id)

    def last(self, reviewer: str) -> Decision | None:
        """The reviewer's latest decision in force: what Backspace withdraws. None when all are."""
        decisions = self.decisions()
        gone = withdrawn(decisions)
        for decision in reversed(decisions):
            mine = decision.reviewer == reviewer and decision.action != "undo"
            if mine and decision.decision_id not in gone:
                return decision
        return None

    def digest(self) -> str:
        """Hash of all decisions in order: 32 hexadecimal digits, the same as `digest_of`."""
        with self._lock:
            decisions = self.decisions()
            _feed(self._hash, decisions[self._hashed :])
            self._hashed = len(decisions)
            return self._hash.hexdigest()

    def _write(self, decisions: Sequence[Decision]) -> None:
        with writing(self._engine) as connection:
            layout = self._layout
            if not self._is_known(connection):
                make_tables(connection)
                layout = layout_of(connection)
            self._catch_up(connection)
            insert(connection, self._new(decisions), after=self._seq)
        self._layout = layout  # only now: what was not committed has made no tables

    def _read(self) -> None:
        with self._engine.connect() as connection, connection.begin():
            if self._is_known(connection):
                self._catch_up(connection)
            elif holds_log(connection):
                self._catch_up(connection)
                self._layout = layout_of(connection)
            else:
                self._forget()

    def _is_known(self, connection: sa.Connection) -> bool:
        """The tables are those that were found to be a log before."""
        return self._layout != 0 and self._layout == layout_of(connection)

    @staticmethod
    def _again_if_broken(work: Callable[[], None]) -> None:
        """Once more on a new connection where the server ended the old one.

        Whether a commit arrived before that is not known, and need not be: what is in the log by
        now is not written again.
        """
        try:
            work()
        except sa.exc.DBAPIError as problem:
            if not problem.connection_invalidated:
                raise
            work()

    def _new(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Those that are not in the log yet, each once."""
        new: dict[str, Decision] = {}
        for decision in decisions:
            earlier = new.get(decision.decision_id) or self._by_id.get(decision.decision_id)
            if earlier is None:
                new[decision.decision_id] = decision
            elif _meaning(earlier) != _meaning(decision):
                raise ConflictError(
                    f"decision_id {decision.decision_id} came as {_named(decision)}, and is in the "
                    f"log as {_named(earlier)}. Nothing of this was saved; every decision needs an "
                    "id of its own."
                )
        return list(new.values())

    def _forget(self) -> None:
        self._known, self._by_id, self._snapshot, self._seq = [], {}, (), 0
        self._hash, self._hashed = blake2b(digest_size=16), 0

    def _catch_up(self, connection: sa.Connection) -> None:
        # The file may have been deleted, or replaced by a backup, since the last look.
        if self._known:
            at = sa.select(DECISIONS.c.decision_id).where(DECISIONS.c.seq == self._seq)
            if connection.scalar(at) != self._known[-1].decision_id:
                self._forget()
        for seq, decision in read(connection, after=self._seq):
            self._known.append(decision)
            self._by_id[decision.decision_id] = decision
            self._seq = seq

    @contextmanager
    def _in_words(self, then: str) -> Iterator[None]:
        """The database's refusals as a sentence; a broken constraint is a bug and stays one."""
        try:
            yield
        except sa.exc.IntegrityError:
            raise
        except (sa.exc.DBAPIError, OSError) as problem:
            if self.path is None:
                raise UserError(
                    f"{refusal(self._engine.url, problem)} {then} the server answers, user and "
                    "password are right (a password may stand in PGPASSWORD or ~/.pgpass), and "
                    "this user may create a schema in that database."
                ) from problem
            raise UserError(
                f"The log of decisions at {self.path} cannot be used: "
                f"{getattr(problem, 'orig', problem)}. {then} the file is a log of Second Look, "
                "its folder can be written, no other program holds it and the disk has space."
            ) from problem


def digest_of(decisions: Iterable[Decision]) -> str:
    """Hash of these decisions in this order: 32 hexadecimal digits."""
    digest = blake2b(digest_size=16)
    _feed(digest, decisions)
    return digest.hexdigest()


def _meaning(decision: Decision) -> tuple[object, ...]:
    """What a repeated send has in common with the first: not the time, the name or the data."""
    return decision.action, decision.label, decision.undoes, decision.unit, decision.ids


def _named(decision: Decision) -> str:
    more = f" and {len(decision.ids) - 1:,} more" if len(decision.ids) > 1 else ""
    words = (decision.action, *decision.ids[:1], decision.label or decision.undoes or "")
    return " ".join(word for word in words if word) + f"{more} by {decision.reviewer}"


def _feed(digest: blake2b, decisions: Iterable[Decision]) -> None:
    for decision in decisions:
        digest.update(decision.as_line().encode() + b"\n")
