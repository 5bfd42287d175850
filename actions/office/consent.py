"""Reads what an enquirer is told before anything is taken down (Personal Information Protection Law, article 17)."""

from __future__ import annotations

import re
from pathlib import Path

from actions.office.model import ConsentText
from knowledge.errors import Fault, LibraryError
from knowledge.library.located import UnreadableFile, read_located
from knowledge.library.shape import shape_faults

_SCHEMA = Path(__file__).with_name("consent.schema.json")
_DAYS = "{days}"


def read_consent(file: Path) -> ConsentText:
    """Read consent.yml. Raises LibraryError with every fault at its line."""
    try:
        document = read_located(file)
    except UnreadableFile as error:
        raise LibraryError([error.fault]) from error
    if shape := shape_faults(file, document, _SCHEMA):
        raise LibraryError([found.fault for found in shape])
    text = document.value["text"].strip()
    line = document.line(("text",))
    faults = []
    if _DAYS not in text:
        faults.append(Fault("no-days", file, line, f"没有写 {_DAYS}：信息保留多久必须告知。", f"请写上“办结{_DAYS}天后删除”。"))
    # A mistyped {day} would be shown to enquirers as it stands.
    faults += [
        Fault("unknown-placeholder", file, line, f"不认识 {other}。", f"花括号里只能写 {_DAYS}。")
        for other in re.findall(r"\{[^}]*\}?|\}", text)
        if other != _DAYS
    ]
    if faults:
        raise LibraryError(faults)
    return ConsentText(document.value["version"].strip(), text)


def worded(consent: ConsentText, days: int) -> str:
    """The text as the enquirer sees it; `days`: how long things are kept after the ticket was closed."""
    return consent.text.replace(_DAYS, str(days))
