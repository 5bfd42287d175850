"""What the two databases say in different words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, String, cast, func, literal_column
from sqlalchemy.engine import Connection


class Dialect:
    """Expressions for the database of a connection. Moments are kept in UTC; Asia/Shanghai is eight hours ahead all year."""

    def __init__(self, connection: Connection) -> None:
        self._is_sqlite = connection.dialect.name == "sqlite"

    def is_by(self, moment: Any, day: Any) -> Any:
        """Whether a moment lies before the end of a day in Asia/Shanghai, which is at 16:00 UTC."""
        if self._is_sqlite:
            # Moments are texts with microseconds there: they sort right beside a text without.
            return cast(moment, String) < func.datetime(day, "+16 hours", type_=String())
        return moment < day + literal_column("interval '16 hours'")

    def seconds(self, start: Any, end: Any) -> Any:
        """From one moment to another."""
        if self._is_sqlite:
            return (func.julianday(end, type_=Float()) - func.julianday(start, type_=Float())) * 86_400.0
        return cast(func.extract("epoch", end - start), Float)
