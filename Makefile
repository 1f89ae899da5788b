# What one does with this project; `make help` lists it.

# Rustup's compilers go before the distribution's.
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

# Without `-p`: dependencies then have the features that they have in `make test`, and are built once.
LOCKSTEP := cargo run -q --bin lockstep --
PLUGINS := $(patsubst %/Cargo.toml,%,$(wildcard plugins/*/Cargo.toml))
# Those with something to show.
WORKSPACES := $(sort $(patsubst plugins/%/demo/wrong.json,%,$(wildcard plugins/*/demo/wrong.json)))

# For how long `make soak` and each target of `make fuzz` run.
SECONDS ?= 60

# How often `make soak` kills a server.
KILLS ?= 200

.DEFAULT_GOAL := help
.PHONY: help setup demo build bindings test cipher check bench soak fuzz

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

setup: ## Install what is missing to build plugins; TESTS=1: to run the tests, too
	@.ci/setup $(if $(TESTS),tests)

# A document that is refused ends with 1; anything above is a failure.
define show
status=0; $(LOCKSTEP) run plugins/$(1) plugins/$(1)/demo/$(2).json --context plugins/$(1)/demo/context.json $(3) \
	|| status=$$?; test $$status -le 1
endef

ifeq ($(WORKSPACE),)
demo: setup ## Show a wrong document of every workspace, a package's way to a device, two devices offline; WORKSPACE=NAME shows one
	@set -e; $(foreach name,$(WORKSPACES),$(call show,$(name),wrong,--brief);) \
	echo; .ci/demo; echo; \
	echo "One in full: make demo WORKSPACE=NAME, one of $(WORKSPACES)"
else
demo: setup
	$(if $(filter $(WORKSPACE),$(WORKSPACES)),,$(error there is no workspace `$(WORKSPACE)`: choose one of $(WORKSPACES)))
	@set -e; $(LOCKSTEP) inspect plugins/$(WORKSPACE) --brief; \
	echo; echo "A typical document:"; $(call show,$(WORKSPACE),typical); \
	echo; echo "One that is wrong in several ways:"; $(call show,$(WORKSPACE),wrong)
endif

build: setup ## Build all plugins
	@set -e; for plugin in $(PLUGINS); do $(LOCKSTEP) build $$plugin; done

# A test writes it, and sees that nothing is missing.
bindings: ## Write the device's interface for Kotlin, Swift and Python, into target/bindings
	cargo test -q --workspace --test generate
	@rm -rf target/bindings; cp -r target/tmp/bindings target/bindings; ls target/bindings/*

# The plugins' cases are run by `tests/tests/cases.rs`.
test: ## Run all tests, and the plugins' cases on both engines
	@.ci/setup tests
	cargo test --workspace
	tests/openapi/run
	tests/bindings/run

# SQLCipher in place of SQLite, so that what stores is built anew; it needs the system's libcrypto.
cipher: ## Test the device core with an encrypted file
	@.ci/setup cipher
	cargo test -p lockstep-device --features sqlcipher --lib

# Cargo does not see that documentation includes files of other crates.
sdk/rust/src/techniques/mod.rs: $(wildcard plugins/*/src/*.rs)
	@touch $@

check: setup sdk/rust/src/techniques/mod.rs ## Check format, lints and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

bench: ## Measure, as ratios taken in one run; with RESULTS=1 the table goes into benches/RESULTS.md
	@.ci/setup tests
	cargo bench --profile dev --workspace --bench '*'
	@$(if $(RESULTS),cargo bench --profile dev --workspace --bench table -- --results)

soak: setup ## Compare the engines on random documents and simulate for SECONDS each, and kill a server KILLS times
	LOCKSTEP_SOAK_SECONDS=$(SECONDS) cargo test --workspace --test conformance -- --nocapture
	LOCKSTEP_SOAK_SECONDS=$(SECONDS) cargo test --workspace --test simulation stories -- --nocapture
	LOCKSTEP_SOAK_KILLS=$(KILLS) cargo test --workspace --test command -- interruption --nocapture

# Hardly anything of ours is `unsafe`, and without a sanitizer more inputs are tried in the same time.
fuzz: setup ## Fuzz each target for SECONDS, from tests/fuzz/corpus
	@cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
	@rustup run nightly rustc --version >/dev/null 2>&1 || rustup toolchain install nightly --profile minimal
	@set -e; for target in $$(cargo fuzz list --fuzz-dir tests/fuzz); do \
		found=target/fuzz/corpus/$$target; mkdir -p $$found; \
		cargo +nightly fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz --sanitizer none \
			$$target $$found tests/fuzz/corpus/$$target -- -max_total_time=$(SECONDS); \
	done
