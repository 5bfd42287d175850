"""How a lock-out is told."""

from __future__ import annotations

from datetime import timedelta

from actions.officers.errors import LockedOut
from desk.render import moment


def until(locked: LockedOut) -> str:
    """The minute from which on it is over: the one that has begun does not count."""
    return moment(locked.until + timedelta(seconds=59, microseconds=999_999))
