"""The demo as processes: it ends on Ctrl-C without orphans, also when it is killed, and says nothing it should not."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.support.practice import running_demo

PATIENCE_SECONDS = 20


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_demo_leaves_no_orphan(how: signal.Signals) -> None:
    """Whatever ends it, nothing of it runs on; only a kill may leave its folder behind."""
    with running_demo() as (world, child):
        world.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe")
        family = _family(child.pid)

        os.kill(child.pid, how)
        child.communicate(timeout=PATIENCE_SECONDS)
        _gone, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)

    assert alive == []
    assert len(family) > 1


def test_ctrl_c_is_a_clean_end() -> None:
    """Exit status 0, no traceback, no secret and no number in what was printed."""
    with running_demo() as (world, child):
        world.command("/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe")
        folder = Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 - where the demo's own folder lies
        before = {path.name for path in folder.glob("heimdall-demo-*")}
        os.killpg(child.pid, signal.SIGINT)
        printed, _none = child.communicate(timeout=PATIENCE_SECONDS)

    assert child.returncode == 0
    assert "Traceback" not in printed
    assert "555-0199" not in printed
    assert "xoxb-" not in printed
    assert before - {path.name for path in folder.glob("heimdall-demo-*")}
