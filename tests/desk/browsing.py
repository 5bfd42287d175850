"""An officer's browser, as far as HTTP goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient

from actions.officers.model import Officer


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Browsing:
    """Somebody who is signed in. Redirects are not followed."""

    client: TestClient[web.Request, web.Application]
    cookies: dict[str, str]
    csrf: str
    officer: Officer

    async def get(self, path: str, **headers: str) -> Page:
        """GET below /desk."""
        return await self._page("GET", path, None, headers)

    async def post(self, path: str, fields: Mapping[str, str] | None = None, csrf: str | None = None, **headers: str) -> Page:
        """POST a form below /desk, with the CSRF field that its page would hold."""
        return await self._page("POST", path, {**(fields or {}), "csrf": self.csrf if csrf is None else csrf}, headers)

    async def _page(self, method: str, path: str, fields: Mapping[str, str] | None, headers: Mapping[str, str]) -> Page:
        # The client's own jar is shared: each request brings its cookies itself.
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        data = aiohttp.FormData(fields) if fields is not None else None
        sent = {**headers, "Cookie": cookie}
        async with self.client.request(method, f"/desk{path}", data=data, headers=sent, allow_redirects=False) as response:
            body = (await response.read()).decode(errors="replace")  # exports are no text
            return Page(response.status, body, dict(response.headers))


class NoRasa:
    """No Rasa runs beside this desk: what officers say is kept by us, and in no tracker."""

    async def add_words(self, conversation_id: str, enquirer: str = "", officer: str = "", bureau: str = "") -> bool:
        """Not possible."""
        return False
