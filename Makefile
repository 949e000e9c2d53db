# One recipe a task; `make` alone prints the menu. CI calls the same recipes and nothing else.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
DEMO := demo
PORT := 8000
SERVE := yes
TRANSLATIONS := $(wildcard src/medengage/web/*/locale/*/LC_MESSAGES/*.po)
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := menu
.PHONY: menu setup demo test test-fast test-nightly check format lint types arch fix docs-generate \
	docs-current approve bench lock tools clean

menu: ## Print this menu
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml hatch_build.py $(TRANSLATIONS) | $(BIN)/python
	@echo "Installing what running needs (a few minutes the first time)"
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run | $(BIN)/python
	@echo "Installing what tests and checks need"
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/.dev ## Create .venv with everything for development
	@if [ -d .git ]; then $(BIN)/pre-commit install >/dev/null 2>&1 || true; fi

demo: .venv/.run ## Make an invented region with its reports, and serve it until Ctrl-C
	@rm -rf $(DEMO)
	$(BIN)/medengage simulate region --seed 7 --organisations 50 $(DEMO)/region
	$(BIN)/medengage study check $(DEMO)/region/01/wave-01
	$(BIN)/medengage study analyse $(DEMO)/region/01/wave-01
	@echo "Reports:"
	@$(BIN)/medengage report board $(DEMO)/region/01/wave-01 --format html --format pdf
	@$(BIN)/medengage report full $(DEMO)/region/01/wave-01 --format html --format pdf
	@$(BIN)/medengage report certificate $(DEMO)/region/01/wave-01 --format html --format pdf
	@echo "Attacks on the release:"
	@$(BIN)/medengage release attack $(DEMO)/region/01/wave-01
	$(BIN)/medengage web demo $(DEMO)/web --port $(PORT) $(if $(filter no,$(SERVE)),--only-prepare)

tools: # Browser and database of the tests, where the distribution has them and we may install
	@{ command -v chromium && ls -d /usr/lib/postgresql; } >/dev/null 2>&1 \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
			&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
				chromium postgresql >/dev/null; } \
		|| echo "no Chromium or no PostgreSQL: tests that need it will be skipped by name"

test: .venv/.dev tools ## Every test but the nightly ones
	$(BIN)/python -m pytest -n auto -m "not nightly"

test-fast: .venv/.dev ## Only the tests that take under half a second each
	$(BIN)/python -m pytest -n auto -m "not nightly and not slow and not browser"

test-nightly: .venv/.dev tools ## Also the heavy versions
	$(BIN)/python -m pytest -n auto

check: .venv/.dev lint types arch docs-current ## Format, lint, types, import contracts, docs current

lint: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.dev ## Only the types
	MEDENGAGE_DEBUG=1 $(BIN)/mypy

arch: .venv/.dev ## Only the import contracts
	$(BIN)/lint-imports

fix: .venv/.dev ## Format, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs-generate: .venv/.dev ## Write the generated pages of docs/reference anew
	$(BIN)/python docs/generate.py

docs-current: .venv/.dev
	$(BIN)/python docs/generate.py --check

approve: .venv/.dev ## Accept new snapshots in tests/approved
	MEDENGAGE_APPROVE=1 $(BIN)/python -m pytest -q -p no:randomly tests/unit/report || true

bench: .venv/.dev ## Run the benchmarks; each prints ratios
	for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

lock: .venv/.dev ## Make the locks anew
	$(BIN)/uv pip compile pyproject.toml --extra reports --extra web --group build $(LOCK) \
		-o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --extra reports --extra web --group dev $(LOCK) \
		-c requirements/run.txt -o requirements/dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --quiet

clean: ## Remove everything that was made here
	rm -rf .venv $(DEMO) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
