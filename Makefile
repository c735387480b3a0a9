# Needs nothing but python3 (3.11 or newer) and make. Every target may be called on a fresh clone.
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO := runs/brackets-demo
VECTORS := glove.6B.100d.txt.gz
NER = --vectors $(VECTORS) $(DATA:%=--data-dir %)
TINY := words=3400 min_count=3 model.word_dim=24 model.characters.units=16 \
	model.characters.embedding_dim=12 model.characters.widths=[3] model.case_dim=4 \
	model.stack.units=32 model.input_dropout=0.2 model.output_dropout=0.2
XDIST := -n 2 --dist loadfile
PYTEST = $(BIN)/pytest $(XDIST)
TIMES = $(BIN)/python -m pytest $(XDIST) -p tests.times --times runs/times
ON_JAX := $(patsubst %, tests/layers/test_%.py, reference parity padding gradients compiled \
	merge stack pooling crf_layer character_features)
ALSO_ON_JAX := $(filter-out $(ON_JAX), $(wildcard tests/layers/test_*.py)) tests/ops \
	tests/models/test_models.py tests/models/test_crf_model.py
MODELS_ON_JAX := tests/models tests/inspect/test_measure.py tests/inspect/test_flow.py \
	tests/training/test_sentiment_training.py
ON_TORCH := $(patsubst %, tests/layers/test_%.py, reference padding gradients merge stack pooling \
	crf_layer character_features)
ALSO_ON_TORCH := $(filter-out $(ON_TORCH), $(wildcard tests/layers/test_*.py)) \
	$(wildcard tests/ops/test_crf*.py tests/models/test_crf*.py)
# A shell command that is true where the tests on torch can run, and says so where they cannot.
TORCH_IS_HERE := $(BIN)/python -c 'import torch' 2> /dev/null || { \
	echo "skipped: torch is not installed, so nothing is tested on it"; false; }
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: install demo docs test test-slow test-rows test-all test-times coverage mutants lint types format models brackets ner sentiment \
	diagnostics bench bench-peers constraints clean

install: $(INSTALLED)

$(INSTALLED): setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[train,beam,dev]'
	touch $@

# Installs what training needs, not the tools of the tests; trains a few short epochs.
demo: $(VENV)/.demo
	$(BIN)/zoo train brackets --set epochs=3 --set steps=100 --test-sequences 5000 --output $(DEMO)
	$(BIN)/zoo predict path:$(DEMO)/model 'a(b)c[d'

$(VENV)/.demo: setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[train]'
	touch $@

# The documentation site, in runs/site; a warning is an error.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet -f docs/mkdocs.yml

# The site is made from the sources alone: neither TensorFlow nor the tests' tools are installed for it.
$(VENV)/.docs: setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[docs]'
	touch $@

# Every law and one path of each feature: for before a commit.
test: install
	KERAS_BACKEND=tensorflow $(PYTEST) -m "not slow"
	KERAS_BACKEND=jax $(PYTEST) -m "not slow" $(ON_JAX)
	if $(TORCH_IS_HERE); then KERAS_BACKEND=torch $(PYTEST) -m "not slow" $(ON_TORCH); fi

# The rest, and all examples of Hypothesis: for before a merge.
test-slow: install
	KERAS_BACKEND=tensorflow $(PYTEST) -m "(slow or hypothesis) and not exhaustive" --hypothesis-profile=thorough
	KERAS_BACKEND=jax $(PYTEST) -m "not slow and not exhaustive" $(ALSO_ON_JAX)

# All rows of the laws of layers, on three backends, and what is too long for a merge: before a release.
test-rows: install
	KERAS_BACKEND=tensorflow $(PYTEST) -m "slow and exhaustive"
	KERAS_BACKEND=jax $(PYTEST) -m "slow or exhaustive" $(ON_JAX) $(ALSO_ON_JAX)
	KERAS_BACKEND=jax $(PYTEST) $(MODELS_ON_JAX)
	if $(TORCH_IS_HERE); then \
		KERAS_BACKEND=torch $(PYTEST) -m slow $(ON_TORCH) && KERAS_BACKEND=torch $(PYTEST) $(ALSO_ON_TORCH); \
	fi

test-all: test test-slow test-rows

# Lines and branches of zoo/ that both suites run, child processes included.
coverage: install
	rm -rf runs/coverage
	$(MAKE) test PYTEST="$(BIN)/coverage run -m pytest $(XDIST)"
	$(BIN)/coverage combine --quiet
	$(BIN)/python benchmarks/suite_coverage.py "make test"
	$(MAKE) test-slow PYTEST="$(BIN)/coverage run -m pytest $(XDIST)"
	$(BIN)/coverage combine --quiet --append
	$(BIN)/python benchmarks/suite_coverage.py "make test and make test-slow"

mutants: install
	$(BIN)/python tests/mutants.py

# Where the time of the tests goes: a table of each, by file and by cause.
test-times: install
	KERAS_BACKEND=tensorflow $(TIMES)/test.csv -m "not slow"
	KERAS_BACKEND=jax $(TIMES)/test-jax.csv -m "not slow" $(ON_JAX)
	KERAS_BACKEND=tensorflow $(TIMES)/slow.csv -m "(slow or hypothesis) and not exhaustive" --hypothesis-profile=thorough
	KERAS_BACKEND=jax $(TIMES)/slow-jax.csv -m "not slow and not exhaustive" $(ALSO_ON_JAX)
	$(BIN)/python benchmarks/suite_times.py "make test=runs/times/test.csv,runs/times/test-jax.csv" \
		"make test-slow=runs/times/slow.csv,runs/times/slow-jax.csv"

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# Whether the annotations fit. Its first run fetches the checker, and Node where there is none.
types: install
	$(BIN)/pyright --pythonpath $(BIN)/python

format: install
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The shipped models, made again; then the tables of the pages from what was measured. NER needs GloVe
# (make models VECTORS=glove.6B.100d.txt.gz); DATA is the folder of TensorFlow Datasets, if not its own.
models: brackets ner sentiment
	$(BIN)/python benchmarks/readme.py

brackets: install
	$(BIN)/zoo train brackets --seeds 5 --name bilstm-brackets --output runs/brackets
	rm -rf saved_models/bilstm-brackets
	$(BIN)/zoo export path:runs/brackets/model --to saved_models/bilstm-brackets
	cp runs/brackets/results.csv benchmarks/bracket_tagging.csv
	cp runs/brackets/results.md benchmarks/bracket_tagging.md

ner: install
	$(BIN)/zoo train ner $(NER) --seeds 0 1 2 3 4 --name bilstm-ner --output runs/ner
	$(BIN)/zoo train ner $(NER) $(TINY:%=--set %) --name bilstm-ner-tiny --output runs/ner-tiny
	rm -rf saved_models/bilstm-ner saved_models/bilstm-ner-tiny
	$(BIN)/zoo export path:runs/ner/model --to saved_models/bilstm-ner
	$(BIN)/zoo export path:runs/ner-tiny/model --to saved_models/bilstm-ner-tiny
	$(BIN)/python benchmarks/ner_ablations.py --vectors $(VECTORS) $(DATA:%=--data-dir %)

sentiment: install
	$(BIN)/python -m zoo.recipes.sentiment_stages --vectors $(VECTORS) $(DATA:%=--data-dir %)
	rm -rf saved_models/bilstm-sentiment saved_models/bilstm-sentiment-tiny
	$(BIN)/zoo export path:runs/bilstm-sentiment/model --to saved_models/bilstm-sentiment
	$(BIN)/zoo export path:runs/bilstm-sentiment-tiny/model --to saved_models/bilstm-sentiment-tiny

# Trains 90 small networks with five seeds each; an interrupted run continues.
diagnostics: install
	$(BIN)/python -m zoo.recipes.diagnostics --output runs/diagnostics
	cp runs/diagnostics/results.csv benchmarks/diagnostics.csv
	cp runs/diagnostics/results.png docs/pages/gallery/diagnostics.png
	$(BIN)/python benchmarks/readme.py

bench: install
	$(BIN)/python benchmarks/step_time.py
	$(BIN)/python benchmarks/training_speed.py
	$(BIN)/python benchmarks/export_table.py $(DATA:%=--data-dir %)
	$(BIN)/python benchmarks/export_speed.py
	$(BIN)/python benchmarks/recurrent_time.py
	$(BIN)/python benchmarks/device_files.py $(DATA:%=--data-dir %)
	$(BIN)/python benchmarks/growth.py
	$(BIN)/python benchmarks/corpus_tagging.py --model bilstm-ner-tiny $(DATA:%=--data-dir %)
	$(BIN)/python benchmarks/callback_overhead.py
	$(BIN)/python benchmarks/direction_study.py $(DATA:%=--data-dir %)
	$(BIN)/python benchmarks/gallery.py
	$(BIN)/python benchmarks/readme.py

# Beside other libraries, each in an environment of its own under runs/peers.
bench-peers: install
	$(BIN)/python benchmarks/bench_peers.py $(DATA:%=--data-dir %)
	$(BIN)/python benchmarks/readme.py

# Pins what is installed here now; run it in a fresh clone after changing the bounds in setup.cfg.
constraints:
	$(BIN)/pip list --format=freeze --exclude-editable \
		--exclude pip --exclude torch > constraints.txt

clean:
	rm -rf $(VENV) build dist runs *.egg-info .pytest_cache .ruff_cache .hypothesis
	find zoo tests recipes benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
