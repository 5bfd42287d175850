"""The settings of a WeCom application, and what is wrong with them in words; see `bot.channels.wechat.settings` for who tells what.

Facts: WeCom, 术语说明 (corpid, secret) and 回调配置 (Token, EncodingAESKey). Government clouds run builds of their own, so that the forms
of ids are taken widely and the API's base is a setting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from actions.settings import Setting, parse_table
from bot.channels.tencent.crypto import is_key
from bot.channels.tencent.typed import ANSWER_SECONDS, answer_seconds, api_base

PATH = "/wecom"
"""What the console's URL ends with."""
_CORPID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_AGENTID = re.compile(r"[1-9][0-9]{0,9}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,128}")
_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class WecomSettings:
    """As parsed."""

    corpid: str
    api_base: str
    agentid: str
    answer_seconds: float
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)

    @property
    def is_on(self) -> bool:
        """Whether there is an application at all; an organisation may have 微信客服 only."""
        return bool(self.corpid and (self.agentid or self.secret or self.token or self.aes_key))


CORP_SETTINGS: tuple[Setting, ...] = (
    Setting("WECOM_CORPID", "", str, "Corp id of the organisation in WeCom (企业ID); empty: WeCom and 微信客服 are off"),
    Setting("WECOM_API_BASE", "https://qyapi.weixin.qq.com", api_base, "Where WeCom's API is reached; private builds have their own"),
)
"""Those that 微信客服 shares."""
_OWN: tuple[Setting, ...] = (
    Setting("WECOM_AGENTID", "", str, "AgentId of the application that members write to"),
    Setting("WECOM_SECRET", "", str, "Its Secret", True),
    Setting("WECOM_TOKEN", "", str, "Token of its call-back (接收消息), as in the console", True),
    Setting("WECOM_AES_KEY", "", str, "EncodingAESKey of its call-back, 43 letters and digits", True),
    Setting(
        "WECOM_ANSWER_SECONDS", ANSWER_SECONDS, answer_seconds, "An answer that is ready by then goes at once; a later one is sent after it"
    ),
)
WECOM_SETTINGS = (*CORP_SETTINGS, *_OWN)


def read_wecom_settings(environment: Mapping[str, str]) -> WecomSettings:
    """Raises SettingError."""
    parsed = parse_table(WECOM_SETTINGS, environment)
    return WecomSettings(**{name.removeprefix("wecom_"): value for name, value in parsed.items()})


def faults(settings: WecomSettings) -> tuple[str, ...]:
    """What keeps the application from working that can be seen without asking WeCom. No secret is in the words."""
    return tuple(_faults(settings)) if settings.is_on else ()


def _faults(settings: WecomSettings) -> Iterator[str]:
    if not _AGENTID.fullmatch(settings.agentid):
        yield f"WECOM_AGENTID={settings.agentid!r} is no AgentId: a number such as 1000002, as on the application's page"
    yield from common_faults("WECOM", settings.corpid, settings.secret, settings.token, settings.aes_key)


def common_faults(prefix: str, corpid: str, secret: str, token: str, aes_key: str) -> Iterator[str]:
    """The same for what the application and 微信客服 both have. `prefix`: of the settings' names."""
    if not _CORPID.fullmatch(corpid):
        yield f"WECOM_CORPID={corpid!r} is no corp id: ww and 16 digits or letters, as under 我的企业, 企业ID"
    if not secret:
        yield f"{prefix}_SECRET is missing: the console shows it to administrators on the application's page"
    elif not _SECRET.fullmatch(secret):
        yield f"{prefix}_SECRET is of odd form: a Secret is some 43 letters, digits, - and _"
    if not token:
        yield f"{prefix}_TOKEN is missing: have the console make one, and copy it from there"
    elif not _TOKEN.fullmatch(token):
        yield f"{prefix}_TOKEN is of odd form: up to 32 letters and digits, nothing else"
    if not aes_key:
        yield f"{prefix}_AES_KEY is missing: have the console make an EncodingAESKey, and copy it from there"
    elif len(aes_key) != 43:
        yield f"{prefix}_AES_KEY has {len(aes_key)} characters: an EncodingAESKey has 43"
    elif not is_key(aes_key):
        yield f"{prefix}_AES_KEY is of odd form: 43 letters and digits, nothing else"
