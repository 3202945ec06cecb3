# make lab     opens the course          make test     proves it
# Each does its own set-up: Python 3.11 or newer is enough. Another one: make lab PYTHON=python3.13

PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
TORCH := torch==2.13.0 torchvision==0.28.0

BIN := .venv/bin
READY := .venv/ready
PIP := -m pip --disable-pip-version-check
LOCKED := install -c requirements.lock -e
PYTEST := $(BIN)/python -m pytest -n $(CORES) --dist loadscope --no-loadscope-reorder -rs
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=60 --nbval-sanitize-with=tests/nbval_sanitize.cfg

AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n)
INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends

# nbgrader is here for tests and benchmarks; its buttons and notebook's stay out of JupyterLab.
NOT_IN_LAB := @jupyter/nbgrader @jupyter-notebook/lab-extension

.PHONY: lab test test-quick test-thorough bench doctor setup setup-test lock

lab: setup
	$(BIN)/coursekit lab .

test: .venv/test .venv/browser .venv/sandbox
	$(PYTEST) $(NBVAL) -m "not thorough" tests notebooks solutions

test-quick: .venv/test
	$(PYTEST) -m "not browser and not slow and not thorough" tests

# Exhaustive sweeps. Pytest says 5 where there are none.
test-thorough: .venv/test .venv/sandbox
	$(PYTEST) -m thorough tests || [ $$? -eq 5 ]

bench: .venv/bench .venv/browser .venv/sandbox
	$(BIN)/python -m benchmarks $(BENCH_FLAGS)
	$(BIN)/python -m benchmarks.grading --submissions 20 --peer 4 $(GRADING_FLAGS)

doctor: setup .venv/browser .venv/sandbox
	$(BIN)/coursekit doctor

setup: $(READY)

setup-test: .venv/test .venv/browser .venv/sandbox

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "coursekit needs Python 3.11 or newer and '$(PYTHON)' is none:" \
	  "install one and say, for example, make lab PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo \
	  "'$(PYTHON)' cannot make environments: install its venv package (apt-get install python3-venv)"; exit 1; }
	@echo "Setting up .venv, once: it downloads about 400 MB; on Linux PyTorch's build for NVIDIA" \
	  "GPUs adds several GB, and README says how to take the small one"
	$(PYTHON) -m venv .venv
	$(BIN)/python $(PIP) $(LOCKED) ".[course]"
	@$(BIN)/python -c 'import cv2' 2>/dev/null || $(call system,libgl1 libglib2.0-0,OpenCV needs)
	@touch $@

.venv/test: $(READY)
	@echo "Adding what the tests need: it downloads about 100 MB"
	$(BIN)/python $(PIP) $(LOCKED) ".[test]"
	@$(without_nbgrader)
	@touch $@

.venv/bench: $(READY)
	@echo "Adding what the benchmarks need: it downloads about 100 MB"
	$(BIN)/python $(PIP) $(LOCKED) ".[bench]"
	@$(without_nbgrader)
	@touch $@

without_nbgrader = rm -f .venv/etc/jupyter/jupyter_server_config.d/nbgrader.json; \
  $(BIN)/python -m jupyter labextension disable --level=sys_prefix $(NOT_IN_LAB) >/dev/null 2>&1

.venv/browser: $(READY)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  $(call system,chromium,the browser tests need)
	@touch $@

.venv/sandbox: $(READY)
	@command -v bwrap >/dev/null || [ "$$(uname -s)" != Linux ] || \
	  $(call system,bubblewrap,the sandbox needs)
	@touch $@

# Debian's packages $(1), where we may install them; otherwise one line says what $(2) them.
system = { $(AS_ROOT) apt-get update -qq && $(AS_ROOT) env $(INSTALL) $(1) >/dev/null; } 2>/dev/null || \
  echo "Please install $(1): $(2) it (Debian, Ubuntu: sudo apt-get install $(1))"

# Take the oldest Python that the course allows, or the lock asks for a younger one.
lock:
	$(PYTHON) -m venv --clear .venv/lock
	.venv/lock/bin/python $(PIP) -qq install $(TORCH) ".[test]"
	@{ echo "# What a class and CI install. Written by 'make lock'; the ranges stand in pyproject.toml."; \
	  .venv/lock/bin/python -m pip freeze --exclude coursekit | sed -E 's/\+[a-z0-9.]+$$//' \
	    | grep -viE '^(nvidia|cuda|triton)' | LC_ALL=C sort -f; } > requirements.lock
	rm -rf .venv/lock
