"""Reset in the demo starts everything anew, practice world and Heimdall, at the same address and without remains."""

import os
import re
import signal
from pathlib import Path

import psutil
import pytest
import requests
from playwright.sync_api import Page, expect

from tests.support.practice import LEADS, RILEY, Practice, running_demo

LINE = "/lead 416-555-0199 12 King St W, Hamilton ON — Jane Doe"
PATIENCE_SECONDS = 20


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the demo puts its passing folders."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def _worlds(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("heimdall-demo-*")}


def _reset(page: Page, world: Practice) -> None:
    """Press Reset as a person would, and wait until the page has come back by itself."""
    with page.expect_response(lambda answer: "/_events" in answer.url):
        page.goto(f"{world.url}/?as={RILEY}&in={LEADS}")
    before = page.locator("html").get_attribute("data-world")
    assert before
    page.get_by_test_id("reset").click()
    expect(page.get_by_test_id("toast")).to_contain_text("starts anew")
    expect(page.locator("html")).not_to_have_attribute("data-world", before, timeout=PATIENCE_SECONDS * 1000)


@pytest.mark.browser
@pytest.mark.slow
def test_reset_makes_both_sides_forget_again_and_again(page: Page, folder: Path) -> None:
    """The page comes back by itself, the room is empty, and the next lead is the first one; nothing is left behind."""
    with running_demo() as (world, demo):
        for _round in range(2):
            opened = world.command(LINE)
            world.until("the card", world.messages)
            (left_behind,) = psutil.Process(demo.pid).children(recursive=True)
            (old_folder,) = _worlds(folder)

            _reset(page, world)

            assert "L-1 " in opened
            expect(page.get_by_test_id("message")).to_have_count(0)
            assert world.messages() == []
            assert not left_behind.is_running()
            assert len(psutil.Process(demo.pid).children(recursive=True)) == 1
            assert old_folder not in _worlds(folder)
        page.get_by_test_id("composer-input").fill(LINE)
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("message").first).to_contain_text(re.compile(r"L-1\b"), timeout=20_000)

    assert demo.returncode == 0
    assert _worlds(folder) == set()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_after_a_reset_the_demo_still_leaves_no_orphan(page: Page, folder: Path, how: signal.Signals) -> None:
    """The second world ends like the first; only a kill may leave its folder behind."""
    with running_demo() as (world, demo):
        _reset(page, world)
        world.command(LINE)
        family = [psutil.Process(demo.pid), *psutil.Process(demo.pid).children(recursive=True)]

        os.kill(demo.pid, how)
        demo.communicate(timeout=PATIENCE_SECONDS)
        _gone, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)

    assert (len(family), alive) == (2, [])
    assert how is signal.SIGKILL or _worlds(folder) == set()


@pytest.mark.faults
def test_a_sandbox_that_is_lost_ends_the_demo_and_says_so(folder: Path) -> None:
    """Heimdall does not stay alone with a page that is gone."""
    with running_demo() as (_world, demo):
        (sandbox,) = psutil.Process(demo.pid).children(recursive=True)

        sandbox.kill()
        printed, _none = demo.communicate(timeout=PATIENCE_SECONDS)

    assert demo.returncode == 1
    assert "the sandbox ended" in printed
    assert _worlds(folder) == set()


def test_a_taken_port_is_said_in_a_sentence() -> None:
    """Nothing starts, and the way out is named."""
    with running_demo() as (world, _demo):
        port = world.url.rpartition(":")[2]
        with pytest.raises(AssertionError, match="status 2"), running_demo("--port", port):
            pass


@pytest.mark.faults
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["both still run", "between two worlds", "the next one starts"])
def test_who_ends_the_demo_in_the_middle_of_a_reset_is_heard(folder: Path, moment: str, how: signal.Signals) -> None:
    """Whenever the signal comes, it ends; no third world begins."""
    with running_demo() as (world, demo):
        (sandbox,) = psutil.Process(demo.pid).children(recursive=True)
        requests.post(f"{world.url}/_ui/reset", timeout=30).raise_for_status()
        if moment != "both still run":
            sandbox.wait(PATIENCE_SECONDS)
        if moment == "the next one starts":
            requests.get(world.url, timeout=30).raise_for_status()

        os.kill(demo.pid, how)
        printed, _none = demo.communicate(timeout=PATIENCE_SECONDS)

    assert demo.returncode == 0
    assert "Traceback" not in printed
    assert _worlds(folder) == set()
