"""The simulator over real connections: what it takes, how it goes wrong, and its call-backs."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks import Webhook
from yarl import URL

from actions.simulator import Behaviour, Behaviours, BureauSimulator, Kind, Outcome, read_behaviour, read_behaviours
from actions.simulator.behaviour import Conduct, scripted
from actions.simulator.desk import is_loopback

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
TICKET = "ZJ-261125-7K3QXM"


def body_of(callback: str | None = None, ticket: str = TICKET, **changed: Any) -> bytes:
    told = {
        "version": 1,
        "sequence": 1,
        "ticket": ticket,
        "state": "assigned",
        "to": {"bureau": "市自然资源局", "role": "principal", "reason": "方案二（三）9牵头"},
        "bureaus": {"principal": ["市自然资源局"], "district": ["廉江市"], "supporting": []},
        "need": "想要五十亩<b>工业用地</b>，电话13900139000",
        "contact": {"name": "陈大文", "phone": "+8613800138000"},
        "links": {"desk": None, "callback": callback},
        **changed,
    }
    return json.dumps({"type": "ticket.opened", "timestamp": "2026-11-25T08:00:00Z", "data": told}, ensure_ascii=False).encode()


def signed(body: bytes, id_: str = "msg_1", secret: str = SECRET, at: datetime | None = None) -> dict[str, str]:
    at = at or datetime.now(tz=timezone.utc)
    signature = Webhook(secret).sign(id_, at, body.decode())
    return {"webhook-id": id_, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


@dataclass
class Bench:
    """A running simulator and a client."""

    simulator: BureauSimulator
    client: aiohttp.ClientSession
    lines: list[str]
    arrived: asyncio.Event

    async def send(
        self, body: bytes | None = None, id_: str = "msg_1", headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, Any]:
        body = body_of() if body is None else body
        async with self.client.post(
            self.simulator.url, data=body, headers=headers or signed(body, id_), allow_redirects=False, **more
        ) as a:
            return a.status, a.headers

    async def get(self, path: str) -> str:
        async with self.client.get(URL(self.simulator.url).with_path(path.partition("?")[0]).with_query(path.partition("?")[2])) as answer:
            assert answer.status == 200
            return await answer.text()

    async def post(self, path: str, **more: Any) -> tuple[int, str]:
        async with self.client.post(URL(self.simulator.url).with_path(path), **more) as answer:
            return answer.status, await answer.text()

    async def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', await self.get("/"))
        assert found
        return found[1]

    @property
    def outcomes(self) -> list[Outcome]:
        return [arrival.outcome for arrival in self.simulator.arrivals]


@asynccontextmanager
async def running(behaviour: str = "ok", *secrets: str, callback_url: str | None = None) -> AsyncIterator[Bench]:
    lines: list[str] = []
    arrived = asyncio.Event()

    def log(line: str) -> None:
        lines.append(line)
        arrived.set()

    simulator = BureauSimulator(secrets or (SECRET,), read_behaviours(behaviour, seed=7), callback_url=callback_url, log=log)
    async with simulator, aiohttp.ClientSession() as client:
        yield Bench(simulator, client, lines, arrived)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running() as it:
        yield it


async def test_a_well_signed_payload_is_taken_and_kept_as_it_was_sent(bench: Bench) -> None:
    before = datetime.now(tz=timezone.utc)
    assert (await bench.send())[0] == 200
    (arrival,) = bench.simulator.accepted
    assert (arrival.id, arrival.type, arrival.ticket) == ("msg_1", "ticket.opened", TICKET)
    assert arrival.body == body_of()
    assert arrival.verified
    assert before <= arrival.at <= datetime.now(tz=timezone.utc)


async def test_a_repeat_is_counted_and_is_no_second_arrival(bench: Bench) -> None:
    assert [(await bench.send())[0] for _ in range(3)] == [200, 200, 200]
    (arrival,) = bench.simulator.arrivals
    assert arrival.repeats == 2


async def test_a_repeat_is_answered_well_whatever_the_behaviour_and_uses_up_no_script(bench: Bench) -> None:
    await bench.send()
    bench.simulator.behave(read_behaviours("fail gone"))
    assert (await bench.send())[0] == 200
    assert (await bench.send(id_="msg_2"))[0] == 500


async def test_the_same_id_with_another_body_is_a_fault_and_the_first_stays(bench: Bench) -> None:
    await bench.send()
    other = body_of(need="别的")
    assert (await bench.send(other))[0] == 409
    assert bench.outcomes == [Outcome.ACCEPTED, Outcome.CONFLICT]
    assert [arrival.body for arrival in bench.simulator.accepted] == [body_of()]
    assert (await bench.send())[0] == 200


async def test_an_id_that_was_not_accepted_may_come_again() -> None:
    async with running("fail ok") as bench:
        assert [(await bench.send())[0] for _ in range(2)] == [500, 200]
        assert bench.outcomes == [Outcome.FAILED, Outcome.ACCEPTED]
        assert bench.simulator.accepted[0].repeats == 0


@pytest.mark.parametrize(
    ("headers", "changed"),
    [
        (lambda: {"webhook-id": "msg_1"}, {}),
        (lambda: signed(body_of(), secret=OLD_SECRET), {}),
        (lambda: signed(b"{}"), {}),
        (lambda: signed(body_of()), {"webhook-id": "msg_2"}),
        (lambda: signed(body_of()), {"webhook-signature": "nonsense"}),
        (lambda: signed(body_of()), {"webhook-signature": "v1,A"}),
        (lambda: signed(body_of()), {"webhook-timestamp": "nan"}),
    ],
    ids=["no signature", "another secret", "another body", "another id", "no form", "no Base64", "no time"],
)
async def test_what_is_not_well_signed_is_refused_and_not_believed(
    bench: Bench, headers: Callable[[], dict[str, str]], changed: dict[str, str]
) -> None:
    # Signed now, not when the tests were collected: an old signature would be refused for its age alone.
    assert (await bench.send(headers={**headers(), **changed}))[0] == 401
    (arrival,) = bench.simulator.arrivals
    assert (arrival.outcome, arrival.verified, arrival.ticket) == (Outcome.FORGED, False, "")
    assert bench.lines == ["- - not-verified forged"]
    assert "陈" not in await bench.get("/")
    assert (await bench.send())[0] == 200, "a forged one must not keep the real one out"


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signature_too_far_from_now_is_refused(bench: Bench, minutes: int) -> None:
    at = datetime.now(tz=timezone.utc) + timedelta(minutes=minutes)
    assert (await bench.send(headers=signed(body_of(), at=at)))[0] == 401
    assert (await bench.send(headers=signed(body_of(), at=at - timedelta(minutes=minutes * 0.5))))[0] == 200


async def test_bytes_that_are_not_utf_8_are_refused(bench: Bench) -> None:
    assert (await bench.send(b"\xff", headers=signed(b"{}")))[0] == 401


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{", b'{"type": "x", "data": {"ticket": 3}}', b'{"type": "\\ud800", "data": {"ticket": "x"}}'],
    ids=["a list", "no JSON", "no number", "half a character"],
)
async def test_what_is_signed_but_no_payload_is_refused(bench: Bench, body: bytes) -> None:
    assert (await bench.send(body))[0] == 400
    assert bench.outcomes == [Outcome.UNREADABLE]
    await bench.get("/")


async def test_any_of_the_secrets_will_do() -> None:
    async with running("ok", SECRET, OLD_SECRET) as bench:
        assert (await bench.send(headers=signed(body_of(), secret=OLD_SECRET)))[0] == 200
        assert bench.simulator.accepted[0].signed_with == 1


async def test_two_at_the_same_time_are_one_arrival() -> None:
    async with running("slow=0.2") as bench:
        assert [status for status, _ in await asyncio.gather(bench.send(), bench.send())] == [200, 200]
        assert [arrival.repeats for arrival in bench.simulator.arrivals] == [1]


@pytest.mark.parametrize(
    ("behaviour", "status", "header", "outcome"),
    [
        ("fail", 500, {}, Outcome.FAILED),
        ("busy", 429, {"Retry-After": "30"}, Outcome.BUSY),
        ("busy=1.5", 429, {"Retry-After": "2"}, Outcome.BUSY),
        ("gone", 410, {}, Outcome.GONE),
        ("redirect=http://127.0.0.1:1/x?y=1", 302, {"Location": "http://127.0.0.1:1/x?y=1"}, Outcome.REDIRECTED),
    ],
)
async def test_it_refuses_as_it_is_told(behaviour: str, status: int, header: dict[str, str], outcome: Outcome) -> None:
    async with running(behaviour) as bench:
        got, headers = await bench.send()
        assert got == status
        assert header.items() <= dict(headers).items()
        assert bench.outcomes == [outcome]
        assert not bench.simulator.accepted


async def test_slow_answers_only_after_its_time() -> None:
    async with running("slow=0.3") as bench:
        began = time.monotonic()
        assert (await bench.send())[0] == 200
        assert time.monotonic() - began >= 0.3


async def test_what_was_taken_slowly_is_a_repeat_for_a_client_that_did_not_wait() -> None:
    async with running("slow=30") as bench:
        with pytest.raises(asyncio.TimeoutError):
            await bench.send(timeout=aiohttp.ClientTimeout(total=0.2))
        assert (await bench.send())[0] == 200
        assert [arrival.repeats for arrival in bench.simulator.arrivals] == [1]


async def test_hang_never_answers_and_takes_nothing() -> None:
    async with running("hang ok") as bench:
        with pytest.raises(asyncio.TimeoutError):
            await bench.send(timeout=aiohttp.ClientTimeout(total=0.3))
        assert bench.outcomes == [Outcome.HUNG]
        assert (await bench.send())[0] == 200
        assert len(bench.simulator.accepted) == 1


async def test_a_hanging_request_does_not_hold_up_the_end() -> None:
    async with running("hang") as bench:
        hanging = asyncio.create_task(bench.send())
        await bench.arrived.wait()
        began = time.monotonic()
        await bench.simulator.__aexit__(None, None, None)
        assert time.monotonic() - began < 1.0
        with pytest.raises(aiohttp.ClientError):
            await hanging


@pytest.mark.parametrize(("behaviour", "taken"), [("reset", 0), ("lost", 1)])
async def test_the_connection_is_reset_and_not_merely_closed(behaviour: str, taken: int) -> None:
    async with running(behaviour) as bench:
        reader, writer = await asyncio.open_connection("127.0.0.1", bench.simulator.port)
        head = {"host": "x", "content-length": str(len(body_of())), **signed(body_of())}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        writer.write(f"POST /webhook HTTP/1.1\r\n{lines}\r\n".encode() + body_of())
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        assert len(bench.simulator.accepted) == taken


async def test_after_a_lost_answer_the_second_attempt_is_a_repeat_even_if_all_answers_are_to_be_lost() -> None:
    async with running("lost") as bench:
        with pytest.raises(aiohttp.ClientConnectionError):
            await bench.send()
        assert (await bench.send())[0] == 200
        assert [(arrival.outcome, arrival.repeats) for arrival in bench.simulator.arrivals] == [(Outcome.LOST, 1)]


def test_flaky_goes_wrong_about_as_often_as_it_is_told_and_in_all_four_ways() -> None:
    def kinds(seed: int) -> list[Kind]:
        conduct = Conduct(read_behaviours("flaky=0.4", seed))
        return [conduct.take_next().kind for _ in range(1000)]

    drawn = kinds(7)
    assert set(drawn) == {Kind.OK, Kind.FAIL, Kind.HANG, Kind.RESET, Kind.SLOW}
    assert 330 < 1000 - drawn.count(Kind.OK) < 470
    assert kinds(7) == drawn
    assert kinds(8) != drawn


def test_a_script_is_for_the_next_requests_and_the_usual_for_all_further_ones() -> None:
    conduct = Conduct(scripted([Behaviour(Kind.GONE), Behaviour(Kind.LOST)], then=Behaviour(Kind.FAIL)))
    assert [conduct.take_next().kind for _ in range(4)] == [Kind.GONE, Kind.LOST, Kind.FAIL, Kind.FAIL]


def test_behaviours_are_read_from_text() -> None:
    assert read_behaviour("flaky=0.5") == Behaviour(Kind.FLAKY, chance=0.5)
    assert read_behaviour(" slow=2 ") == Behaviour(Kind.SLOW, seconds=2.0)
    script = (Behaviour(Kind.FAIL), Behaviour(Kind.REDIRECT, url="https://example.org/a?b=c"))
    assert read_behaviours("fail redirect=https://example.org/a?b=c lost", 3) == Behaviours(Behaviour(Kind.LOST), script, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("broken", "no behaviour is called 'broken'"),
        ("", "no behaviour"),
        ("ok=1", "takes no value"),
        ("slow", "slow=SECONDS"),
        ("slow=-1", "slow=SECONDS"),
        ("slow=nan", "slow=SECONDS"),
        ("busy=", "busy=SECONDS"),
        ("flaky", "probability"),
        ("flaky=1.1", "probability"),
        ("redirect", "redirect=URL"),
        ("redirect=/there", "redirect=URL"),
        ("redirect=http://x/\r\na:b", "redirect=URL"),
    ],
)
def test_a_behaviour_that_makes_no_sense_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_behaviour(text)


def test_no_behaviour_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no behaviour is given"):
        read_behaviours("  ")


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_",), (SECRET, ""), ("whsec_A",)])
def test_unusable_secrets_are_refused(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        BureauSimulator(secrets)


async def test_control_changes_the_behaviour_while_it_runs(bench: Bench) -> None:
    status, text = await bench.post("/control", json={"behaviour": "fail slow=0.1 busy=3"})
    assert (status, json.loads(text)) == (200, {"behaviour": "fail slow=0.1 busy=3"})
    assert "fail slow=0.1 busy=3" in await bench.get("/")
    assert [(await bench.send(id_=f"msg_{n}"))[0] for n in range(4)] == [500, 200, 429, 429]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"behaviour": "broken"}}, 400),
        ({"json": {"behaviour": "ok", "seed": "x"}}, 400),
        ({"json": []}, 400),
        ({"data": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"data": b'{"behaviour": "fail"}', "headers": {"content-type": "text/plain"}}, 415),
    ],
)
async def test_control_refuses_what_it_cannot_follow_and_changes_nothing(bench: Bench, sent: dict[str, Any], status: int) -> None:
    assert (await bench.post("/control", **sent))[0] == status
    assert (await bench.send())[0] == 200


def test_only_this_machine_is_this_machine() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("10.0.0.1", "::ffff:10.0.0.1", "0.0.0.0", "localhost.example.org", "", None)))


async def test_the_page_shows_what_arrived_without_telling_who(bench: Bench) -> None:
    await bench.send()
    await bench.send()
    page = await bench.get("/")
    for shown in (
        TICKET,
        "新工单",
        "已受理",
        "牵头：市自然资源局",
        "属地：廉江市",
        "陈**",
        "8000",
        "想要五十亩&lt;b&gt;工业用地&lt;/b&gt;",
        "已接收",
    ):
        assert shown in page
    assert "<td>1</td>" in page
    for hidden in ("陈大文", "13800138000", "13900139000", "<b>"):
        assert hidden not in page
    assert '<meta http-equiv="refresh" content="5">' in page
    assert "http-equiv" not in await bench.get("/?still")
    assert "font" in await bench.get("/page.css")


async def test_the_newest_arrival_comes_first_and_a_ticket_of_two_bureaus_can_be_acted_on_by_both(bench: Bench) -> None:
    await bench.send(body_of(ticket="ZJ-261125-222222"), "msg_1")
    await bench.send(body_of(ticket="ZJ-261125-333333"), "msg_2")
    await bench.send(body_of(ticket="ZJ-261125-222222", state="closed"), "msg_3")
    await bench.send(body_of(ticket="ZJ-261125-222222", to={"bureau": "廉江市", "role": "district", "reason": "属地"}), "msg_4")
    listed = json.loads(await bench.get("/arrivals.json"))["arrivals"]
    assert [(row["id"], row["can_act"]) for row in listed] == [("msg_4", True), ("msg_3", True), ("msg_2", True), ("msg_1", False)]
    page = await bench.get("/")
    assert page.index("ZJ-261125-222222") < page.index("ZJ-261125-333333")


async def test_scripts_get_the_same_without_telling_who(bench: Bench) -> None:
    await bench.send()
    text = await bench.get("/arrivals.json")
    (row,) = json.loads(text)["arrivals"]
    assert (row["ticket"], row["state"], row["verified"], row["outcome"], row["repeats"]) == (TICKET, "assigned", True, "accepted", 0)
    assert row["bureaus"] == [["principal", ["市自然资源局"]], ["district", ["廉江市"]]]
    assert "13800138000" not in text
    assert "陈大文" not in text


async def test_a_payload_without_contact_or_with_odd_parts_is_shown_too(bench: Bench) -> None:
    await bench.send(body_of(contact=None, to=3, bureaus=[], need=None, state=4, links=None))
    (row,) = json.loads(await bench.get("/arrivals.json"))["arrivals"]
    assert (row["contact"], row["bureau"], row["bureaus"], row["need"], row["state"]) == ("", "", [], "", "")
    await bench.get("/")


async def test_one_line_is_logged_for_an_arrival_and_nobody_is_named(bench: Bench) -> None:
    await bench.send()
    await bench.send()
    await bench.send(body_of(ticket="a\nb"), "msg_2")
    assert bench.lines == [
        f"{TICKET} ticket.opened verified accepted",
        f"{TICKET} ticket.opened verified repeat",
        "a?b ticket.opened verified accepted",
    ]


@dataclass
class Service:
    """Stands for our own service: takes call-backs and checks them by the library."""

    status: int = 200
    told: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    secret: str = SECRET

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.told.append(Webhook(self.secret).verify(await request.read(), dict(request.headers)))
        self.ids.append(request.headers["webhook-id"])
        return web.json_response({"answer": "<i>已记录</i>"}, status=self.status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


@asynccontextmanager
async def serving(take: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/api/callbacks/natural-resources", take)
    async with TestServer(application) as server:
        yield str(server.make_url("/api/callbacks/natural-resources"))


@pytest.mark.parametrize(("deed", "type_"), [("accept", "ticket.accepted"), ("comment", "ticket.commented"), ("close", "ticket.closed")])
async def test_a_button_sends_a_signed_call_back_and_shows_the_answer(bench: Bench, deed: str, type_: str) -> None:
    service = Service()
    async with serving(service.take) as url:
        await bench.send(body_of(callback=url))
        form = {"token": await bench.token(), "arrival": "msg_1", "comment": " 已收到 "}
        status, page = await bench.post(f"/act/{TICKET}/{deed}", data=form)
    assert status == 200, "the page comes back by a redirect"
    (told,) = service.told
    assert (told["type"], told["data"]) == (type_, {"ticket": TICKET, "comment": "已收到"})
    assert abs(datetime.fromisoformat(told["timestamp"].replace("Z", "+00:00")) - datetime.now(tz=timezone.utc)) < timedelta(seconds=10)
    assert "<strong>200</strong>" in page
    assert "&lt;i&gt;已记录&lt;/i&gt;" in page


async def test_each_call_back_has_an_id_of_its_own_and_a_refusal_is_shown(bench: Bench) -> None:
    service = Service(status=409)
    async with serving(service.take) as url:
        await bench.send(body_of(callback=url))
        for _ in range(2):
            _, page = await bench.post(f"/act/{TICKET}/close", data={"token": await bench.token()})
    assert len(set(service.ids)) == 2
    assert page.count("<strong>409</strong>") == 2


async def test_a_call_back_is_signed_with_the_secret_of_its_arrival_and_goes_where_it_was_told() -> None:
    service = Service(secret=OLD_SECRET)
    async with serving(service.take) as url, running("ok", SECRET, OLD_SECRET, callback_url=url) as bench:
        body = body_of(callback="http://127.0.0.1:1/")
        await bench.send(body, headers=signed(body, secret=OLD_SECRET))
        _, page = await bench.post(f"/act/{TICKET}/accept", data={"token": await bench.token()})
    assert [told["type"] for told in service.told] == ["ticket.accepted"]
    assert "<strong>200</strong>" in page


async def test_a_service_that_cannot_be_reached_is_shown_as_such(bench: Bench, unused_tcp_port: int) -> None:
    await bench.send(body_of(callback=f"http://127.0.0.1:{unused_tcp_port}/"))
    status, page = await bench.post(f"/act/{TICKET}/accept", data={"token": await bench.token()})
    assert status == 200
    assert "<strong>未送达</strong>" in page


async def test_a_call_back_follows_no_redirect(bench: Bench) -> None:
    service = Service()

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": elsewhere_url})

    async with serving(service.take) as elsewhere_url, serving(elsewhere) as url:
        await bench.send(body_of(callback=url))
        _, page = await bench.post(f"/act/{TICKET}/accept", data={"token": await bench.token()})
    assert "<strong>307</strong>" in page
    assert not service.told


async def test_nothing_is_called_back_without_the_pages_token_or_for_what_did_not_arrive(bench: Bench) -> None:
    service = Service()
    async with serving(service.take) as url:
        await bench.send(body_of(callback=url))
        token = await bench.token()
        assert (await bench.post(f"/act/{TICKET}/accept"))[0] == 403
        assert (await bench.post(f"/act/{TICKET}/accept", data={"token": "错"}))[0] == 403
        assert (await bench.post(f"/act/{TICKET}/destroy", data={"token": token}))[0] == 404
        assert (await bench.post("/act/ZJ-261125-222222/accept", data={"token": token}))[0] == 404
        assert (await bench.post("/act/ZJ-261125-222222/accept", data={"token": token, "arrival": "msg_1"}))[0] == 404
    assert not service.told


async def test_without_an_address_there_is_no_call_back(bench: Bench) -> None:
    await bench.send()
    status, text = await bench.post(f"/act/{TICKET}/accept", data={"token": await bench.token()})
    assert (status, text) == (409, "推送中没有回传地址，也没有另行指定。")


async def test_it_can_go_away_and_come_back_on_its_port_with_what_it_had(bench: Bench) -> None:
    await bench.send()
    url = bench.simulator.url
    await bench.simulator.__aexit__(None, None, None)
    with pytest.raises(aiohttp.ClientConnectionError):
        await bench.send()
    async with bench.simulator:
        assert bench.simulator.url == url
        assert (await bench.send())[0] == 200
    assert [arrival.repeats for arrival in bench.simulator.arrivals] == [1]


async def test_its_application_runs_in_a_test_server() -> None:
    simulator = BureauSimulator([SECRET], log=lambda _: None)
    body = body_of()
    async with TestClient(TestServer(simulator.application)) as client, client.post("/webhook", data=body, headers=signed(body)) as answer:
        assert answer.status == 200
    assert len(simulator.accepted) == 1


async def test_a_taken_port_is_told(bench: Bench) -> None:
    with pytest.raises(OSError, match="address already in use"):
        await BureauSimulator([SECRET], port=bench.simulator.port).__aenter__()


async def test_as_a_process_it_serves_until_it_is_told_to_stop() -> None:
    code = f"from actions.simulator import *; run_simulator(0, ['{SECRET}'], read_behaviours('ok'), None)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        url = (await process.stdout.readline()).decode().split()[-1]
        async with aiohttp.ClientSession() as client, client.post(url, data=body_of(), headers=signed(body_of())) as answer:
            assert answer.status == 200
        assert (await process.stdout.readline()).decode().strip() == f"{TICKET} ticket.opened verified accepted"
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
