"""The whole way of a lead: question, abstention, form with an interruption, ticket, signed webhook, call-back, state in the chat."""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from standardwebhooks.webhooks import Webhook

from actions.simulator import BureauSimulator
from actions.tickets.number import number_in
from bot.settings import PROJECT
from tests.acceptance.conftest import Assistant, free_ports

pytestmark = pytest.mark.acceptance

BUREAU = "natural-resources"
NAME = "王小明"


@pytest.fixture(scope="module")
def secret() -> str:
    """What the bureau and we know each other by."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(scope="module")
def bureau_port() -> int:
    """Where the bureau listens."""
    (port,) = free_ports(1)
    return port


@pytest.fixture(scope="module")
def leading(start: Callable[..., Assistant], secret: str, bureau_port: int, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant of its own, with a bureau that has a server."""
    listing = yaml.safe_load((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"))
    (bureau,) = [bureau for bureau in listing["bureaus"] if bureau["id"] == BUREAU]
    address = f"http://127.0.0.1:{bureau_port}/webhook"
    bureau["endpoint"] = {"kind": "webhook", "url": address, "insecure": True, "secret_env": "BUREAU_SECRET"}
    file = tmp_path_factory.mktemp("office") / "bureaus.yml"
    file.write_text(yaml.safe_dump(listing, allow_unicode=True), encoding="utf-8")
    (port,) = free_ports(1)
    assistant = start(
        PORT=str(port),
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        BUREAUS_FILE=str(file),
        BUREAU_SECRET=secret,
        DELIVERY_ALLOW_NETWORKS=f"127.0.0.1/32:{bureau_port}",
        DELIVERY_DELAYS_SECONDS="0.2,0.2,1,1,1",
    )
    assistant.wait_until_ready()
    return assistant


@pytest.fixture
async def bureau(secret: str, bureau_port: int) -> AsyncIterator[BureauSimulator]:
    """The bureau's server, up."""
    async with BureauSimulator([secret], port=bureau_port, log=lambda line: None) as simulator:
        yield simulator


class Talk:
    """One enquirer's conversation."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.conversation_id: str | None = None

    async def say(self, text: str) -> str:
        """What the assistant says to it, all messages joined."""
        body = await asyncio.to_thread(self._assistant.chat, text, self.conversation_id)
        self.conversation_id = body["conversation_id"]
        return "\n".join(message["text"] for message in body["messages"])


async def _arrived(bureau: BureauSimulator, count: int) -> list[Any]:
    """The accepted payloads, once there are so many."""
    for _ in range(100):
        if len(bureau.accepted) >= count:
            break
        await asyncio.sleep(0.1)
    return [json.loads(arrival.body) for arrival in bureau.accepted]


async def _call_back(url: str, secret: str, kind: str, ticket: str, comment: str = "") -> tuple[int, Any]:
    body = json.dumps({"type": kind, "data": {"ticket": ticket, "comment": comment}}, ensure_ascii=False)
    now = datetime.now(timezone.utc)
    name = f"msg_{secrets.token_hex(8)}"
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body),
    }
    async with aiohttp.ClientSession() as session, session.post(url, data=body.encode(), headers=headers) as response:
        return response.status, await response.json()


async def _take_lead(talk: Talk, phone: str) -> str:
    """From the question to the ticket's number. Each enquirer has a phone of their own: the same one would repeat the first one's lead."""
    assert "方案没有" in await talk.say("每亩地多少钱")
    asked = await talk.say("联系")
    assert "您同意登记吗" in asked
    assert "每亩地多少钱" in asked, "what was not answered need not be told again"
    assert "全称" in await talk.say("同意")
    assert "怎么称呼" in await talk.say("东莞市宏达电器有限公司")
    interrupted = await talk.say("贷款有绿色通道吗")
    assert "信贷“绿色通道”" in interrupted
    assert interrupted.endswith("请问怎么称呼您？"), "the form goes on where it was"
    await talk.say(NAME)
    await talk.say(phone)
    await talk.say("小家电")
    summary = await talk.say("其余跳过")
    assert "请核对" in summary
    assert f"联系电话：{phone}" in summary
    told = await talk.say("确认提交")
    number = number_in(told)
    assert number, told
    assert "市自然资源局（牵头）" in told
    return number


async def test_a_lead_goes_from_the_question_to_the_bureau_and_back(leading: Assistant, bureau: BureauSimulator, secret: str) -> None:
    talk = Talk(leading)
    number = await _take_lead(talk, "13800138000")
    (opened, *_) = await _arrived(bureau, 1)
    assert (opened["type"], opened["data"]["ticket"], opened["data"]["to"]["role"]) == ("ticket.opened", number, "principal")
    assert opened["data"]["contact"] == {"name": NAME, "phone": "+8613800138000"}
    assert opened["data"]["need"] == "每亩地多少钱"
    assert all(arrival.verified for arrival in bureau.arrivals), "by the specification's own library"

    assert "等待受理" in await talk.say("我的申请到哪了")
    status, told = await _call_back(opened["data"]["links"]["callback"], secret, "ticket.accepted", number)
    assert (status, told["state"]) == (200, "assigned")
    assert "市自然资源局于" in await talk.say("我的申请到哪了")
    await _call_back(opened["data"]["links"]["callback"], secret, "ticket.commented", number, "请于周五前来我局面谈。")
    assert "市自然资源局答复" in await talk.say("到哪了")


async def test_another_conversation_needs_number_and_phone(leading: Assistant, bureau: BureauSimulator) -> None:
    number = await _take_lead(Talk(leading), "13800138001")
    stranger = Talk(leading)
    assert "工单编号" in await stranger.say("我的申请到哪了")
    assert "后四位" in await stranger.say(number)
    assert "没有找到" in await stranger.say("1234")
    assert "后四位" in await stranger.say(number.lower())
    assert number in await stranger.say("8001")


async def test_whoever_asks_for_it_is_erased_and_the_bureau_is_told(leading: Assistant, bureau: BureauSimulator) -> None:
    talk = Talk(leading)
    number = await _take_lead(talk, "13800138002")
    await _arrived(bureau, 1)
    assert number in await talk.say("删除我的信息")
    assert "已删除" in await talk.say("确认删除")
    payloads = await _arrived(bureau, 2)
    erased = next(payload for payload in payloads if payload["data"]["change"] and payload["data"]["change"]["kind"] == "erased")
    assert erased["data"]["contact"] is None
    assert "东莞市宏达" not in json.dumps(erased, ensure_ascii=False)
    assert "工单编号" in await talk.say("我的申请到哪了")


async def test_a_message_with_a_phone_that_wants_a_call_opens_the_form(leading: Assistant, bureau: BureauSimulator) -> None:
    talk = Talk(leading)
    told = await talk.say("我司深圳市华芯微电子有限公司，做芯片封装，计划投资12.5亿元，联系人刘志远，手机13900139000，请安排对接")
    assert "您同意登记吗" in told
    assert "刘志远" in told
    assert "方案" not in told.split("您同意登记吗")[0], "nobody asked what the plan says"
    assert "请用一两句话说明您想办的事" in await talk.say("同意"), "only what is not known yet is asked"


async def test_asking_for_a_person_in_the_form_does_not_go_round_in_circles(leading: Assistant, bureau: BureauSimulator) -> None:
    talk = Talk(leading)
    await talk.say("联系")
    assert await talk.say("有人能帮我办吗") == "登记后由责任单位的工作人员与您联系；着急可拨打政务服务便民热线12345。"


async def test_a_form_that_is_left_keeps_nothing(leading: Assistant, bureau: BureauSimulator) -> None:
    talk = Talk(leading)
    await talk.say("联系市金融局")
    await talk.say("同意")
    await talk.say("东莞市停步电子有限公司")
    assert "没有保存任何信息" in await talk.say("算了")
    assert "工单编号" in await talk.say("我的申请到哪了")
    for file in Path(leading.environment["DATA_DIR"]).glob("tickets.sqlite*"):
        assert "停步电子".encode() not in file.read_bytes()


async def test_name_and_phone_stand_nowhere_in_plain(leading: Assistant, bureau: BureauSimulator) -> None:
    await _take_lead(Talk(leading), "13800138003")
    folder = Path(leading.environment["DATA_DIR"])
    files = [*folder.glob("*.sqlite*"), *folder.glob("log/*.log")]
    assert files
    for file in files:
        content = file.read_bytes()
        assert NAME.encode() not in content, file
        assert b"13800138003" not in content, file


async def test_the_same_lead_from_another_conversation_joins_and_gives_nothing_away(leading: Assistant, bureau: BureauSimulator) -> None:
    first = Talk(leading)
    number = await _take_lead(first, "13800138004")
    other = Talk(leading)
    await other.say("每亩地多少钱")
    for said in ("联系", "同意", "东莞市宏达电器有限公司", NAME, "13800138004", "小家电", "其余跳过"):
        await other.say(said)
    told = await other.say("确认提交")
    assert "已补充到原工单" in told
    assert number not in told
    assert "工单编号" in await other.say("我的申请到哪了")
    assert number in await first.say("我的申请到哪了")
