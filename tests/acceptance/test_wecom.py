"""WeCom and 微信客服 to a real Rasa and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.acceptance.conftest import Assistant
from tests.fakes.wecom_kf_server import FakeWecomKf
from tests.fakes.wecom_server import FakeWecom

pytestmark = pytest.mark.acceptance
MEMBER, CUSTOMER = "wang.fang", "wmAcceptance0000000000000000001"


async def test_a_member_and_a_customer_ask_and_are_answered_in_their_language(start: Callable[..., Assistant]) -> None:
    async with FakeWecom() as application, FakeWecomKf() as kf:
        environment = {**application.environment(), **kf.environment()}  # the application's answers go with the request: no API is called
        assistant = await asyncio.to_thread(lambda: start(**environment))
        await asyncio.to_thread(assistant.wait_until_ready)
        application.callback, kf.callback = f"{assistant.url}/wecom", f"{assistant.url}/wecom/kf"

        heard = await application.say(MEMBER, "主平台制造业项目的用地指标怎么保障")
        assert (heard.attempts, heard.error) == (1, "")
        assert "应保尽保" in str(heard.text)
        assert "市自然资源局" in str(heard.text)
        english = str((await application.say(MEMBER, "Which bank support do relocated companies get?")).text)
        assert "The plan's own words: “" in english

        await kf.write(CUSTOMER, "信贷綠色通道是怎麼回事")
        deadline = time.monotonic() + 20
        while not kf.screen(CUSTOMER):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        (shown,) = kf.screen(CUSTOMER)
        assert "綠色通道" in shown
        assert "市金融局" in shown
