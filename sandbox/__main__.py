"""``python -m sandbox --port N``: runs the practice world until it is stopped or its parent is gone."""

from __future__ import annotations

import argparse
import contextlib
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
    port: int = parser.parse_args().port
    settings = SandboxSettings()
    with server.bind(port) as listening:
        serving = Server(create_app(settings), lambda: print(server.ready_line(listening), flush=True))
        if settings.parent_pipe:
            threading.Thread(target=_stop_with_parent, args=(serving,), daemon=True).start()
        # The server ends in good order on Ctrl-C and then raises it once more for whoever wants to know.
        with contextlib.suppress(KeyboardInterrupt):
            serving.run(sockets=[listening])


def _stop_with_parent(serving: Server) -> None:
    """Stop serving when standard input ends, which it does when the parent is gone."""
    while sys.stdin.buffer.read(1):
        continue
    serving.should_exit = True


if __name__ == "__main__":
    main()
