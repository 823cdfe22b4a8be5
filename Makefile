# Two commands: `make demo` plays the year 2025, `make test` runs everything. Both set themselves up.
PYTHON ?= python3.11
VENV := .venv
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: install demo test test-whole lint bench lock clean

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Cần Python 3.11 (đặt PYTHON=... nếu tên khác)"; exit 1; }
	@echo "Cài đặt vào $(VENV) (chỉ lần đầu, khoảng một phút) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q flows infra tasks # whoever runs it may only read it
	@touch $@

# The tools of the developers on top: a server needs none of them.
$(READY_DEV): $(READY) requirements-dev.lock
	@$(INSTALL) requirements-dev.lock
	@touch $@

install: $(READY)

demo: $(READY)
	@$(BIN)/python -m flows demo $(if $(KEEP),--keep)

# A worker takes over what another has not begun: the longest tests wait for real clocks, the others need the processor.
test: $(READY_DEV) lint
	@$(BIN)/python -m pytest -q --numprocesses 4 --dist worksteal -m "not whole" $(ARGS)

# What repeats with many cases, and for minutes, what `make test` shows with a few.
test-whole: $(READY_DEV)
	@$(BIN)/python -m pytest -q --numprocesses 2 --dist worksteal -m whole $(ARGS)

lint: $(READY_DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY_DEV)
	@$(BIN)/python -m tests.bench $(ARGS)

# The locks hold every package with its hashes and no index: pip takes them from wherever it is set up to look.
# What runs (requirements.lock) is pinned first; what develops it (requirements-dev.lock) takes the same versions.
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet
lock: $(READY_DEV)
	@$(COMPILE) --group build --output-file requirements.lock
	@$(COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:
	@rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
