# Two commands do everything: `make demo` and `make test`. Both call `make install`.
PYTHON ?= python3

venv := .venv
bin := $(venv)/bin
installed := $(venv)/installed.stamp
warm := $(venv)/warm.stamp
sources := $(shell find src -name '*.py')

.PHONY: install demo demo-web test test-browser bench messages lock clean

install: $(installed) $(warm)

$(installed): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Forename needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11")'
	@echo "Installing into $(venv), once: a minute for the packages, then two or three for compiling."
	$(PYTHON) -m venv $(venv)
	$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Compile the program, and its numeric kernels, once; later runs load them from the cache.
$(warm): $(installed) $(sources)
	$(bin)/python -m compileall -q src
	$(bin)/python -m forename.cli.warm
	@touch $@

# The main job on the shipped (simulated) example; ends with the path of the report.
demo: install
	$(bin)/forename identify examples/two-graves --out build/demo
	@test -s build/demo/report.html
	@echo "$(CURDIR)/build/demo/report.html"

# The web application with that answer in a demonstration operation; runs until Ctrl-C.
demo-web: demo
	$(bin)/forename demonstrate build/demo --home build/demo-web
	$(bin)/forename serve --home build/demo-web --port 8000

# Every test. Lint, format, types and import contracts are among them: tests/test_quality.py.
test: install
	$(bin)/python -m pytest -n 2 --ignore=tests/browser
	$(bin)/python -m tests.on_postgresql $(bin)/python -m pytest -n 2 -m django_db --ignore=tests/browser

# The work of an operation in a real browser; needs Chromium.
test-browser: install
	$(bin)/python -m pytest tests/browser

bench: install
	$(bin)/python -m benchmarks

# Collect the messages of the web application and compile their Arabic; says which have none.
messages: install
	$(bin)/python -m scripts.messages

# Write requirements.lock from the pins in pyproject.toml. Needs uv.
lock:
	uv lock --upgrade
	{ echo '# Every package with its version and hashes, for Python 3.11 and newer. Written by `make lock`.'; \
	  uv export --quiet --format requirements-txt --no-emit-project --no-annotate --no-header; \
	} > build-lock.tmp
	mv build-lock.tmp requirements.lock

clean:
	rm -rf build dist
