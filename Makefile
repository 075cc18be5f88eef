# Two commands: `make run` serves the office on this machine, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
# Some hundred processes start in a test run: what one has compiled the next reads, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-all install reset screenshots lint backup restore

run: .venv/installed
	@$(BIN)/python -m jiaohe_aid.runway run

reset: .venv/installed
	@$(BIN)/python -m jiaohe_aid.runway reset

install: .venv/installed

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本；可用 make PYTHON=/路径/python3.12 指定。"; exit 1; }
	@echo "准备 Python 环境（.venv），首次约一分钟 …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Whole files stay together (their scenes are made once); whoever is done first takes over from the other. Three on two
# cores, as one of them always waits for a browser or a worker.
PYTEST := $(BIN)/pytest -n 3 --dist worksteal

test: lint
	$(PYTEST)

test-all: lint
	$(PYTEST) -m "slow or not slow"

# The keys (var/keys.json, or JIAOHE_KEYS_FILE) are not in a backup: keep them elsewhere.
backup: .venv/installed
	@$(BIN)/python manage.py backup

restore: .venv/installed
	@test -n "$(FROM)" || { echo "用法：make restore FROM=var/backups/（备份的目录）"; exit 1; }
	@$(BIN)/python manage.py restore "$(FROM)"

screenshots: .venv/installed
	@test -f docs/screenshots/make.py || { echo "还没有 docs/screenshots/make.py。"; exit 1; }
	$(BIN)/python docs/screenshots/make.py
