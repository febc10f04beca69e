# make demo    real guides: proven in containers, built into pages
# make test    every test, with containers and browser
# make help    all targets

export PATH := $(HOME)/.cargo/bin:/usr/local/go/bin:$(PATH)

DOCGEN := target/release/docgen
GUIDE := run-your-own-oauth2-server
# docgen, and the small program that it puts into containers.
MANIFESTS := $(wildcard Cargo.toml src/agent/Cargo.toml)

.DEFAULT_GOAL := help
.PHONY: demo test help clean engine images rust docgen lint unit containers browser

demo: engine images docgen ## Prove the guides and build their pages
	$(DOCGEN) verify --record
	$(DOCGEN) build
	@echo
	@echo 'Proven: every block of the guides in content, as listed above; the record is verified.json beside each.'
	@echo 'The guide:           file://$(CURDIR)/public/$(GUIDE)/index.html'
	@echo 'Beside the original: file://$(CURDIR)/public/$(GUIDE)/compare/index.html'

test: lint unit engine images containers browser ## Run every test

lint: rust ## Check format and lints
	@cmp content/$(GUIDE)/guide.md content/$(GUIDE)-v2/original.md || { \
	  echo 'the guide to Hydra 2 is compared with an older guide to Hydra 1; copy the new one over its original.md' >&2; exit 1; }
	for manifest in $(MANIFESTS); do \
	  cargo fmt --manifest-path $$manifest --check && \
	  cargo clippy --quiet --manifest-path $$manifest --all-targets -- -D warnings || exit 1; \
	done

unit: rust ## Run the tests that need nothing
	for manifest in $(MANIFESTS); do cargo test --quiet --manifest-path $$manifest || exit 1; done

containers: rust engine images ## Run the tests that need an engine
	cargo test --quiet --test docker

browser: rust ## Run the tests of the pages in a browser
	cargo build --quiet
	tests/browser/run.sh

docgen: rust ## Build docgen itself
	cargo build --release

engine: ## Start a Docker engine if none answers
	@tests/images/engine.sh

images: engine ## Pull or build every image
	@tests/images/build.sh

rust:
	@command -v cargo >/dev/null || { \
	  echo 'docgen is written in Rust and `cargo` is not installed; see https://rustup.rs' >&2; exit 2; }

clean: ## Remove what was built; images stay
	rm -rf target src/agent/target public .docgen/images tests/browser/node_modules

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
