"""Settings: how a table of them is read from the environment, and the table of what concerns leads, tickets and deliveries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from actions.delivery.endpoints.email.sender import SmtpSettings
from actions.delivery.guard import AllowedNetwork, read_allowed

_SIGN_OF_LIFE_SECONDS = 10
PROJECT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """A setting has a value that cannot be used; the text names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a table."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str
    is_secret: bool = False
    """Its value is never shown, not even where it cannot be used."""


@dataclass(frozen=True, slots=True)
class TicketSettings:
    """What concerns leads, tickets and deliveries, parsed."""

    data_dir: Path
    database_url: str
    personal_key: str
    bureaus_file: Path
    tracks_folder: Path
    consent_file: Path
    retention_days: int
    conversation_days: int
    takeover_idle_seconds: float
    takeover_unanswered_minutes: float
    public_url: str
    delivery_delays_seconds: tuple[float, ...]
    delivery_allow_networks: tuple[AllowedNetwork, ...]
    delivery_timeout_seconds: float
    smtp_host: str
    smtp_port: int
    smtp_username: str
    smtp_password: str
    smtp_sender: str
    smtp_starttls: bool

    @property
    def database(self) -> str:
        """URL of the database: the one set, or SQLite in DATA_DIR."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tickets.sqlite'}"

    @property
    def personal_key_file(self) -> Path:
        """Where the key for personal information is kept if it is not set."""
        return self.data_dir / "personal.key"

    @property
    def smtp(self) -> SmtpSettings | None:
        """How e-mail is sent; None where it is not."""
        if not self.smtp_host:
            return None
        return SmtpSettings(self.smtp_host, self.smtp_port, self.smtp_username, self.smtp_password, self.smtp_sender, self.smtp_starttls)


def port(text: str) -> int:
    """A TCP port."""
    number = int(text)
    if not 0 < number < 65536:
        raise ValueError("a port is between 1 and 65535")
    return number


def days(text: str) -> int:
    """A number of days."""
    number = int(text)
    if not 1 <= number <= 3650:
        raise ValueError("between 1 and 3650 days")
    return number


def seconds(text: str) -> float:
    """A duration of at most a minute."""
    number = float(text)
    if not 0 < number <= 60:
        raise ValueError("between 0 and 60 seconds")
    return number


def _span(text: str) -> float:
    number = float(text)
    if not 0 < number <= 3600:
        raise ValueError("between 0 and 3600")
    return number


def _idle_seconds(text: str) -> float:
    number = _span(text)
    if number < _SIGN_OF_LIFE_SECONDS + 1:
        raise ValueError(f"an officer's page gives a sign of life every {_SIGN_OF_LIFE_SECONDS} seconds: more than that")
    return number


def project_path(text: str) -> Path:
    """A path; a relative one is meant from the project's folder."""
    return PROJECT / text


def _delays(text: str) -> tuple[float, ...]:
    delays = tuple(float(part) for part in text.split(","))
    if not all(0 < delay <= 7 * 24 * 3600 for delay in delays):
        raise ValueError("seconds, comma-separated, each between 0 and a week")
    return delays


def _database_url(text: str) -> str:
    if text and urlsplit(text).scheme not in ("sqlite", "postgresql", "postgresql+psycopg2"):
        raise ValueError("sqlite:///file or postgresql://user:password@host/name")
    return text


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment):
        raise ValueError("such as https://zixun.example.gov.cn")
    return text.rstrip("/")


def _switch(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("yes or no")
    return text == "yes"


TICKET_SETTINGS: tuple[Setting, ...] = (
    Setting("DATA_DIR", "var", project_path, "Folder for everything that is built or written at run time"),
    Setting(
        "DATABASE_URL", "", _database_url, "Database of tickets; empty: SQLite in DATA_DIR; or postgresql://user:password@host/name", True
    ),
    Setting("PERSONAL_KEY", "", str, "Encrypts names and phones (Fernet keys, newest first, by spaces); empty: one kept in DATA_DIR", True),
    Setting("BUREAUS_FILE", "actions/bureaus.yml", project_path, "The bureaus with their topics, districts and endpoints"),
    Setting("TRACKS_FOLDER", "actions/tracks", project_path, "The green-channel tracks"),
    Setting("CONSENT_FILE", "actions/consent.yml", project_path, "What enquirers are told before name and phone are taken"),
    Setting("RETENTION_DAYS", "365", days, "Days after its closing until a ticket loses everything about the person"),
    Setting("CONVERSATION_DAYS", "90", days, "Days that the words of a conversation are kept for officers"),
    Setting("TAKEOVER_IDLE_SECONDS", "60", _idle_seconds, "After this long without the officer's page the bot speaks again"),
    Setting("TAKEOVER_UNANSWERED_MINUTES", "10", _span, "After this long without an officer's answer the bot speaks again"),
    Setting("PUBLIC_URL", "", _public_url, "Where the service is reached from outside, for links to desk and call-backs; empty: no links"),
    Setting(
        "DELIVERY_DELAYS_SECONDS",
        "5,300,1800,7200,18000,36000,50400,72000,86400",
        _delays,
        "Pauses between the attempts of a delivery; after the last it is given up",
    ),
    Setting(
        "DELIVERY_ALLOW_NETWORKS", "", read_allowed, "Inner networks that may be delivered to: 10.1.0.0/16 or 10.1.2.3/32:8443, by commas"
    ),
    Setting("DELIVERY_TIMEOUT_SECONDS", "15", seconds, "How long a bureau's server may take to answer"),
    Setting("SMTP_HOST", "", str, "Mail server for bureaus reached by e-mail; empty: none"),
    Setting("SMTP_PORT", "587", port, "Its port"),
    Setting("SMTP_USERNAME", "", str, "Its user name; empty: no login"),
    Setting("SMTP_PASSWORD", "", str, "Its password", True),
    Setting("SMTP_SENDER", "", str, "Sender address of mails"),
    Setting("SMTP_STARTTLS", "yes", _switch, "Whether the connection to it must be encrypted: yes or no"),
)


def parse_table(table: Sequence[Setting], environment: Mapping[str, str]) -> dict[str, Any]:
    """Parsed values by the lower-case names. A value may also be given as a file named in NAME_FILE.

    Raises SettingError.
    """
    parsed: dict[str, Any] = {}
    for setting in table:
        text = _text(setting, environment)
        try:
            parsed[setting.name.lower()] = setting.parse(text)
        except (ValueError, TypeError) as error:
            shown = "" if setting.is_secret else f"={text!r}"
            raise SettingError(f"{setting.name}{shown} cannot be used: {error} ({setting.help})") from error
    return parsed


def read_ticket_settings(environment: Mapping[str, str]) -> TicketSettings:
    """What concerns leads, tickets and deliveries. Raises SettingError."""
    return TicketSettings(**parse_table(TICKET_SETTINGS, environment))


def _text(setting: Setting, environment: Mapping[str, str]) -> str:
    file = environment.get(f"{setting.name}_FILE")
    if not file:
        return environment.get(setting.name, "") or setting.default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(f"{setting.name}_FILE={file!r} cannot be read: {error}") from error
