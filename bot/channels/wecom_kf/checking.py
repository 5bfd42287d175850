"""What is wrong with the settings of 微信客服, in words: their form, the way in, the way out, the rights."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp

from bot.channels.contract import Unsendable
from bot.channels.finding import Finding, Weight
from bot.channels.wecom.checking import Knock
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom_kf.client import WecomKfClient
from bot.channels.wecom_kf.schema import NAME
from bot.channels.wecom_kf.settings import PATH, faults
from bot.settings import Settings


async def check(settings: Settings) -> tuple[Finding, ...]:
    """Everything found, the most basic first. Calls WeCom, and our own address as WeCom would."""
    kf = settings.wecom_kf
    if not kf.is_on:
        return (Finding(NAME, Weight.HINT, "WECOM_CORPID or the settings of 微信客服 are empty: this channel is off"),)
    wrong = faults(kf)
    found = [Finding(NAME, Weight.FAULT, text) for text in wrong]
    async with aiohttp.ClientSession() as session:
        knock = Knock(session, NAME, "WECOM_KF", kf.corpid, kf.token, kf.aes_key)
        found += [finding async for finding in knock.at(settings.tickets.public_url, PATH)]
        if not wrong:
            api = WecomClient(kf.api_base, kf.corpid, kf.secret, session, settings.data_dir)
            found += [finding async for finding in _way_out(api, kf.api_base)]
    return tuple(found)


async def _way_out(api: WecomClient, api_base: str) -> AsyncIterator[Finding]:
    try:
        await api.fetch_token()
        yield Finding(NAME, Weight.GOOD, f"{api_base} gives access tokens")
        number = await WecomKfClient(api).accounts()
    except Unsendable as error:
        yield Finding(NAME, Weight.FAULT, f"{api_base} refuses the application: {error.reason} ({error.code})")
    else:
        if number:
            yield Finding(NAME, Weight.GOOD, f"the application may use 微信客服 ({number} accounts)")
        else:
            yield Finding(NAME, Weight.FAULT, "no account of 微信客服 is the application's: add some under 通过API管理微信客服账号")
