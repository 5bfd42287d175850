"""An entry's YAML as the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import Fault
from knowledge.library.located import LocatedYaml, UnreadableFile, as_mapping, parse_located

# What messages name; there is no such file.
_HERE = Path("entry.yml")


@dataclass(frozen=True, slots=True)
class EntryFields:
    """One entry; what is not there is empty."""

    id: str
    question: str = ""
    phrasings: tuple[str, ...] = ()
    asks: str = ""
    """Boundary only, as `near`."""
    near: str = ""
    answer: str = ""
    answer_en: str = ""
    citations: tuple[tuple[str, str], ...] = ()
    """Clause and quote of each."""
    bureaus: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    reviewer: str = ""


def read_entry(text: str) -> LocatedYaml:
    """An entry's own lines, read. Raises UnreadableFile where they are not YAML, or not exactly one entry with a dash."""
    read = parse_located(_HERE, text.encode())
    if not isinstance(read.value, list) or not read.value or not isinstance(read.value[0], dict):
        raise UnreadableFile(Fault("one-entry", _HERE, 1, "这里应是一条问答。", "第一行写“- id: …”，其余各行缩进两格。"))
    if len(read.value) > 1:
        raise UnreadableFile(Fault("one-entry", _HERE, read.line((1,)), "这里写了不止一条。", "一次只改一条，其他的请另外添加。"))
    return read


def read_fields(text: str) -> EntryFields:
    """The fields of an entry's own lines; keys that no entry has are left out. Raises UnreadableFile."""
    item = as_mapping(read_entry(text).value[0])
    citations = [as_mapping(citation) for citation in _list(item, "citations")]
    return EntryFields(
        id=_text(item, "id"),
        question=_text(item, "question"),
        phrasings=tuple(str(phrasing) for phrasing in _list(item, "phrasings")),
        asks=_text(item, "asks"),
        near=_text(item, "near"),
        answer=_text(item, "answer"),
        answer_en=_text(item, "answer_en"),
        citations=tuple((_text(citation, "clause"), _text(citation, "quote")) for citation in citations),
        bureaus=tuple(str(bureau) for bureau in _list(item, "bureaus")),
        valid_from=_text(item, "valid_from"),
        valid_until=_text(item, "valid_until"),
        reviewer=_text(item, "reviewer"),
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return "" if value is None else str(value).strip()


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []
