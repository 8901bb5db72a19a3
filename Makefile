# Two commands do everything on a bare machine with Python 3.11: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

export OPENBLAS_NUM_THREADS := 1
export NPROC := 1

.PHONY: help demo test test-all lint docs package contract mutants bench install clean

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## Optimise a calorimeter with a small allowance, and write runs/calorimeter-segmentation-quick/report.html
	$(BIN)/designopt run studies/calorimeter_segmentation.py --quick

test: lint  ## Lint, types, import rules and every quick test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --max-worker-restart 0

test-all: lint  ## What `test` does, and the slow tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --max-worker-restart 0 --durations 25 -m "slow or not slow"

lint: $(READY)  ## Format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(READY)  ## Build the documentation: docs/_build/html/index.html
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

package: $(READY)  ## Build and check dist/: what would be published, and how the repository is kept
	rm -rf dist build
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl
	$(BIN)/repo-review .

contract: $(READY)  ## Hold every problem of ours against the detector contract
	CONTRACT=all $(BIN)/python -m pytest tests/testing/test_our_detectors.py

mutants: $(READY)  ## Put one fault at a time into a copy of the code, and see that the tests notice (docs/mutants.md)
	$(BIN)/python tests/mutants/run.py

bench: $(READY)  ## Print one table of speeds, in units of a reference kernel of the same run (docs/speed.md)
	$(BIN)/python -m designopt.benchmarks.speed

install: $(READY)  ## Make the virtual environment

# A constraints file pins what was tested. PyTorch goes first: another way of asking for it brings gigabytes of CUDA.
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[all,dev]'
	touch $@

clean:  ## Remove the virtual environment and caches; results in runs/ stay
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
