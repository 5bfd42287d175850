"""What the tests of the actions share: an empty database, SQLite or a real PostgreSQL, that was migrated once; and an office."""

from __future__ import annotations

import base64
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]
import pytest
from cryptography.fernet import Fernet

from actions.office.live import OfficeFiles, read_office
from actions.office.model import Office
from actions.settings import PROJECT
from actions.tickets.database import Database, open_database
from actions.tickets.guesses import TicketLookup
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets
from actions.tickets.tables import METADATA
from knowledge.plan import BureauNames, Plan
from tests.actions.tickets.samples import DISTRICT, OTHER, PRINCIPAL, SUPPORTING, Clock
from tests.postgres import drop_database, fresh_database, libpq_url, server_or_skip

_REACHED = (PRINCIPAL, DISTRICT, SUPPORTING, OTHER)
_SECRET = "whsec_" + base64.b64encode(b"for tests only".ljust(24)).decode()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a private server; make databases in it with `tests.postgres.fresh_database`."""
    with server_or_skip() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "tickets.sqlite"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Nobody connects to it, so that it can be copied."""
    url = fresh_database(postgres_server)
    open_database(url).close()
    return url


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: str, postgres_template: str) -> str:
    """One that is emptied and used again: copying takes a third of a second."""
    return fresh_database(postgres_server, postgres_template)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'tickets.sqlite')}"


@pytest.fixture
def postgres_url(shared_postgres_url: str) -> str:
    """A migrated, empty database."""
    with closing(psycopg2.connect(libpq_url(shared_postgres_url))) as connection, connection, connection.cursor() as cursor:
        for table in reversed(METADATA.sorted_tables):
            cursor.execute(f"DELETE FROM {table.name}")
    return shared_postgres_url


@pytest.fixture
def new_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Makes further databases, of "sqlite" or "postgresql": migrated, or `bare` of any table."""
    made: list[str] = []

    def make(kind: str, bare: bool = False) -> str:
        if kind == "sqlite":
            file = tmp_path / f"{secrets.token_hex(4)}.sqlite"
            return f"sqlite:///{file if bare else shutil.copy(sqlite_template, file)}"
        server = request.getfixturevalue("postgres_server")
        made.append(fresh_database(server, None if bare else request.getfixturevalue("postgres_template")))
        return made[-1]

    yield make
    for url in made:
        drop_database(request.getfixturevalue("postgres_server"), url)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Of a migrated, empty database."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def key() -> PersonalKey:
    return PersonalKey([Fernet.generate_key().decode()])


@pytest.fixture(scope="session")
def shipped_office(plan: Plan, bureaus: BureauNames) -> Office:
    """As it is in the repository: no bureau is reached."""
    actions = PROJECT / "actions"
    return read_office(OfficeFiles(actions / "bureaus.yml", actions / "tracks", actions / "consent.yml"), plan, bureaus, {})


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, plan: Plan, bureaus: BureauNames) -> Office:
    """The same, but some bureaus are reached by webhook."""
    actions = PROJECT / "actions"
    file = tmp_path_factory.mktemp("office") / "bureaus.yml"
    text = (actions / "bureaus.yml").read_text(encoding="utf-8")
    for name in _REACHED:
        line = f"    name: {name}\n"
        assert line in text
        text = text.replace(
            line, f"{line}    endpoint: {{kind: webhook, url: 'https://bureau.example.org/in', secret_env: BUREAU_SECRET}}\n"
        )
    file.write_text(text, encoding="utf-8")
    return read_office(OfficeFiles(file, actions / "tracks", actions / "consent.yml"), plan, bureaus, {"BUREAU_SECRET": _SECRET})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(database: Database, key: PersonalKey, plan: Plan, office: Office, clock: Clock) -> Tickets:
    return Tickets(database, key, plan, lambda: office, "https://desk.example.org", clock)


@pytest.fixture
def lookup(tickets: Tickets, database: Database, clock: Clock) -> TicketLookup:
    return TicketLookup(tickets, database, clock)
