# What a person types; the work is in scripts/. `make help` lists it.
PORT ?= 8080

.DEFAULT_GOAL := help
.PHONY: help demo test lint format soak bench clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1 /p' Makefile | while read -r name text; do \
	  printf 'make %-7s %s\n' "$$name" "$$text"; done

demo:  ## build, and serve a room with sample projects (PORT=8080)
	@scripts/setup.sh demo
	@scripts/web.sh
	@scripts/build.sh release guildhall guildhall-room guildhall-vault guildhall-keeper \
	  guildhall-launcher guildhall-dialler guildhall-shim guildhall-translator guildhall-mock-model
	@exec build/release/bin/guildhall demo --port $(PORT)

test:  ## every test, in about 50 minutes from nothing (SUITES="unit api" for some)
	@scripts/setup.sh test
	@scripts/test.sh $(SUITES)

lint:  ## clang-format, clang-tidy and the style test
	@scripts/setup.sh test
	@scripts/test.sh style lint

format:  ## rewrite the sources as clang-format would have them
	@scripts/setup.sh test
	@scripts/lint.py --format

soak:  ## the long harnesses, whole: hours; results in soak-results/ (SUITES="fault")
	@scripts/setup.sh test
	@scripts/soak.sh $(SUITES)

bench:  ## the figures of docs/benchmarks.md (FIGURES="claim import" for some)
	@scripts/setup.sh test
	@scripts/bench.sh $(FIGURES)

clean:  ## remove what was built
	rm -rf build web/dist
