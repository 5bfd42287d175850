"""What a list's address asks for: the query string as a filter, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode

from actions.tickets.model import State
from actions.tickets.queue import Filter, Order
from actions.tickets.rows import storable

OPEN, ALL = "open", "all"
"""What stands for several states in the address; without any, it is the open ones."""
_OPEN_STATES = frozenset(State) - {State.CLOSED}
_LONGEST_TEXT = 64
_FIELDS = ("bureau", "state", "overdue", "track", "clause", "district", "from", "to", "text", "order")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters as they were typed, and what they come to."""

    fields: Mapping[str, str]
    """By name, empty ones too; `bureau` is what the officer may see."""
    filter: Filter
    order: Order
    faults: frozenset[str]
    """Fields that could not be understood; they do not count."""

    @property
    def tab(self) -> str:
        """The tab that shows these: overdue, a state, open or all."""
        return "overdue" if self.filter.is_overdue and self.fields["state"] == OPEN else self.fields["state"]

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows less than its tab."""
        return any(self.fields[name] for name in ("track", "clause", "district", "from", "to", "text"))

    def query(self, **changed: str) -> str:
        """The address of these filters with some of them changed, from its question mark on."""
        kept = {**self.fields, **changed}
        # The bureau stands there even if it is empty: an administrator who has one would see only its tickets else.
        return "?" + urlencode([(name, value) for name, value in kept.items() if value or name == "bureau"])

    def tab_query(self, tab: str) -> str:
        """The address of a tab: it shows as many tickets as are counted beside it, so other filters are dropped."""
        chosen = {"state": OPEN, "overdue": "1"} if tab == "overdue" else {"state": tab}
        kept = {name: self.fields[name] for name in ("bureau", "order")}
        return "?" + urlencode({name: value for name, value in {**kept, **chosen}.items() if value or name == "bureau"})


def read_wanted(query: Mapping[str, str], bureau: str) -> Wanted:
    """Whatever the query says, only a bureau's tickets are asked for; those of all if it is empty."""
    typed = {name: storable(query.get(name, "")).strip()[:_LONGEST_TEXT] for name in _FIELDS}
    faults: set[str] = set()
    if typed["state"] not in (OPEN, ALL, *(state.value for state in State)):
        typed["state"] = OPEN
    days = {name: _day(typed[name], name, faults) for name in ("from", "to")}
    if days["from"] and days["to"] and days["from"] > days["to"]:
        faults.add("to")
        days["to"] = None
    order = Order.DUE if typed["order"] == Order.DUE.value else Order.NEWEST
    typed |= {"bureau": bureau, "overdue": "1" if typed["overdue"] else "", "order": order.value}
    chosen = Filter(
        bureau=bureau,
        states=_states(typed["state"]),
        track=typed["track"],
        clause=typed["clause"],
        district=typed["district"],
        is_overdue=bool(typed["overdue"]),
        text=typed["text"],
        opened_from=days["from"],
        opened_to=days["to"],
    )
    return Wanted(MappingProxyType(typed), chosen, order, frozenset(faults))


def _states(named: str) -> frozenset[State]:
    if named == ALL:
        return frozenset()
    return _OPEN_STATES if named == OPEN else frozenset({State(named)})


def _day(text: str, name: str, faults: set[str]) -> date | None:
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
        if not 2000 <= day.year <= 2100:  # a day further off overflows when it is moved to another time zone
            raise ValueError(text)
    except ValueError:
        faults.add(name)
        return None
    return day
