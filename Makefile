# Two commands do everything on a bare machine with Python 3.11: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

export OPENBLAS_NUM_THREADS := 1
export NPROC := 1

.PHONY: help demo test lint install clean

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## Optimise a calorimeter with a small allowance, and write runs/calorimeter-segmentation-quick/report.html
	$(BIN)/designopt run studies/calorimeter_segmentation.py --quick

test: lint  ## Lint, types, import rules and every test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(READY)  ## Format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

install: $(READY)  ## Make the virtual environment

# A constraints file pins what was tested. PyTorch goes first: another way of asking for it brings gigabytes of CUDA.
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[all,dev]'
	touch $@

clean:  ## Remove the virtual environment and caches; results in runs/ stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis *.egg-info
