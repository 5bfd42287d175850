"""The simulator's server.

The order of what is looked at: first the signature (401), then whether the id was accepted before (200 again, or 409 for
another body), then what the simulator was told to do. So a script is used up only by fresh requests that are well signed.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timezone
from types import TracebackType
from typing import Final

import aiohttp
from aiohttp import web

from actions.simulator.arrival import Arrival, Ledger, Outcome, read_payload
from actions.simulator.behaviour import Behaviour, Behaviours, Conduct, Kind
from actions.simulator.connection import reset, wait
from actions.simulator.desk import Desk
from actions.simulator.signature import Secrets
from actions.stop import stop_by_signal

_MOST_BODY_BYTES = 256 * 1024
_STOPPING: Final = web.AppKey("stopping", asyncio.Event)
_ANSWERS: Final = {
    Kind.OK: (Outcome.ACCEPTED, 200),
    Kind.SLOW: (Outcome.ACCEPTED, 200),
    Kind.LOST: (Outcome.LOST, 200),
    Kind.FAIL: (Outcome.FAILED, 500),
    Kind.BUSY: (Outcome.BUSY, 429),
    Kind.GONE: (Outcome.GONE, 410),
    Kind.REDIRECT: (Outcome.REDIRECTED, 302),
    Kind.HANG: (Outcome.HUNG, 200),
    Kind.RESET: (Outcome.RESET, 200),
}


class BureauSimulator:
    """A bureau's server. `async with` serves it; what arrived stays over several such times, so an outage can be played."""

    def __init__(
        self,
        secrets: Sequence[str],
        behaviours: Behaviours | None = None,
        *,
        callback_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        log: Callable[[str], None] = lambda line: print(line, flush=True),
    ) -> None:
        """`callback_url` goes before what payloads say; port 0: a free one, kept from then on. Raises ValueError for unusable secrets."""
        self.host = host
        self.port = port
        self._secrets = Secrets(secrets)
        self._log = log
        self._ledger = Ledger()
        self._desk = Desk(self._ledger, self._secrets, self.behave, callback_url)
        self._runner: web.AppRunner | None = None
        self.behave(behaviours or Behaviours())

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Everything that arrived, oldest first."""
        return self._ledger.arrivals

    @property
    def accepted(self) -> tuple[Arrival, ...]:
        """Only what was taken: never two with the same id."""
        return tuple(arrival for arrival in self._ledger.arrivals if arrival.accepted)

    @property
    def url(self) -> str:
        """Where deliveries go."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/webhook"

    def behave(self, behaviours: Behaviours) -> None:
        """From the next request on."""
        self._conduct = Conduct(behaviours)
        self._desk.behaviours = behaviours

    @property
    def application(self) -> web.Application:
        """A fresh one over the same arrivals, for a server of your own such as aiohttp's TestServer."""
        application = web.Application(client_max_size=_MOST_BODY_BYTES)
        application[_STOPPING] = asyncio.Event()
        application.add_routes([web.post("/webhook", self._take), *self._desk.routes])
        application.on_shutdown.append(_stop)
        application.cleanup_ctx.append(self._session)
        return application

    async def __aenter__(self) -> BureauSimulator:
        """Listen. Raises OSError where the port is taken."""
        self._runner = web.AppRunner(self.application, access_log=None, handle_signals=False, shutdown_timeout=2.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _session(self, _: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            self._desk.session = session
            yield

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        id_ = request.headers.get("webhook-id", "")
        signed_with = self._secrets.find_signer(body, request.headers)
        if signed_with is None:
            self._keep(id_, body, None, Outcome.FORGED)
            return web.Response(status=401)
        before = self._ledger.find_accepted(id_)
        if before is not None and before.body == body:
            self._ledger.count_repeat(id_)
            self._say(before, "repeat")
            return web.Response()
        if before is not None:
            self._keep(id_, body, signed_with, Outcome.CONFLICT)
            return web.Response(status=409)
        if read_payload(body) is None:
            self._keep(id_, body, signed_with, Outcome.UNREADABLE)
            return web.Response(status=400)
        behaviour = self._conduct.take_next()
        # Nothing is awaited between the look for an earlier one and this: of two at the same time one is the repeat.
        self._keep(id_, body, signed_with, _ANSWERS[behaviour.kind][0])
        return await _answer(request, behaviour)

    def _keep(self, id_: str, body: bytes, signed_with: int | None, outcome: Outcome) -> None:
        # What nobody signed is not believed, not even its number.
        payload = read_payload(body) if signed_with is not None else None
        type_, ticket = (payload["type"], payload["data"]["ticket"]) if payload else ("", "")
        arrival = Arrival(id_, type_, ticket, datetime.now(tz=timezone.utc), body, signed_with, outcome)
        self._ledger.keep(arrival)
        self._say(arrival, outcome.value)

    def _say(self, arrival: Arrival, outcome: str) -> None:
        words = (arrival.ticket or "-", arrival.type or "-", "verified" if arrival.verified else "not-verified", outcome)
        self._log(" ".join("".join(c if c.isprintable() else "?" for c in word) for word in words))


def run_simulator(port: int, secrets: Sequence[str], plan: Behaviours, callback_url: str | None, host: str = "127.0.0.1") -> None:
    """Serve until SIGINT or SIGTERM. Raises ValueError for unusable secrets, OSError where the port is taken."""
    asyncio.run(_serve(BureauSimulator(secrets, plan, callback_url=callback_url, host=host, port=port)))


async def _serve(simulator: BureauSimulator) -> None:
    stopping = stop_by_signal()
    async with simulator:
        print(f"listening on {simulator.url}", flush=True)
        await stopping.wait()


async def _stop(application: web.Application) -> None:
    application[_STOPPING].set()


async def _answer(request: web.Request, behaviour: Behaviour) -> web.StreamResponse:
    kind = behaviour.kind
    if kind in {Kind.SLOW, Kind.HANG}:
        await wait(request, request.app[_STOPPING], behaviour.seconds if kind is Kind.SLOW else None)
    if kind in {Kind.RESET, Kind.LOST, Kind.HANG}:
        return reset(request)
    headers = {}
    if kind is Kind.BUSY:
        headers["Retry-After"] = str(math.ceil(behaviour.seconds))
    if kind is Kind.REDIRECT:
        headers["Location"] = behaviour.url
    return web.Response(status=_ANSWERS[kind][1], headers=headers)
