# Vecmill's targets; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VECMILL := .build/release/vecmill
# Tests and binary share one build: release mode, without testable imports.
BUILD := swift build -c release --explicit-target-dependency-import-check error
export VECMILL_ROOT := $(CURDIR)

.PHONY: help setup build demo test check lint bench format docs oracles clean coverage

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

setup: ## install the system packages that are missing
	@./setup.sh

build: setup ## build the program in release mode
	@$(BUILD) --product vecmill

demo: build ## run both example pipelines on the fixtures, search each once
	@./demo.sh $(VECMILL)

test: setup ## pass every test
	@$(BUILD) --build-tests
	@swift test -c release --skip-build --disable-testable-imports

check: lint test ## format lint, warning-free build, tests
	@$(BUILD) --build-tests --scratch-path .build-check 2>&1 | tee .build-check.log | grep -E 'warning:|error:' && exit 1 || \
	  grep -q 'Build complete' .build-check.log

lint: ## format lint
	@swift format lint --strict --parallel --recursive Sources Tests Package.swift

format: ## format every Swift file in place
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

docs: build ## write the README's tables, docs/stages.md and the JSON Schema from the stage catalog
	@./docs.sh $(VECMILL)

coverage: setup ## branch coverage of Sources/ and of the commit code
	@./coverage.sh

clean: ## remove what was built and made
	@rm -rf .build .build-* .fuzz .vecmill .bench .venv-* out

-include bench/bench.mk bench/increments.mk bench/cnn/bench-cnn.mk bench/pq/bench-pq.mk oracles/oracles.mk models/small-cnn/train.mk Tests/hostile/hostile.mk Tests/campaign/campaign.mk
