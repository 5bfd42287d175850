"""What was really asked lately: questions that an edit of the FAQ is tried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from actions.questions.tables import QUESTIONS
from actions.tickets.database import Database
from actions.tickets.history import utc_now


def last_months_questions(database: Database, days: int = 30, limit: int = 1000, clock: Callable[[], datetime] = utc_now) -> list[str]:
    """Different questions of the last days, masked, the most frequent first. Blocking. Raises DatabaseUnavailable."""
    words = QUESTIONS.c.question
    asked = select(words).where(QUESTIONS.c.at >= clock() - timedelta(days=days)).group_by(words)
    with database.reading() as connection:
        return list(connection.execute(asked.order_by(func.count().desc(), words).limit(limit)).scalars())
