# The commands of this project. `make run` sets up and starts a demo; `make test` runs the tests.
# A virtual environment is made in .venv; what is installed stands in the lock files, with hashes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Two processes take tests off each other at the end; what was compiled is kept, for the processes that tests start.
PYTEST := PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -q --dist worksteal
.DEFAULT_GOAL := help
.PHONY: help run test test-full test-release lint format lock

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: .venv/bin/python  ## Set up what is missing and start a demo, with a phone to try it
	@$(call install,requirements.lock)
	@.venv/bin/python -m feedback demo $(ARGS)

test: dev  ## Run the tests (default tier: both databases, at most 8 minutes)
	@$(PYTEST) -n 2 $(ARGS)

test-full: dev  ## … and a tenth of each long group (at most 40 minutes)
	@DESK_TEST_TIER=full $(PYTEST) -n 2 -m "not release" $(ARGS)

test-release: dev  ## … and the full counts, in pieces; RESUME=1 goes on where it stopped
	@.venv/bin/python -m tests.release $(if $(RESUME),--resume) $(ARGS)

lint: dev  ## Check style, types, imports, lock files, vendored files, scripts and containers
	@PATH="$(CURDIR)/.venv/bin:$$PATH"; failed=0; \
	step() { printf '%-28s' "$$1"; shift; if said=$$("$$@" 2>&1); then echo ok; else echo FAILED; echo "$$said"; failed=1; fi; }; \
	step "ruff check" ruff check .; \
	step "ruff format" ruff format --check .; \
	step "mypy" mypy; \
	step "import rules" lint-imports; \
	step "lock and vendored files" python -m pytest -q -p no:cacheprovider tests/rules/test_lock_files.py tests/rules/test_vendored_files.py; \
	for script in $$(find .ci bench docs -type f \( -name '*.sh' -o -path '.ci/run' \) 2>/dev/null); do step "shellcheck $$script" shellcheck "$$script"; done; \
	if [ -f Dockerfile ]; then step "hadolint" hadolint Dockerfile; fi; \
	if [ -f docker-compose.yml ]; then step "compose file" check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml; fi; \
	exit $$failed

format: dev  ## Put the code into its form
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

lock: dev  ## Choose versions anew and write both lock files (needs the network)
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml -o requirements.lock
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml --group dev -o requirements-dev.lock

.PHONY: dev
dev: .venv/bin/python
	@$(call install,requirements-dev.lock)

# Where Python comes without its venv module, uv makes the environment.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@echo "Making .venv …"
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && $(PYTHON) -m venv .venv || { \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv && .tools/bin/uv venv --quiet --clear --seed --python $(PYTHON) .venv; }

# Install a lock file if it has changed since it was last installed; wheels only, each checked by its hash.
define install
digest=$$(cksum < $(1)); stamp=.venv/installed-$(1); \
if [ "$$(cat $$stamp 2>/dev/null)" != "$$digest" ]; then \
  echo "Installing what $(1) lists; the first time takes a minute or two …"; \
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r $(1) && echo "$$digest" > $$stamp; \
fi
endef
