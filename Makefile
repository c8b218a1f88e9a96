# Everything a person does with this repository; `make help` lists it. CI calls the same targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# uv as it is, or else our own copy in a virtual environment of its own; a Python is never downloaded.
PYTHON ?= python3
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
BIN := .venv/bin

.PHONY: help setup release-check test test-slow browser lint types contracts fmt demo-report bench lock clean

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

release-check: setup ## the main job: local platform up, load, verdict, page (build/release-check/index.html)
	$(BIN)/sre check

test: setup build/bandit-examples lint types contracts ## lint, types, import contracts, and every test that is not slow
	# Coverage doubles the time of a test, so it is measured where it is demanded: on what the verdicts rest on.
	$(BIN)/pytest tests/foundation/slo --quiet --cov --cov-report=term-missing:skip-covered
	$(BIN)/pytest -m "not slow" --ignore=tests/foundation/slo --numprocesses=2 --dist=loadgroup

test-slow: setup ## the tests that take minutes: faults, interrupts and the release profile, end to end
	$(BIN)/pytest -m slow -o log_cli=true -o log_cli_level=INFO

browser: ## install Debian's Chromium where that may be done; without it the tests that open pages in it are skipped
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
		|| echo "no Chromium here, and none may be installed: the tests that open pages in it will be skipped"

lint: setup ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup ## pyright, strict outside infra/ and tests/
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

contracts: setup ## import-linter: which room may import which
	$(BIN)/lint-imports --no-cache

fmt: setup ## format, and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

demo-report: setup ## a weekly report from minutes of a local platform with a fault in the middle, and an invented bill
	$(BIN)/sre report demo

bench: setup ## measure what the README claims, beside a peer in the same run
	$(BIN)/python -m benchmarks

lock: setup ## take newer versions into uv.lock
	$(UV) lock --upgrade

setup: .venv/.ready ## install everything that the lock file names

.venv/.ready: pyproject.toml uv.lock | $(if $(filter .uv/%,$(UV)),.uv/bin/uv)
	$(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv

build/bandit-examples: uv.lock | setup
	@mkdir -p build && rm -rf $@
	$(BIN)/python tests/bandit_examples.py $@

clean: ## end the local platform and remove everything that was built
	-@test -x $(BIN)/sre && $(BIN)/sre local down
	rm -rf build cdk.out .sre .venv .uv .pytest_cache .ruff_cache .coverage htmlcov .hypothesis .import_linter_cache
