# The one door: `make run` starts the server, `make test` passes the whole test suite. Every verb installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help run build release install test validate lint format bench bench-load bench-latency bench-compare fuzz docs

CONFIGURATION ?= debug
ARGUMENTS ?= serve
FUZZ_SECONDS ?= 60
PREFIX ?= /usr/local

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

run: build ## build and start the server (ARGUMENTS="serve --http :9090", CONFIGURATION=release)
	@exec .build/$(CONFIGURATION)/swiftwater $(ARGUMENTS)

build: ## build the server
	@Scripts/install-tools.sh build
ifeq ($(CONFIGURATION),release)
	Scripts/build-release.sh
else
	swift build --configuration $(CONFIGURATION) --product swiftwater
endif

release: ## the optimised server, with all Swift that it needs inside: .build/release/swiftwater
	@$(MAKE) build CONFIGURATION=release

install: ## what `make release` has made, stripped, into PREFIX=/usr/local
	@test -x .build/release/swiftwater || { echo "first: make release" >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 --strip .build/release/swiftwater $(DESTDIR)$(PREFIX)/bin/swiftwater

test: ## every test: of the parts, of the tools, and of the whole server with real clients
	@Scripts/install-tools.sh build
	@# Clients are fetched while the build computes.
	@Scripts/install-tools.sh & tools=$$!; swift build --build-tests; built=$$?; wait $$tools && exit $$built
	swift test --skip-build --skip ServerTests --skip WebhooksTests
	@# By themselves: what other tests compute for seconds would hold up their tasks and run into their limits.
	swift test --skip-build --filter WebhooksTests
	swift test --skip-build --filter ServerTests
	@# More than there are cores: most of a test is waiting for media that come as fast as they are played.
	@# Folders by name: what EndToEnd/conftest.py does when a session starts is done only for a folder that was named. And in
	@# the order that it gives, for xdist's own goes by the number of tests and not by how long they take.
	.build/tools/bin/python -m pytest Tests/Tools Tests/EndToEnd -m "not alone" --numprocesses 3 --dist loadgroup --no-loadscope-reorder
	.build/tools/bin/python -m pytest Tests/Tools Tests/EndToEnd -m alone

validate: ## two minutes of a publisher who comes and goes, every playlist, part and segment held against the rules
	@Scripts/install-tools.sh
	swift build --product swiftwater
	VALIDATOR_SECONDS=120 .build/tools/bin/python -m pytest -s Tests/EndToEnd/test_low_latency.py -k come_back

lint: ## formatting, floors and sizes
	Scripts/check-format.sh
	Scripts/check-floors.py
	Scripts/check-sizes.py

format: ## put the formatting right
	swift format --in-place --recursive --parallel Package.swift Sources Tests

bench: ## start-up, memory at the start, CPU per delivered GB and losses with 100 RTMP viewers, of the release build
	@Scripts/install-tools.sh
	Scripts/build-release.sh
	Scripts/bench-start.py --check
	.build/tools/bin/python Scripts/bench-fanout.py --binary .build/release/swiftwater

bench-load: ## storms, idle crowds, stalled viewers, huge frames: what they cost the release build, and whom
	@Scripts/install-tools.sh
	Scripts/build-release.sh
	Scripts/build-release.sh swiftwater-bench
	.build/tools/bin/python Scripts/bench-load.py

bench-latency: ## how late the watch page shows a picture, glass to glass, and how soon the first one
	@Scripts/install-tools.sh
	Scripts/build-release.sh
	.build/tools/bin/python Scripts/bench-latency.py

bench-compare: ## Swiftwater, nginx and the limit on the same work; writes Documentation/performance.md
	@Scripts/install-tools.sh bench
	Scripts/build-release.sh
	Scripts/build-release.sh swiftwater-bench
	Scripts/bench-compare.py --write $(BENCH_ARGUMENTS)

fuzz: ## each decoder for FUZZ_SECONDS
	FuzzTesting/run.sh $(FUZZ_SECONDS)

docs: ## the libraries' documentation, into .build/docs
	Scripts/build-docs.sh
