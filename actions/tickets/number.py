"""Ticket numbers: short enough to be read out on the phone, and not to be guessed from another one."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mix up."""
_RANDOM_CHARACTERS = 6
_NUMBER = re.compile(rf"ZJ[-\s]{{0,3}}([0-9]{{6}})[-\s]{{0,3}}([{_ALPHABET}]{{{_RANDOM_CHARACTERS}}})(?![A-Z0-9])")
_DASHES = str.maketrans("‐‑‒–—―−－_", "-" * 9)


def new_number(day: date) -> str:
    """A fresh one, such as ZJ-261125-7K3QXM: 30 random bits after the day."""
    return f"ZJ-{day:%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARACTERS))}"


def number_in(text: str) -> str | None:
    """The first ticket number in what a person wrote, in its usual form."""
    found = _NUMBER.search(unicodedata.normalize("NFKC", text).translate(_DASHES).upper())
    return f"ZJ-{found[1]}-{found[2]}" if found else None
