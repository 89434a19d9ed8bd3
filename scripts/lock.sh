#!/bin/sh
# Write requirements/*.txt anew: exact versions and hashes for Python 3.11 and newer on every platform.
# Words given are handed to uv, for example --upgrade or --upgrade-package NAME.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --system-certs \
        --no-emit-index-url --custom-compile-command 'make lock' "$@"
}

export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install --quiet --no-input --require-hashes -r requirements/lock.txt
compile "$@" --output-file requirements/run.txt pyproject.toml
compile "$@" --output-file requirements/dev.txt --extra dev --constraint requirements/run.txt pyproject.toml
compile "$@" --output-file requirements/mutation.txt --extra mutation --constraint requirements/dev.txt pyproject.toml
compile "$@" --output-file requirements/lock.txt requirements/lock.in
