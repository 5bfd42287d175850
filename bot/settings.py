"""Every setting of the service, its own and those of `actions.settings` and `desk.settings`. Only the environment is read."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from actions.settings import (
    PROJECT,
    TICKET_SETTINGS,
    Setting,
    SettingError,
    TicketSettings,
    days,
    parse_table,
    port,
    project_path,
    read_ticket_settings,
    seconds,
)
from bot.channels.wechat.settings import WECHAT_SETTINGS, WechatSettings, read_wechat_settings
from bot.channels.wecom.settings import WECOM_SETTINGS, WecomSettings, read_wecom_settings
from bot.channels.wecom_kf.settings import WECOM_KF_SETTINGS, WecomKfSettings, read_wecom_kf_settings
from desk.settings import DESK_SETTINGS, DeskSettings, read_desk_settings

__all__ = ["PROJECT", "SETTINGS", "IPNetwork", "Setting", "SettingError", "Settings", "read_settings"]

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, parsed."""

    host: str
    port: int
    rasa_port: int
    action_port: int
    action_token: str
    encoder: str
    rate_limit_per_minute: int
    trusted_proxies: tuple[IPNetwork, ...]
    turn_timeout_seconds: float
    conversation_secret: str
    feedback_days: int
    log_level: str
    widget_sites: Path | None
    tickets: TicketSettings
    desk: DeskSettings
    wechat: WechatSettings
    wecom: WecomSettings
    wecom_kf: WecomKfSettings

    @property
    def data_dir(self) -> Path:
        """Folder for everything that is built or written at run time."""
        return self.tickets.data_dir

    @property
    def encoder_folder(self) -> Path:
        """Where the default encoder is trained to."""
        return self.data_dir / "encoder"

    @property
    def index_folder(self) -> Path:
        """Where the knowledge index is built."""
        return self.data_dir / "index"

    @property
    def model_folder(self) -> Path:
        """Where Rasa's model is trained to."""
        return self.data_dir / "rasa"

    @property
    def log_folder(self) -> Path:
        """Where the processes write what they say."""
        return self.data_dir / "log"

    @property
    def rasa_url(self) -> str:
        """Rasa's base URL; it listens on loopback only."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def action_url(self) -> str:
        """Where Rasa calls the actions."""
        return f"http://127.0.0.1:{self.action_port}/actions"


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("not below 0")
    return number


def _networks(text: str) -> tuple[IPNetwork, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _file_if_any(text: str) -> Path | None:
    return project_path(text) if text else None


def _log_level(text: str) -> str:
    if text.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError("one of debug, info, warning, error")
    return text.lower()


_OWN: tuple[Setting, ...] = (
    Setting("HOST", "127.0.0.1", str, "Address the service listens on; 0.0.0.0 for all"),
    Setting("PORT", "8080", port, "Port of the service: chat page and public API"),
    Setting("RASA_PORT", "5005", port, "Port of Rasa, on loopback only"),
    Setting("ACTION_PORT", "5055", port, "Port on which Rasa calls the actions, on loopback only"),
    Setting("ACTION_TOKEN", "", str, "Shared secret of Rasa and the actions; empty: one kept in DATA_DIR is used", True),
    Setting("ENCODER", "", str, "Path or hub name of a sentence-transformers model; empty: the one the project trains"),
    Setting("RATE_LIMIT_PER_MINUTE", "600", _not_negative, "Requests to the API a minute from one address; 0 for no limit"),
    Setting("TRUSTED_PROXIES", "", _networks, "Networks, comma-separated, whose X-Forwarded-For is believed"),
    Setting("TURN_TIMEOUT_SECONDS", "4.5", seconds, "After this long without a reply from Rasa the caller gets a 503"),
    Setting("CONVERSATION_SECRET", "", str, "Signs conversation ids; empty: one kept in DATA_DIR is used", True),
    Setting("FEEDBACK_DAYS", "180", days, "Days after which questions and remarks on answers are forgotten; their numbers a day stay"),
    Setting("LOG_LEVEL", "info", _log_level, "debug, info, warning or error"),
    Setting("WIDGET_SITES", "", _file_if_any, "YAML file of the sites that may embed the chat, see docs/widget.md; empty: none may"),
)

SETTINGS: tuple[Setting, ...] = (*_OWN, *TICKET_SETTINGS, *DESK_SETTINGS, *WECHAT_SETTINGS, *WECOM_SETTINGS, *WECOM_KF_SETTINGS)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Parse the environment. A value may also be given as a file named in NAME_FILE.

    Raises SettingError.
    """
    parsed = parse_table(_OWN, environment)
    ports = [parsed[name] for name in ("port", "rasa_port", "action_port")]
    if len(set(ports)) < len(ports):
        raise SettingError(f"PORT, RASA_PORT and ACTION_PORT must differ; they are {', '.join(map(str, ports))}")
    return Settings(
        **parsed,
        tickets=read_ticket_settings(environment),
        desk=read_desk_settings(environment),
        wechat=read_wechat_settings(environment),
        wecom=read_wecom_settings(environment),
        wecom_kf=read_wecom_kf_settings(environment),
    )
