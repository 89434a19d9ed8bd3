"""``python -m sandbox --port N``: runs the practice world until it is stopped or its parent is gone."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading

from sandbox import server
from sandbox.app import create_app
from sandbox.server import Server
from sandbox.settings import SandboxSettings


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Slack, phones and a clock to practise with."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--fd", type=int, help="a listening socket inherited from the parent, instead of a port")
    words = parser.parse_args()
    settings = SandboxSettings()
    start_anew = _ask_parent if settings.parent_resets else None
    with server.bind(words.port) if words.fd is None else server.inherit(words.fd) as listening:
        serving = Server(create_app(settings, start_anew), lambda: print(server.ready_line(listening), flush=True))
        if settings.parent_pipe:
            threading.Thread(target=_stop_with_parent, args=(serving,), daemon=True).start()
        # The server ends in good order on Ctrl-C and then raises it once more for whoever wants to know.
        with contextlib.suppress(KeyboardInterrupt):
            serving.run(sockets=[listening])


def _ask_parent() -> None:
    """Ask whoever started us to start everything anew."""
    print(server.reset_line(), flush=True)


def _stop_with_parent(serving: Server) -> None:
    """Stop serving when standard input ends, which it does when the parent is gone."""
    # Straight from the descriptor: a buffered read still under way at the end would abort the interpreter.
    while os.read(sys.stdin.fileno(), 1):
        continue
    serving.should_exit = True


if __name__ == "__main__":
    main()
