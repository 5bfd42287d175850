"""Where the audit log begins and ends, kept apart from its rows, so that rows cut off at either end are missed; and the key of its MACs.

The key is random and kept encrypted with the one for personal information: it outlives that one's replacement, and nobody who
can only write to the database can make another (what they can have encrypted, names and phones, does not begin as a key does).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from actions.officers.chain import Mark, seal_of
from actions.officers.tables import AUDIT_ENDS
from actions.tickets.personal import PersonalKey

_NAME = "log"
_PURPOSE = "audit key"


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of the log."""

    key: bytes
    anchor: Mark
    """The last row that was pruned; `START` before there was one."""
    head: Mark
    """The newest row."""
    is_sealed: bool = True
    """Whether they are as the program wrote them."""


def read_ends(connection: Connection, key: PersonalKey) -> Ends | None:
    """None where the log was never begun. Raises PersonalKeyError."""
    row = connection.execute(select(AUDIT_ENDS).where(AUDIT_ENDS.c.name == _NAME)).mappings().first()
    if row is None:
        return None
    own = key.decrypt_for(_PURPOSE, bytes(row["key"]))
    anchor, head = Mark(row["anchor_sequence"], row["anchor_mac"]), Mark(row["head_sequence"], row["head_mac"])
    return Ends(own, anchor, head, hmac.compare_digest(seal_of(own, anchor, head).encode(), row["seal"].encode()))


def write_ends(connection: Connection, ends: Ends, key: PersonalKey) -> None:
    """Keep them, sealed."""
    values = {
        "anchor_sequence": ends.anchor.sequence,
        "anchor_mac": ends.anchor.mac,
        "head_sequence": ends.head.sequence,
        "head_mac": ends.head.mac,
        "seal": seal_of(ends.key, ends.anchor, ends.head),
    }
    if connection.execute(update(AUDIT_ENDS).where(AUDIT_ENDS.c.name == _NAME).values(values)).rowcount == 0:
        connection.execute(insert(AUDIT_ENDS).values(name=_NAME, key=key.encrypt_for(_PURPOSE, ends.key), **values))
