"""The last four digits of a phone, which open a ticket to whoever also knows its number."""

from __future__ import annotations

import re
import unicodedata

from actions.lead.fields.phone import find_phone
from actions.lead.fields.typed import Unreadable, plain

_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_SPOKEN_RUN = re.compile(r"[零〇一幺二两三四五六七八九]{4,}")
_RUN = re.compile(r"(?<![A-Za-z0-9])\+?[0-9](?:[ \-]?[0-9]){3,}(?![A-Za-z0-9])")
_LENGTHS = range(7, 16)
"""Of whole phone numbers: a landline without its code is the shortest."""
_NAMED = re.compile(r"(?:后四位|尾号|末四位|末尾|电话|手机|号码|\b(?:phone|last|ending|digits)\b)", re.IGNORECASE)
_BARE = re.compile(r"[\W_]*[0-9]{4}[\W_]*")


def last_four_in(text: str) -> str | None:
    """The four digits that a message tells, by themselves or as the end of a whole phone number; None where it tells none, or several."""
    read = _plain(text)
    if phone := find_phone(read):
        return phone.value[-4:]
    runs = {re.sub(r"\D", "", run[0]) for run in _RUN.finditer(read)}
    if len(runs) != 1:
        return None
    (digits,) = runs
    return digits[-4:] if len(digits) == 4 or len(digits) in _LENGTHS else None


def last_four_beside(number: str, text: str) -> str | None:
    """The same in what a message tells beside a ticket's number. A year is not taken for a phone's end."""
    written = r"[\W_]{0,3}".join(map(re.escape, number.split("-")))
    rest = re.sub(written, "，", _plain(text), flags=re.IGNORECASE)
    return last_four_in(rest) if _NAMED.search(rest) or _BARE.fullmatch(rest) or find_phone(rest) else None


def _plain(text: str) -> str:
    try:
        read = plain(text)
    except Unreadable:
        return ""
    read = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in read)
    return _SPOKEN_RUN.sub(lambda run: run[0].translate(_SPOKEN), read)
