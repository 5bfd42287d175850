"""The desk on a real server and a real database, and officers of each role who are signed in to it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from actions.faq.opening import FaqPlaces
from actions.officers.model import Role
from actions.registry import Registry, open_registry
from actions.settings import read_ticket_settings
from actions.tickets.database import open_database
from desk.application import mount
from desk.guard import session_cookie
from desk.opening import open_desk
from desk.services import Desk
from desk.settings import read_desk_settings
from tests.actions.officers.samples import ADDRESS, BUREAU, add, cheap_passwords
from tests.desk.browsing import Browsing, NoRasa

SignIn = Callable[..., Awaitable[Browsing]]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated one, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("desk") / "tickets.sqlite"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def registry(tmp_path: Path, empty_database: Path) -> Iterator[Registry]:
    """Everything behind tickets, on an empty SQLite database."""
    shutil.copy(empty_database, tmp_path / "tickets.sqlite")
    with open_registry(read_ticket_settings({"DATA_DIR": str(tmp_path)}), {}) as opened:
        yield opened


@pytest.fixture
def faq_places(tmp_path: Path) -> FaqPlaces:
    """The library of the project: for tests that change nothing in it."""
    return FaqPlaces(tmp_path)


@pytest.fixture
def desk(registry: Registry, faq_places: FaqPlaces) -> Iterator[Desk]:
    """The desk of that registry."""
    logger = structlog.get_logger()
    settings = read_desk_settings({})
    served = (settings, "", registry, logger, lambda request: ADDRESS, lambda: None, NoRasa(), str)
    with open_desk(*served, cheap_passwords(), faq_places) as opened:
        yield opened


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A browser's view of it, signed in to nothing."""
    application = web.Application()
    mount(application, desk)
    async with TestClient(TestServer(application)) as opened:
        yield opened


@pytest.fixture
def sign_in(desk: Desk, client: TestClient[web.Request, web.Application]) -> SignIn:
    """Signs in a new officer: `await sign_in("supervisor", bureau="市税务局")`; each has cookies of their own."""

    async def signing_in(role: str = "officer", bureau: str = BUREAU, login: str = "") -> Browsing:
        login = login or f"{role[:5]}{len(desk.officers.everyone())}"
        password = add(desk.officers, login, Role(role), bureau)
        signed_in = desk.officers.sign_in(login, password, None, ADDRESS)
        return Browsing(client, {session_cookie(desk): signed_in.token}, signed_in.csrf, signed_in.officer)

    return signing_in
