"""The printable service sheet of a ticket: for whoever has its address, and without what must not be passed around."""

from __future__ import annotations

from typing import Any

import lxml.html  # type: ignore[import-untyped]
import pytest
from yarl import URL

from bot.keys import TICKETS
from tests.bot.conftest import Client

LEAD = {
    "company": "东莞宏达电子有限公司",
    "contact": "王小明",
    "phone": "13712345678",
    "industry": "小家电制造",
    "need": "请王小明处理，电话13712345678，<script>alert(1)</script>",
    "investment": "3亿5千万",
    "land": "50亩",
    "district": "廉江",
    "time": "明年",
    "track": "environmental-approval",
    "details": {"project": '"><img src=x onerror=alert(1)>年产50万台', "park": "廉江高新区，联系13712345678"},
    "consent": {"agreed": True, "version": "2026-11"},
}


async def _lead(client: Client, **changes: Any) -> Any:
    response = await client.post("/api/leads", json={**LEAD, **changes})
    assert response.status == 201
    return await response.json()


@pytest.fixture
async def path(client: Client) -> str:
    """Where the sheet of a new ticket is."""
    return URL((await _lead(client))["sheet"]).path


async def test_the_sheet_shows_the_project_the_bureau_and_the_plans_words(client: Client, path: str) -> None:
    response = await client.get(path)
    assert (response.status, response.content_type, response.charset) == (200, "text/html", "utf-8")
    text = lxml.html.fromstring(await response.text()).text_content()
    for part in ("环评审批服务单", path.split("/")[2], "东莞宏达电子有限公司", "小家电制造", "3.5 亿元", "50 亩", "廉江市", "市生态环境局"):
        assert part in text
    for sentence in client.app[TICKETS].registry.office.current.track_by_id["environmental-approval"].policies:
        assert sentence in text


async def test_neither_phone_nor_name_is_on_it_and_nothing_becomes_markup(client: Client, path: str) -> None:
    source = await (await client.get(path)).text()
    for private in ("13712345678", "+86", "王小明", "1371"):
        assert private not in source
    page = lxml.html.fromstring(source)
    assert not list(page.iter("script", "img", "b"))
    assert '"><img src=x onerror=alert(1)>年产50万台' in page.text_content()


async def test_its_stylesheet_is_served_and_allowed(client: Client, path: str) -> None:
    response = await client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "style-src 'self'" in policy
    assert "default-src 'none'" in policy
    (href,) = lxml.html.fromstring(await response.text()).xpath("//link[@rel='stylesheet']/@href")
    style = await client.get(str(URL(path).join(URL(href))))
    assert (style.status, style.content_type) == (200, "text/css")
    assert "@page" in await style.text()


async def test_it_is_kept_by_nobody_and_tells_nobody_where_it_was_read(
    client: Client, path: str, log_lines: list[dict[str, object]]
) -> None:
    response = await client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert path.split("/")[3] not in str(log_lines), "who reads the log must not be able to open it"


async def test_only_the_whole_address_opens_it(client: Client, path: str) -> None:
    other = URL((await _lead(client, phone="13900139000"))["sheet"]).path
    _, _, number, mark = path.split("/")
    wrong = [
        f"/sheets/{number}/{'0' * len(mark)}",
        f"/sheets/{number}/{mark[:-1]}",
        f"/sheets/{number}/{mark}0",
        f"/sheets/{number}/{mark.upper()}",
        f"/sheets/{number.lower()}/{mark}",
        f"/sheets/{number}/{other.split('/')[3]}",
        f"/sheets/{other.split('/')[2]}/{mark}",
        f"/sheets/{number}/",
        f"/sheets/{number}",
        f"/sheets/{number}/{mark}/",
        f"/sheets/{number}/..%2f{mark}",
        f"/sheets/%ff%00/{mark}",
        f"/sheets/%ed%a0%80/{mark}",
        f"/sheets/{'x' * 4000}/{mark}",
        f"/sheets/{number}/%E5%8D%B0",
        "/sheets/../settings.py",
    ]
    texts = set()
    for address in wrong:
        response = await client.get(URL(address, encoded=True))
        assert response.status == 404, address
        texts.add(await response.text())
    assert len(texts) == 1
    assert (await client.get(path)).status == 200
    assert (await client.get(other)).status == 200


async def test_a_ticket_of_an_ordinary_lead_has_none(client: Client) -> None:
    told = await _lead(client, track=None, details=None)
    assert told["sheet"] is None
    assert (await client.get(client.app[TICKETS].sheet_path(told["ticket"]))).status == 404


async def test_a_number_that_was_never_given_has_none_whatever_the_mark(client: Client) -> None:
    assert (await client.get(client.app[TICKETS].sheet_path("ZJ-261125-7K3QXM"))).status == 404


async def test_once_the_person_is_erased_the_sheet_is_gone(client: Client, path: str) -> None:
    client.app[TICKETS].registry.tickets.erase(path.split("/")[2])
    response = await client.get(path)
    assert response.status == 404
    assert "宏达" not in await response.text()
