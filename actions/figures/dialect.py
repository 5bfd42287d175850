"""What the two databases say in different words: days and months in Asia/Shanghai, hours between two moments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, String, cast, func, literal_column
from sqlalchemy.engine import Connection


class Dialect:
    """Expressions for the database of a connection. Moments are kept in UTC; Asia/Shanghai is eight hours ahead all year."""

    def __init__(self, connection: Connection) -> None:
        self._is_sqlite = connection.dialect.name == "sqlite"

    def day(self, moment: Any) -> Any:
        """2026-11-25."""
        if self._is_sqlite:
            return func.strftime("%Y-%m-%d", moment, "+8 hours", type_=String())
        return func.to_char(moment + literal_column("interval '8 hours'"), "YYYY-MM-DD", type_=String())

    def month(self, moment: Any) -> Any:
        """2026-11."""
        if self._is_sqlite:
            return func.strftime("%Y-%m", moment, "+8 hours", type_=String())
        return func.to_char(moment + literal_column("interval '8 hours'"), "YYYY-MM", type_=String())

    def date(self, day: Any) -> Any:
        """A day of a date column, to be compared with `day`."""
        return func.strftime("%Y-%m-%d", day, type_=String()) if self._is_sqlite else func.to_char(day, "YYYY-MM-DD", type_=String())

    def hours(self, start: Any, end: Any) -> Any:
        """From one moment to another."""
        if self._is_sqlite:
            return (func.julianday(end, type_=Float()) - func.julianday(start, type_=Float())) * 24.0
        return cast(func.extract("epoch", end - start), Float) / 3600.0
