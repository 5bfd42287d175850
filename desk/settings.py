"""Settings of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from actions.officers.audit import LEAST_DAYS
from actions.officers.sessions import LONGEST
from actions.settings import Setting, SettingError, days, parse_table

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The OpenID provider that officers may sign in through."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    """Empty for a public client: PKCE alone shows then whose code it is."""
    login_claim: str
    """Which of the provider's claims is the login at the desk."""
    name: str
    """What the button says."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What concerns the desk, parsed."""

    audit_days: int
    desk_session_idle_minutes: int
    desk_oidc_issuer: str
    desk_oidc_client_id: str
    desk_oidc_client_secret: str = field(repr=False)
    desk_oidc_login_claim: str
    desk_oidc_name: str

    @property
    def session_idle(self) -> timedelta:
        """How long a session lasts without use."""
        return timedelta(minutes=self.desk_session_idle_minutes)

    @property
    def oidc(self) -> OidcSettings | None:
        """The provider; None where there is none."""
        if not self.desk_oidc_issuer:
            return None
        return OidcSettings(
            self.desk_oidc_issuer, self.desk_oidc_client_id, self.desk_oidc_client_secret, self.desk_oidc_login_claim, self.desk_oidc_name
        )


def is_protected(url: str) -> bool:
    """Whether what travels there is read by nobody else: https, or this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _audit_days(text: str) -> int:
    number = days(text)
    if number < LEAST_DAYS:
        raise ValueError(f"at least {LEAST_DAYS} days, which is six months")
    return number


def _minutes(text: str) -> int:
    number = int(text)
    most = LONGEST // timedelta(minutes=1)
    if not 2 <= number <= most:
        raise ValueError(f"between 2 and {most} minutes")
    return number


def _issuer(text: str) -> str:
    if text and (not is_protected(text) or urlsplit(text).query or urlsplit(text).fragment):
        raise ValueError("such as https://sso.example.gov.cn/realms/city")
    return text


DESK_SETTINGS: tuple[Setting, ...] = (
    Setting("AUDIT_DAYS", "365", _audit_days, f"Days that the audit log is kept, at least {LEAST_DAYS}"),
    Setting("DESK_SESSION_IDLE_MINUTES", "30", _minutes, "After so long without use an officer has to sign in again"),
    Setting("DESK_OIDC_ISSUER", "", _issuer, "Issuer of the OpenID Connect provider that officers may sign in through; empty: none"),
    Setting("DESK_OIDC_CLIENT_ID", "", str, "What that provider knows the desk as"),
    Setting("DESK_OIDC_CLIENT_SECRET", "", str, "The secret that goes with it; empty: a public client", True),
    Setting("DESK_OIDC_LOGIN_CLAIM", "preferred_username", str, "Which of the provider's claims is the officer's account at the desk"),
    Setting("DESK_OIDC_NAME", "统一身份认证", str, "What the button of that way to sign in says"),
)


def read_desk_settings(environment: Mapping[str, str]) -> DeskSettings:
    """Raises SettingError."""
    settings = DeskSettings(**parse_table(DESK_SETTINGS, environment))
    if settings.oidc is not None:
        if not settings.oidc.client_id:
            raise SettingError("DESK_OIDC_CLIENT_ID is needed where DESK_OIDC_ISSUER is set")
        if not (environment.get("PUBLIC_URL") or environment.get("PUBLIC_URL_FILE")):
            raise SettingError("PUBLIC_URL is needed where DESK_OIDC_ISSUER is set: the provider sends officers back there")
    return settings
