# Everything runs in .venv, which the first target makes from the locked requirements.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find ontology queries evidence src -type f -not -path '*/shipped/*' -not -name '*.pyc')

.DEFAULT_GOAL := help
.PHONY: help answer test lint wheel benchmark conformance mutation lock clean

help:  ## say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/python: 
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ldn-graph needs Python 3.11 or newer; name it with make PYTHON=python3.12 …" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/requirements: $(VENV)/python requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed: $(VENV)/requirements pyproject.toml hatch_build.py $(SOURCES)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/development: $(VENV)/installed requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

answer: $(VENV)/installed  ## prepare everything and print the clinical answer
	@$(BIN)/ldn-graph answer

test: $(VENV)/development  ## prepare everything and run the tests
	@$(BIN)/python -m pytest -n 2

lint: $(VENV)/development  ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/mypy

wheel: $(VENV)/development  ## build the wheel into dist/
	@$(BIN)/python -m build --no-isolation --wheel --outdir dist .

benchmark: $(VENV)/development  ## print the speed against named baselines
	@$(BIN)/python -m benchmarks

conformance: $(VENV)/development  ## renew docs/conformance.md from the W3C suite in ../shared/conformance
	@$(BIN)/python tests/conformance/w3c_suite.py

MUTANTS ?= *[147]
mutation: $(VENV)/development  ## say how many changes to the number rules the tests notice, of three in ten
	@$(BIN)/pip install --quiet --disable-pip-version-check mutmut==3.8.1
	@rm -rf mutants
	@$(BIN)/mutmut run --max-children 2 '$(MUTANTS)'
	@$(BIN)/mutmut export-cicd-stats
	@cat mutants/mutmut-cicd-stats.json

lock:  ## renew the locked requirements
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --group build pyproject.toml -o requirements.txt
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --group build --group dev pyproject.toml -o requirements-dev.txt

clean:  ## remove what was made
	@rm -rf $(VENV) dist build src/ldn_graph/shipped .mypy_cache .ruff_cache .pytest_cache .hypothesis mutants
