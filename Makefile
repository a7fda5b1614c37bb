# The one door: `make run` starts the server, `make test` passes the whole test suite. Every verb installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help run build test lint format bench bench-compare fuzz docs

CONFIGURATION ?= debug
ARGUMENTS ?= serve
FUZZ_SECONDS ?= 60

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

run: build ## build and start the server (ARGUMENTS="serve --http :9090", CONFIGURATION=release)
	@exec .build/$(CONFIGURATION)/swiftwater $(ARGUMENTS)

build: ## build the server
	@Scripts/install-tools.sh build
	swift build --configuration $(CONFIGURATION) --product swiftwater

test: ## every test: of the parts, of the tools, and of the whole server with real clients
	@Scripts/install-tools.sh
	swift build --build-tests
	swift test --skip-build --skip ServerTests
	@# By themselves: what the other tests compute for seconds would hold up the server's tasks and run into its limits.
	swift test --skip-build --filter ServerTests
	.build/tools/bin/python -m pytest Tests

lint: ## formatting, floors and sizes
	Scripts/check-format.sh
	Scripts/check-floors.py
	Scripts/check-sizes.py

format: ## put the formatting right
	swift format --in-place --recursive --parallel Package.swift Sources Tests

bench: ## CPU per delivered GB and losses with 100 RTMP viewers, against the release build
	@Scripts/install-tools.sh
	swift build --configuration release --product swiftwater
	.build/tools/bin/python Scripts/bench-fanout.py --binary .build/release/swiftwater

bench-compare: ## Swiftwater, nginx and the limit on the same work; writes Documentation/performance.md
	@Scripts/install-tools.sh bench
	swift build --configuration release --product swiftwater
	swift build --configuration release --product swiftwater-bench
	Scripts/bench-compare.py --write $(BENCH_ARGUMENTS)

fuzz: ## each decoder for FUZZ_SECONDS
	FuzzTesting/run.sh $(FUZZ_SECONDS)

docs: ## the libraries' documentation, into .build/docs
	Scripts/build-docs.sh
