# `make run` and `make test` are all that a fresh machine needs: Python 3.11 or newer, git and make.
.DEFAULT_GOAL := help
# Without byte code every process would compile its imports anew, which takes two to three times as long.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup run up test chaos fuzz eval bench docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

setup: $(READY) ## make the environment from requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Compute Ledger needs Python 3.11 or newer: make PYTHON=python3.12 setup"; exit 1; }
	@test -x $(BIN)/python || { echo "Making the environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the locked packages (two minutes on a slow line)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@echo "Parsing the dbt project"
	@$(BIN)/python -c "import orchestration.marts"
	@touch $@

run: setup ## run the main job once on the embedded sample, offline
	@$(BIN)/ledger run --offline

up: setup ## start the Dagster UI and daemon on 127.0.0.1, schedules on
	@$(BIN)/ledger up

test: setup ## run all checks and tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 dbt
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

bench: setup ## print the times that the README names
	@$(BIN)/python -m tests.extraction.bench
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.sources.bench

chaos: setup ## do all that may go wrong and print what was lost by it (two hours; KILLS=5 takes ten minutes)
	@$(BIN)/python -m tests.chaos

fuzz: setup ## odd payloads against all that reads from outside, for MINUTES (10)
	@$(BIN)/python -m tests.fuzz

eval: setup ## print how well claims are read, on every gold set at hand
	@$(BIN)/python -m tests.extraction.evaluate

docs: setup ## make docs/data-dictionary.md from the dbt project
	@$(BIN)/python docs/dictionary.py

lock: ## renew requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock

clean: ## remove the environment; the data home stays
	rm -rf $(VENV) dbt/target dbt/logs
