#!/bin/sh
# See to it that there is a Chromium for the tests: one that is here, Debian's for root, else Playwright's own build.
set -eu
cd "$(dirname "$0")/.."

found() {
    .venv/bin/python -m tests.support.browser >/dev/null
}

install_from_debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo 'Installing Chromium from the distribution'
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null
}

install_from_playwright() {
    echo 'Installing the Chromium of Playwright'
    .venv/bin/python -m playwright install chromium
}

found || install_from_debian || install_from_playwright || {
    echo 'The browser tests need Chromium or Google Chrome, and installing one failed. Install it and try again.' >&2
    exit 1
}
