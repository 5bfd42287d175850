"""Nothing is lost and nothing arrives twice, whatever becomes of bureaus' servers and of our own processes."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from actions.delivery.books import Timing
from actions.office.consent import read_consent
from actions.simulator import Arrival, Behaviour, Behaviours, BureauSimulator, Kind, Outcome
from actions.tickets.database import Database, open_database
from actions.tickets.tables import ATTEMPTS, DELIVERIES, TICKET_EVENTS, TICKETS
from bot.settings import PROJECT
from tests.acceptance.conftest import free_ports
from tests.acceptance.leads_process import SECRET, KillableProcess, settings_for
from tests.postgres import drop_database, fresh_database, server_or_skip

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

LEADS = 300
KILLS = 10
POSTERS = 6
TIMEOUT_SECONDS = 1.0
DELAYS = ",".join(["0.2", "0.4", *["0.8"] * 40])
DELIVERED_WITHIN_SECONDS = 60.0
TROUBLE = {Kind.OK: 50, Kind.FAIL: 15, Kind.RESET: 15, Kind.LOST: 12, Kind.HANG: 8}
NEEDS = (
    ("需要标准厂房", "家电制造", "廉江市"),
    ("想了解用地指标", "食品加工", ""),
    ("咨询税收优惠", "纺织服装", "遂溪县"),
    ("希望有人对接项目", "其他", ""),
)


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    with server_or_skip() as url:
        yield url


@dataclass
class Taken:
    """What the enquirers' side knows."""

    numbers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Ticket numbers of the 201s by lead."""
    tries: int = 0
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, lead_number: int, ticket: str) -> None:
        self.numbers[lead_number].add(ticket)
        self.grown.set()

    async def reach(self, count: int) -> None:
        while len(self.numbers) < count:
            self.grown.clear()
            await self.grown.wait()


def lead(number: int) -> dict[str, Any]:
    need, industry, district = NEEDS[number % len(NEEDS)]
    return {
        "company": f"湛江第{number}号测试有限公司",
        "contact": "陈先生",
        "phone": f"138{number:08d}",
        "industry": industry,
        "need": f"{need}，第{number}号项目",
        "district": district,
        "consent": {"agreed": True, "version": read_consent(PROJECT / "actions" / "consent.yml").version},
    }


async def post_until_taken(session: aiohttp.ClientSession, urls: Sequence[str], numbers: asyncio.Queue[int], taken: Taken) -> None:
    """An enquirer's client: the same lead under the same key, at one address after the other, until there is a 201."""
    around = itertools.cycle(urls)
    while not numbers.empty():
        number = numbers.get_nowait()
        body, key = lead(number), {"Idempotency-Key": f"lead-{number}"}
        while number not in taken.numbers:
            taken.tries += 1
            try:
                async with session.post(f"{next(around)}/api/leads", json=body, headers=key) as response:
                    if response.status == 201:
                        taken.add(number, (await response.json())["ticket"])
                        break
                    assert response.status >= 500, await response.text()
            except (aiohttp.ClientError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)


async def kill_again_and_again(
    processes: Sequence[KillableProcess], session: aiohttp.ClientSession, taken: Taken, chance: random.Random
) -> list[int]:
    """Kill one after the other while leads are being taken; the numbers of leads that were taken by then."""
    killed_at = []
    for number in range(KILLS):
        victim = processes[number % len(processes)]
        await taken.reach(LEADS * number // (KILLS + 1))  # spread over the leads
        await asyncio.sleep(chance.uniform(0.0, 0.5))
        await victim.kill()
        killed_at.append(len(taken.numbers))
        await victim.start()
        if victim.port and len(processes) == 1:
            await victim.wait_until_ready(session)
    return killed_at


@asynccontextmanager
async def running(processes: Sequence[KillableProcess]) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        try:
            for process in processes:
                await process.start()
            for process in processes:
                if process.port:
                    await process.wait_until_ready(session)
            yield session
        finally:
            for process in processes:
                await process.stop()


async def wait_until_delivered(database: Database) -> None:
    waited = 0.0
    states: dict[str, int] = {}
    while waited < DELIVERED_WITHIN_SECONDS:
        with database.reading() as connection:
            counted = connection.execute(select(DELIVERIES.c.state, func.count()).group_by(DELIVERIES.c.state))
            states = {row[0]: row[1] for row in counted}
        if set(states) == {"delivered"}:
            return
        await asyncio.sleep(0.2)
        waited += 0.2
    raise AssertionError(f"not delivered: {states}")


@dataclass(frozen=True)
class Sent:
    """One delivery with all its attempts, as the database has them."""

    webhook_id: str
    ticket: str
    bureau: str
    state: str
    attempts: tuple[tuple[datetime, datetime | None, int | None], ...]


def sent(database: Database) -> list[Sent]:
    with database.reading() as connection:
        rows = connection.execute(select(DELIVERIES, TICKETS.c.number).join(TICKETS, TICKETS.c.id == DELIVERIES.c.ticket_id)).all()
        tries = defaultdict(list)
        for row in connection.execute(select(ATTEMPTS).order_by(ATTEMPTS.c.delivery_id, ATTEMPTS.c.number)):
            tries[row.delivery_id].append((row.started_at, row.finished_at, row.status))
    return [Sent(row.webhook_id, row.number, row.bureau, row.state, tuple(tries[row.id])) for row in rows]


def check_tickets(database: Database, taken: Taken, deliveries: Sequence[Sent]) -> None:
    assert sorted(taken.numbers) == list(range(LEADS))
    assert all(len(numbers) == 1 for numbers in taken.numbers.values()), "one lead, one number, however often it was sent"
    numbers = [next(iter(own)) for own in taken.numbers.values()]
    assert len(set(numbers)) == LEADS
    with database.reading() as connection:
        kept = connection.execute(select(TICKETS.c.number)).scalars().all()
        opened = connection.execute(select(TICKET_EVENTS.c.ticket_id, TICKET_EVENTS.c.kind)).all()
        routes = dict(connection.execute(select(TICKETS.c.number, TICKETS.c.route)).all())
    assert sorted(kept) == sorted(numbers), "nothing is in the database that nobody was told of, after all the repeating"
    assert Counter(row.kind for row in opened) == {"opened": LEADS}, "none was joined, none could not be delivered"
    by_ticket: dict[str, list[str]] = defaultdict(list)
    for one in deliveries:
        by_ticket[one.ticket].append(one.bureau)
    assert set(by_ticket) == set(numbers)
    for number, bureaus in by_ticket.items():
        assert len(bureaus) == len(set(bureaus)) >= 1
        assert all(bureau in routes[number] for bureau in bureaus)


def check_arrivals(arrivals: Sequence[Arrival], deliveries: Sequence[Sent]) -> None:
    assert not [one for one in arrivals if one.outcome in {Outcome.FORGED, Outcome.CONFLICT, Outcome.UNREADABLE}]
    by_id: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        by_id[arrival.id].append(arrival)
    assert set(by_id) == {one.webhook_id for one in deliveries}
    for one in deliveries:
        own = by_id[one.webhook_id]
        assert one.state == "delivered"
        assert {arrival.ticket for arrival in own} == {one.ticket}
        assert len({arrival.body for arrival in own}) == 1, "one id, one body"
        (accepted,) = [arrival for arrival in own if arrival.accepted]
        assert accepted.payload["data"]["to"]["bureau"] == one.bureau
        check_repeats(one, own, accepted)
    told = Counter((a.ticket, a.payload["data"]["to"]["bureau"]) for a in arrivals if a.accepted)
    assert set(told.values()) == {1}, "no bureau was told of a ticket twice, not even under two ids"


def check_repeats(one: Sent, arrivals: Sequence[Arrival], accepted: Arrival) -> None:
    """A request under an id that was accepted before has its reason in the attempts: an outcome that nobody can know."""
    unfinished = sum(finished is None for _, finished, _ in one.attempts)
    without_answer = sum(finished is not None and status is None for _, finished, status in one.attempts)
    untaken = sum(arrival.outcome in {Outcome.HUNG, Outcome.RESET} for arrival in arrivals)
    answers_lost = max(0, without_answer - untaken)
    assert accepted.repeats <= unfinished + answers_lost, (one, accepted.repeats)
    assert len(arrivals) + accepted.repeats <= len(one.attempts), "every request was written down before it was sent"
    successes = [number for number, (_, _, status) in enumerate(one.attempts) if status == 200]
    assert successes == [len(one.attempts) - 1], "what is known to have been taken is not sent again"


def check_turns(deliveries: Sequence[Sent], lease: timedelta) -> None:
    """No attempt began before the one before it had ended, or before its claim had run out."""
    for one in deliveries:
        for (started, finished, _), (next_started, _, _) in itertools.pairwise(one.attempts):
            over = started + lease
            assert next_started >= (over if finished is None else min(finished, over)), one


async def go_through_trouble(
    processes: Sequence[KillableProcess], simulator: BureauSimulator, database_url: str, seed: int
) -> tuple[Taken, list[int]]:
    """Post, kill, start again, until everything is delivered; then check all that can be checked."""
    chance = random.Random(seed)
    numbers: asyncio.Queue[int] = asyncio.Queue()
    for number in range(LEADS):
        numbers.put_nowait(number)
    taken = Taken()
    urls = [process.url for process in processes if process.port]
    async with running(processes) as session:
        posters = [asyncio.create_task(post_until_taken(session, urls, numbers, taken)) for _ in range(POSTERS)]
        killed_at = await kill_again_and_again(processes, session, taken, chance)
        await asyncio.gather(*posters)
        with closing(open_database(database_url)) as database:
            await wait_until_delivered(database)
            deliveries = sent(database)
            check_tickets(database, taken, deliveries)
    check_arrivals(simulator.arrivals, deliveries)
    check_turns(deliveries, Timing((), TIMEOUT_SECONDS).lease)
    # What follows shows that there was trouble: without it the checks above would prove little.
    assert len(killed_at) == KILLS
    assert len({count for count in killed_at if 0 < count < LEADS}) >= KILLS // 2, "killed while leads were being taken"
    assert any(finished is None for one in deliveries for _, finished, _ in one.attempts), "killed while something was being sent"
    assert {arrival.outcome for arrival in simulator.arrivals} >= {Outcome.FAILED, Outcome.HUNG, Outcome.RESET, Outcome.LOST}
    assert taken.tries > LEADS
    return taken, killed_at


def trouble(seed: int) -> Behaviours:
    """What becomes of the next requests; after them the endpoint is well."""
    chance = random.Random(seed)
    kinds = chance.choices(list(TROUBLE), list(TROUBLE.values()), k=700)
    return Behaviours(script=tuple(map(Behaviour, kinds)))


async def test_three_hundred_leads_outlive_a_faulty_endpoint_and_ten_kills(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with BureauSimulator([SECRET], trouble(1), log=lambda line: None) as simulator:
        settings = settings_for(tmp_path, simulator.url, delays=DELAYS, timeout_seconds=TIMEOUT_SECONDS)
        service = KillableProcess(("bot", "leads"), settings, tmp_path / "leads.log", port)
        await go_through_trouble([service], simulator, f"sqlite:///{tmp_path / 'var' / 'tickets.sqlite'}", seed=2)


async def test_the_same_with_two_services_and_a_worker_on_postgresql(tmp_path: Path, postgres_server: str) -> None:
    url = fresh_database(postgres_server)
    ports = free_ports(2)
    try:
        async with BureauSimulator([SECRET], trouble(3), log=lambda line: None) as simulator:
            settings = settings_for(tmp_path, simulator.url, database_url=url, delays=DELAYS, timeout_seconds=TIMEOUT_SECONDS)
            services = [KillableProcess(("bot", "leads"), settings, tmp_path / f"leads-{port}.log", port) for port in ports]
            worker = KillableProcess(("actions", "worker"), settings, tmp_path / "worker.log")
            await go_through_trouble([*services, worker], simulator, url, seed=4)
    finally:
        drop_database(postgres_server, url)


async def test_a_process_that_is_told_to_stop_leaves_no_attempt_open(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with BureauSimulator([SECRET], Behaviours(Behaviour(Kind.HANG)), log=lambda line: None) as simulator:
        settings = settings_for(tmp_path, simulator.url, delays="60", timeout_seconds=30.0)
        service = KillableProcess(("bot", "leads"), settings, tmp_path / "leads.log", port)
        async with running([service]) as session:
            async with session.post(f"{service.url}/api/leads", json=lead(1)) as response:
                assert response.status == 201
            for _ in range(100):
                if simulator.arrivals:
                    break
                await asyncio.sleep(0.05)
            assert await service.stop() == 0
        with closing(open_database(f"sqlite:///{tmp_path / 'var' / 'tickets.sqlite'}")) as database:
            deliveries = sent(database)
        assert deliveries
        assert all(one.state == "pending" for one in deliveries)
        assert all(finished for one in deliveries for _, finished, _ in one.attempts)
