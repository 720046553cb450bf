# make demo   the main job on the lab's two applications: sets up all it needs, ends by itself where there is no terminal
# make test   the whole test suite, real Chromium included
# make check  lint, types, layers, unit and property tests: seconds, no browser
# make bench  what it costs, beside a floor or a peer
# make picture  the README's picture, from a real recording

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled modules are kept, whatever the environment says: the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

# What no unit test needs of pytest, and what takes its time at the start or with each test.
UNUSED := -p no:textual-snapshot -p no:syrupy -p no:anyio -p no:logging --capture=sys

# Tests on a real browser; those that fail are tried once more, one by one. $(1): which; $(2): how.
twice = $(BIN)/pytest -q -m "$(1)" $(2) $(ARGS) || { echo "once more, what a busy machine may have disturbed:"; \
	$(BIN)/pytest -q -m "$(1)" --last-failed --last-failed-no-failures none $(ARGS); }

.PHONY: demo test check lint bench picture chromium clean

demo: .venv/.lab chromium
	@$(BIN)/syncmon demo $(ARGS)

test: .venv/.dev chromium
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not e2e" $(ARGS)
	$(call twice,e2e and not long,-n $(WORKERS) --dist worksteal)

check: lint
	$(BIN)/pytest -q -m "not e2e and not slow" -n $(WORKERS) --hypothesis-profile quick $(UNUSED) tests/unit tests/property $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff format --check monitor tests
	$(BIN)/ruff check monitor tests
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev chromium
	$(BIN)/python -m tests.bench $(ARGS)

picture: .venv/.dev chromium
	$(BIN)/python -m tests.tui.picture --lab $(ARGS)

chromium:
	@sh .ci/chromium

.venv/.made:
	@test -n "$(PYTHON)" || { echo "syncmon needs Python 3.11 or later; none was found." \
		"Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@echo "making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No venv: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.lab: .venv/.made pyproject.toml
	@echo "installing syncmon and its lab into .venv"
	@$(BIN)/pip install -qq --editable '.[lab]'
	@touch $@

.venv/.dev: .venv/.made pyproject.toml
	@echo "installing syncmon and what its tests need into .venv"
	@$(BIN)/pip install -qq --editable '.[dev]'
	@touch $@ .venv/.lab

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
