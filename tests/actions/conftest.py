"""What the tests of the actions share: a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import server_or_skip


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a private server; make databases in it with `tests.postgres.fresh_database`."""
    with server_or_skip() as url:
        yield url
