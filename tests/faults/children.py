"""Heimdall's own processes, forked from a parent that has imported everything: real ones, and there in a blink."""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.children", "heimdall.cli", "storage.migrate"])


def start(words: list[str], environment: dict[str, str], log: Path) -> ForkServerProcess:
    """Run ``heimdall <words>`` with this environment and nothing else of ours; what it prints goes to the log."""
    child = _CONTEXT.Process(target=_run, args=(words, environment, str(log), str(Path.cwd())), name=words[0])
    child.start()
    return child


def _run(words: list[str], environment: dict[str, str], log: str, folder: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for descriptor in (1, 2):
        os.dup2(out, descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["heimdall", *words]
    from heimdall import cli  # noqa: PLC0415 - imported by the parent; here only looked up

    cli.main()
