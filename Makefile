# What a person types. `make help` lists it; nothing needs to be installed first but Python 3.11 or newer and make.
#
# Everything runs in the project's own .venv, filled from the locks in requirements/ (scripts/environment.sh).
# More words for a command go into ARGS: make test ARGS="tests/domain -k windows"

.DEFAULT_GOAL := help
.PHONY: help demo test faults check check-format check-lint check-types check-imports check-dependencies \
	format bench mutation lock clean run-environment dev-environment browser

BIN := .venv/bin
ARGS ?=

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: run-environment ## Try Heimdall: a practice world in the browser, no account needed; Ctrl-C ends it
	@exec $(BIN)/python -m heimdall demo $(ARGS)

test: dev-environment browser ## Run the tests, on SQLite, on PostgreSQL and in a real browser
	@exec $(BIN)/python -m pytest $(ARGS)

faults: dev-environment ## Break running deployments on purpose, at length, and print what was lost or doubled: nothing
	@exec $(BIN)/python -m pytest tests/faults --campaign=full $(ARGS)

check: check-format check-lint check-types check-imports check-dependencies ## Run every check that is not a test

check-format: dev-environment
	$(BIN)/ruff format --check .

check-lint: dev-environment
	$(BIN)/ruff check .

check-types: dev-environment
	$(BIN)/mypy

check-imports: dev-environment
	$(BIN)/lint-imports --no-logo

check-dependencies: dev-environment
	$(BIN)/deptry .

format: dev-environment ## Format the code and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: dev-environment ## Measure the hot paths against what they are built on
	@exec $(BIN)/python -m benchmarks $(ARGS)

mutation: ## Change the rules of the domain one spot at a time: does a test notice? Takes minutes
	@sh scripts/environment.sh mutation
	@exec sh scripts/mutation.sh $(ARGS)

lock: dev-environment ## Write requirements/*.txt anew from pyproject.toml; ARGS=--upgrade takes newer versions
	@sh scripts/lock.sh $(ARGS)

clean: ## Remove what these commands made, the .venv included
	rm -rf .venv .venv-mutation .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build test-results *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-environment:
	@sh scripts/environment.sh run

dev-environment:
	@sh scripts/environment.sh dev

browser: dev-environment
	@sh scripts/browser.sh
