"""POST /api/callbacks/{bureau}: only the bureau itself can tell, once, what became of its tickets."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer

from actions.tickets.model import EventKind, State
from actions.tickets.register import Standing
from bot.channels.web.views import OPENAPI
from bot.intake import intake_application
from bot.keys import TICKETS
from bot.settings import Settings
from bot.tickets import ticket_desk
from tests.bot.bureau_double import ECOLOGY_SECRET, LAND_SECRET, OLD_LAND_SECRET, ROBOT_SECRET, STRANGER_SECRET, BureauDouble, signed
from tests.bot.conftest import Client
from tests.postgres import drop_database, fresh_database, server_or_skip

LEAD = {
    "company": "东莞宏达电子有限公司",
    "contact": "王小明",
    "phone": "13712345678",
    "industry": "小家电制造",
    "need": "想要工业用地",
    "clause": "task-09",
    "consent": {"agreed": True, "version": "2026-11"},
}
LAND = "natural-resources"
NUMBER = "ZJ-261125-7K3QXM"


@pytest.fixture
def rate_limit() -> int:
    """None, for there is much to be refused."""
    return 0


@pytest.fixture
async def ticket(client: Client) -> str:
    """Number of a new ticket, for 市自然资源局."""
    return await _open(client)


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """URL of a private server."""
    with server_or_skip() as url:
        yield url


async def _open(client: Client) -> str:
    response = await client.post("/api/leads", json=LEAD)
    assert response.status == 201
    return str((await response.json())["ticket"])


async def _open_track(client: Client) -> str:
    """Number of a new ticket, for 市生态环境局 with the help of 市工业和信息化局."""
    changes = {"clause": None, "track": "environmental-approval", "details": {"project": "小家电生产线"}, "phone": "13900139000"}
    response = await client.post("/api/leads", json={**LEAD, **changes})
    assert response.status == 201
    return str((await response.json())["ticket"])


def _body(type_: str, ticket: str, comment: str | None = None) -> bytes:
    told = {"ticket": ticket} if comment is None else {"ticket": ticket, "comment": comment}
    return json.dumps({"type": f"ticket.{type_}", "timestamp": "2026-11-25T08:00:00Z", "data": told}, ensure_ascii=False).encode()


async def _call(client: Client, body: bytes, headers: Mapping[str, str], bureau: str = LAND) -> tuple[int, Any]:
    response = await client.post(f"/api/callbacks/{bureau}", data=body, headers=headers)
    return response.status, await response.json()


async def _tell(client: Client, type_: str, ticket: str, comment: str | None = None, id_: str = "msg_1") -> tuple[int, Any]:
    body = _body(type_, ticket, comment)
    return await _call(client, body, signed(body, LAND_SECRET, id_))


def _standing(client: Client, ticket: str) -> Standing:
    return client.app[TICKETS].registry.tickets.standing(ticket)


def _is_untouched(client: Client, ticket: str) -> bool:
    standing = _standing(client, ticket)
    return standing.ticket.state is State.NEW and not standing.replies and [e.kind for e in standing.events] == [EventKind.OPENED]


# What a bureau may do.


async def test_a_bureau_accepts_comments_and_closes(client: Client, ticket: str) -> None:
    described = json.loads(OPENAPI.read_text(encoding="utf-8"))
    schema = {"$ref": "#/components/schemas/CallbackReply", "components": described["components"]}
    for position, (type_, comment, state) in enumerate(
        [("accepted", None, "assigned"), ("commented", "请补充\n用地位置。", "answered"), ("closed", "已电话答复。", "closed")]
    ):
        status, told = await _tell(client, type_, ticket, comment, f"msg_{position}")
        assert (status, told) == (200, {"ticket": ticket, "state": state})
        jsonschema.validate(told, schema)
    standing = _standing(client, ticket)
    assert [event.kind for event in standing.events[1:]] == [EventKind.ACCEPTED, EventKind.COMMENTED, EventKind.CLOSED]
    assert {event.by for event in standing.events[1:]} == {"市自然资源局"}
    assert [reply.text for reply in standing.replies] == ["请补充 用地位置。", "已电话答复。"]


async def test_the_call_back_of_a_delivery_goes_to_its_own_link(client: Client, bureau: BureauDouble, ticket: str) -> None:
    (arrived,) = await bureau.wait_for(1)
    link = arrived.json["data"]["links"]["callback"].removeprefix("https://zixun.example.gov.cn")
    body = _body("accepted", arrived.json["data"]["ticket"])
    response = await client.post(link, data=body, headers=signed(body, LAND_SECRET))
    assert (response.status, (await response.json())["ticket"]) == (200, ticket)


async def test_while_a_secret_is_replaced_both_are_good(client: Client, ticket: str) -> None:
    first, then = _body("accepted", ticket), _body("commented", ticket, "请补充。")
    assert (await _call(client, first, signed(first, OLD_LAND_SECRET, "msg_1")))[0] == 200
    assert (await _call(client, then, signed(then, LAND_SECRET, "msg_2")))[0] == 200


async def test_one_of_several_signatures_is_enough(client: Client, ticket: str) -> None:
    body = _body("accepted", ticket)
    headers = signed(body, LAND_SECRET)
    forged = signed(body, STRANGER_SECRET)["webhook-signature"]
    headers["webhook-signature"] = f"v1a,AAAA {forged} {headers['webhook-signature']}"
    assert (await _call(client, body, headers))[0] == 200


async def test_a_repeated_call_back_is_answered_alike_and_has_no_second_effect(client: Client, ticket: str) -> None:
    first = await _tell(client, "commented", ticket, "请补充。")
    assert await _tell(client, "commented", ticket, "请补充。") == first
    assert await _tell(client, "closed", ticket, id_="msg_2") == (200, {"ticket": ticket, "state": "closed"})
    assert await _tell(client, "closed", ticket, id_="msg_2") == (200, {"ticket": ticket, "state": "closed"})
    standing = _standing(client, ticket)
    assert [event.kind for event in standing.events] == [EventKind.OPENED, EventKind.COMMENTED, EventKind.CLOSED]
    assert len(standing.replies) == 1


async def test_the_same_id_of_another_bureau_is_another_call_back(client: Client) -> None:
    other = await _open_track(client)
    ticket = await _open(client)
    assert (await _tell(client, "accepted", ticket))[0] == 200
    body = _body("accepted", other)
    assert (await _call(client, body, signed(body, ECOLOGY_SECRET), "ecology-environment"))[0] == 200
    assert _standing(client, other).ticket.state is State.ASSIGNED


async def test_a_transition_that_is_not_allowed_is_refused_and_uses_up_no_id(client: Client, ticket: str) -> None:
    await _tell(client, "closed", ticket)
    for type_ in ("accepted", "commented", "closed"):
        status, told = await _tell(client, type_, ticket, "还有一句", f"msg_{type_}")
        assert (status, told["error"]["code"]) == (409, "transition_refused")
    assert [reply.text for reply in _standing(client, ticket).replies] == [], "nothing of a refused one is kept"
    client.app[TICKETS].registry.tickets.reopen(ticket, "经办人", "企业来电")
    assert (await _tell(client, "accepted", ticket, id_="msg_accepted"))[0] == 200


# What nobody may do.


def _forged(ticket: str) -> dict[str, tuple[str, bytes, dict[str, str]]]:
    """Call-backs that must not count: bureau, body and headers."""
    body = _body("closed", ticket)
    good = signed(body, LAND_SECRET)
    return {
        "unsigned": (LAND, body, {}),
        "no id": (LAND, body, {name: value for name, value in good.items() if name != "webhook-id"}),
        "no time": (LAND, body, {name: value for name, value in good.items() if name != "webhook-timestamp"}),
        "no signature": (LAND, body, {name: value for name, value in good.items() if name != "webhook-signature"}),
        "empty": (LAND, body, {**good, "webhook-signature": ""}),
        "nonsense": (LAND, body, {**good, "webhook-signature": "signed, honestly"}),
        "no comma": (LAND, body, {**good, "webhook-signature": "v1"}),
        "not Base64": (LAND, body, {**good, "webhook-signature": "v1,是我"}),
        "another version": (LAND, body, {**good, "webhook-signature": good["webhook-signature"].replace("v1", "v2")}),
        "a stranger's": (LAND, body, signed(body, STRANGER_SECRET)),
        "another bureau's": (LAND, body, signed(body, ECOLOGY_SECRET)),
        "another body": (LAND, _body("accepted", ticket), good),
        "one space more": (LAND, body + b" ", good),
        "another id": (LAND, body, {**good, "webhook-id": "msg_2"}),
        "another time": (LAND, body, {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        "time is nonsense": (LAND, body, {**good, "webhook-timestamp": "nan"}),
        "stale": (LAND, body, signed(body, LAND_SECRET, seconds_ago=302)),
        "from the future": (LAND, body, signed(body, LAND_SECRET, seconds_ago=-302)),
        "unknown bureau": ("nobody", body, good),
        "by its name": ("市自然资源局", body, good),
        "in capitals": ("NATURAL-RESOURCES", body, good),
        "up and down": ("..%2fnatural-resources", body, good),
        "odd bytes": ("%ff%00", body, good),
        "bureau without endpoint": ("tax", body, signed(body, "whsec_" + "AAAA" * 8)),
        "DingTalk robot": ("fiscal", body, signed(body, ROBOT_SECRET)),
        "Feishu robot": ("education", body, signed(body, ROBOT_SECRET)),
        "WeCom robot": ("science-technology", body, signed(body, ROBOT_SECRET)),
        "e-mail": ("commerce", body, signed(body, ROBOT_SECRET)),
        "not UTF-8": (LAND, b"\xff\xfe", good),
        "no JSON, and not signed": (LAND, b"{", {}),
    }


async def test_what_is_not_signed_by_the_bureau_is_refused_alike_and_changes_nothing(
    client: Client, ticket: str, log_lines: list[dict[str, object]]
) -> None:
    replies = {}
    for name, (bureau, body, headers) in _forged(ticket).items():
        response = await client.post(f"/api/callbacks/{bureau}", data=body, headers=headers)
        kept = {header: value for header, value in response.headers.items() if header not in ("Date", "X-Request-ID")}
        replies[name] = (response.status, await response.text(), kept)
    assert {name: status for name, (status, _, _) in replies.items() if status != 401} == {}
    assert len({(text, tuple(kept.items())) for _, text, kept in replies.values()}) == 1, "nobody learns which bureaus there are"
    assert json.loads(next(iter(replies.values()))[1])["error"]["code"] == "invalid_signature"
    assert _is_untouched(client, ticket)
    assert not any(line["event"] == "request_failed" for line in log_lines)
    assert "whsec" not in json.dumps(log_lines, default=str)


async def test_a_minute_or_four_off_is_near_enough(client: Client, ticket: str) -> None:
    late, early = _body("accepted", ticket), _body("commented", ticket, "请补充。")
    assert (await _call(client, late, signed(late, LAND_SECRET, "msg_1", seconds_ago=290)))[0] == 200
    assert (await _call(client, early, signed(early, LAND_SECRET, "msg_2", seconds_ago=-290)))[0] == 200


async def test_another_bureaus_ticket_is_as_unknown_as_none(client: Client, ticket: str) -> None:
    other = _body("closed", ticket, "越权")
    none = _body("closed", NUMBER, "越权")
    replies = [
        await _call(client, other, signed(other, ECOLOGY_SECRET), "ecology-environment"),
        await _call(client, none, signed(none, ECOLOGY_SECRET), "ecology-environment"),
        await _call(client, none, signed(none, LAND_SECRET)),
    ]
    assert [(status, told["error"]["code"]) for status, told in replies] == [(404, "ticket_not_found")] * 3
    assert _is_untouched(client, ticket)


async def test_a_ticket_that_went_to_another_bureau_is_not_the_old_ones_any_more(client: Client, ticket: str) -> None:
    client.app[TICKETS].registry.tickets.reassign(ticket, "市生态环境局", "经办人", "实为环评")
    assert (await _tell(client, "accepted", ticket))[0] == 404
    body = _body("accepted", ticket)
    assert (await _call(client, body, signed(body, ECOLOGY_SECRET), "ecology-environment"))[0] == 200


async def test_our_own_delivery_sent_back_is_no_call_back(client: Client, bureau: BureauDouble) -> None:
    """It is signed with the same secret, and ticket.closed means something both ways."""
    number = await _open_track(client)
    desk = client.app[TICKETS]
    await desk.changing(desk.registry.tickets.close, number, "市工业和信息化局")
    await bureau.wait_for(3)
    (closed,) = [arrived for arrived in bureau.arrived if arrived.json["type"] == "ticket.closed"]
    desk.registry.tickets.reopen(number, "经办人", "企业来电")
    headers = {name: value for name, value in closed.headers.items() if name.lower().startswith("webhook-")}
    status, told = await _call(client, closed.body, headers, "ecology-environment")
    assert (status, told["error"]["code"]) == (400, "unknown_field")
    assert _standing(client, number).ticket.state is State.REOPENED


# Signed, and odd all the same.

NO_TYPES: list[Any] = [[], {}, 5, None, "ticket.opened", "x"]
NO_DATA: list[Any] = [[], 5, None, "x"]
NO_COMMENTS: list[Any] = [5, [], {}, True]
NO_TICKETS: list[Any] = [
    *(None, 5, [], "", "x", "../..", "ZJ-1", "'; DROP TABLE tickets; --"),
    *(f"{NUMBER} 和 ZJ-261125-222222", f"{NUMBER}5", f"关于{NUMBER}", NUMBER.translate({ord("-"): " "}), NUMBER.replace("Z", "Ｚ")),
]
ODD: list[tuple[bytes, str]] = [
    (b"{", "invalid_json"),
    (b"", "invalid_json"),
    (b"[]", "invalid_json"),
    (b"[" * 16_000, "invalid_json"),
    (b"null", "invalid_json"),
    (b"{}", "invalid_type"),
    *((json.dumps({"type": odd, "data": {"ticket": NUMBER}}).encode(), "invalid_type") for odd in NO_TYPES),
    *((json.dumps({"type": "ticket.closed", "data": odd}).encode(), "invalid_data") for odd in NO_DATA),
    *((json.dumps({"type": "ticket.closed", "data": {"ticket": odd}}).encode(), "invalid_ticket") for odd in NO_TICKETS),
    *(
        (json.dumps({"type": "ticket.closed", "data": {"ticket": NUMBER, "comment": odd}}).encode(), "invalid_comment")
        for odd in NO_COMMENTS
    ),
    (_body("commented", NUMBER), "empty_comment"),
    (_body("commented", NUMBER, " \n\u0000\u0007 "), "empty_comment"),
    (_body("commented", NUMBER, "长" * 1001), "comment_too_long"),
    (json.dumps({"type": "ticket.commented", "data": {"ticket": NUMBER, "coment": "x"}}).encode(), "unknown_field"),
    (json.dumps({"type": "ticket.closed", "data": {"ticket": NUMBER}, "comment": "x"}).encode(), "unknown_field"),
    (json.dumps({"type": "ticket.closed", "data": {"ticket": NUMBER}, "\ud800": "x"}).encode(), "unknown_field"),
]


async def test_odd_content_is_told_by_field_once_the_signature_is_right(client: Client, log_lines: list[dict[str, object]]) -> None:
    for position, (body, code) in enumerate(ODD):
        status, told = await _call(client, body, signed(body, LAND_SECRET, f"msg_{position}"))
        assert (status, told["error"]["code"]) == (400, code), body[:60]
        assert "DROP" not in told["error"]["message"]
        assert (await _call(client, body, {}))[0] == 401, "the signature comes first"
    assert not any(line["event"] == "request_failed" for line in log_lines)


async def test_a_body_that_is_too_large_is_not_read_to_its_end(client: Client) -> None:
    body = _body("commented", NUMBER, "a" * 20_000)
    status, told = await _call(client, body, signed(body, LAND_SECRET))
    assert (status, told["error"]["code"]) == (413, "body_too_large")


async def test_a_comment_is_kept_without_what_cannot_be_seen(client: Client, ticket: str) -> None:
    assert (await _tell(client, "commented", ticket, "请\u0000补充\u0007\r\n<b>材料</b>'; DROP TABLE replies; --"))[0] == 200
    assert (await _tell(client, "commented", ticket, "长" * 1000, "msg_2"))[0] == 200
    written = json.dumps({"type": "ticket.commented", "data": {"ticket": ticket.lower(), "comment": "半个\ud83d字"}}).encode()
    assert (await _call(client, written, signed(written, LAND_SECRET, "msg_3")))[0] == 200
    texts = [reply.text for reply in _standing(client, ticket).replies]
    assert texts == ["请补充 <b>材料</b>'; DROP TABLE replies; --", "长" * 1000, "半个字"]


async def test_ids_that_are_too_long_are_refused_instead_of_mixed_up(client: Client, ticket: str) -> None:
    for tail in ("1", "2"):
        status, told = await _tell(client, "commented", ticket, "请补充。", "m" * 128 + tail)
        assert (status, told["error"]["code"]) == (400, "invalid_webhook_id")
    assert (await _tell(client, "commented", ticket, "请补充。", "m" * 128))[0] == 200
    assert (await _tell(client, "commented", ticket, "请补充。", "m" * 127))[0] == 200
    assert len(_standing(client, ticket).replies) == 2


async def test_an_erased_ticket_takes_no_more_words(client: Client, ticket: str) -> None:
    client.app[TICKETS].registry.tickets.erase(ticket)
    await _tell(client, "commented", ticket, "王小明先生您好", "msg_1")
    await _tell(client, "closed", ticket, "王小明先生再见", "msg_2")
    standing = _standing(client, ticket)
    assert "王小明" not in str((standing.replies, standing.events))


async def test_a_locked_database_asks_for_another_try_and_keeps_nothing(client: Client, ticket: str, data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "tickets.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        body = _body("accepted", ticket)
        response = await client.post(f"/api/callbacks/{LAND}", data=body, headers=signed(body, LAND_SECRET))
        told = await response.json()
    assert (response.status, told["error"]["code"]) == (503, "tickets_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert _is_untouched(client, ticket)
    assert (await _tell(client, "accepted", ticket))[0] == 200, "the same call-back can be sent again"


async def test_on_postgresql_call_backs_at_the_same_time_are_noted_once_each(settings: Settings, postgres_server: str) -> None:
    logger = structlog.wrap_logger(structlog.ReturnLogger())
    database = fresh_database(postgres_server)
    ours = replace(settings, rate_limit_per_minute=0, tickets=replace(settings.tickets, database_url=database))
    async with ticket_desk(ours.tickets, logger) as desk, TestClient(TestServer(intake_application(ours, logger, desk))) as client:
        ticket = await _open(client)
        calls = [_tell(client, "commented", ticket, f"第{i % 8}条", f"msg_{i % 8}") for i in range(24)]
        assert {status for status, _ in await asyncio.gather(*calls)} == {200}
        standing = _standing(client, ticket)
        assert sorted(reply.text for reply in standing.replies) == sorted(f"第{i}条" for i in range(8))
        assert [event.sequence for event in standing.events] == list(range(1, 10))
    drop_database(postgres_server, database)
