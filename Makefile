# Kept to what GNU make 3.81 and a POSIX shell know, so that it runs on macOS as it stands.

PYTHON ?= python3
VENV ?= .venv
EXAMPLE ?= rulesets/shandong-smart-community/2022/examples/qili.yaml
PYTEST_ARGS ?=
BENCH_ARGS ?= --quick

BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip

# A stamp older than pyproject.toml is made again: that file decides what is installed, and how.
MADE := $(VENV)/.made
CLI := $(VENV)/.installed-cli
DEV := $(VENV)/.installed-dev
EDITOR := $(VENV)/editor
BENCHED := $(VENV)/.installed-bench

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types contracts wheel-test editor-test bench run-benchmarks pictures clean
# Two installs into one environment must not run at the same time.
.NOTPARALLEL:

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(CLI) ## assess the packaged example community
	@code=0; $(BIN)/smartrules assess $(EXAMPLE) || code=$$?; \
	if [ "$$code" -eq 3 ]; then \
		echo "demo: exit code 3 is right here: the example leaves facts open, so its tier is undetermined"; \
	else \
		echo "demo: exit code $$code, but the example's tier is undetermined and should give 3" >&2; exit 1; \
	fi

test: $(DEV) ## run the tests, on all cores (PYTEST_ARGS=… for more)
	PYTHONHASHSEED=0 $(PY) -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

lint: $(DEV) ## check the style and the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV) ## put the source into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV) ## check the types
	$(PY) -m mypy

contracts: $(DEV) ## check which module may import which
	$(BIN)/lint-imports

wheel-test: $(DEV) ## build the wheel and check it where the checkout is out of sight
	@set -e; \
	folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PY) -m build --outdir "$$folder/dist" .; \
	$(PY) -m venv "$$folder/venv"; \
	wheel=$$(ls "$$folder"/dist/*.whl); \
	"$$folder/venv/bin/python" -m pip install --quiet --only-binary :all: "$$wheel"; \
	cp .ci/wheel_checks.py "$$folder/"; cd "$$folder"; \
	venv/bin/python -I wheel_checks.py "$$wheel"

editor-test: $(DEV) $(EDITOR)/.installed ## check the schemas in the language server that editors run (needs node and npm)
	SMARTRULES_EDITOR=required $(PY) -m pytest tests/editor $(PYTEST_ARGS)

bench: ## run the benchmarks (BENCH_ARGS= for all sizes, which takes half an hour)
	@$(MAKE) --no-print-directory VENV=.venvs/bench run-benchmarks

run-benchmarks: $(BENCHED)
	@echo "== benchmarks.boundaries"; $(PY) -m benchmarks.boundaries
	@ran=0; for script in benchmarks/[a-z]*.py; do \
		if [ -f "$$script" ]; then ran=1; echo "== $$script"; $(PY) "$$script" || exit 1; fi; \
	done; \
	if [ "$$ran" -eq 0 ]; then echo "bench: there is no benchmarks/*.py" >&2; exit 1; fi
	@echo "== benchmarks.peers"; $(PY) -m benchmarks.peers $(BENCH_ARGS)

pictures: $(DEV) ## draw the pictures of the documentation again, with LibreOffice and Chromium
	PYTHONPATH=. $(PY) .ci/pictures.py

clean: ## remove the environments, caches and build products
	rm -rf .venv .venvs build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "smartrules needs Python 3.11 or later, and there is no \`$(PYTHON)\` here; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "smartrules needs Python 3.11 or later, and \`$(PYTHON)\` is not; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "\`$(PYTHON)\` cannot make virtual environments; on Debian and Ubuntu install the package python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv "$(VENV)"
	@touch $@

$(CLI): pyproject.toml $(MADE)
	$(PIP) install --quiet --editable ".[cli]"
	@touch $@

# What dev installs contains what cli installs.
$(DEV): pyproject.toml $(MADE)
	$(PIP) install --quiet --editable ".[dev]"
	@touch $@ $(CLI)

$(BENCHED): pyproject.toml benchmarks/requirements.txt $(MADE)
	$(PIP) install --quiet --editable ".[frames,live,reports,verify]" --requirement benchmarks/requirements.txt
	@touch $@

$(EDITOR)/.installed: tests/editor/package.json tests/editor/package-lock.json $(MADE)
	@command -v npm >/dev/null 2>&1 || { echo "there is no \`npm\` here, and the language server comes from it" >&2; exit 1; }
	mkdir -p "$(EDITOR)"
	cp tests/editor/package.json tests/editor/package-lock.json "$(EDITOR)/"
	cd "$(EDITOR)" && npm ci --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
