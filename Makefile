# make lab     opens the course          make test     proves it
# Both do all the set-up: Python 3.11 or newer is enough. Another Python: make lab PYTHON=python3.13

PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
TORCH := torch==2.13.0 torchvision==0.28.0

BIN := .venv/bin
READY := .venv/ready
PIP := -m pip -qq --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -n $(CORES) --dist loadgroup --no-loadscope-reorder -rs
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=60 --nbval-sanitize-with=tests/nbval_sanitize.cfg

AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n)
INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends
HEADLESS := $(if $(filter Linux,$(shell uname -s)),$(if $(DISPLAY)$(WAYLAND_DISPLAY),,yes))
LAB_FLAGS := $(if $(HEADLESS),--no-browser) $(if $(AS_ROOT),,--allow-root)

# nbgrader is here for tests and benchmarks; its buttons and notebook's stay out of JupyterLab.
NOT_IN_LAB := @jupyter/nbgrader @jupyter-notebook/lab-extension

.PHONY: lab test test-quick test-thorough bench doctor setup lock

lab: setup
	$(BIN)/python -m jupyter lab $(LAB_FLAGS) --LabApp.default_url=/lab/tree/notebooks/01_images.ipynb

test: setup .venv/browser .venv/sandbox
	$(PYTEST) $(NBVAL) -m "not thorough" tests notebooks solutions

test-quick: setup
	$(PYTEST) -m "not browser and not slow and not thorough" tests

# Exhaustive sweeps. Pytest says 5 where there are none.
test-thorough: setup .venv/sandbox
	$(PYTEST) -m thorough tests || [ $$? -eq 5 ]

bench: setup .venv/browser .venv/sandbox
	$(BIN)/python -m benchmarks $(BENCH_FLAGS)
	$(BIN)/python -m benchmarks.grading --submissions 20 --peer 4 $(GRADING_FLAGS)

doctor: setup .venv/browser .venv/sandbox
	$(BIN)/coursekit doctor

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "coursekit needs Python 3.11 or newer and '$(PYTHON)' is none:" \
	  "install one and say, for example, make lab PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo \
	  "'$(PYTHON)' cannot make environments: install its venv package (apt-get install python3-venv)"; exit 1; }
	@echo "Setting up .venv, once: about two minutes"
	$(PYTHON) -m venv .venv
	$(BIN)/python $(PIP) install -r requirements.lock -e ".[test,bench,cluster]"
	@$(BIN)/python -c 'import cv2' 2>/dev/null || $(call system,libgl1 libglib2.0-0,OpenCV needs)
	@rm -f .venv/etc/jupyter/jupyter_server_config.d/nbgrader.json
	@$(BIN)/python -m jupyter labextension disable --level=sys_prefix $(NOT_IN_LAB) >/dev/null 2>&1
	@touch $@

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
	.venv/lock/bin/python $(PIP) install $(TORCH) ".[test,bench,cluster]"
	@{ echo "# What a class and CI install. Written by 'make lock'; the ranges stand in pyproject.toml."; \
	  .venv/lock/bin/python -m pip freeze --exclude coursekit | sed -E 's/\+[a-z0-9.]+$$//' \
	    | grep -viE '^(nvidia|cuda|triton)' | LC_ALL=C sort -f; } > requirements.lock
	rm -rf .venv/lock
