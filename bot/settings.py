"""Every setting of the service: one table of name, default, parser and meaning. Only the environment is read."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingError(ValueError):
    """A setting has a value that cannot be used; the text names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, parsed."""

    host: str
    port: int
    rasa_port: int
    action_port: int
    action_token: str
    data_dir: Path
    encoder: str
    rate_limit_per_minute: int
    trusted_proxies: tuple[IPNetwork, ...]
    turn_timeout_seconds: float
    conversation_secret: str
    feedback_days: int
    log_level: str

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
    def feedback_file(self) -> Path:
        """The database of remarks on answers."""
        return self.data_dir / "feedback.sqlite"

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


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError("a port is between 1 and 65535")
    return port


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("not below 0")
    return number


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise ValueError("between 1 and 3650 days")
    return days


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 60:
        raise ValueError("between 0 and 60 seconds")
    return seconds


def _networks(text: str) -> tuple[IPNetwork, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _log_level(text: str) -> str:
    if text.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError("one of debug, info, warning, error")
    return text.lower()


SETTINGS: tuple[Setting, ...] = (
    Setting("HOST", "127.0.0.1", str, "Address the service listens on; 0.0.0.0 for all"),
    Setting("PORT", "8080", _port, "Port of the service: chat page and public API"),
    Setting("RASA_PORT", "5005", _port, "Port of Rasa, on loopback only"),
    Setting("ACTION_PORT", "5055", _port, "Port on which Rasa calls the actions, on loopback only"),
    Setting("ACTION_TOKEN", "", str, "Shared secret of Rasa and the actions; empty: one kept in DATA_DIR is used"),
    Setting("DATA_DIR", "var", Path, "Folder for everything that is built or written at run time"),
    Setting("ENCODER", "", str, "Path or hub name of a sentence-transformers model; empty: the one the project trains"),
    Setting("RATE_LIMIT_PER_MINUTE", "600", _not_negative, "Requests to the API a minute from one address; 0 for no limit"),
    Setting("TRUSTED_PROXIES", "", _networks, "Networks, comma-separated, whose X-Forwarded-For is believed"),
    Setting("TURN_TIMEOUT_SECONDS", "4.5", _seconds, "After this long without a reply from Rasa the caller gets a 503"),
    Setting("CONVERSATION_SECRET", "", str, "Signs conversation ids; empty: one kept in DATA_DIR is used"),
    Setting("FEEDBACK_DAYS", "180", _days, "Days after which remarks on answers and unanswered questions are forgotten"),
    Setting("LOG_LEVEL", "info", _log_level, "debug, info, warning or error"),
)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Parse the environment. A secret may also be given as a file named in NAME_FILE.

    Raises SettingError.
    """
    parsed: dict[str, Any] = {}
    for setting in SETTINGS:
        text = _text(setting, environment)
        try:
            parsed[setting.name.lower()] = setting.parse(text)
        except (ValueError, TypeError) as error:
            raise SettingError(f"{setting.name}={text!r} cannot be used: {error} ({setting.help})") from error
    data_dir = parsed["data_dir"]
    parsed["data_dir"] = data_dir if data_dir.is_absolute() else PROJECT / data_dir
    ports = [parsed[name] for name in ("port", "rasa_port", "action_port")]
    if len(set(ports)) < len(ports):
        raise SettingError(f"PORT, RASA_PORT and ACTION_PORT must differ; they are {', '.join(map(str, ports))}")
    return Settings(**parsed)


def _text(setting: Setting, environment: Mapping[str, str]) -> str:
    file = environment.get(f"{setting.name}_FILE")
    if not file:
        return environment.get(setting.name, "") or setting.default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(f"{setting.name}_FILE={file!r} cannot be read: {error}") from error
