# The habits, a verb each. `make crawl` and `make test` do their own set-up.
PYTHON ?= python3
OUTPUT := $(if $(LUUTIN_OUTPUT),$(LUUTIN_OUTPUT),output)
BIN := .venv/bin

.PHONY: crawl test coverage browser lint style types format bench bench-memory bench-search bench-load bench-export scale eval eval-dedup screenshots sample lock clean

crawl: .venv/ready  ## the main job on the bundled sample archive, no network
	$(BIN)/luutin crawl portal -a origin=sample/sample.wacz -a captures=all

# What comes before the tests keeps one core busy or none: Chromium comes while packages do, ruff works beside mypy
test:  ## everything CI runs
	@$(MAKE) --no-print-directory --jobs=2 browser lint
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal
	@echo "All checks passed. Tests mirror crawler/ and pipelines/; make coverage shows which lines none reaches."

coverage: .venv/ready browser  ## the same tests, and which lines none reaches: on Python 3.11 that costs half as much again
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal --cov --cov-report=term

browser:  ## a Chromium to look at the site with, where there is none
	@$(PYTHON) tests/chromium.py

lint: style types  ## style, types, the direction of imports

style: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/ready
	$(BIN)/mypy

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready  ## what a crawl costs beside wget, Scrapy + trafilatura, news-please …: table and plot; DOCS=1 into docs/
	$(BIN)/python -m pip install --quiet 'matplotlib>=3.9,<4'
	$(BIN)/python tests/bench.py --articles $(or $(ARTICLES),3000) --runs $(or $(RUNS),3) $(if $(PEERS),--peers $(PEERS)) $(if $(DOCS),--docs)

bench-memory: .venv/ready  ## the memory of a crawl of 100,000 pages beside one of 3,000 (or ARTICLES="N N")
	$(BIN)/python tests/bench_memory.py --articles $(or $(ARTICLES),3000 100000) $(if $(DOCS),--docs)

scale: .venv/ready  ## what 63 provinces × 30 hosts × 20 years would take, by simulation with what `make bench` measured
	$(BIN)/python tests/bench_scale.py $(if $(DOCS),--docs)

bench-search: .venv/ready  ## how fast ARTICLES=100000 made-up articles are indexed and searched, on one core
	PYTHONPATH=. taskset -c 0 $(BIN)/python tests/bench_search.py --articles $(or $(ARTICLES),100000)

bench-load: .venv/ready  ## how the site over ARTICLES=100000 made-up articles bears 64 connections of wrk, twice 60 s
	PYTHONPATH=. $(BIN)/python tests/bench_load.py --articles $(or $(ARTICLES),100000)

bench-export: .venv/ready  ## how fast ARTICLES=100000 made-up articles are exported, and in how much memory
	PYTHONPATH=. $(BIN)/python tests/bench_export.py --articles $(or $(ARTICLES),100000)

eval: EVAL ?= ../shared/bench
eval: .venv/ready  ## the reader beside its peers on pages with truth: EVAL=DIR, by default ../shared/bench
	@test -d "$(EVAL)" || { echo "$(EVAL): no such folder. EVAL=DIR names one with ground-truth.json and html/"; exit 2; }
	$(BIN)/python -m pip install --quiet 'pip>=25'  # the one of Python 3.11 stumbles over trafilatura's lxml[html_clean]
	$(BIN)/python -m pip install --quiet --editable '.[peers]'
	$(BIN)/luutin eval --peers --json eval.json --plot eval.svg $(EVAL)

eval-dedup: EVAL ?= ../shared/bench/neardup
eval-dedup: .venv/ready  ## how copies are told from what is alike: EVAL=FILE-or-DIR, by default ../shared/bench/neardup
	@test -e "$(EVAL)" || { echo "$(EVAL): there is none. EVAL= names a .jsonl[.gz] of texts with cluster and kind, or a folder"; exit 2; }
	$(BIN)/python -m pip install --quiet --editable '.[peers]'
	$(BIN)/luutin eval --dedup --json eval-dedup.json --plot eval-dedup.svg --floors tests/floors.toml $(EVAL)

screenshots: .venv/ready browser  ## the README's pictures of the site anew
	PYTHONPATH=. $(BIN)/python tests/screenshots.py

sample: .venv/ready  ## build the sample archive anew
	$(BIN)/python sample/make.py

lock: .venv/ready  ## write requirements.txt anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-strip-extras --universal --python-version 3.11 \
		--no-header --no-annotate --extra dev --output-file requirements.txt pyproject.toml

clean:
	rm -rf .venv build *.egg-info .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@$(BIN)/python -m compileall -qq -j 0 -x '/tests?/' .venv/lib || true  # on all cores, pip on one; some hold templates
	@touch $@
