"""The tiny channel's two ends, on either database."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from actions.tickets.database import open_database
from bot.settings import Settings, read_settings
from tests.bot.channels.tiny_service import TinyService
from tests.bot.rasa_double import RasaDouble
from tests.fakes.tiny_platform import TinyPlatform
from tests.postgres import drop_database, fresh_database, server_or_skip


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("channels") / "tickets.sqlite"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with server_or_skip() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Nobody connects to it, so that it can be copied."""
    url = fresh_database(postgres_server)
    open_database(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[str]:
    """Of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(migrated, tmp_path / 'tickets.sqlite')}"
        return
    server = request.getfixturevalue("postgres_server")
    url = fresh_database(server, request.getfixturevalue("postgres_template"))
    yield url
    drop_database(server, url)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as opened:
        yield opened


@pytest.fixture
async def platform(session: aiohttp.ClientSession) -> AsyncIterator[TinyPlatform]:
    """The people's side."""
    made = TinyPlatform(session)
    async with made.server:
        yield made


@pytest.fixture
def tiny_settings(rasa: RasaDouble, database_url: str, data_dir: Path) -> Settings:
    return read_settings({"RASA_PORT": str(rasa.server.port), "DATA_DIR": str(data_dir), "DATABASE_URL": database_url})


@pytest.fixture
async def service(tiny_settings: Settings, platform: TinyPlatform, session: aiohttp.ClientSession) -> AsyncIterator[TinyService]:
    """Our side, running."""
    made = TinyService(tiny_settings, platform, session)
    await made.start()
    yield made
    await made.stop()
