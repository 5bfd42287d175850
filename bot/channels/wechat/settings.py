"""The settings of an Official Account, and what is wrong with them in words.

Reading refuses what no account could mean; whether the account's own values have their form is told by `faults`, all at once, so that
`python -m bot check` can say everything that an operator has to mend. The channel does not open while there are any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from actions.settings import Setting, parse_table, project_path
from bot.channels.tencent.crypto import is_key
from bot.channels.tencent.typed import ANSWER_SECONDS, answer_seconds, api_base

PATH = "/wechat"
"""What the console's URL ends with."""
_APPID = re.compile(r"wx[0-9a-f]{16}")
_SECRET = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


class Mode(Enum):
    """消息加解密方式 in the console."""

    SAFE = "safe"
    COMPATIBLE = "compatible"
    """Encrypted and plain side by side, for trying things out: the encrypted part is what is read, and answers are plain."""
    PLAIN = "plain"
    """The signature does not cover the body: for trying things out on a machine of one's own."""


@dataclass(frozen=True, slots=True)
class WechatSettings:
    """As parsed."""

    appid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: Mode
    api_base: str
    can_push: bool
    clock_skew_seconds: float
    answer_seconds: float
    menu_file: Path

    @property
    def is_on(self) -> bool:
        """Whether there is an account at all."""
        return bool(self.appid)


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise ValueError("safe, compatible or plain") from None


def _switch(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("yes or no")
    return text == "yes"


def _skew(text: str) -> float:
    number = float(text)
    if not 60 <= number <= 3600:
        raise ValueError("between 60 and 3600 seconds")
    return number


WECHAT_SETTINGS: tuple[Setting, ...] = (
    Setting("WECHAT_APPID", "", str, "App id of the WeChat Official Account (开发者ID); empty: this channel is off"),
    Setting("WECHAT_SECRET", "", str, "Its AppSecret", True),
    Setting("WECHAT_TOKEN", "", str, "Token as typed into the console (服务器配置), 3 to 32 letters and digits", True),
    Setting("WECHAT_AES_KEY", "", str, "EncodingAESKey from the console, 43 letters and digits", True),
    Setting("WECHAT_MODE", "safe", _mode, "消息加解密方式 as in the console: safe, compatible or plain; anything but safe is for trials"),
    Setting("WECHAT_API_BASE", "https://api.weixin.qq.com", api_base, "Where WeChat's API is reached"),
    Setting("WECHAT_CAN_PUSH", "no", _switch, "Whether the account is verified and may send customer-service messages: yes or no"),
    Setting("WECHAT_CLOCK_SKEW_SECONDS", "600", _skew, "How far WeChat's clock and this machine's may be apart"),
    Setting(
        "WECHAT_ANSWER_SECONDS",
        ANSWER_SECONDS,
        answer_seconds,
        "An answer that is ready by then goes at once; a later one is sent after it",
    ),
    Setting("WECHAT_MENU_FILE", "bot/channels/wechat/menu.yml", project_path, "Its menu, put in place by python -m bot menu create"),
)


def read_wechat_settings(environment: Mapping[str, str]) -> WechatSettings:
    """Raises SettingError."""
    parsed = parse_table(WECHAT_SETTINGS, environment)
    return WechatSettings(**{name.removeprefix("wechat_"): value for name, value in parsed.items()})


def faults(settings: WechatSettings) -> tuple[str, ...]:
    """What keeps an account from working that can be seen without asking WeChat. No secret is in the words."""
    return tuple(_faults(settings)) if settings.is_on else ()


def _faults(settings: WechatSettings) -> Iterator[str]:
    if not _APPID.fullmatch(settings.appid):
        yield f"WECHAT_APPID={settings.appid!r} is no app id: wx and 16 digits or letters a to f, as in 开发者ID(AppID)"
    if not settings.secret:
        yield "WECHAT_SECRET is missing: the console shows an AppSecret once, when it is made or reset"
    elif not _SECRET.fullmatch(settings.secret):
        yield "WECHAT_SECRET is of odd form: an AppSecret is 32 digits or letters a to f"
    if not settings.token:
        yield "WECHAT_TOKEN is missing: think one up, 3 to 32 letters and digits, and type the same into the console"
    elif not _TOKEN.fullmatch(settings.token):
        yield "WECHAT_TOKEN is of odd form: 3 to 32 letters and digits, nothing else"
    if settings.mode is not Mode.PLAIN or settings.aes_key:
        if not settings.aes_key:
            yield f"WECHAT_AES_KEY is missing: WECHAT_MODE={settings.mode.value} needs the EncodingAESKey from the console"
        elif len(settings.aes_key) != 43:
            yield f"WECHAT_AES_KEY has {len(settings.aes_key)} characters: an EncodingAESKey has 43"
        elif not is_key(settings.aes_key):
            yield "WECHAT_AES_KEY is of odd form: 43 letters and digits, nothing else"
