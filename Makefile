# The only list of commands; `make` alone prints it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export SANDBOX_DATA ?= $(CURDIR)/.local
export PATH := $(CURDIR)/$(BIN):$(SANDBOX_DATA)/bin:$(PATH)

.PHONY: help image demo test check test-unit test-cluster bench tools up down serve docs lock

help: ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "installing the locked packages into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'regulatory-sandbox.pth').write_text('$(CURDIR)\n')"
	@touch $@

tools: $(VENV)/.installed ## build pulumi, Kubernetes and the other programs that no package carries
	@python -m infra.tools

up: tools ## start the real parts: cluster, Prometheus, S3, PostgreSQL, Redis
	@python -m infra.local up

down: $(VENV)/.installed ## stop them; `make down WIPE=1` removes their data too
	@python -m infra.local down $(if $(WIPE),--wipe)

image: up ## build the demo workload's image and bring it to the node
	@python -m infra.workload.image
	@python -m infra.local import-image $(SANDBOX_DATA)/images/credit-scoring.tar

demo: image ## run the main job on real parts, step by step, and leave the service up
	@python -m infra.demo

serve: $(VENV)/.installed ## start API, workers and beat together
	@python -m sandbox serve

check: $(VENV)/.installed ## format, lint, types, imports, docs current
	@ruff format --check .
	@ruff check .
	@mypy sandbox infra tests
	@lint-imports
	@python -m sandbox docs --check

test-unit: $(VENV)/.installed ## what needs no network, no root and no cluster
	@pytest -n auto --dist loadfile -m "not services and not cluster and not node"

test-cluster: image ## what needs the cluster or the node
	@pytest -m "cluster or node"

test: image ## everything; starts what it needs
	@pytest -n auto --dist loadfile -m "not cluster and not node"
	@pytest -m "cluster or node"

bench: up ## from agreement to READY, and ten thousand cases, each beside a floor
	@python -m tests.bench

lock: ## write requirements.lock anew from pyproject.toml
	@uv pip compile pyproject.toml --extra local --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

docs: $(VENV)/.installed ## write the generated documents
	@python -m sandbox docs
