# Balcão. `make help` lists the targets. All that is needed is Python 3.11 or newer, with venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
# --no-deps: a lock is whole, so what it does not name is not installed.
LOCKED := install --no-deps --requirement
# The build tool is in the lock too: nothing is fetched behind its back.
LOCAL  := install --no-deps --no-build-isolation --editable .

SEEDS    ?= 2000
EXAMPLES ?= 200
# Processes that share the test suite, a file at a time; each has a PostgreSQL and a server of its own. One more than
# two cores: much of it waits.
WORKERS  ?= 3

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: run test check bench simulate teoria livro fuzz exemplos demo format lint types clean help

run: $(VENV)/run.stamp ## start the server (Ctrl-C stops it)
	@exec $(BIN)/balcao run

demo: $(VENV)/run.stamp ## 20 agents and 500 contacts against the running server
	@exec $(BIN)/balcao demo $(ARGS)

test: $(VENV)/dev.stamp ## the whole test suite, on a PostgreSQL of its own
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types test ## what must pass before a change is proposed

lint: $(VENV)/dev.stamp ## format and lint, changing nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/dev.stamp ## mypy, strict
	@$(BIN)/mypy

format: $(VENV)/dev.stamp ## rewrite to the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp ## the benchmarks; writes bench/results/latest.json
	@$(BIN)/python -m bench $(ARGS)

simulate: $(VENV)/dev.stamp ## the engine under thousands of random histories: make simulate SEEDS=5000
	@SEEDS=$(SEEDS) $(BIN)/python -m pytest tests/simulacao $(ARGS)

teoria: $(VENV)/dev.stamp ## the engine against Erlang and Cobham; writes docs/teoria.svg
	@$(BIN)/python -m bench.theory $(ARGS)

livro: $(VENV)/dev.stamp ## 10,000 messages through channels while everything is killed, and nothing may be lost
	@LIVRO_INTEIRO=1 $(BIN)/python -m pytest tests/sistema/test_livro_dos_canais.py $(ARGS)

fuzz: $(VENV)/dev.stamp ## hostile requests against the whole API, for longer: make fuzz EXAMPLES=500
	@EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/web/test_contrato_schemathesis.py $(ARGS)

exemplos: $(VENV)/dev.stamp ## the examples of the API's reference, written anew from what a server answers
	@GRAVAR_EXEMPLOS=1 $(BIN)/python -m pytest tests/web/test_openapi_exemplos.py $(ARGS)

clean: ## remove the environment and the caches; keeps .balcao/, where the data is
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis balcao.egg-info build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A stamp is newer than what was installed from: nothing is installed again until a lock changes.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing what requirements.lock lists…"
	@$(PIP) $(LOCKED) requirements.lock
	@$(PIP) $(LOCAL)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "installing what requirements-dev.lock lists…"
	@$(PIP) $(LOCKED) requirements-dev.lock
	@$(PIP) $(LOCAL)
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install Python 3.11 or newer, or: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: 3.11 or newer is needed; point to one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "could not make $(VENV): install the venv module (Debian: apt install python3-venv)" >&2; exit 1; }
