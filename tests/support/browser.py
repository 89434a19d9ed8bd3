"""The Chromium that browser tests drive, and how it is started: no word to anyone but this machine.

Run as a program it prints the browser's path, or ends with 1 when there is none.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""Switches that keep the browser from calling its maker at every start."""


def find() -> Path | None:
    """Return an installed Chromium or Chrome, else Playwright's own build, else None."""
    installed = next((path for path in map(shutil.which, (*_NAMES, _MACOS)) if path), None)
    if installed:
        return Path(installed)
    with sync_playwright() as playwright:
        build = Path(playwright.chromium.executable_path)
    return build if build.exists() else None


def launch_arguments() -> list[str]:
    """Return the switches to start it with; root's browser has no sandbox of its own to work in."""
    return [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(_QUIET)


if __name__ == "__main__":
    sys.exit(0 if find() else 1)
