#!/bin/sh
# Make .venv hold what a lock says: `environment.sh run` or `environment.sh dev`.
# `environment.sh mutation` makes .venv-mutation in the same way.
# A copy of the lock is kept in the environment, so nothing happens while the lock stays the same.
set -eu
cd "$(dirname "$0")/.."
wanted=$1
lock=requirements/$wanted.txt
venv=.venv
[ "$wanted" != mutation ] || venv=.venv-mutation

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# A name on the PATH may be a stub that only prints an error, so each candidate is asked for its version.
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

can_make_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

find_python() {
    bare=
    for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
        is_new_enough "$candidate" || continue
        if can_make_environments "$candidate"; then
            command -v "$candidate"
            return
        fi
        bare=$candidate
    done
    [ -z "$bare" ] || fail "$bare cannot make virtual environments: its venv module is incomplete." \
        "On Debian and Ubuntu, install it with: apt-get install python3-venv"
    fail "Heimdall needs Python 3.11 or newer, and found none (looked for: ${PYTHON:-python3.14 … python3.11, python3, python})." \
        "Install one, or name it: make PYTHON=/path/to/python …"
}

# Scripts in an environment name its path, so one that was moved here is made anew, like one whose Python is gone.
is_usable() {
    [ "$(cat $venv/made-at 2>/dev/null)" = "$PWD" ] && is_new_enough $venv/bin/python
}

make_environment() {
    python=$(find_python)
    printf 'Making %s with %s\n' "$venv" "$("$python" --version)"
    rm -rf $venv
    "$python" -m venv $venv
    printf '%s\n' "$PWD" >$venv/made-at
}

is_installed() {
    cmp -s "$lock" "$venv/$1.lock"
}

# The development lock contains the other one, at the same versions.
install_lock() {
    printf 'Installing what %s lists\n' "$lock"
    PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 $venv/bin/python -m pip install --quiet --no-input --require-hashes -r "$lock"
    cp requirements/run.txt $venv/run.lock
    [ "$wanted" = run ] || cp "$lock" "$venv/$wanted.lock"
}

is_usable || make_environment
is_installed "$wanted" || install_lock
