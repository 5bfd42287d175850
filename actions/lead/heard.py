"""What an enquirer has told of themselves in passing, so that the form need not ask it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from actions.lead.extract import extract
from actions.lead.fields import Unreadable, read_need

_KEPT = ("industry", "district", "investment_yuan", "land_square_metres")
"""Nothing that tells who they are: there is no consent yet."""


def heard(
    text: str, places: Sequence[tuple[str, str]], products: Callable[[str], Sequence[str]], before: Mapping[str, str | int]
) -> dict[str, str | int]:
    """What is known after a message; the latest word counts."""
    found = extract(text, places, products)
    return {**before, **{name: value for name, value in found.items() if name in _KEPT and isinstance(value, (str, int))}}


def need_of(question: str) -> str:
    """A question as the need of a lead; empty where it is too long or too short for one."""
    try:
        return read_need(question)
    except Unreadable:
        return ""
