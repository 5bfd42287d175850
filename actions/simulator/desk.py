"""The simulator's own pages: what arrived, buttons for call-backs, and how it is told to behave."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import aiohttp
from aiohttp import web

from actions.simulator.arrival import Arrival, Ledger
from actions.simulator.behaviour import Behaviour, Behaviours, Kind, read_behaviours
from actions.simulator.callback import TYPES, CallBack, call_back
from actions.simulator.page import render_page, rows
from actions.simulator.signature import Secrets

_MOST_ROWS = 200
_MOST_CALLS = 10
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Desk:
    """Handlers over a ledger."""

    def __init__(self, ledger: Ledger, signing: Secrets, behave: Callable[[Behaviours], None], callback_url: str | None) -> None:
        self._ledger = ledger
        self._signing = signing
        self._behave = behave
        self._callback_url = callback_url
        self._token = secrets.token_urlsafe(32)
        self._calls: list[CallBack] = []
        self.behaviours = Behaviours()
        """As last set, to be shown."""
        self.session: aiohttp.ClientSession | None = None
        """Open while the server runs."""

    @property
    def routes(self) -> tuple[web.AbstractRouteDef, ...]:
        """All but the webhook."""
        return (
            web.get("/", self._show),
            web.get("/page.css", self._style),
            web.get("/arrivals.json", self._list),
            web.post("/act/{ticket}/{deed}", self._act),
            web.post("/control", self._control),
        )

    async def _show(self, request: web.Request) -> web.Response:
        shown = rows(self._ledger.arrivals)[:_MOST_ROWS]
        page = render_page(
            shown, self._calls[: -_MOST_CALLS - 1 : -1], self._token, _written(self.behaviours), refreshes="still" not in request.query
        )
        return web.Response(text=page, content_type="text/html", headers=_HEADERS)

    async def _style(self, _: web.Request) -> web.Response:
        return web.Response(body=_stylesheet(), content_type="text/css", charset="utf-8", headers=_HEADERS)

    async def _list(self, _: web.Request) -> web.Response:
        listed = [asdict(row) for row in rows(self._ledger.arrivals)]
        return web.json_response({"arrivals": listed}, headers=_HEADERS, dumps=_dumps)

    async def _act(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        # Other pages in the same browser cannot know the token.
        if not hmac.compare_digest(form.get("token", "").encode(), self._token.encode()):
            raise web.HTTPForbidden(text="请回到本页刷新后再操作。")
        type_ = TYPES.get(request.match_info["deed"])
        arrival = self._find(request.match_info["ticket"], form.get("arrival"))
        if type_ is None or arrival is None or arrival.signed_with is None or self.session is None:
            raise web.HTTPNotFound(text="没有收到这个工单，或者没有这种办理。")
        links = arrival.payload["data"].get("links")
        url = self._callback_url or (links.get("callback") if isinstance(links, dict) else None)
        if not isinstance(url, str) or not url:
            raise web.HTTPConflict(text="推送中没有回传地址，也没有另行指定。")
        told = (type_, arrival.ticket, form.get("comment", "").strip())
        self._calls.append(await call_back(self.session, url, self._signing, arrival.signed_with, told))
        # To another page, or each refresh would send it again.
        raise web.HTTPSeeOther("/")

    def _find(self, ticket: str, id_: str | None) -> Arrival | None:
        """The accepted arrival with this id, or without an id the newest of the ticket."""
        if id_:
            found = self._ledger.find_accepted(id_)
            return found if found and found.ticket == ticket else None
        return next((a for a in reversed(self._ledger.arrivals) if a.accepted and a.ticket == ticket), None)

    async def _control(self, request: web.Request) -> web.Response:
        if not is_loopback(request.remote):
            raise web.HTTPForbidden(text="only from this machine")
        # A form of another site in a local browser can send text, but no JSON.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json")
        try:
            told = await request.json()
            if not isinstance(told, dict) or not isinstance(told.get("behaviour"), str):
                raise ValueError('send {"behaviour": "…"}')
            seed = told.get("seed")
            if seed is not None and not isinstance(seed, int):
                raise ValueError("seed should be a whole number")
            self._behave(read_behaviours(told["behaviour"], seed))
        except ValueError as error:  # also what is no JSON
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response({"behaviour": _written(self.behaviours)})


def _written(behaviours: Behaviours) -> str:
    """As `read_behaviours` reads it."""
    return " ".join(_written_one(behaviour) for behaviour in (*behaviours.script, behaviours.usual))


def _written_one(behaviour: Behaviour) -> str:
    values = {
        Kind.BUSY: f"{behaviour.seconds:g}",
        Kind.SLOW: f"{behaviour.seconds:g}",
        Kind.REDIRECT: behaviour.url,
        Kind.FLAKY: f"{behaviour.chance:g}",
    }
    value = values.get(behaviour.kind)
    return behaviour.kind.value if value is None else f"{behaviour.kind.value}={value}"


def is_loopback(remote: str | None) -> bool:
    """Whether a client's address is one of this machine's own to itself."""
    try:
        address = ip_address(remote or "")
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _stylesheet() -> bytes:
    return (Path(__file__).parent / "page.css").read_bytes()


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
