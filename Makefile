# Works on a fresh machine with Python >= 3.11 and make; everything lives in .venv.
#   make demo    install, then diagnose the shipped example deal
#   make test    everything the continuous integration runs
#   make lint    the static checks alone
#   make bench   the speed goals, measured side by side with peers -> build/bench.json
#   make bench-engines   the step for many machines on Spark and Daft, tested and beside our own run
#   make clean   remove what make made

VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
# The locked versions if they can be had here, else whatever the ranges in pyproject.toml allow.
PIP := $(PY) -m pip --disable-pip-version-check install -qq
LOCK := requirements/dev.txt

.PHONY: demo test lint playbooks bench bench-engines clean
.DELETE_ON_ERROR:

demo: $(VENV)/core.stamp
	@$(BIN)/ltc demo

test: lint playbooks
	@$(PY) -m pytest

lint: $(VENV)/test.stamp
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet
	@$(PY) -m mypy --no-error-summary src tests benchmarks
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@echo "ruff, format, types, imports: fine"

playbooks: $(VENV)/test.stamp
	@for folder in playbooks/*/; do \
	  $(BIN)/ltc playbook lint --strict "$$folder" && $(BIN)/ltc playbook test "$$folder" || exit $$?; \
	done

bench: $(VENV)/bench.stamp
	@$(PY) -m benchmarks

bench-engines: $(VENV)/engines.stamp
	@$(PY) -m pytest -n0 tests/test_scale_recipes.py
	@$(PY) -m benchmarks engines

$(VENV)/made.stamp:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv $(VENV) && touch $@; exit $$?; \
	  fi; \
	done; echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 2

$(VENV)/core.stamp: $(VENV)/made.stamp pyproject.toml
	@echo "installing ltc-coach into $(VENV) ..."
	@$(PIP) -c $(LOCK) -e . || { echo "not all locked versions are to be had here: taking the ranges"; $(PIP) -e .; }
	@touch $@

$(VENV)/test.stamp: $(VENV)/made.stamp pyproject.toml $(LOCK)
	@echo "installing ltc-coach and what its tests need into $(VENV) ..."
	@$(PIP) -c $(LOCK) -e '.[test]' || { echo "not all locked versions are to be had here: taking the ranges"; $(PIP) -e '.[test]'; }
	@touch $@ $(VENV)/core.stamp

# A peer that cannot be installed is told of in the results, and tried again the next time.
$(VENV)/bench.stamp: $(VENV)/test.stamp
	@echo "installing what our numbers are compared with, about 0.6 GB ..."
	@$(PY) -m benchmarks.install_peers && touch $@ || true

$(VENV)/engines.stamp: $(VENV)/test.stamp
	@echo "installing Spark and Daft, about 1 GB ..."
	@$(PIP) -c $(LOCK) -e '.[test,batch,spark,daft]' || $(PIP) -e '.[test,batch,spark,daft]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
