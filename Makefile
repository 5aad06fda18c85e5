# setup, demo, demo-asterisk, test, coverage, check, bench, docs: the commands of the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo demo-asterisk test coverage check bench docs lock clean

setup: $(STAMP)
	@$(BIN)/hotline models fetch

$(STAMP): requirements.lock pyproject.toml
	@echo "==> virtual environment and locked packages (.venv)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $(STAMP)

demo: setup
	@$(BIN)/hotline demo

demo-asterisk: setup
	@$(BIN)/hotline demo --asterisk

test: setup check
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

coverage: setup
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m hotline.reference --check

bench: setup
	@$(BIN)/python -m tests.benchmarks

docs: setup
	@$(BIN)/python -m hotline.reference

lock:
	@$(BIN)/pip-compile --quiet --extra dev --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --no-header --no-annotate --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
