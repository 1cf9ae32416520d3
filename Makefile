# Everything runs in .venv, which this file makes from the pinned requirements.
# A target does its set-up once; running it again does none of it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARTICLES ?= gold/articles
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the pinned dependencies"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@echo "Installing the tools for tests"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

.PHONY: model
model: $(VENV)/.base ## get the embedded model (1.1 GB, once)
	@$(BIN)/extractor model path >/dev/null 2>&1 || $(BIN)/extractor model pull

.PHONY: extract
extract: model ## extract the articles in ARTICLES (gold/articles) and show the records
	@$(BIN)/extractor run $(ARTICLES)

.PHONY: test
test: $(VENV)/.dev smoke browser ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

.PHONY: smoke
smoke: $(VENV)/.base
	@$(BIN)/extractor model path smollm2-135m-instruct >/dev/null 2>&1 || $(BIN)/extractor model pull smollm2-135m-instruct

.PHONY: browser
browser:
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || command -v google-chrome >/dev/null || tools/install-browser

.PHONY: lint
lint: $(VENV)/.dev ## ruff, mypy --strict and the import contract
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: eval
eval: $(VENV)/.base ## score the extraction against gold, from recorded replies
	@$(BIN)/extractor eval

$(VENV)/.bench: $(VENV)/.base
	@echo "Installing what the benchmarks compare with"
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@

.PHONY: bench
bench: $(VENV)/.bench ## scorer speed beside its peers, in one run
	@$(BIN)/python -m bench.scorer

.PHONY: bench-accuracy
bench-accuracy: $(VENV)/.bench model ## this project beside one-shot instructor and langextract
	@$(BIN)/python -m bench.accuracy $(ARGS)

.PHONY: clean
clean: ## remove the environment and caches (model files stay)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis runs
