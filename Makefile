# Everything a newcomer, CI or an operator does. Needs Python 3.11+, make and a network; `make help` lists it.
# PYTHON=/path/to/python names the interpreter; otherwise 3.13, which Lambda runs, is looked for first.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/sh

BOOTSTRAP := infra/bootstrap
BIN := .venv/bin
SAM := .venv/sam/bin
UV := .venv/uv/bin/uv
PIP := -m pip --disable-pip-version-check --no-input -qq
# In the runtime layer already, or wanted by Chalice's own command line only (70 MB).
NOT_WEB := annotated-types cffi pycparser cryptography pydantic pydantic-core typing-extensions \
	typing-inspection boto3 botocore jmespath s3transfer urllib3 python-dateutil six \
	aws-lambda-powertools attrs jsonschema jsonschema-specifications referencing rpds-py pynamodb \
	python-ulid ansicon blessed click editor inquirer jinxed pip pyyaml readchar runs setuptools \
	wcwidth wheel xmod
COMPILE := pip compile --quiet --generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make requirements"

export SAM_CLI_TELEMETRY := 0

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/ready ## leave .venv with the nbcredit command

# An environment whose interpreter is gone, or is not the one named by PYTHON, is made anew.
STALE := $(shell [ ! -e .venv/ready ] || $(BIN)/python -c "import nbcredit" 2>/dev/null || echo always)

.PHONY: always
.venv/ready: $(STALE) $(if $(PYTHON),always) $(BOOTSTRAP)/requirements.txt $(BOOTSTRAP)/make_venv.sh $(BOOTSTRAP)/find_python.sh pyproject.toml
	@$(BOOTSTRAP)/make_venv.sh .venv $(BOOTSTRAP)/requirements.txt
	@$(BIN)/python $(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/sam/ready: .venv/ready $(BOOTSTRAP)/sam.txt
	@$(BOOTSTRAP)/make_venv.sh .venv/sam $(BOOTSTRAP)/sam.txt
	@touch $@

# The engine's inner modules, compiled from their sources where there is a C compiler; without one, or
# where the sources have changed since, they run as they are.
.PHONY: kernel
kernel: .venv/ready ## compile the engine's inner modules, where there is a C compiler
	@$(BIN)/python -m infra.kernel build

.PHONY: no-old-kernel
no-old-kernel: .venv/ready
	@$(BIN)/python -m infra.kernel check

.PHONY: demo
demo: no-old-kernel ## watch providers' files go through the whole deployment, on this machine
	@$(BIN)/python -m infra.local demo

.PHONY: serve
serve: no-old-kernel ## keep the local cloud up, with the work site at https://localhost:8443 (SITE_PORT)
	@$(BIN)/python -m infra.local serve --site-port $(or $(SITE_PORT),8443)

.PHONY: test
test: lint kernel ## lint, then every test, on as many cores as there are up to four
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

.PHONY: lint
lint: .venv/ready .venv/sam/ready ## style, types, arrows between layers, the deployment
	@infra/lint.sh

.PHONY: format
format: .venv/ready ## put the code into its one form
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

.venv/bench/ready: .venv/ready $(BOOTSTRAP)/bench.txt
	@$(BOOTSTRAP)/make_venv.sh .venv/bench $(BOOTSTRAP)/bench.txt
	@.venv/bench/bin/python $(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.PHONY: bench
bench: kernel .venv/bench/ready ## measure speed and memory beside peers, and write docs/performance.md
	@mkdir -p build
	@POLARS_MAX_THREADS=1 OMP_NUM_THREADS=1 .venv/bench/bin/python -m pytest \
		tests/bench/test_cleaning.py tests/bench/peers --benchmark-enable --benchmark-quiet \
		--benchmark-timer=time.process_time --benchmark-json=build/bench.json
	@.venv/bench/bin/python -m tests.bench.page build/bench.json docs/performance.md

.PHONY: soak
soak: kernel ## load a file of ROWS=200000 rows on the local cloud and look every row up
	@NBCREDIT_SOAK_ROWS=$(or $(ROWS),200000) $(BIN)/python -m pytest tests/e2e/test_large_file.py --durations=1

.PHONY: fuzz
fuzz: no-old-kernel ## read random and mutated files for MINUTES=60, and fail where one is read wrongly
	@$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),60) --seed $(or $(SEED),1)

.PHONY: schemas
schemas: .venv/ready ## check the shipped catalogue against its meta-schema, and write the OpenAPI documents
	@for version in schemas/catalogue/*/; do $(BIN)/nbcredit catalogue check --offline "$$version" || exit 1; done
	@$(BIN)/python -m infra.openapi

.PHONY: coverage-table
coverage-table: .venv/ready ## write docs/requirements.md and docs/faults.md from the tests' marks
	@$(BIN)/python -m infra.coverage

.PHONY: build
build: kernel .venv/sam/ready ## build functions and layers as Lambda gets them, and import each
	@infra/build/build.sh

.PHONY: deploy
deploy: build ## deploy: make deploy STAGE=dev|staging|prod|prod-cn
	@$(SAM)/sam deploy --config-env $(or $(STAGE),$(error name the stage: make deploy STAGE=dev))

.PHONY: requirements
requirements: .venv/ready ## pin what pyproject.toml asks for (UPGRADE=--upgrade: the newest)
	@$(BOOTSTRAP)/make_venv.sh .venv/uv $(BOOTSTRAP)/uv.txt
	@$(UV) $(COMPILE) $(UPGRADE) --universal --python-version 3.11 --extra command --extra web --group dev \
		pyproject.toml --output-file $(BOOTSTRAP)/requirements.txt
	@$(UV) $(COMPILE) $(UPGRADE) --universal --python-version 3.11 --group sam \
		--output-file $(BOOTSTRAP)/sam.txt
	@$(UV) $(COMPILE) $(UPGRADE) --universal --python-version 3.11 --group bench \
		--constraints $(BOOTSTRAP)/requirements.txt pyproject.toml \
		--output-file $(BOOTSTRAP)/bench.txt
	@$(UV) $(COMPILE) $(UPGRADE) --python-version 3.13 --python-platform x86_64-manylinux_2_34 \
		--constraints $(BOOTSTRAP)/requirements.txt pyproject.toml --output-file layers/runtime/requirements.txt
	@$(UV) $(COMPILE) $(UPGRADE) --python-version 3.13 --python-platform x86_64-manylinux_2_34 \
		--constraints $(BOOTSTRAP)/requirements.txt --extra web $(addprefix --no-emit-package=,$(NOT_WEB)) \
		pyproject.toml --output-file layers/web/requirements.txt

.PHONY: clean
clean: ## remove what was made, the environments included
	@find layers -name '*.so' -delete
	@rm -rf .venv .aws-sam build .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
