# `make run` and `make test` do all their own set-up. What set-up makes stands in .gitignore.

PORT ?= 8000
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
ASSETS := staffpassport/ui/static/ui/app.css
PRACTICE := PRACTICE_MODE=on BASE_URL=$${BASE_URL:-http://localhost:$(PORT)}

.PHONY: run code test check bench torture scan fix assets clean help

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/.run $(ASSETS) ## the portal and a worker in practice mode, at http://localhost:8000 (PORT=8001 for another)
	@export $(PRACTICE); exec $(BIN)/python manage.py run_practice --port $(PORT)

code: .venv/.run ## the six-digit code of the practice users
	@PRACTICE_MODE=on $(BIN)/python manage.py practice_code

test: .venv/.dev $(ASSETS) ## everything that has to hold: linters, types, floors, tests on SQLite and PostgreSQL, journeys in Chromium
	@bin/test-services
	@$(MAKE) --no-print-directory check
	@bin/test

check: .venv/.dev ## the quick part: linters, types, floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint staffpassport tests --check --lint
	@PRACTICE_MODE=on $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/mypy

bench: .venv/.dev $(ASSETS) ## how long things take, about half an hour (ONLY=inviting SIZE=20000 ROUNDS=1 ON=sqlite for a part)
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(SIZE),--size $(SIZE)) $(if $(ON),--on $(ON)) \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PASSPORTS),--passports $(PASSPORTS)) $(if $(WRITE),--write)

torture: .venv/.dev $(ASSETS) ## what tries to break things, for a night and more (ONLY=plan FACTOR=10 ON=sqlite for a part)
	@bin/test-services
	@bin/torture $(if $(ONLY),--only $(ONLY)) $(if $(FACTOR),--factor $(FACTOR)) $(if $(ON),--on $(ON))

scan: .venv/.dev $(ASSETS) ## a scanner for holes against a portal made for it, behind nginx, half an hour (ONLY=administrator for a part)
	@bin/scan $(if $(ONLY),--only $(ONLY))

fix: .venv/.dev ## formats the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/djlint staffpassport tests --reformat --quiet

assets: $(ASSETS)

clean: ## forgets everything that set-up made, the practice data too
	rm -rf .venv .tools node_modules var staffpassport/ui/static

$(UV):
	@echo "Setting up: uv"
	@$(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer with venv is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check "uv>=0.9"

.venv/.run: pyproject.toml uv.lock | $(UV)
	@echo "Setting up: the locked Python environment"
	@$(UV) sync --frozen --inexact --quiet --python $(PYTHON)
	@touch $@

.venv/.dev: pyproject.toml uv.lock | $(UV)
	@echo "Setting up: the locked Python environment with the tools for developing"
	@$(UV) sync --frozen --inexact --quiet --python $(PYTHON) --group dev
	@touch $@ .venv/.run

$(ASSETS): package-lock.json $(shell find staffpassport/ui/assets -type f) | $(UV) .venv/.run
	@echo "Setting up: the NHS look"
	@bin/assets
	@touch $@
