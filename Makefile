# make demo | test | test-unit | test-slow | test-all | test-duckdb1 | test-dbt112 | test-dbt2 | test-minimum | test-superset | test-clients | test-kills | test-spark | lint | lint-sql | lint-sql-fitted | docs | screenshots | bench

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OLD_VENV := .venv-duckdb1
DBT112_VENV := .venv-dbt112
DBT2_VENV := .venv-dbt2
MINIMUM_VENV := .venv-minimum
SUPERSET_VENV := .venv-superset
SPARK_VENV := .venv-spark
CLIENTS_DIR := .clients
CLIENTS := 1.1.3 1.4.1 1.5.1
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto
TESTS ?= spark
EXPLORE := SEGMENT_HYPOTHESIS=exploring
FRESH := --randomly-seed=default
# A file is one process's, and files come in the order of tests/conftest.py: the longest first.
SPREAD := --dist loadfile --no-loadscope-reorder
BENCH ?=
PICTURE ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-unit test-slow test-all test-renderings test-verdicts test-contract test-duckdb1 test-dbt112 test-dbt2 test-minimum test-superset test-clients test-kills test-spark java lint lint-sql lint-sql-fitted format docs screenshots bench clean

help:
	@echo "make demo      a synthetic company and its segments, in demo/"
	@echo "make test      the fast tests"
	@echo "make test-unit the quickest of them, in under a minute"
	@echo "make test-slow what make test leaves out, and the property tests with fresh examples"
	@echo "make test-all  every test that needs neither Spark nor the network"
	@echo "make test-renderings  exports in random styles, new ones each time"
	@echo "make test-verdicts  how often natural groups are found, and found where there are none"
	@echo "make test-contract  5,000 requests against the contract of the service"
	@echo "make test-duckdb1  the tests of everything that touches the database, on DuckDB 1.x"
	@echo "make test-dbt112   the same tables by dbt-core 1.12 as by 1.11"
	@echo "make test-dbt2     the same tables by dbt Core 2 as by dbt-core 1.11"
	@echo "make test-minimum  with the lowest version of each dependency that pyproject.toml admits"
	@echo "make test-clients  what is published, read by DuckDB clients from 1.1 on"
	@echo "make test-kills  publishes, fits, back-fills and erasures that are killed at any point"
	@echo "make test-superset  a real Superset imports the dashboard and shows it; installs 870 MB, needs Chromium"
	@echo "make test-spark    the same tables on Spark as on DuckDB, a standalone cluster included; needs Java"
	@echo "make lint      ruff and mypy"
	@echo "make lint-sql  sqlfluff on the dbt models and tests, in three minutes"
	@echo "make lint-sql-fitted  the same on the models as they run beside a fitted database"
	@echo "make docs      docs/tables.md, from the YAML of the dbt models"
	@echo "make screenshots  the pictures of the report in docs/, from the demo; needs Chromium"
	@echo "make bench     the benchmarks"

demo: $(VENV)/.installed
	$(BIN)/segment demo demo

test: $(VENV)/.installed-dev
	$(PYTEST) -n $(WORKERS) $(SPREAD)

# Unit tests that start nothing: neither dbt nor a browser nor another program.
STARTING := dbt warehouse template_cache project manifest publish_kills report_browser generate export
test-unit: $(VENV)/.installed-dev
	$(PYTEST) -n $(WORKERS) $(SPREAD) tests/unit $(STARTING:%=--ignore=tests/unit/test_%.py)

test-all: $(VENV)/.installed-dev
	$(EXPLORE) $(PYTEST) $(FRESH) -n $(WORKERS) $(SPREAD) -m "not spark and not network and not renderings and not verdicts and not dbt112 and not dbt2 and not superset and not clients and not kills"

# What `make test` leaves out; examples are drawn anew, also those of the fast property tests.
test-slow: $(VENV)/.installed-dev
	$(EXPLORE) $(PYTEST) $(FRESH) -n $(WORKERS) $(SPREAD) -m "(slow or hypothesis) and not spark and not network and not dbt112 and not dbt2 and not superset and not clients and not kills"

# Exports in random styles, sixty new ones each time; `make bench BENCH="renderings --count 500"` counts.
test-renderings: $(VENV)/.installed-dev
	$(EXPLORE) $(PYTEST) $(FRESH) -m renderings tests/integration/test_renderings.py

# A hundred sets of customers with planted groups, a hundred without, and ten companies.
test-verdicts: $(VENV)/.installed-dev
	$(PYTEST) -n $(WORKERS) -m verdicts tests/unit/core/test_verdict_rates.py tests/integration/test_planted_types.py

# Ten times as many requests as `make test-slow` has, drawn anew, against the contract of the service.
test-contract: $(VENV)/.installed-dev
	SEGMENT_CONTRACT_CASES=5000 $(EXPLORE) $(PYTEST) $(FRESH) -m slow tests/integration/test_contract.py

# The other DuckDB that is supported, in an environment of its own.
test-duckdb1: $(OLD_VENV)/.installed-dev
	$(OLD_VENV)/bin/python -m pytest -n $(WORKERS) $(SPREAD) \
		tests/unit/test_dbt.py tests/unit/test_warehouse.py tests/unit/test_publish.py tests/unit/test_snapshot.py tests/unit/test_export.py \
		tests/unit/mapping tests/unit/test_files.py tests/unit/test_generate.py tests/integration \
		--ignore-glob='*/test_real_exports_*' --ignore-glob='*/test_renderings.py' \
		--ignore-glob='*/test_powerbi.py' --ignore-glob='*/test_superset.py' --ignore-glob='*/test_semantic_models.py' \
		--ignore-glob='*/test_*_docs.py' --ignore-glob='*/test_docs_*.py' --ignore-glob='*/test_contract.py'

# dbt-core 1.12, with segment beside it, in an environment of its own; see tests/versions/.
test-dbt112: $(VENV)/.installed-dev $(DBT112_VENV)/.installed
	SEGMENT_DBT112=$(CURDIR)/$(DBT112_VENV) $(PYTEST) -m dbt112 tests/versions

# dbt Core 2, which is no Python, in an environment of its own with the driver that it uses.
test-dbt2: $(VENV)/.installed-dev $(DBT2_VENV)/.installed
	SEGMENT_DBT2=$(CURDIR)/$(DBT2_VENV) $(PYTEST) -m dbt2 tests/versions

# A company from its raw tables to the report, and the numeric core, with the lowest versions that are admitted.
# Old versions may warn that newer ones of others deprecate what they call.
test-minimum: $(MINIMUM_VENV)/.installed-dev
	$(MINIMUM_VENV)/bin/python -m pytest -n $(WORKERS) $(SPREAD) -W default tests/unit/core tests/unit/test_describe.py \
		tests/unit/test_warehouse.py tests/unit/test_queries.py tests/integration/test_demo.py

# Older clients, each beside the others in a directory of its own.
test-clients: $(VENV)/.installed-dev $(CLIENTS:%=$(CLIENTS_DIR)/%/.installed)
	SEGMENT_CLIENTS=$(CURDIR)/$(CLIENTS_DIR) $(PYTEST) -m clients tests/versions

test-kills: $(VENV)/.installed-dev
	SEGMENT_FORGET_KILLS=20 $(PYTEST) -m kills tests/unit/test_publish_kills.py tests/integration/test_backfill_kills.py tests/integration/test_refit_kills.py tests/integration/test_forget_kills.py

# Superset, in an environment of its own: it and dbt want other versions of the same libraries. With
# PICTURE=superset.png the picture of the dashboard is kept; the one in docs/ has 200 colours of it.
test-superset: $(VENV)/.installed-dev $(SUPERSET_VENV)/.installed
	SEGMENT_SUPERSET=$(abspath $(SUPERSET_VENV)) SEGMENT_SUPERSET_PICTURE=$(abspath $(PICTURE)) \
		$(PYTEST) -m superset tests/superset

# The tests that need Spark, in an environment of its own. One process: each would start a Spark.
test-spark: java $(SPARK_VENV)/.installed-dev
	$(SPARK_VENV)/bin/python -m pytest -m "$(TESTS)" tests/spark

# Said here, because without Java those tests would be skipped.
java:
	@"$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version >/dev/null 2>&1 || { \
		echo "Spark 4 needs Java 17 or newer: apt-get install default-jre-headless, or set JAVA_HOME." >&2; \
		exit 1; }

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Apart from `lint`, because dbt renders each file first. The rules are in pyproject.toml.
lint-sql: $(VENV)/.installed-dev
	cd dbt_project && DO_NOT_TRACK=1 SEGMENT_DATABASE=:memory: ../$(BIN)/sqlfluff lint models tests

# What scoring runs, which is next to nothing before there is a model.
lint-sql-fitted: $(VENV)/.installed-dev
	$(BIN)/python -m tests.linting

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/tables.py

# The pictures of the README; needs Debian's chromium and chromium-driver.
screenshots: demo $(VENV)/.installed-dev
	PYTHONPATH=tests/integration $(BIN)/python docs/screenshots.py

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Online Retail (where SEGMENT_TEST_DATA has it) and 1 million lines, in about half an hour. Larger
# sizes: make bench BENCH="peers --lines 20000000 --calibrate"; see benchmarks/README.md.
bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks $(BENCH)

clean:
	rm -rf $(VENV) $(OLD_VENV) $(DBT112_VENV) $(DBT2_VENV) $(MINIMUM_VENV) $(SUPERSET_VENV) $(SPARK_VENV) $(CLIENTS_DIR) demo dist build

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "warehouse-segmentation needs Python 3.11 or newer as '$(PYTHON)': install it, or name one with make PYTHON=python3.12." >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)

# The installation is editable, so only a change of pyproject.toml asks for another one.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench,spark]'
	@touch $@ $(VENV)/.installed

$(OLD_VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(OLD_VENV)
	$(OLD_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' 'duckdb>=1.5,<2'
	@touch $@

# The tools of the tests may be newer; what is imported is as old as can be.
$(MINIMUM_VENV)/.installed-dev: pyproject.toml tests/minimum_versions.py | $(BIN)/python
	$(PYTHON) -m venv $(MINIMUM_VENV)
	$(BIN)/python tests/minimum_versions.py excel serve activation >$(MINIMUM_VENV)/constraints.txt
	$(MINIMUM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c $(MINIMUM_VENV)/constraints.txt \
		-e '.[excel,serve,activation]' pytest pytest-randomly pytest-xdist hypothesis openpyxl jsonschema
	@touch $@

# The DuckDB of the environment that is compared with, so that tables are equal to the last bit.
SAME_DUCKDB = duckdb==$$($(BIN)/python -c 'import duckdb; print(duckdb.__version__)')

# Without its dependencies: one of them is a source package that downloads a binary while it is built, and is
# used by a flag alone. The others that 1.11 has not are named.
$(DBT112_VENV)/.installed: pyproject.toml | $(VENV)/.installed-dev
	$(PYTHON) -m venv $(DBT112_VENV)
	$(DBT112_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e . "$(SAME_DUCKDB)" \
		'metricflow>=0.213,<1' 'opentelemetry-api>=1.23' 'python-dotenv>=1'
	$(DBT112_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --no-deps 'dbt-core>=1.12,<1.13'
	@touch $@

# The newest version of dbt Core 2 that is a wheel. The module of DuckDB is the driver.
$(DBT2_VENV)/.installed: pyproject.toml | $(VENV)/.installed-dev
	$(PYTHON) -m venv $(DBT2_VENV)
	$(DBT2_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \
		'dbt-core-experimental-parser==2.0.0a4' "$(SAME_DUCKDB)"
	@touch $@

$(CLIENTS_DIR)/%/.installed: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --upgrade \
		--target $(CLIENTS_DIR)/$* 'duckdb==$*'
	@touch $@

# What it needs and does not name, and bounds without which it does not start.
$(SUPERSET_VENV)/.installed: pyproject.toml | $(VENV)/.installed-dev
	$(PYTHON) -m venv $(SUPERSET_VENV)
	$(SUPERSET_VENV)/bin/python -m pip install --quiet --disable-pip-version-check 'apache-superset==6.1.0' \
		rich cachetools 'flask-caching<2.4' 'duckdb-engine>=0.17' 'sqlalchemy<2.1' "$(SAME_DUCKDB)"
	@touch $@

$(SPARK_VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(PYTHON) -m venv $(SPARK_VENV)
	$(SPARK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,spark]'
	@touch $@
