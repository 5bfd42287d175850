"""A lead that is being filled in; kept between the turns as a JSON object, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from actions.lead.model import Consent, Lead, Person

DETAILS = "details."
"""What the names of a track's own fields begin with."""
FORGOTTEN_AFTER = timedelta(hours=24)
"""An abandoned form is begun anew after so long."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known so far. `values` has the names of Lead's and Person's fields, and `details.<id>` for a track's own."""

    id: str
    """Made once: a lead that is submitted twice is known by it."""
    begun_at: str
    """ISO 8601, UTC."""
    step: str
    """What was asked last."""
    consent_version: str = ""
    consent_given_at: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    clause: str = ""
    bureau: str = ""
    question: str = ""
    track: str = ""
    track_from_need: bool = False
    """The track goes with the need as it is worded now: with another need there may be another one, or none."""

    def with_values(self, values: Mapping[str, str | int]) -> Draft:
        """More known, or known better."""
        return replace(self, values={**self.values, **values}, skipped=tuple(name for name in self.skipped if name not in values))

    def without(self, *names: str) -> Draft:
        """As if these had not been asked yet."""
        left = {name: value for name, value in self.values.items() if name not in names}
        return replace(self, values=left, skipped=tuple(name for name in self.skipped if name not in names))

    def leaving_out(self, names: Iterable[str]) -> Draft:
        """Without values for these, and not to be asked for them."""
        left = self.without(*names)
        return replace(left, skipped=tuple(dict.fromkeys((*left.skipped, *names))))

    def is_stale(self, now: datetime) -> bool:
        """Whether it was begun too long ago to go on with."""
        return datetime.fromisoformat(self.begun_at) < now - FORGOTTEN_AFTER

    def as_fields(self) -> dict[str, Any]:
        """The JSON object."""
        return asdict(self) | {"values": dict(self.values), "skipped": list(self.skipped)}

    @classmethod
    def of_fields(cls, stored: object) -> Draft | None:
        """Read what `as_fields` wrote; None for anything else, such as what an older version stored."""
        if not isinstance(stored, Mapping) or set(stored) != {f.name for f in fields(cls)} or not _is_whole(stored):
            return None
        return cls(**{**stored, "values": dict(stored["values"]), "skipped": tuple(stored["skipped"])})

    def as_lead(self, channel: str, conversation: str) -> Lead:
        """The lead, once consent is given and everything needed is known. Raises KeyError, ValueError before."""
        known = self.values
        details = {name.removeprefix(DETAILS): str(value) for name, value in known.items() if name.startswith(DETAILS)}
        optional = {name: str(known.get(name, "")) for name in ("industry", "district", "time")}
        return Lead(
            consent=Consent(self.consent_version, datetime.fromisoformat(self.consent_given_at)),
            person=Person(str(known["name"]), str(known["phone"])),
            company=str(known["company"]),
            need=str(known["need"]),
            investment_yuan=_number(known.get("investment_yuan")),
            land_square_metres=_number(known.get("land_square_metres")),
            clause=self.clause,
            bureau=self.bureau,
            question=self.question,
            track=self.track,
            details=details,
            channel=channel,
            conversation=conversation,
            idempotency_key=self.id,
            **optional,
        )


def _is_whole(stored: Mapping[str, Any]) -> bool:
    others: dict[str, type | tuple[type, ...]] = {"values": Mapping, "skipped": (list, tuple), "track_from_need": bool}
    if not all(isinstance(value, others.get(name, str)) for name, value in stored.items()):
        return False
    try:
        begun = datetime.fromisoformat(stored["begun_at"])
    except ValueError:
        return False
    return begun.tzinfo is not None


def _number(value: str | int | None) -> int | None:
    return None if value is None else int(value)
