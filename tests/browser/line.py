"""A line between a browser and a server that can be cut, with whatever is under way on it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SIZE = 65_536


class Line:
    """Passes connections on to a port of this machine; a cut one ends and refuses them all."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._lock = threading.Lock()
        self._is_cut = False
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self) -> None:
        """End every connection, web sockets too, and refuse new ones."""
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                with suppress(OSError):  # the other side was quicker
                    end.shutdown(socket.SHUT_RDWR)
            self._ends.clear()

    def mend(self) -> None:
        """Take connections again."""
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        """Cut for good."""
        self.cut()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _answer(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:  # closed
                return
            with self._lock:
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):  # cut
        while said := one.recv(SIZE):
            other.sendall(said)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line that is closed afterwards."""
    line = Line(port)
    try:
        yield line
    finally:
        line.close()
