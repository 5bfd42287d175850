"""The tests' own PostgreSQL server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]
import pytest

from tests.postgres import drop_database, fresh_database, libpq_url, running_cluster, server_or_skip

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with server_or_skip() as url:
        yield url


def _run(url: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(libpq_url(url))) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def _throwaway_cluster() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, running_cluster(Path(folder)) as url:
        yield url


@pytest.mark.usefixtures("server")  # skips where there is no PostgreSQL
def test_a_cluster_runs_queries_and_is_gone_after_a_failure() -> None:
    urls: list[str] = []

    def query_and_fail() -> None:
        with _throwaway_cluster() as url:
            urls.append(url)
            assert _run(url, "SELECT 1 + 1, current_setting('server_encoding')") == [(2, "UTF8")]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        query_and_fail()
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        psycopg2.connect(libpq_url(urls[0]))


def test_fresh_databases_are_independent(server: str) -> None:
    one, other = fresh_database(server), fresh_database(server)
    _run(one, "CREATE TABLE leads (company text)")
    _run(one, "INSERT INTO leads VALUES ('湛江某公司')")
    with pytest.raises(psycopg2.errors.UndefinedTable):
        _run(other, "SELECT company FROM leads")
    copy = fresh_database(server, template=one)
    _run(one, "DELETE FROM leads")
    assert _run(copy, "SELECT company FROM leads") == [("湛江某公司",)]
    with closing(psycopg2.connect(libpq_url(one))):
        drop_database(server, one)
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(libpq_url(one))
