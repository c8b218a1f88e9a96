# Everything a person does with this repository; `make help` lists it. CI calls the same targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Always our own uv, of the version and hashes that uv.lock names: the same everywhere, and a uv on the PATH may be too old to
# read the lock. A Python is never downloaded.
PYTHON ?= python3
UV := .uv/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# Bytecode is kept, whatever the shell says: without it, each of the many processes here compiles everything that it imports.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
# The set-up has two layers. To run: the project's dependencies and these groups. To change something: dev on top of them.
RUN := --no-default-groups --group local --group gates --group lambda-platform --group lambda-security-gate

# `$(call part,NAME,COMMAND; COMMAND)`: a part of a target, with its time; not `&&`, because bash lets a failure before it pass.
# `$(total)`: the time of all of them, since make began.
part = @echo '== $(1)'; SECONDS=0; { $(2); }; echo "== $(1): $$SECONDS s"
BEGAN := $(shell date +%s)
total = @echo "== $@, everything: $$(($$(date +%s) - $(BEGAN))) s"
TYPES := PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
SLOWEST := --durations=10 --durations-min=0.5
# From which `make test-slow` draws its examples; `make test-slow SEED=N` draws those of an earlier run.
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))

# The tests of what decides a verdict, a price, an alarm; all else that is not slow runs beside them.
DECIDING_TESTS := tests/alarms tests/foundation/costs tests/foundation/files tests/foundation/service tests/foundation/slo \
	tests/loadtests/test_doubts.py tests/loadtests/test_evidence.py tests/loadtests/test_disturbed.py tests/loadtests/test_begun_late.py \
	tests/foundation/machine tests/sre/cli/cost tests/sre/cli/outputs/test_cost.py

.PHONY: help setup setup-run release-check test mutants test-slow browser lint types contracts fmt demo-report bench busy-machine schemas lock clean

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

release-check: setup-run ## the main job: local platform up, load, verdict, page (build/release-check/index.html)
	$(call part,release check,$(BIN)/sre check)
	$(total)

test: setup lint contracts ## lint, types, import contracts, and every test that is not slow
	@# The same in every run: the examples by the profile of hypothesis in tests/conftest.py, and here the order of sets.
	@# Coverage costs time, so it is measured where it is demanded: on what decides, by the tests of just that.
	@# Types beside them: pyright keeps one core busy, and nothing in these tests is timed. Collecting them first, by one process,
	@# leaves the bytecode of all that they import, which else each of the next ones would compile for itself.
	@mkdir -p build
	$(call part,types and tests of what decides,$(TYPES) >build/types.txt 2>&1 & types=$$!; trap "kill $$types 2>/dev/null || true" EXIT; $(BIN)/pytest --collect-only -qq -m "not slow" >build/collected.txt || { cat build/collected.txt; exit 1; }; PYTHONHASHSEED=0 $(BIN)/pytest $(DECIDING_TESTS) -m "not slow" --quiet --numprocesses=2 --dist=loadgroup --cov --cov-report=json:build/coverage/report.json; wait $$types || { cat build/types.txt; exit 1; })
	@# Three processes for two cores: those that wait for the platform leave one of them idle.
	$(call part,branches,$(BIN)/python tests/branch_coverage.py build/coverage/report.json)
	$(call part,tests of the rest,PYTHONHASHSEED=0 $(BIN)/pytest -m "not slow" $(DECIDING_TESTS:%=--ignore=%) --numprocesses=3 --dist=loadgroup $(SLOWEST))
	$(total)

# How many, and by what they are drawn; without a seed it is the commit.
COUNT := 200
mutants: setup ## 200 small mistakes in deciding lines, drawn by the commit: do the tests notice 95 % of them?
	$(call part,mutants,PYTHONHASHSEED=0 $(BIN)/python -m tests.mutants --count $(COUNT) $(if $(findstring command,$(origin SEED)),--seed $(SEED)))
	$(total)

test-slow: setup build/bandit-examples build/sarif-schema.json ## laws with new examples, and what takes minutes: faults, interrupts and the release profile, end to end
	@echo "== seed $(SEED); the same again: make test-slow SEED=$(SEED)"
	@# One process: an example may be a constant of a module that has been imported, so the seed needs the order of the tests.
	$(call part,laws with new examples,PYTHONHASHSEED=$(SEED) $(BIN)/pytest -m "hypothesis and not slow" --quiet --hypothesis-profile=new-examples --hypothesis-seed=$(SEED) $(SLOWEST))
	$(call part,slow tests,$(BIN)/pytest -m slow -o log_cli=true -o log_cli_level=INFO $(SLOWEST))
	$(total)

browser: ## install Debian's Chromium where that may be done; without it the tests that open pages in it are skipped
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
		|| echo "no Chromium here, and none may be installed: the tests that open pages in it will be skipped"

lint: setup ## ruff: rules and format
	$(call part,lint,$(BIN)/ruff check; $(BIN)/ruff format --check)

types: setup ## pyright, strict outside infra/ and tests/
	$(call part,types,$(TYPES))

contracts: setup ## import-linter: which room may import which
	$(call part,contracts,$(BIN)/lint-imports --no-cache)

fmt: setup ## format, and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

demo-report: setup-run ## a weekly report from minutes of a local platform with a fault in the middle, and an invented bill
	$(call part,demonstration,$(BIN)/sre report demo)

bench: setup ## measure what the pages in docs/ claim, beside a peer in the same run
	$(BIN)/python -m benchmarks

# Which of them, such as `make busy-machine CONDITIONS="quiet one-core"`; without any, all 23 runs: more than an hour.
busy-machine: setup ## release checks in a fresh clone: quiet, beside busy neighbours, and broken on purpose; a table, and what was not met
	$(BIN)/python -m benchmarks.busy_machine --clone $(CONDITIONS)

schemas: setup ## write docs/schemas/ anew, of what the commands print as JSON
	$(BIN)/python -m sre.cli.outputs.schemas

lock: .uv/.ready ## take newer versions into uv.lock
	$(UV) lock --upgrade

setup: .venv/.ready-dev ## install everything: what runs here, and what tests and lints it

setup-run: .venv/.ready-run ## install what runs here, and nothing that only tests or lints

.venv/.ready-run: pyproject.toml uv.lock | .uv/.ready
	@# Inexact, so that the packages of dev stay where they are.
	$(call part,packages to run,$(UV) sync --frozen --quiet --inexact --python $(PYTHON) $(RUN); du -sm .venv)
	@touch $@

.venv/.ready-dev: .venv/.ready-run
	$(call part,packages to test,$(UV) sync --frozen --quiet --python $(PYTHON) $(RUN) --group dev; du -sm .venv)
	@touch $@

.uv/.ready: uv.lock
	@mkdir -p .uv
	@$(PYTHON) -c 'import tomllib; (uv,) = (each for each in tomllib.load(open("uv.lock", "rb"))["package"] if each["name"] == "uv"); \
		print("uv==" + uv["version"], *("--hash=" + wheel["hash"] for wheel in uv["wheels"]))' > .uv/requirements.txt
	$(call part,uv,$(PYTHON) -m venv .uv; .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--only-binary :all: --requirement .uv/requirements.txt; .uv/bin/uv --version; du -sm .uv)
	@touch $@

build/bandit-examples: uv.lock | setup
	@mkdir -p build && rm -rf $@
	$(call part,archives of bandit,$(BIN)/python tests/bandit_examples.py $@)

build/sarif-schema.json: tests/sarif_schema.py | setup
	@mkdir -p build
	$(call part,schema of SARIF,$(BIN)/python tests/sarif_schema.py $@)

clean: ## end the local platform and remove everything that was built
	-@test -x $(BIN)/sre && $(BIN)/sre local down
	rm -rf build cdk.out .sre .venv .uv .pytest_cache .ruff_cache .coverage htmlcov .hypothesis .import_linter_cache
