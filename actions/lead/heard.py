"""What an enquirer has told of themselves in passing, so that the form need not ask it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from actions.lead.extract import extract
from actions.lead.fields import Unreadable, read_need
from actions.lead.fields.phone import find_phone
from actions.lead.fields.typed import plain

_CALL = re.compile(
    r"联系|聯繫|聯絡|联络|对接|對接|回电|回電|回复我|找人|派人|打给|打俾|致电|来电|安排|登记|\b(?:call|contact|reach|ring)\b", re.IGNORECASE
)
_KEPT = ("industry", "district", "investment_yuan", "land_square_metres")
"""Nothing that tells who they are: there is no consent yet."""


def heard(
    text: str, places: Sequence[tuple[str, str]], products: Callable[[str], Sequence[str]], before: Mapping[str, str | int]
) -> dict[str, str | int]:
    """What is known after a message; the latest word counts."""
    return {**before, **{name: value for name, value in told_in(text, places, products).items() if name in _KEPT}}


def told_in(text: str, places: Sequence[tuple[str, str]], products: Callable[[str], Sequence[str]]) -> dict[str, str | int]:
    """Everything of a lead that a message surely tells, by the names of its fields."""
    return {name: value for name, value in extract(text, places, products).items() if isinstance(value, (str, int))}


def leaves_phone(text: str) -> bool:
    """Whether there is a phone number in a message: whoever leaves one wants to be called."""
    return find_phone(_plain(text)) is not None


def wants_call(text: str) -> bool:
    """Whether a message with a phone number also says what it is for; what else it tells is then no question."""
    return leaves_phone(text) and bool(_CALL.search(text))


def _plain(text: str) -> str:
    try:
        return plain(text)
    except Unreadable:
        return ""


def need_of(question: str) -> str:
    """A question as the need of a lead; empty where it is too long or too short for one."""
    try:
        return read_need(question)
    except Unreadable:
        return ""
