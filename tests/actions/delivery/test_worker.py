"""The worker over real databases: what is sent, what is not, and what is written down of it."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml
from cryptography.fernet import Fernet
from sqlalchemy import text

from actions.delivery import outbox
from actions.delivery.model import Attempt, Delivery, DeliveryFailed, DeliveryState, Parcel, Receipt
from actions.delivery.worker import Timing, Worker
from actions.lead.model import Consent, Lead, Person
from actions.office.live import OfficeFiles, read_office
from actions.office.model import EndpointKind, Office
from actions.settings import PROJECT
from actions.tickets.database import Database, open_database
from actions.tickets.model import EventKind
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets, utc_now
from knowledge.plan import BureauNames, Plan
from tests.postgres import drop_database, fresh_database

Act = Callable[[Parcel], Awaitable[Receipt]]
BUREAUS = {"市税务局": "tax", "市财政局": "fiscal", "市统计局": "statistics", "市科技局": "science-technology", "市国资委": "state-assets"}
TAX, FISCAL = "市税务局", "市财政局"
OK = Receipt(200)


@dataclass
class Clock:
    """The real time, set forward by hand."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@dataclass
class Sender:
    """Does with each parcel what it is told, and remembers it."""

    act: Act
    sent: list[Parcel] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)

    async def send(self, parcel: Parcel) -> Receipt:
        bureau = bureau_of(parcel)
        self.sent.append(parcel)
        self.at_once[bureau] += 1
        self.most_at_once[bureau] = max(self.most_at_once[bureau], self.at_once[bureau])
        try:
            return await self.act(parcel)
        finally:
            self.at_once[bureau] -= 1

    @property
    def ids(self) -> list[str]:
        return [parcel.id for parcel in self.sent]


def bureau_of(parcel: Parcel) -> str:
    return next(name for name, id_ in BUREAUS.items() if parcel.endpoint.address.endswith(f"/{id_}"))


async def take(parcel: Parcel) -> Receipt:
    return OK


async def hang(parcel: Parcel) -> Receipt:
    await asyncio.Event().wait()
    raise AssertionError


async def fail(parcel: Parcel) -> Receipt:
    raise DeliveryFailed("服务出错", status=500)


def after(*failures: Exception, then: Act = take) -> Act:
    """These failures first, one for each parcel, whichever it is."""
    left = list(failures)

    async def act(parcel: Parcel) -> Receipt:
        if left:
            raise left.pop(0)
        return await then(parcel)

    return act


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, plan: Plan, bureaus: BureauNames) -> Office:
    listed: dict[str, Any] = yaml.safe_load((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"))
    for bureau in listed["bureaus"]:
        if bureau["name"] in BUREAUS:
            bureau["endpoint"] = {"kind": "webhook", "url": f"https://bureau.example/{bureau['id']}", "secret_env": "SECRET"}
    file = tmp_path_factory.mktemp("office") / "bureaus.yml"
    file.write_text(yaml.safe_dump(listed, allow_unicode=True), encoding="utf-8")
    files = OfficeFiles(file, PROJECT / "actions" / "tracks", PROJECT / "actions" / "consent.yml")
    return read_office(files, plan, bureaus, {"SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        with closing(open_database(f"sqlite:///{tmp_path / 'tickets.sqlite'}")) as opened:
            yield opened
        return
    server = request.getfixturevalue("postgres_server")
    url = fresh_database(server)
    with closing(open_database(url)) as opened:
        yield opened
    drop_database(server, url)


@dataclass
class Desk:
    """What the tests do besides the worker."""

    database: Database
    office: Office
    key: PersonalKey
    tickets: Tickets
    clock: Clock
    said: io.StringIO = field(default_factory=io.StringIO)

    def open(self, bureau: str = TAX) -> str:
        """A ticket that is told to this bureau only; its number."""
        number = len(self.tickets.latest(limit=1000))
        person = Person("陈先生", f"+86138{number:08d}")
        lead = Lead(Consent("2026-11", utc_now()), person, "湛江测试有限公司", "其他", f"请联系，第{number}号", bureau=bureau)
        return self.tickets.open_ticket(lead).ticket.number

    def deliveries(self) -> list[Delivery]:
        """Oldest first."""
        with self.database.reading() as connection:
            return outbox.list_deliveries(connection, limit=1000)[::-1]

    def attempts(self, webhook_id: str) -> list[Attempt]:
        with self.database.reading() as connection:
            return outbox.attempts_of(connection, webhook_id)

    def is_everything(self, *states: DeliveryState) -> bool:
        return {one.state for one in self.deliveries()} == set(states)

    def undelivered(self) -> list[str]:
        """Texts of the alerts in the tickets' histories."""
        standings = [self.tickets.standing(ticket.number) for ticket in self.tickets.latest(limit=1000)]
        return [event.text for standing in standings for event in standing.events if event.kind is EventKind.UNDELIVERED]

    def worker(self, sender: Sender, delays: tuple[float, ...] = (0.01,) * 20, timeout: float = 5.0, **other: Any) -> Worker:
        logger = structlog.wrap_logger(structlog.WriteLogger(self.said), processors=[structlog.processors.JSONRenderer(ensure_ascii=False)])
        options: dict[str, Any] = {"in_thread": asyncio.to_thread, "clock": self.clock} | other
        return Worker(
            *(self.database, self.tickets, self.key, {EndpointKind.WEBHOOK: sender}, lambda: self.office.directory),
            timing=Timing(delays, timeout, finish_seconds=0.3),
            logger=logger,
            **options,
        )


@pytest.fixture
def desk(database: Database, office: Office, plan: Plan) -> Desk:
    key, clock = PersonalKey([Fernet.generate_key().decode()]), Clock()
    return Desk(database, office, key, Tickets(database, key, plan, lambda: office, clock=clock), clock)


@asynccontextmanager
async def at_work(*workers: Worker) -> AsyncIterator[None]:
    stop = asyncio.Event()
    working = [asyncio.create_task(worker.work(stop)) for worker in workers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*working)


async def until(is_so: Callable[[], bool], *workers: Worker, seconds: float = 8.0) -> None:
    """Fails where it does not come true. `workers` are woken all the time, so that nothing waits for their own looking."""
    for _ in range(round(seconds / 0.02)):
        if is_so():
            return
        for worker in workers:
            worker.poke()
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")


async def test_what_a_bureau_takes_is_sent_once_and_written_down(desk: Desk) -> None:
    number = desk.open()
    sender = Sender(take)
    async with at_work(desk.worker(sender)):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED))
    (parcel,) = sender.sent
    (delivery,) = desk.deliveries()
    assert (parcel.id, delivery.ticket, delivery.bureau) == (delivery.webhook_id, number, TAX)
    assert number.encode() in parcel.body
    ((attempt),) = desk.attempts(parcel.id)
    assert (attempt.number, attempt.status, attempt.error) == (1, 200, "")
    assert attempt.finished_at is not None


async def test_a_poked_worker_looks_at_once(desk: Desk) -> None:
    worker = desk.worker(Sender(take))
    async with at_work(worker):
        await asyncio.sleep(0.3)  # it has looked, found nothing, and waits
        desk.open()
        worker.poke()
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), seconds=0.5)


async def test_a_permanent_failure_disables_the_endpoint_and_alerts_once_while_others_go_on(desk: Desk) -> None:
    for bureau in (TAX, TAX, FISCAL):
        desk.open(bureau)
    gone = DeliveryFailed("已停用这个接收地址", status=410, disables=True)

    async def act(parcel: Parcel) -> Receipt:
        if bureau_of(parcel) == TAX:
            raise gone
        return OK

    sender = Sender(act)
    worker = desk.worker(sender)
    async with at_work(worker):
        await until(lambda: bool(desk.undelivered()) and FISCAL in map(bureau_of, sender.sent), worker)
        tried = len(sender.sent)
        desk.open(TAX)
        desk.open(FISCAL)
        await until(lambda: len(sender.sent) > tried, worker)
        states = {(one.bureau, one.state) for one in desk.deliveries() if one.attempts}
        assert [bureau_of(parcel) for parcel in sender.sent[tried:]] == [FISCAL], "nothing is sent to the disabled one"
    assert (TAX, DeliveryState.PENDING) in states
    assert desk.undelivered() == [f"未能送达{TAX}：已停用这个接收地址"]
    with desk.database.writing() as connection:
        assert outbox.disabled_endpoints(connection) == {TAX: "已停用这个接收地址"}
        assert outbox.enable_endpoint(connection, TAX, desk.clock()) == 3
    async with at_work(mended := desk.worker(Sender(take))):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), mended)


async def test_a_bureau_that_lost_its_endpoint_waits_for_one(desk: Desk) -> None:
    desk.open()
    desk.office = Office(type(desk.office.directory)((), desk.office.directory.fallback), desk.office.tracks, desk.office.consent)
    sender = Sender(take)
    async with at_work(worker := desk.worker(sender)):
        await until(lambda: bool(desk.undelivered()), worker)
    assert not sender.sent
    assert desk.is_everything(DeliveryState.PENDING)


async def test_a_bureau_gets_two_at_once_and_not_more(desk: Desk) -> None:
    for bureau in (TAX, TAX, TAX, FISCAL, TAX, TAX, TAX, FISCAL, FISCAL):
        desk.open(bureau)

    async def slowly(parcel: Parcel) -> Receipt:
        await asyncio.sleep(0.1)
        return OK

    sender = Sender(slowly)
    async with at_work(worker := desk.worker(sender)):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    assert sender.most_at_once == {TAX: 2, FISCAL: 2}
    assert sorted(sender.ids) == sorted(one.webhook_id for one in desk.deliveries())


async def test_bureaus_that_hang_hold_up_no_other(desk: Desk) -> None:
    hanging = [name for name in BUREAUS if name != FISCAL]
    for bureau in (*hanging * 3, FISCAL):
        desk.open(bureau)

    async def act(parcel: Parcel) -> Receipt:
        return await (take if bureau_of(parcel) == FISCAL else hang)(parcel)

    sender = Sender(act)
    async with at_work(worker := desk.worker(sender)):
        # Before those that hang have timed out.
        await until(lambda: (FISCAL, DeliveryState.DELIVERED) in {(one.bureau, one.state) for one in desk.deliveries()}, worker, seconds=3)
        assert all(sender.at_once[bureau] <= 2 for bureau in hanging)


async def test_stopping_finishes_what_ends_soon(desk: Desk) -> None:
    desk.open()

    async def slowly(parcel: Parcel) -> Receipt:
        await asyncio.sleep(0.15)
        return OK

    sender = Sender(slowly)
    async with at_work(desk.worker(sender)):
        await until(lambda: bool(sender.sent))
    assert desk.is_everything(DeliveryState.DELIVERED)


async def test_stopping_puts_back_what_hangs_and_the_next_worker_sends_it_under_the_same_id(desk: Desk) -> None:
    for _ in range(3):
        desk.open()
    sender = Sender(hang)
    async with at_work(desk.worker(sender)):
        await until(lambda: len(sender.sent) == 2)
    assert desk.is_everything(DeliveryState.PENDING)
    for id_ in sender.ids:
        (attempt,) = desk.attempts(id_)
        assert attempt.finished_at is not None
        assert (attempt.status, attempt.error) == (None, "发送中断，将重试")
    following = Sender(take)
    async with at_work(worker := desk.worker(following)):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    assert set(sender.ids) < set(following.ids)


async def test_an_outcome_that_is_known_is_written_down_though_the_worker_is_stopped_meanwhile(desk: Desk) -> None:
    """Else what a bureau has taken would be sent to it again."""
    desk.open()
    sender, release = Sender(take), asyncio.Event()

    async def in_slow_thread(work: Callable[..., Any], *arguments: Any) -> Any:
        if sender.sent:  # from now on outcomes are written
            await release.wait()
        return await asyncio.to_thread(work, *arguments)

    stop = asyncio.Event()
    working = asyncio.create_task(desk.worker(sender, in_thread=in_slow_thread).work(stop))
    await until(lambda: bool(sender.sent))
    stop.set()
    await asyncio.sleep(0.5)  # longer than it may take to finish
    release.set()
    await working
    (delivery,) = desk.deliveries()
    assert (delivery.state, len(sender.sent)) == (DeliveryState.DELIVERED, 1)
    assert [attempt.status for attempt in desk.attempts(delivery.webhook_id)] == [200]


async def test_a_postponed_delivery_uses_up_no_attempt(desk: Desk) -> None:
    desk.open()
    full = DeliveryFailed("已达每分钟上限", was_tried=False, retry_after_seconds=0.02)
    sender = Sender(after(full, full, full))
    async with at_work(worker := desk.worker(sender, delays=())):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    (delivery,) = desk.deliveries()
    assert (len(sender.sent), delivery.attempts) == (4, 1)
    assert [attempt.status for attempt in desk.attempts(delivery.webhook_id)] == [200]


async def test_after_the_schedule_it_is_given_up_and_resending_begins_a_fresh_one(desk: Desk) -> None:
    desk.open()
    sender = Sender(fail)
    async with at_work(worker := desk.worker(sender, delays=(0.01, 0.01))):
        await until(lambda: desk.is_everything(DeliveryState.FAILED), worker)
        (delivery,) = desk.deliveries()
        assert delivery.attempts == len(sender.sent) == 3
        assert delivery.last_error == "已尝试 3 次仍未送达，不再自动重发。最后一次：服务出错"
        assert desk.undelivered() == [f"未能送达{TAX}：{delivery.last_error}"]
        assert resend(desk, delivery) == 1
        await until(lambda: len(desk.undelivered()) == 2, worker)
        assert len(sender.sent) == 6, "a fresh schedule"
        sender.act = take
        assert resend(desk, delivery) == 1
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    assert set(sender.ids) == {delivery.webhook_id}
    assert [attempt.number for attempt in desk.attempts(delivery.webhook_id)] == list(range(1, 8))


def resend(desk: Desk, delivery: Delivery) -> int:
    with desk.database.writing() as connection:
        return outbox.resend(connection, [delivery.webhook_id], desk.clock())


async def test_an_asked_for_pause_is_kept(desk: Desk) -> None:
    desk.open()
    sender = Sender(after(DeliveryFailed("要求放慢推送", status=429, retry_after_seconds=3600)))
    async with at_work(worker := desk.worker(sender)):
        await until(lambda: desk.deliveries()[0].attempts == 1 and desk.is_everything(DeliveryState.PENDING), worker)
        desk.clock.ahead = timedelta(seconds=3500)
        worker.poke()
        await asyncio.sleep(0.1)
        assert len(sender.sent) == 1
        desk.clock.ahead = timedelta(seconds=3601)
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)


async def test_a_sender_that_breaks_or_never_ends_has_failed_and_the_worker_goes_on(desk: Desk) -> None:
    for bureau in (TAX, FISCAL):
        desk.open(bureau)
    broken, hung = set[str](), set[str]()

    async def act(parcel: Parcel) -> Receipt:
        if bureau_of(parcel) == TAX and not broken:
            broken.add(parcel.id)
            raise LookupError("a defect of the sender")
        if bureau_of(parcel) == FISCAL and not hung:
            hung.add(parcel.id)
            return await hang(parcel)
        return OK

    async with at_work(worker := desk.worker(Sender(act), timeout=0.1)):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    for delivery in desk.deliveries():
        first, second = desk.attempts(delivery.webhook_id)
        assert (first.status, second.status) == (None, 200)
        assert first.error == ("本系统推送时出错，请管理员查看运行日志。" if delivery.bureau == TAX else "没有在规定时间内送达（超时）。")
    assert "a defect of the sender" not in "".join(attempt.error for one in desk.deliveries() for attempt in desk.attempts(one.webhook_id))
    assert "sending_broke" in desk.said.getvalue()


async def test_a_dead_workers_claim_runs_out_and_only_then_is_it_sent_again(desk: Desk) -> None:
    desk.open()
    sender = Sender(take)
    worker = desk.worker(sender)
    lease = Timing((), 5.0).lease
    with desk.database.writing() as connection:
        (dead,) = outbox.claim(connection, desk.clock(), lease, 1)
    async with at_work(worker):
        await asyncio.sleep(0.2)
        assert not sender.sent
        desk.clock.ahead = lease
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    assert sender.ids == [dead.webhook_id]
    assert [(one.number, one.finished_at is None) for one in desk.attempts(dead.webhook_id)] == [(1, True), (2, False)]
    with desk.database.writing() as connection:
        assert not outbox.record_delivered(connection, dead, desk.clock(), 200), "what the dead one would say is of no account"


async def test_a_claim_that_ran_out_while_the_machine_stood_still_is_not_sent(desk: Desk) -> None:
    desk.open()
    sender = Sender(take)

    async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
        outcome = await asyncio.to_thread(work, *arguments)
        if outcome and not desk.clock.ahead:
            desk.clock.ahead = timedelta(hours=1)
        return outcome

    async with at_work(worker := desk.worker(sender, in_thread=in_thread)):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    assert len(sender.sent) == 1
    first, second = desk.attempts(sender.ids[0])
    assert (first.error, second.status) == ("发送中断，将重试", 200)


async def test_what_was_erased_meanwhile_stays_abandoned(desk: Desk) -> None:
    number = desk.open()
    release = asyncio.Event()

    async def act(parcel: Parcel) -> Receipt:
        await release.wait()
        return OK

    sender = Sender(act)
    async with at_work(worker := desk.worker(sender)):
        await until(lambda: bool(sender.sent))
        desk.tickets.erase(number)
        release.set()
        await until(lambda: desk.is_everything(DeliveryState.ABANDONED, DeliveryState.DELIVERED), worker)
    opened, erased = desk.deliveries()
    assert (opened.state, erased.type, erased.state) == (DeliveryState.ABANDONED, "ticket.updated", DeliveryState.DELIVERED)


async def test_several_workers_send_each_delivery_once(desk: Desk) -> None:
    for place in range(40):
        desk.open(list(BUREAUS)[place % len(BUREAUS)])
    sender = Sender(take)
    workers = [desk.worker(sender) for _ in range(4)]
    async with at_work(*workers):
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), *workers)
    assert max(Counter(sender.ids).values()) == 1
    assert len(sender.ids) == 40


async def test_while_the_database_is_out_of_use_outcomes_are_remembered_and_nothing_is_sent_twice(desk: Desk) -> None:
    first = desk.open()
    release = asyncio.Event()

    async def act(parcel: Parcel) -> Receipt:
        await release.wait()
        return OK

    sender = Sender(act)
    async with at_work(worker := desk.worker(sender)):
        await until(lambda: bool(sender.sent))
        with desk.database.writing() as connection:  # nobody else can write meanwhile
            if not desk.database.is_sqlite:
                connection.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
            release.set()
            await until(lambda: '"outcomes_waiting": 1' in desk.said.getvalue())
        second = desk.open()
        await until(lambda: desk.is_everything(DeliveryState.DELIVERED), worker)
    assert [one.ticket for one in desk.deliveries()] == [first, second]
    assert [[attempt.status for attempt in desk.attempts(id_)] for id_ in sender.ids] == [[200], [200]]
