"""A port of ours between a process under test and whom it calls: it can refuse, cut, and strike single requests.

``Relay`` moves bytes and knows no protocol. ``ProviderRelay`` reads the phone provider's HTTP and hands every create
call to a strike, a function that decides what becomes of it: forward it or not, answer it, late, slowly or never.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from urllib.parse import parse_qs

LOOPBACK = "127.0.0.1"
CHUNK = 65_536

# SO_LINGER on with zero seconds: closing sends RST at once (man 7 socket).
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Address = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""


class Relay:
    """Pass connections on to another address, until told otherwise."""

    def __init__(self, target: Address) -> None:
        """Listen on a free port of this machine.

        Args:
            target: where connections lead.
        """
        self._target = target
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening: socket.socket | None = None
        self.port = 0
        self.listen()

    @property
    def url(self) -> str:
        """Return the address to call."""
        return f"http://{LOOPBACK}:{self.port}"

    def listen(self) -> None:
        """Take connections (again), on the same port."""
        if self._listening is None:
            self._listening = socket.create_server((LOOPBACK, self.port))
            self.port = self._listening.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def refuse(self) -> None:
        """Refuse connections as a host does on which nothing listens, and cut the ones there are."""
        if self._listening is not None:
            # Closing alone would leave the thread that waits in accept() where it is.
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        self.cut()

    def cut(self) -> None:
        """Reset every open connection."""
        with self._lock:
            cut, self._open = self._open, set()
        for each in cut:
            _reset(each)

    def close(self) -> None:
        """End everything."""
        self.refuse()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=self._take, args=(client,), daemon=True).start()

    def _take(self, client: socket.socket) -> None:
        self._remember(client)
        try:
            # Whatever breaks here breaks for the two ends to see: that is what a relay that fails is for.
            with suppress(OSError):
                self._serve(client)
        finally:
            self._forget(client)

    def _serve(self, client: socket.socket) -> None:
        """Move bytes both ways until one end closes."""
        with self._connected() as server:
            answers = threading.Thread(target=_pump, args=(server, client), daemon=True)
            answers.start()
            _pump(client, server)
            answers.join()

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        """Connect to the target."""
        server = socket.socket(socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET)
        server.connect(self._target)
        self._remember(server)
        try:
            yield server
        finally:
            self._forget(server)

    def _remember(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def _forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            sink.sendall(chunk)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        # A thread that waits in recv() keeps the descriptor alive; this wakes it.
        connection.shutdown(socket.SHUT_RD)
    connection.close()


class Exchange:
    """One create call, in the hands of a strike.

    Attributes:
        caller_port: port of the process that asks.
        number: the number the text goes to.
    """

    def __init__(self, client: socket.socket, connected: "Connect", request: bytes) -> None:
        """Hold the call; nothing has reached the provider."""
        self._client, self._connected, self._request = client, connected, request
        self.caller_port: int = client.getpeername()[1]
        form = parse_qs(request.partition(b"\r\n\r\n")[2].decode())
        self.number = form.get("To", [""])[0]

    def forward(self) -> bytes:
        """Give the call to the provider and return its whole answer: from here on the text is stored there."""
        # A connection of its own: one kept for the next call may be closed by then, unseen by the caller.
        with self._connected() as server:
            server.sendall(self._request)
            answer = _message(server)
        if not answer:
            raise ConnectionResetError
        return answer

    def answer(self, response: bytes) -> None:
        """Let the caller have an answer."""
        self._client.sendall(response)

    def drip(self, response: bytes, over: threading.Event) -> None:
        """Let the caller have one byte of an answer a second, until it is over."""
        for place in range(len(response)):
            self._client.sendall(response[place : place + 1])
            if over.wait(1):
                break

    def reset(self) -> None:
        """Reset the caller's connection."""
        _reset(self._client)


Strike = Callable[[Exchange], object]
Connect = Callable[[], AbstractContextManager[socket.socket]]


def passing(exchange: Exchange) -> None:
    """Do no harm."""
    exchange.answer(exchange.forward())


class ProviderRelay(Relay):
    """A relay to the phone provider that can strike single create calls."""

    def __init__(self, target: Address) -> None:
        """Strike nothing."""
        self._strikes: dict[str | None, list[Strike]] = {}
        super().__init__(target)

    def strike(self, *strikes: Strike, number: str | None = None) -> None:
        """Have the next create calls struck, one strike each; a number's own strikes come before everybody's."""
        with self._lock:
            self._strikes.setdefault(number, []).extend(strikes)

    def calm(self) -> None:
        """Strike no more."""
        with self._lock:
            self._strikes.clear()
        self.listen()

    def _next(self, number: str) -> Strike:
        with self._lock:
            for key in (number, None):
                if waiting := self._strikes.get(key):
                    return waiting.pop(0)
        return passing

    def _serve(self, client: socket.socket) -> None:
        while request := _message(client):
            exchange = Exchange(client, self._connected, request)
            creates = request.startswith(b"POST") and b"/Messages.json" in request.partition(b"\r\n")[0]
            try:
                (self._next(exchange.number) if creates else passing)(exchange)
            except ConnectionError:
                _reset(client)


def _message(connection: socket.socket) -> bytes:
    """Read one HTTP message with its body; empty when the other end has closed."""
    read = b""
    while b"\r\n\r\n" not in read:
        chunk = connection.recv(CHUNK)
        if not chunk:
            return b""
        read += chunk
    head, _, body = read.partition(b"\r\n\r\n")
    missing = _length(head) - len(body)
    while missing > 0:
        chunk = connection.recv(CHUNK)
        if not chunk:
            return b""
        read += chunk
        missing -= len(chunk)
    return read


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
