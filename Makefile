# Two commands do everything: `make demo` and `make test`. Both call `make install`.
PYTHON ?= python3
PORT ?= 8000

venv := .venv
bin := $(venv)/bin
installed := $(venv)/installed.stamp
warm := $(venv)/warm.stamp
sources := $(shell find src -name '*.py')

.PHONY: install demo demo-once test test-browser bench bench-web messages fixture lock clean

install: $(installed) $(warm)

$(installed): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Forename needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11")'
	@echo "Installing into $(venv), once: a minute for the packages, then three or four for compiling."
	$(PYTHON) -m venv $(venv)
	$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Compile the program, and its numeric kernels, once; later runs load them from the cache.
$(warm): $(installed) $(sources)
	$(bin)/python -m compileall -q src
	$(bin)/python -m forename.cli.warm
	@touch $@

# The main job on the shipped (simulated) example, then the web application with its answer in an
# invented operation: says where the report is, one login for each role and the address. Runs until
# Ctrl-C.
demo: install
	$(bin)/forename identify examples/two-graves --out build/demo
	@test -s build/demo/report.html
	@echo "$(CURDIR)/build/demo/report.html"
	$(bin)/forename demonstrate build/demo --home build/demo-web
	$(bin)/forename serve --home build/demo-web --port $(PORT)

# The same, stopped as soon as the application has answered.
demo-once: install
	$(bin)/python -m tests.demonstration_runs $(PORT) $(MAKE) demo PORT=$(PORT)

# Every test. Lint, format, types and import contracts are among them: tests/test_quality.py.
test: install
	$(bin)/python -m pytest -n 2 --ignore=tests/browser
	$(bin)/python -m tests.on_postgresql $(bin)/python -m pytest -n 2 -m django_db --ignore=tests/browser
	$(MAKE) test-browser

# The work of an operation in a real browser, in a process of its own: the browser's event loop and
# tests with a database do not share one. Without Chromium it says how to get it and goes on; with
# CI=true it fails. Screenshots go to build/screenshots.
test-browser: install
	@$(bin)/python -m tests.browser.chromium || test "$$CI" != true
	$(bin)/python -m pytest -n 2 tests/browser

# Every figure of docs/performance.md but the largest, beside its reference: some ten minutes. The
# largest, a million families and as many remains, takes 6 GB of disk and as long again:
#   .venv/bin/python -m benchmarks.national --families 1000000 --remains 1000000
bench: install
	$(bin)/python -m benchmarks
	$(bin)/python -m benchmarks.search
	$(bin)/python -m benchmarks.literature
	$(bin)/python -m benchmarks.national
	$(bin)/python -m benchmarks.scaling
	$(bin)/python -m benchmarks.planted
	$(bin)/python -m benchmarks.joint_answer

# Every page with 100,000 records, and fifty people at once, on both databases: about an hour.
bench-web: install
	-$(bin)/python -m benchmarks.web_pages --database sqlite
	-$(bin)/python -m benchmarks.web_pages --database postgresql
	$(bin)/python -m benchmarks.web_load --database sqlite
	$(bin)/python -m benchmarks.web_load --database postgresql

# Collect the messages of the web application and compile their Arabic; says which have none.
messages: install
	$(bin)/python -m scripts.messages

# Keep this version's database for the tests of later ones.
fixture: install
	$(bin)/python -m scripts.make_database_fixture

# Write requirements.lock from the pins in pyproject.toml. Needs uv.
lock:
	uv lock --upgrade
	{ echo '# Every package with its version and hashes, for Python 3.11 and newer. Written by `make lock`.'; \
	  uv export --quiet --format requirements-txt --no-emit-project --no-annotate --no-header; \
	} > build-lock.tmp
	mv build-lock.tmp requirements.lock

clean:
	rm -rf build dist
