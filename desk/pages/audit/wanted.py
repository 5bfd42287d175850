"""Which rows of the log are asked for, read from an address or a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from actions.officers.chain import Mark
from actions.officers.records import Wanted
from desk.refusals import BadForm
from desk.texts import Texts

_NAMES = "audit.did."
"""Texts of actions begin so; an action without one is shown as it is kept."""
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it was typed."""

    officer: str
    action: str
    subject: str
    since: str
    until: str

    @property
    def wanted(self) -> Wanted:
        """Raises BadForm where a day is none."""
        # Accounts are kept in lower case, the numbers of tickets in upper case; of other subjects nobody types the name.
        subject = self.subject.upper() if self.subject[:3].upper() == "ZJ-" else self.subject
        return Wanted(self.officer.lower(), self.action, subject, _day(self.since), _day(self.until))

    @property
    def query(self) -> str:
        """The same in an address, for links to further pages."""
        named = {"officer": self.officer, "action": self.action, "subject": self.subject, "since": self.since, "until": self.until}
        return urlencode({name: value for name, value in named.items() if value})


def read_asked(fields: Mapping[str, str]) -> Asked:
    """From an address or a form."""
    officer, action, subject, since, until = (
        fields.get(name, "").strip()[:_LONGEST] for name in ("officer", "action", "subject", "since", "until")
    )
    return Asked(officer, action, subject, since, until)


def read_mark(written: str) -> Mark | None:
    """What was noted down; None for nothing. Raises BadForm."""
    if not written:
        return None
    try:
        return Mark.read(written)
    except ValueError as error:
        raise BadForm("audit.no-mark") from error


def named_actions(texts: Texts) -> tuple[str, ...]:
    """Actions that have a name in words, in alphabetical order."""
    return tuple(key.removeprefix(_NAMES) for key in sorted(texts.keys()) if key.startswith(_NAMES))


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise BadForm from error
