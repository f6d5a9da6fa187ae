# The jobs of this project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-postgres fuzz audit load bench-quotes bench-pages bench-ingest bench-memory bench-postgres check-killed bench-search bench-scale relevance check check-lock check-shared format lock screenshots lighthouse chromium atom-grammar wheel clean

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check

help: ## List the jobs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/.runtime ## Ingest the seeds and serve the archive
	$(BIN)/defence-archive ingest seeds
	$(BIN)/defence-archive serve

test: .venv/.dev chromium atom-grammar ## Run all tests, those in a real browser too
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

# What asks the database, and what is seen of it. Left out is what asks nothing that the others do not.
ON_POSTGRES := tests/postgres tests/store $(addprefix tests/test_, $(addsuffix .py,check cli copies correct crediting \
  first_hits holdings ingest killed_ingest printings reextract search search_results suggesting timeline \
  withheld_relations)) $(addprefix tests/web/test_, $(addsuffix .py,api corrections discovery editors evidence exports \
  operation outlets pages people programme_page result_pages same_rows search_views versions)) \
  --deselect tests/web/test_pages.py::test_every_link_of_the_archive_leads_somewhere

test-postgres: .venv/.dev atom-grammar ## Run the tests of what asks the database on a PostgreSQL server of their own
	$(BIN)/python -m tests.postgres.server -n 3 --dist loadfile --no-loadscope-reorder -m "not sqlite" $(ON_POSTGRES)

check: .venv/.dev ## Check format, lint, types, import floors, lock and seeds
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory check-lock

check-lock: .venv/.dev ## Check that the pins fit pyproject.toml
	$(BIN)/python tests/check_lock.py

check-shared: .venv/.dev ## Check seeds and quotations against reference texts: make check-shared SHARED=FOLDER
	$(BIN)/python tests/seeds/check_sources.py $(SHARED)
	$(BIN)/python tests/extractors/check_gold.py $(SHARED)/quotes/seeds.jsonl
	$(BIN)/python tests/check_archive.py $(SHARED)
	$(BIN)/python tests/check_quotes.py $(SHARED)
	$(BIN)/python tests/check_html.py $(SHARED)
	$(BIN)/python -m tests.hostile_cases $(SHARED)/hostile.jsonl

bench-ingest: .venv/.dev ## Measure what taking articles in costs
	$(BIN)/python -m tests.bench_ingest 1000 10000

bench-memory: .venv/.dev ## Measure the memory of a long ingest: make bench-memory ARTICLES=250000
	$(BIN)/python -m tests.bench_ingest --memory $(or $(ARTICLES),250000)

check-killed: .venv/.dev ## Kill an ingest of 500 articles 50 times, and compare the archives
	$(BIN)/python -m tests.check_killed_ingest 50 500

bench-postgres: .venv/.dev ## Measure ingest, pages and moving on PostgreSQL beside SQLite: make bench-postgres ARTICLES=500
	$(BIN)/python -m tests.postgres.bench $(or $(ARTICLES),500)

bench-quotes: .venv/.dev ## Measure what finding quotations costs
	$(BIN)/python tests/bench_quotes.py $(GOLD)

bench-pages: .venv/.dev ## Measure what the pages of a large archive cost: make bench-pages ARTICLES=10000
	$(BIN)/python -m tests.bench_pages --articles $(or $(ARTICLES),10000)

bench-scale: .venv/.dev ## Measure one archive as it grows: make bench-scale COUNTS="1000 10000 100000" FOLDER=…
	$(BIN)/python -m tests.bench_scale $(COUNTS) $(if $(FOLDER),--folder $(FOLDER))

bench-search: .venv/.dev ## Measure searching beside SQLite FTS5 and tantivy: FOLDER=… SIZES="1000 10000" HOSTILE=FILE
	$(BIN)/python -m tests.bench_search $(if $(FOLDER),--folder $(FOLDER)) $(if $(SIZES),--sizes $(SIZES)) \
	  $(if $(HOSTILE),--hostile $(HOSTILE))

relevance: .venv/.dev ## Measure the ranking on test collections: make relevance SHARED=FOLDER
	$(BIN)/python -m tests.relevance $(SHARED)/search

fuzz: .venv/.dev ## Throw made inputs at grammar, importers, extractor, API: make fuzz MINUTES=10 [TARGETS="grammar"]
	$(BIN)/python -m tests.fuzz $(or $(MINUTES),10) $(TARGETS)

audit: .venv/.dev ## Ask for known holes in the pinned libraries
	$(BIN)/python tests/audit.py

load: .venv/.dev ## Drive a served archive beside Datasette: make load ARTICLES=10000 MINUTES=10 CLIENTS=20
	$(BIN)/python -m tests.load --articles $(or $(ARTICLES),10000) --minutes $(or $(MINUTES),10) --clients $(or $(CLIENTS),20) --workers $(or $(WORKERS),2)

format: .venv/.dev ## Put the code into the one format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock: .venv/.dev ## Write the hashed pins anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --group build -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --extra opensearch --group build -c requirements.txt -o requirements-opensearch.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --extra opensearch --group dev -c requirements.txt -c requirements-opensearch.txt \
	  -o requirements-dev.txt

screenshots: .venv/.dev chromium ## Take the pictures in docs/screenshots
	$(BIN)/python tests/browser/take_screenshots.py docs/screenshots

lighthouse: .venv/.dev chromium ## Have Lighthouse judge every page; needs Node.js: PAGES="home search"
	mkdir -p .venv/lighthouse
	cp tests/browser/lighthouse/package*.json .venv/lighthouse/
	npm ci --prefix .venv/lighthouse --no-audit --no-fund --loglevel error
	$(BIN)/python -m tests.browser.run_lighthouse .venv/lighthouse $(PAGES)

chromium: .venv/.dev ## Find Chromium, or install it
	@$(BIN)/python tests/browser/find_chromium.py --install

atom-grammar: .venv/.dev ## Find the grammar that feeds are checked against, or fetch it
	@$(BIN)/python tests/web/find_atom_grammar.py --install

wheel: .venv/.dev ## Build the wheel into dist/
	$(BIN)/uv build --quiet --wheel --no-build-isolation --offline

clean: ## Remove everything that was made, the archive's data apart
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

setup: .venv/.dev ## Set up everything for work on the code

.venv/.made:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 to 3.13 is needed: set PYTHON=…") if not (3, 11) <= sys.version_info < (3, 14) else None'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.made requirements.txt pyproject.toml
	$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.made requirements-dev.txt pyproject.toml
	$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements-dev.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
