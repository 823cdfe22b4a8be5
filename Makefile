# Two commands: `make demo` plays the year 2025, `make test` runs everything. Both set themselves up.
PYTHON ?= python3.11
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

.PHONY: install demo test lint bench lock clean

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Cần Python 3.11 (đặt PYTHON=... nếu tên khác)"; exit 1; }
	@echo "Cài đặt vào $(VENV) (chỉ lần đầu, khoảng một phút) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: $(READY)

demo: $(READY)
	@$(BIN)/python -m flows demo $(if $(KEEP),--keep)

# A worker takes over what another has not begun: the longest tests wait for real clocks, the others need the processor.
test: $(READY) lint
	@$(BIN)/python -m pytest -q --numprocesses 3 --dist worksteal $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY)
	@$(BIN)/python -m tests.bench $(ARGS)

# The lock holds every package with its hashes and no index: pip takes them from wherever it is set up to look.
lock: $(READY)
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock

clean:
	@rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
