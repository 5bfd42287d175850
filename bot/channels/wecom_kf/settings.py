"""The settings of 微信客服, and what is wrong with them in words; see `bot.channels.wechat.settings` for who tells what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from actions.settings import Setting, parse_table
from bot.channels.wecom.settings import CORP_SETTINGS, common_faults

PATH = "/wecom/kf"
"""What the console's URL ends with."""


@dataclass(frozen=True, slots=True)
class WecomKfSettings:
    """As parsed."""

    corpid: str
    api_base: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)

    @property
    def is_on(self) -> bool:
        """Whether 微信客服 is used at all."""
        return bool(self.corpid and (self.secret or self.token or self.aes_key))


WECOM_KF_SETTINGS: tuple[Setting, ...] = (
    Setting("WECOM_KF_SECRET", "", str, "Secret of the application that 微信客服 allows to call it (可调用接口的应用); empty: off", True),
    Setting("WECOM_KF_TOKEN", "", str, "Token of the call-back of 微信客服, as in the console", True),
    Setting("WECOM_KF_AES_KEY", "", str, "EncodingAESKey of the call-back of 微信客服, 43 letters and digits", True),
)


def read_wecom_kf_settings(environment: Mapping[str, str]) -> WecomKfSettings:
    """Raises SettingError."""
    parsed = parse_table((*CORP_SETTINGS, *WECOM_KF_SETTINGS), environment)
    return WecomKfSettings(**{name.removeprefix("wecom_").removeprefix("kf_"): value for name, value in parsed.items()})


def faults(settings: WecomKfSettings) -> tuple[str, ...]:
    """What keeps it from working that can be seen without asking WeCom. No secret is in the words."""
    return tuple(_faults(settings)) if settings.is_on else ()


def _faults(settings: WecomKfSettings) -> Iterator[str]:
    yield from common_faults("WECOM_KF", settings.corpid, settings.secret, settings.token, settings.aes_key)
