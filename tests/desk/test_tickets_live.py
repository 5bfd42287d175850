"""What officers see of each other, and of what happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientResponse, ClientTimeout

from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU
from tests.actions.tickets.samples import SUPPORTING
from tests.desk.browsing import Browsing
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import open_ticket, parsed, words

_WITHIN_SECONDS = 5.0


@asynccontextmanager
async def _stream(officer: Browsing, path: str) -> AsyncIterator[ClientResponse]:
    cookie = "; ".join(f"{name}={value}" for name, value in officer.cookies.items())
    timeout = ClientTimeout(total=_WITHIN_SECONDS)
    async with officer.client.get(f"/desk{path}", headers={"Cookie": cookie, "X-Desk-Live": "1"}, timeout=timeout) as response:
        assert response.content_type == "text/event-stream"
        yield response


async def _next_event(response: ClientResponse) -> str:
    """The data of the next event."""
    async for line in response.content:
        if line.startswith(b"data: "):
            return line.decode().removeprefix("data: ").strip()
    raise AssertionError("the stream has ended")


async def _until(condition: object, wanted: object) -> None:
    assert callable(condition)
    for _ in range(int(_WITHIN_SECONDS * 20)):
        if condition() == wanted:
            return
        await asyncio.sleep(0.05)
    assert condition() == wanted


async def test_a_list_is_told_when_something_happens_and_begins_with_what_it_shows(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    page = parsed((await officer.get("/tickets")).text)
    (version,) = page.xpath("//div[@id='list']/@data-version")
    (address,) = page.xpath("//div[@id='list']/@sse-connect")
    async with _stream(officer, address.removeprefix("/desk")) as stream:
        assert await _next_event(stream) == version
        desk.registry.tickets.accept(number, BUREAU)
        assert await _next_event(stream) != version


async def test_two_officers_on_one_ticket_see_each_other_until_one_leaves(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    first, second = await sign_in(), await sign_in(bureau=SUPPORTING)
    told = f"{second.officer.name}（{SUPPORTING}）正在查看"

    async with _stream(first, f"/tickets/{number}/live") as stream:
        alone = await _next_event(stream)
        async with _stream(second, f"/tickets/{number}/live") as other:
            await _next_event(other)
            assert await _next_event(stream) != alone
            beside = await first.get(f"/tickets/{number}/beside?sequence=1")
            assert words(parsed(beside.text), "//p") == [told]
            assert told in (await first.get(f"/tickets/{number}")).text
            assert told not in (await second.get(f"/tickets/{number}")).text
        assert await _next_event(stream) == alone
    assert told not in (await first.get(f"/tickets/{number}/beside?sequence=1")).text
    await _until(lambda: desk.presences.others(number, "nobody"), ())


async def test_what_happens_meanwhile_is_told_beside_what_is_being_typed(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    async with _stream(officer, f"/tickets/{number}/live") as stream:
        assert (await _next_event(stream)).split() == ["1"]
        desk.registry.tickets.enlist(number, OTHER_BUREAU, BUREAU, "请核对税收")
        assert (await _next_event(stream)).split() == ["2"]
    beside = parsed((await officer.get(f"/tickets/{number}/beside?sequence=1")).text)
    assert f"{BUREAU}：增加配合单位" in words(beside, "//li")[0]
    assert words(parsed((await officer.get(f"/tickets/{number}/beside?sequence=2")).text), "//li") == []
    for odd in ("", "x", "9" * 30):
        assert words(parsed((await officer.get(f"/tickets/{number}/beside?sequence={odd}")).text), "//li") == []
