# Needs nothing but python3 (3.11 or newer) and make. Every target may be called on a fresh clone.
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO := runs/brackets-demo
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: install demo test lint format models bench constraints clean

install: $(INSTALLED)

$(INSTALLED): setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[train,dev]'
	touch $@

demo: install
	$(BIN)/zoo train brackets --output $(DEMO)
	$(BIN)/zoo predict path:$(DEMO)/model 'a(b)c[d'

test: install
	KERAS_BACKEND=tensorflow $(BIN)/pytest -n 2 --dist loadgroup
	KERAS_BACKEND=jax $(BIN)/pytest -n 2 --dist loadgroup tests/ops tests/layers tests/models \
		tests/inspect/test_measure.py tests/inspect/test_flow.py

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: install
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The shipped models, made again; then the README's tables from what was measured.
models: install
	$(BIN)/zoo train brackets --seeds 5 --name bilstm-brackets --output runs/brackets
	rm -rf saved_models/bilstm-brackets
	cp -r runs/brackets/model saved_models/bilstm-brackets
	cp runs/brackets/results.csv benchmarks/bracket_tagging.csv
	cp runs/brackets/results.md benchmarks/bracket_tagging.md
	$(BIN)/python benchmarks/readme.py

bench: install
	$(BIN)/python benchmarks/step_time.py
	$(BIN)/python benchmarks/readme.py

# Pins what is installed here now; run it in a fresh clone after changing the bounds in setup.cfg.
constraints:
	$(BIN)/pip list --format=freeze --exclude-editable \
		--exclude pip --exclude torch > constraints.txt

clean:
	rm -rf $(VENV) build dist runs *.egg-info .pytest_cache .ruff_cache .hypothesis
	find zoo tests recipes benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
