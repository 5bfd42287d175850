"""One database after the other: the bare one, then leads at fixed rates, then as many as it takes."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from actions.delivery.model import DeliveryState
from actions.office.consent import read_consent
from actions.settings import PROJECT
from actions.tickets.database import Database, open_database
from actions.tickets.tables import DELIVERIES
from bench.errors import BenchError
from bench.leads.baseline import postgres_commits, sqlite_commits
from bench.leads.service import Service, running_service
from bench.load import new_session

_DELIVERED_WITHIN_SECONDS = 300.0
_STEP = 100_000
"""Numbers of leads set aside for each stretch of load."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of load, and the deliveries that came of it."""

    offered: float
    """Leads a second; 0: as many as it takes."""
    milliseconds: tuple[float, ...]
    """Of each lead that was taken."""
    refused: Counter[str]
    """Leads that were not, by status or error."""
    seconds: float
    deliveries: int
    delivered_seconds: tuple[float, ...]
    """Of each delivery, from being made to being taken by the bureau."""
    processor_seconds: float
    """Of the service, for taking and delivering together."""

    @property
    def taken_per_second(self) -> float:
        """Leads that got their 201."""
        return len(self.milliseconds) / self.seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one database."""

    database: str
    commits_per_second: float
    """Of the bare database."""
    stretches: tuple[Stretch, ...]


async def measure_sqlite(folder: Path, rates: Sequence[float], seconds: float, report: Callable[[str], None]) -> Measured:
    """The default database. Raises BenchError."""
    folder.mkdir(parents=True)
    commits = sqlite_commits(folder)
    report(f"SQLite alone: {commits:.0f} commits/s")
    stretches = await _measure(folder, "", f"sqlite:///{folder / 'tickets.sqlite'}", rates, seconds, report)
    return Measured("SQLite", commits, stretches)


async def measure_postgres(url: str, folder: Path, rates: Sequence[float], seconds: float, report: Callable[[str], None]) -> Measured:
    """An empty database of a PostgreSQL server. Raises BenchError."""
    folder.mkdir(parents=True)
    commits = postgres_commits(url)
    report(f"PostgreSQL alone: {commits:.0f} commits/s")
    return Measured("PostgreSQL", commits, await _measure(folder, url, url, rates, seconds, report))


async def _measure(
    folder: Path, setting: str, url: str, rates: Sequence[float], seconds: float, report: Callable[[str], None]
) -> tuple[Stretch, ...]:
    async with new_session() as session, running_service(folder, setting, session) as service:
        database = open_database(url)
        try:
            # A first, short stretch warms up everything and is not counted.
            await _stretch(service, database, 20.0, 2.0, 1)
            stretches = []
            for place, rate in enumerate((*rates, 0.0), start=1):
                report(f"{rate:.0f} leads/s" if rate else "as many as it takes")
                stretches.append(await _stretch(service, database, rate, seconds, 1 + place * _STEP))
            return tuple(stretches)
        finally:
            database.close()


async def _stretch(service: Service, database: Database, rate: float, seconds: float, first: int) -> Stretch:
    last_before, used_before = _last_delivery(database), service.processor_seconds()
    version = read_consent(PROJECT / "actions" / "consent.yml").version
    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.leads.client", service.url, str(rate), str(seconds), str(first), version),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await client.communicate()
    if client.returncode:
        raise BenchError(f"the client ended with exit code {client.returncode}")
    found = json.loads(said)
    await _until_delivered(database)
    used = service.processor_seconds() - used_before
    delivered = _delivered_seconds(database, last_before)
    counts = Counter({str(reason): int(number) for reason, number in found["refused"].items()})
    return Stretch(rate, tuple(found["milliseconds"]), counts, found["seconds"], len(delivered), delivered, used)


async def _until_delivered(database: Database) -> None:
    deadline = time.monotonic() + _DELIVERED_WITHIN_SECONDS
    waiting = [DeliveryState.PENDING.value, DeliveryState.SENDING.value]
    while time.monotonic() < deadline:
        with database.reading() as connection:
            if not connection.execute(select(func.count()).where(DELIVERIES.c.state.in_(waiting))).scalar_one():
                return
        await asyncio.sleep(0.2)
    raise BenchError(f"not everything was delivered within {_DELIVERED_WITHIN_SECONDS:.0f} s")


def _last_delivery(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.coalesce(func.max(DELIVERIES.c.id), 0))).scalar_one())


def _delivered_seconds(database: Database, last_before: int) -> tuple[float, ...]:
    of_stretch = select(DELIVERIES.c.created_at, DELIVERIES.c.finished_at, DELIVERIES.c.state).where(DELIVERIES.c.id > last_before)
    with database.reading() as connection:
        rows = connection.execute(of_stretch).all()
    if any(row.state != DeliveryState.DELIVERED.value for row in rows):
        raise BenchError("a delivery was not taken")
    return tuple((row.finished_at - row.created_at).total_seconds() for row in rows)
