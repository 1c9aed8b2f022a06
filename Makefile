# Two targets matter: `make demo` runs the main job on built-in data, `make test` checks everything.
# PYTHON names the Python to use; without it, the first of 3.11 or newer.
export PYTHON
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Packages are installed uncompiled and compiled when first imported, which must then be kept.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test lint docs starter-model clean

$(VENV)/.ready: setup.cfg pyproject.toml
	sh .ci/environment $(VENV) --editable '.[test]'
	touch $@

demo: $(VENV)/.ready
	PATH="$(CURDIR)/$(BIN):$$PATH" sh benchmarks/demo.sh demo

test: $(VENV)/.ready lint
	sh .ci/programs
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	mkdir -p build/typing && ln -sfn ../.. build/typing/realfake  # mypy finds packages by folder names
	$(BIN)/mypy

# The site in build/site: pages, reference, a gallery whose examples are run; any warning fails it.
docs: $(VENV)/.ready
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/site

# The model that comes with the program; takes an hour or two. SCREENS=folder adds the real screens that `realfake
# screens` fetched there, as they are and forged; LEAVE_OUT=file names apps, one a line, that it never sees.
starter-model: $(VENV)/.ready
	PATH="$(CURDIR)/$(BIN):$$PATH" LEAVE_OUT="$(LEAVE_OUT)" sh benchmarks/starter.sh build/starter pipeline/models/starter $(SCREENS) $(LABELLED)

clean:
	rm -rf demo build dist *.egg-info
