"""POST /api/leads: a lead in one request, and everything that is not one."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks import Webhook

from actions.registry import Registry, open_registry
from actions.settings import read_ticket_settings
from actions.tickets.model import Ticket
from actions.tickets.register import utc_now
from bot.channels.portal.schema import read_lead_request
from bot.channels.web.views import OPENAPI
from bot.http.errors import BadInput
from bot.intake import intake_application
from bot.keys import TICKETS
from bot.settings import Settings
from bot.tickets import ticket_desk
from tests.bot.bureau_double import LAND_SECRET, OLD_LAND_SECRET, BureauDouble
from tests.bot.conftest import Client
from tests.postgres import drop_database, fresh_database, server_or_skip

CONSENT = {"agreed": True, "version": "2026-11"}
LEAD: dict[str, Any] = {
    "company": "东莞宏达电子有限公司",
    "contact": "王小明",
    "phone": "13712345678",
    "industry": "小家电制造",
    "need": "需要50亩工业用地，并了解落户流程",
    "consent": CONSENT,
}
EVERYTHING = {
    **LEAD,
    "investment": "三亿五千万",
    "land": "５０亩",
    "district": "廉江",
    "time": "明年上半年",
    "track": "environmental-approval",
    "details": {"park": "廉江高新区", "project": "年产50万台小家电生产线"},
}
MISSING = object()
SCRIPT, SQL, LONG = "<script>alert(1)</script>", "'; DROP TABLE tickets; --", "a" * 10_000


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """What the fields are read with: the office's own files."""
    settings = read_ticket_settings({"DATA_DIR": str(tmp_path_factory.mktemp("var"))})
    with open_registry(settings, {}) as opened:
        yield opened


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """URL of a private server."""
    with server_or_skip() as url:
        yield url


def _tickets(client: Client) -> tuple[Ticket, ...]:
    return client.app[TICKETS].registry.tickets.latest()


def _described(name: str) -> jsonschema.Draft202012Validator:
    components = json.loads(OPENAPI.read_text(encoding="utf-8"))["components"]
    return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": components})


def _shown(value: object) -> str:
    """In the name of a test, which cannot hold every character."""
    return "".join(c if c.isprintable() else "?" for c in str(value))[:40]


def _with(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**LEAD, **changes}.items() if value is not MISSING}


async def _post(client: Client, body: Any, key: str | None = None) -> tuple[int, Any]:
    response = await client.post("/api/leads", json=body, headers={"Idempotency-Key": key} if key is not None else {})
    return response.status, await response.json()


async def _code(client: Client, body: Any, key: str | None = None) -> tuple[int, str]:
    status, told = await _post(client, body, key)
    return status, told["error"]["code"]


async def test_a_lead_becomes_a_ticket_with_the_plans_bureaus(client: Client) -> None:
    status, told = await _post(client, {**LEAD, "clause": "task-09"})
    assert status == 201
    _described("LeadReply").validate(told)
    assert told["bureaus"]["principal"] == ["市自然资源局"]
    assert (told["joined"], told["sheet"]) == (False, None)
    (ticket,) = _tickets(client)
    assert (ticket.number, ticket.clause, ticket.channel, ticket.conversation) == (told["ticket"], "task-09", "portal", "")
    assert ticket.person
    assert (ticket.person.name, ticket.person.phone, ticket.consent.version) == ("王小明", "+8613712345678", "2026-11")


async def test_every_field_is_read_as_the_chat_reads_it(client: Client) -> None:
    jsonschema.validate(EVERYTHING, _described("LeadRequest").schema)
    status, told = await _post(client, EVERYTHING)
    assert status == 201
    (ticket,) = _tickets(client)
    assert (ticket.investment_yuan, ticket.land_square_metres, ticket.district) == (350_000_000, 33_333, "廉江市")
    assert (ticket.time, ticket.clause, ticket.track) == ("明年上半年", "task-12", "environmental-approval")
    assert ticket.details == {"project": "年产50万台小家电生产线", "park": "廉江高新区"}
    assert told["bureaus"]["principal"] == ["市生态环境局"]
    assert told["bureaus"]["district"] == ["廉江市政府"]
    assert told["sheet"].startswith(f"https://zixun.example.gov.cn/sheets/{told['ticket']}/")


async def test_the_bureau_is_told_at_once_with_a_signature_that_old_and_new_secret_verify(client: Client, bureau: BureauDouble) -> None:
    _, told = await _post(client, {**LEAD, "clause": "task-09"})
    (arrived,) = await bureau.wait_for(1)
    for secret in (LAND_SECRET, OLD_LAND_SECRET):
        Webhook(secret).verify(arrived.body, dict(arrived.headers))
    payload = arrived.json
    assert (payload["type"], payload["data"]["ticket"]) == ("ticket.opened", told["ticket"])
    assert payload["data"]["contact"] == {"name": "王小明", "phone": "+8613712345678"}
    assert payload["data"]["links"]["callback"] == "https://zixun.example.gov.cn/api/callbacks/natural-resources"


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [
        ("phone", "１３７１２３４５６７８", "+8613712345678"),
        ("phone", "一三七一二三四五六七八", "+8613712345678"),
        ("phone", "0759-2345678", "+867592345678"),
        ("phone", "852 61234567", "+85261234567"),
        ("phone", "853 66123456", "+85366123456"),
        ("investment", "３．５亿", 350_000_000),
        ("investment", "五千万元", 50_000_000),
        ("land", "五十亩", 33_333),
        ("land", "３万平方米", 30_000),
        ("district", "都可以", ""),
        ("district", "遂溪縣", "遂溪县"),
        ("time", "還沒定", "還沒定"),
        ("company", "ＡＢＣ電子有限公司", "ABC電子有限公司"),
        ("company", "东莞\u0000宏达\u202e电子有限公司", "东莞宏达电子有限公司"),
        ("need", SCRIPT, SCRIPT),
        ("need", "我想问" + SQL, "我想问" + SQL),
        ("need", "第一行\n第二行\u0007", "第一行 第二行"),
        ("need", "\ud800要五十亩地", "要五十亩地"),
    ],
    ids=lambda value: _shown(value),
)
def test_other_widths_numerals_and_invisible_characters_are_understood(registry: Registry, field: str, written: str, kept: Any) -> None:
    lead = read_lead_request(json.dumps({**LEAD, field: written}).encode(), None, registry, utc_now())
    read = {"phone": lead.person.phone, "investment": lead.investment_yuan, "land": lead.land_square_metres, "district": lead.district}
    assert {**read, "time": lead.time, "company": lead.company, "need": lead.need}[field] == kept


NO_WORDS: list[Any] = [SCRIPT, SQL, LONG, 7, ["x"], {"x": "y"}, True]
NO_NEEDS: list[Any] = [LONG, "😀😀", "？？？", "啊啊啊啊啊啊", 7, []]
NO_DETAILS: list[Any] = [[], 0, False, "", "x", [["purpose", "买设备"]]]
NO_CONSENT: list[Any] = [MISSING, None, True, "yes", [], {}, {"version": "2026-11"}]
REFUSED: list[tuple[dict[str, Any], str]] = [
    *(
        ({field: written}, f"missing_{field}")
        for field in ("company", "contact", "phone", "industry", "need")
        for written in (MISSING, " ")
    ),
    *(({field: None}, f"missing_{field}") for field in ("company", "phone")),
    *(
        ({field: written}, f"invalid_{field}")
        for field in ("company", "contact", "industry", "time", "phone", "investment", "land", "district")
        for written in NO_WORDS
        if not (field in ("company", "industry") and written == SQL)  # kept as the text that it is, see below
    ),
    *(({"need": written}, "invalid_need") for written in NO_NEEDS),
    ({"company": "不告诉你"}, "invalid_company"),
    ({"company": "\u200b\u200d"}, "invalid_company"),
    ({"contact": "13712345678"}, "invalid_contact"),
    ({"industry": "？"}, "invalid_industry"),
    ({"phone": "12345"}, "invalid_phone"),
    ({"phone": "+1 212 555 0100"}, "invalid_phone"),
    ({"phone": "13712345678转8"}, "invalid_phone"),
    ({"investment": "很多"}, "invalid_investment"),
    ({"investment": "-3亿"}, "invalid_investment"),
    ({"investment": "9" * 400 + "亿"}, "invalid_investment"),
    ({"investment": "3亿美元"}, "invalid_investment"),
    ({"land": "零亩"}, "invalid_land"),
    ({"land": "100平方公里亩亿"}, "invalid_land"),
    ({"district": "广州"}, "invalid_district"),
    ({"district": "廉江或者遂溪"}, "invalid_district"),
    ({"time": "不要问"}, "invalid_time"),
    ({"clause": "task-99"}, "invalid_clause"),
    ({"clause": "../../etc/passwd"}, "invalid_clause"),
    ({"clause": 9}, "invalid_clause"),
    ({"clause": ["task-09"]}, "invalid_clause"),
    ({"clause": "task-09", "track": "credit", "details": {"purpose": "买设备"}}, "invalid_clause"),
    ({"track": "fast"}, "invalid_track"),
    ({"track": ["credit"]}, "invalid_track"),
    ({"track": "credit"}, "missing_details"),
    ({"track": "credit", "details": {"purpose": " "}}, "missing_details"),
    ({"track": "credit", "details": {"purpose": 5}}, "invalid_details"),
    ({"track": "credit", "details": {"purpose": LONG}}, "invalid_details"),
    ({"track": "credit", "details": {"purpose": "买设备", "project": "x"}}, "invalid_details"),
    *(({"track": "credit", "details": odd}, "invalid_details") for odd in NO_DETAILS),
    ({"details": {"purpose": "买设备"}}, "invalid_details"),
    *(({"consent": odd}, "consent_required") for odd in NO_CONSENT),
    *(({"consent": {**CONSENT, "agreed": odd}}, "consent_required") for odd in (False, "true", 1, None)),
    *(({"consent": {"agreed": True, "version": odd}}, "consent_outdated") for odd in ("2026-10", "", None, 2026, ["2026-11"])),
    ({"consent": {"agreed": True}}, "consent_outdated"),
    ({"companyname": "x"}, "unknown_field"),
    ({"<script>": "x"}, "unknown_field"),
    ({"\ud800": "x"}, "unknown_field"),
    ({"bureau": "市财政局"}, "unknown_field"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED, ids=[f"{_shown(c)} {code}" for c, code in REFUSED])
def test_bad_input_is_refused_by_field_and_not_echoed(registry: Registry, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_lead_request(json.dumps(_with(changes)).encode(), None, registry, utc_now())
    assert (refused.value.status, refused.value.code) == (400, code)
    for sent in ("script", "DROP", "aaaa", "王小明", "13712345678", "passwd", "\ud800"):
        assert sent not in refused.value.message


@pytest.mark.parametrize("changes", [{"phone": SCRIPT}, {"consent": None}, {"\ud800": 1}, {"need": LONG}, {"track": "credit"}], ids=_shown)
async def test_of_a_refused_lead_nothing_is_kept(client: Client, log_lines: list[dict[str, object]], changes: dict[str, Any]) -> None:
    response = await client.post("/api/leads", json=_with(changes))
    assert response.status == 400
    _described("Error").validate(await response.json())
    assert _tickets(client) == ()
    assert not any(line["event"] == "request_failed" for line in log_lines)


async def test_sql_is_text_like_any_other_and_the_register_stays(client: Client) -> None:
    assert (await _post(client, {**LEAD, "company": SQL, "industry": SQL, "need": SQL}))[0] == 201
    assert (await _post(client, {**LEAD, "phone": "13900139000"}))[0] == 201
    assert [(ticket.industry, ticket.need) for ticket in _tickets(client)] == [
        (LEAD["industry"], LEAD["need"]),
        (SQL.removeprefix("'; "), SQL),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b"7", b"\xff\xfe", b"[" * 16_000, b'{"company": ' + b"9" * 10_000 + b"}", b"company=x&phone=1"],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_object_is_refused(registry: Registry, body: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_lead_request(body, None, registry, utc_now())
    assert refused.value.code == "invalid_json"


async def test_without_agreement_the_other_fields_are_not_even_looked_at(client: Client) -> None:
    assert await _code(client, {"company": SCRIPT}) == (400, "consent_required")


async def test_the_text_to_agree_to_can_be_asked_for(client: Client) -> None:
    response = await client.get("/api/consent")
    told = await response.json()
    assert response.status == 200
    _described("ConsentText").validate(told)
    assert "办结365天后删除" in told["text"]
    assert (await _post(client, {**LEAD, "consent": {"agreed": True, "version": told["version"]}}))[0] == 201


# The same lead again.


async def test_the_same_key_gets_the_same_reply_and_makes_no_second_ticket(client: Client, bureau: BureauDouble) -> None:
    body = {**LEAD, "clause": "task-09"}
    first = await _post(client, body, "key-1")
    assert await _post(client, body, "key-1") == first
    assert first[0] == 201
    assert first[1]["joined"] is False, "repeating a request is not repeating a need"
    assert len(_tickets(client)) == 1
    await bureau.wait_for(1)
    await asyncio.sleep(0.1)
    assert len(bureau.arrived) == 1


async def test_the_order_and_the_writing_of_fields_make_no_other_lead(client: Client) -> None:
    first = await _post(client, EVERYTHING, "key-1")
    details = dict(reversed(EVERYTHING["details"].items()))
    turned = dict(reversed({**EVERYTHING, "details": details, "phone": "137 1234 5678", "land": "50亩"}.items()))
    assert await _post(client, turned, "key-1") == first


@pytest.mark.parametrize("changes", [{"need": "想办贷款"}, {"phone": "13900139000"}, {"contact": "陈大文"}, {"land": "50亩"}], ids=str)
async def test_a_key_that_was_used_for_another_lead_is_a_conflict(client: Client, changes: dict[str, Any]) -> None:
    await _post(client, LEAD, "key-1")
    assert await _code(client, {**LEAD, **changes}, "key-1") == (409, "idempotency_conflict")
    (ticket,) = _tickets(client)
    assert ticket.sequence == 1
    assert (await _post(client, {**LEAD, "phone": "13900139000"}, "key-2"))[0] == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "a" * 129], ids=repr)
async def test_an_odd_key_is_refused(client: Client, key: str) -> None:
    assert await _code(client, LEAD, key) == (400, "invalid_idempotency_key")
    assert _tickets(client) == ()


async def test_a_refused_request_uses_no_key_up(client: Client) -> None:
    assert await _code(client, _with({"phone": "x"}), "key-1") == (400, "invalid_phone")
    assert (await _post(client, LEAD, "key-1"))[0] == 201


async def test_without_a_key_the_same_person_and_need_join_the_open_ticket(client: Client) -> None:
    _, first = await _post(client, LEAD)
    _, second = await _post(client, LEAD)
    assert (second["ticket"], first["joined"], second["joined"]) == (first["ticket"], False, True)
    assert len(_tickets(client)) == 1
    _, other = await _post(client, {**LEAD, "phone": "13900139000"})
    assert other["joined"] is False


# When things go wrong.


async def test_a_locked_database_takes_nothing_and_says_so(client: Client, data_dir: Path, log_lines: list[dict[str, object]]) -> None:
    with closing(sqlite3.connect(data_dir / "tickets.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        response = await client.post("/api/leads", json=LEAD, headers={"Idempotency-Key": "key-1"})
        told = await response.json()
    assert (response.status, told["error"]["code"]) == (503, "leads_unavailable")
    assert "没有保存任何信息" in told["error"]["message"]
    assert int(response.headers["Retry-After"]) > 0
    assert _tickets(client) == ()
    assert [line["reason"] for line in log_lines if line["event"] == "lead_not_taken"] == ["OperationalError"]
    assert (await _post(client, LEAD, "key-1"))[0] == 201, "the same request can be sent again"


async def test_neither_logs_nor_replies_hold_name_phone_or_need(client: Client, log_lines: list[dict[str, object]]) -> None:
    replies = [await _post(client, EVERYTHING, "key-1"), await _post(client, {**EVERYTHING, "time": "明年"}, "key-1")]
    replies.append(await _post(client, {**EVERYTHING, "phone": "1371234567"}))
    assert [status for status, _ in replies] == [201, 409, 400]
    logged = json.dumps(log_lines, ensure_ascii=False, default=str)
    for private in ("王小明", "13712345678", "宏达", "工业用地", "key-1"):
        assert private not in logged
        assert private not in json.dumps([told for status, told in replies if status != 400], ensure_ascii=False)


async def test_the_rate_limit_counts_leads_too(client: Client) -> None:
    statuses = [(await _post(client, {}))[0] for _ in range(31)]
    assert statuses == [400] * 30 + [429]


async def test_on_postgresql_identical_leads_at_the_same_time_make_one_ticket(
    settings: Settings, postgres_server: str, bureau: BureauDouble
) -> None:
    logger = structlog.wrap_logger(structlog.ReturnLogger())
    database = fresh_database(postgres_server)
    ours = replace(settings, rate_limit_per_minute=0, tickets=replace(settings.tickets, database_url=database))
    async with ticket_desk(ours.tickets, logger) as desk, TestClient(TestServer(intake_application(ours, logger, desk))) as client:
        body = {**LEAD, "clause": "task-09"}
        same = await asyncio.gather(*(_post(client, body, "key-1") for _ in range(12)))
        assert {status for status, _ in same} == {201}
        assert len({told["ticket"] for _, told in same}) == 1
        assert {told["joined"] for _, told in same} == {False}
        joined = await asyncio.gather(*(_post(client, {**body, "phone": "13900139000"}) for _ in range(12)))
        assert [status for status, _ in joined] == [201] * 12
        assert sorted(told["joined"] for _, told in joined) == [False] + [True] * 11
        assert len(_tickets(client)) == 2
    drop_database(postgres_server, database)
