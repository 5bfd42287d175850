"""Which tickets the desk lists: filters and search as conditions of a query."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.sql.elements import ColumnElement

from actions.office.workdays import midnight
from actions.tickets.model import State
from actions.tickets.tables import TICKETS


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tickets; what is empty does not count."""

    bureau: str = ""
    """Canonical name: those whose route names it."""
    states: frozenset[State] = frozenset()
    track: str = ""
    clause: str = ""
    district: str = ""
    is_overdue: bool = False
    """Open, and the last deadline is over."""
    text: str = ""
    """Words, each of them part of number, company, need, industry or district; Latin letters in either case."""
    opened_from: date | None = None
    opened_to: date | None = None


def conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    """As conditions on TICKETS. `today`: in Asia/Shanghai."""
    found: list[Any] = []
    if wanted.states:
        found.append(TICKETS.c.state.in_([state.value for state in wanted.states]))
    found += [TICKETS.c[name] == value for name in ("track", "clause", "district") if (value := getattr(wanted, name))]
    if wanted.is_overdue:
        found += [TICKETS.c.state != State.CLOSED.value, TICKETS.c.due < today]
    found += [_holds(word) for word in wanted.text.split()]
    if wanted.opened_from:
        found.append(TICKETS.c.opened_at >= midnight(wanted.opened_from))
    if wanted.opened_to:
        found.append(TICKETS.c.opened_at < midnight(wanted.opened_to + timedelta(days=1)))
    return found


def _holds(word: str) -> Any:
    """Whether a ticket has the word in one of its texts.

    Read from the rows themselves: a trigram index of PostgreSQL needs an extension, SQLite's finds no word of two characters, and a
    table of pairs of characters would be many times as large as the tickets. For figures see `python -m bench.desk.queries`.
    """
    # Whole-width letters and digits come from Chinese input methods; numbers of tickets have none.
    number = unicodedata.normalize("NFKC", word).upper()
    part = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    has_case = word.lower() != word.upper()  # to ignore it costs time, and Chinese has none
    texts = (TICKETS.c.company, TICKETS.c.need, TICKETS.c.industry, TICKETS.c.district)
    matches = [text.ilike(part, escape="\\") if has_case else text.like(part, escape="\\") for text in texts]
    return or_(*matches, TICKETS.c.number.contains(number, autoescape=True)) if number.isascii() else or_(*matches)
