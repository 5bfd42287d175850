"""That somebody is left who can manage officers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from actions.officers.errors import LastAdministrator
from actions.officers.model import Role
from actions.officers.rows import known_row
from actions.officers.tables import OFFICERS

_IS_ADMINISTRATOR = OFFICERS.c.role == Role.ADMINISTRATOR.value


def anybody(connection: Connection) -> bool:
    """Whether there is any officer."""
    return connection.execute(select(OFFICERS.c.id).limit(1)).first() is not None


def row_to_change(connection: Connection, login: str) -> Any:
    """The row of an officer, locked behind those of all administrators. Raises NoSuchOfficer.

    Always in this order: of two administrators who disable each other at once, the second must find itself the last.
    """
    connection.execute(select(OFFICERS.c.id).where(_IS_ADMINISTRATOR).order_by(OFFICERS.c.id).with_for_update(key_share=True)).all()
    return known_row(connection, login, to_change=True)


def check_not_last(connection: Connection, row: Any) -> None:
    """Raises LastAdministrator where nobody else could manage officers. The row is one of `row_to_change`."""
    others = select(OFFICERS.c.id).where(_IS_ADMINISTRATOR, OFFICERS.c.disabled_at.is_(None), OFFICERS.c.id != row["id"])
    is_one = row["role"] == Role.ADMINISTRATOR.value and row["disabled_at"] is None
    if is_one and connection.execute(others).first() is None:
        raise LastAdministrator
