"""Settings of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.officers.audit import LEAST_DAYS
from actions.settings import Setting, days, parse_table


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What concerns the desk, parsed."""

    audit_days: int


def _audit_days(text: str) -> int:
    number = days(text)
    if number < LEAST_DAYS:
        raise ValueError(f"at least {LEAST_DAYS} days, which is six months")
    return number


DESK_SETTINGS: tuple[Setting, ...] = (Setting("AUDIT_DAYS", "365", _audit_days, f"Days that the audit log is kept, at least {LEAST_DAYS}"),)


def read_desk_settings(environment: Mapping[str, str]) -> DeskSettings:
    """Raises SettingError."""
    return DeskSettings(**parse_table(DESK_SETTINGS, environment))
