"""A database, and a guess that proves itself on the rows it is made of."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from segment.mapping import InputGuess, guess_mapping, inspect_relation
from tests.unit.mapping.raw_columns import GuessTable, assert_accounts_for, assert_runs


@pytest.fixture(scope="module")
def shared_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for many generated examples, none of which leaves anything behind."""
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def guess(connection: duckdb.DuckDBPyConnection) -> GuessTable:
    """Guess the mapping of a query's rows, and prove that every expression runs on them."""

    def guess_query(input_name: str, query: str) -> InputGuess:
        relation = f"({query})"
        columns = inspect_relation(connection, relation)
        found = guess_mapping(input_name, columns)
        assert_runs(connection, found, relation)
        assert_accounts_for(found, columns)
        return found

    return guess_query
