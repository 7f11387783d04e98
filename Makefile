# Everything that a person types here. Needs Python 3.11 or later and nothing else; everything else comes by itself.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
# Alone in a file only where its tests share something dear; the longest files first, so that no worker waits at the end.
PYTEST := $(BIN)/pytest -n auto --dist loadfile
PARTS ?=

.DEFAULT_GOAL := help
.PHONY: help up test check check-static check-quick bench docs lock chromium clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

up: .venv/for-running ## Run Pillarbox with a demonstration: pages, API, status page (Ctrl-C stops it)
	@exec $(BIN)/pillarbox up $(PARTS)

test: .venv/for-tests chromium ## Run every test
	$(PYTEST) $(PARTS)

check: check-static check-quick ## What should pass before a commit: format, lint, types, floors, quick tests

check-static: .venv/for-tests ## Format, lint, types and the floors of the house
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache | tail -n 12

check-quick: .venv/for-tests ## The tests that take seconds, without a browser
	$(PYTEST) -m 'not slow and not browser' $(PARTS)

bench: .venv/for-tests ## Measure: one script for each question, each prints what it found
	@for each in $$(grep -l '__main__' bench/*.py); do echo "== $$each"; $(BIN)/python -m bench.$$(basename $$each .py) || exit 1; done

docs: .venv/for-running ## Write docs/settings.md anew from the list of settings
	$(BIN)/pillarbox settings --markdown > docs/settings.md

lock: .venv/for-tests ## Choose the newest versions that fit and write both locks, with hashes and for all platforms
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --upgrade --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --upgrade --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what was made here, but no data
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The browser tests drive a Chromium from the system's packages; without one they are skipped.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null; } \
		|| echo "There is no Chromium here, so the browser tests are left out."

# A half-made environment has no stamp, so the next make goes on where this one stopped.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Pillarbox needs Python 3.11 or later; none was found."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/for-running: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	$(PIP) install --no-deps -e .
	@touch $@

.venv/for-tests: requirements-dev.lock .venv/for-running
	$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@
