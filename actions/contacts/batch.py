"""Several changes as one transaction: the disk is waited for once. Under load a service writes as many as it likes so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from actions.tickets.database import Database

Change = Callable[[Connection], Any]


def write_together(database: Database, changes: Sequence[Change]) -> list[Any]:
    """What each returned, or the exception that it raised: then nothing of it is kept, while the others are.

    Raises DatabaseUnavailable, for all.
    """
    with database.writing() as connection:
        return [_tried(connection, change) for change in changes]


def _tried(connection: Connection, change: Change) -> Any:
    try:
        with connection.begin_nested():
            return change(connection)
    except IntegrityError as error:
        return error
    except SQLAlchemyError:
        raise  # the connection is of no use for the others either
    except Exception as error:
        return error
