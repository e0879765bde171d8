# Builds, tests and installs the Janus toolchain.
#   make setup    installs the Debian packages that are missing
#   make build    the executables and their data, in .build/release
#   make quick    the same without optimisation, in .build/debug, for working on the toolchain
#   make run      builds and runs examples/workspace
#   make test     every test; the last line is `N passed, N failed`
#   make soak     the long tests: mutated sources, wrong programs, deleted tokens, extreme shapes,
#                 damaged files, random edits, random programs, failures of memory
#   make install  PREFIX=/usr/local, and DESTDIR for packagers
#   make clean
.DEFAULT_GOAL := build

SWIFT ?= swift
CONFIGURATION ?= release
PREFIX ?= /usr/local
QUERY ?= ownership move destructor
OUT := .build/$(CONFIGURATION)
DATA := $(OUT)/lib/janus
TOOLS := janus-build janus-front janus-mir janus-back janus-runtime
SWIFT_FLAGS := -c $(CONFIGURATION) --explicit-target-dependency-import-check error
STD_SOURCES := $(wildcard Sources/janus-runtime/Std/*.jan)
PAGES := $(wildcard docs/diagnostics/*.md)

PACKAGES := llvm-19-dev libclang-19-dev clang-19 lld-19 libgc-dev libsqlite3-dev sqlite3 \
  libffi-dev libxxhash-dev libssl-dev gdb valgrind python3

.PHONY: setup build quick tools std pages run test soak install clean

setup:
	@sh Tests/setup.sh $(PACKAGES)

build: setup
	@$(MAKE) --no-print-directory tools
	@$(MAKE) --no-print-directory runtime pages
	@$(MAKE) --no-print-directory std

quick:
	@$(MAKE) --no-print-directory build CONFIGURATION=debug

tools:
	$(SWIFT) build $(SWIFT_FLAGS) < /dev/null

-include Sources/janus-runtime/Runtime/runtime.mk

# The standard library: its sources, for panic places and the curious, and its checked form.
std: $(DATA)/std.astdb

$(DATA)/std.astdb: $(STD_SOURCES) $(OUT)/janus-front $(OUT)/janus-build
	@mkdir -p $(DATA)/std
	@rm -f $(DATA)/std/*.jan
	@cp $(STD_SOURCES) $(DATA)/std/
	$(OUT)/janus-build std < /dev/null

pages: $(PAGES:docs/diagnostics/%=$(DATA)/diagnostics/%)

$(DATA)/diagnostics/%: docs/diagnostics/%
	@mkdir -p $(@D)
	@cp $< $@

run: build
	cd examples/workspace && ../../$(OUT)/janus-build run -- library $(QUERY)

test: build
	@sh Tests/run.sh $(OUT)

soak: build
	python3 Tests/Fuzz/sources.py $(OUT) 100000
	python3 Tests/Negative/run.py $(OUT)
	python3 Tests/Negative/deletions.py $(OUT)
	python3 Tests/Fuzz/shapes.py $(OUT) --full
	python3 Tests/Fuzz/artefacts.py $(OUT) 10000
	python3 Tests/Soak/edits.py $(OUT) 300
	python3 Tests/Library/compare.py $(OUT) 1000000
	python3 Tests/Memory/oracle.py $(OUT) 2000
	python3 Tests/Memory/mutants.py $(OUT) 40
	python3 Tests/Memory/failures.py $(OUT) --full

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/janus
	install $(TOOLS:%=$(OUT)/%) $(DESTDIR)$(PREFIX)/bin
	for variant in core service sovereign script; do \
	  install -d $(DESTDIR)$(PREFIX)/lib/janus/$$variant && \
	  install -m 644 $(DATA)/$$variant/libjanus_rt.* $(DESTDIR)$(PREFIX)/lib/janus/$$variant \
	  || exit 1; done
	for folder in std include diagnostics; do \
	  install -d $(DESTDIR)$(PREFIX)/lib/janus/$$folder && \
	  install -m 644 $(DATA)/$$folder/* $(DESTDIR)$(PREFIX)/lib/janus/$$folder || exit 1; done
	install -m 644 $(DATA)/std.astdb $(DATA)/janus_runtime.symbols $(DESTDIR)$(PREFIX)/lib/janus

clean:
	$(SWIFT) package clean
	rm -rf .build/release/lib .build/debug/lib .janus
