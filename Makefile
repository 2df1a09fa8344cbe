# make app    installs what is pinned and starts the app
# make test   installs what the tests need, too, and runs all checks
# make lint   ruff and mypy alone
# make bench  measures the app and the networks that ship on this machine
#
# Every target does its own set-up, and a second run finds it done.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
APP := $(VENV)/.app-installed
TEST := $(VENV)/.test-installed

.PHONY: app test lint bench browser

app: $(APP)
	@exec $(BIN)/python app.py

test: lint browser
	$(BIN)/python -m pytest

lint: $(TEST)
	$(BIN)/ruff check
	$(BIN)/mypy

bench: $(APP)
	$(BIN)/python bench/serving.py
	$(BIN)/python -m bench.weights
	@echo "With images of your own: see the first lines of the other files in bench/."

browser: $(TEST)
	@bash tests/browser/install.sh

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "Python lacks its venv module; on Debian: apt-get install python3-venv"; exit 1; }

$(APP): requirements.txt | $(BIN)/python
	@echo "Installing what is pinned in requirements.txt (a few minutes the first time)"
	$(PIP) -r requirements.txt
	@touch $@

$(TEST): requirements.txt requirements-test.txt | $(BIN)/python
	@echo "Installing what is pinned in requirements-test.txt (a few minutes the first time)"
	$(PIP) -r requirements-test.txt
	@touch $@
