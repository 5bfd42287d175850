"""How entries, changes and versions are shown."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from desk.visit import Visit
from knowledge.editing.lines import bare, split_lines

MOST_SHOWN = 200
"""Changes of one kind that are shown at first."""
_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; whether the other text differs there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What is told to a question in one of two states."""

    kind: str
    entry: str
    title: str
    pieces: Sequence[Piece]
    quotes: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One question whose answer changes."""

    question: str
    follows: str
    known_from: Sequence[str]
    change: str
    verdict: str
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of one kind."""

    name: str
    number: int
    shown: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a comparison."""

    sign: str
    """``+`` or ``-``, a space where both have it, ``…`` where lines are left out."""
    before: int | None
    """Its number there, from 1."""
    after: int | None
    text: str


def topic_of(visit: Visit, file: str) -> str:
    """A file's subject in the officer's language; its name where it has none."""
    name = PurePosixPath(file).stem
    key = f"faq.topic.{name}"
    return visit.t(key) if key in visit.desk.renderer.texts else name


def grouped(changes: Sequence[Mapping[str, Any]], titles: Mapping[str, str], shows_all: bool) -> Sequence[Changes]:
    """Changes by kind, the gravest first: what the test questions say is worse, other entries' answers, the entry's own, mere wordings."""
    kinds: dict[str, list[Mapping[str, Any]]] = {name: [] for name in ("worse", "others", "own", "wording")}
    for change in changes:
        kinds[_kind_of(change)].append(change)
    order = {"lost": 0, "other": 1, "gained": 2, "wording": 3}
    groups = []
    for name, found in kinds.items():
        found.sort(key=lambda change: order[change["change"]])
        shown = found if shows_all else found[:MOST_SHOWN]
        if found:
            groups.append(Changes(name, len(found), [_shown(change, titles, len(shown) <= MOST_SHOWN) for change in shown]))
    return groups


def _kind_of(change: Mapping[str, Any]) -> str:
    if change["verdict"] == "worse":
        return "worse"
    if change["change"] == "wording":
        return "wording"
    return "own" if change["own"] else "others"


def _shown(change: Mapping[str, Any], titles: Mapping[str, str], is_marked: bool) -> Shown:
    before, after = change["before"], change["after"]
    pieces = pieces_of(before["text"], after["text"]) if is_marked else ([Piece(before["text"], False)], [Piece(after["text"], False)])
    sides = [
        Side(told["kind"], told["entry"], titles.get(told["entry"], ""), own, [(clause, words) for clause, words in told["quotes"]])
        for told, own in zip((before, after), pieces, strict=True)
    ]
    facts = (change[name] for name in ("question", "follows", "known_from", "change", "verdict"))
    return Shown(*facts, *sides)


def pieces_of(before: str, after: str) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Both texts in parts, with those that differ."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:  # two different texts: marks would only be in the way
        return [Piece(before, False)], [Piece(after, False)]
    left, right = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left += [Piece(before[i1:i2], tag != "equal")] if i2 > i1 else []
        right += [Piece(after[j1:j2], tag != "equal")] if j2 > j1 else []
    return left, right


def compared(before: str, after: str) -> Sequence[DiffLine]:
    """The lines in which two files differ, with some lines around each."""
    old, new = ([bare(line) for line in split_lines(text)] for text in (before, after))
    lines: list[DiffLine] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        if lines or group[0][1] > 0:
            lines.append(DiffLine("…", None, None, ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [DiffLine(" ", i + 1, j1 + i - i1 + 1, old[i]) for i in range(i1, i2)]
            else:
                lines += [DiffLine("-", i + 1, None, old[i]) for i in range(i1, i2)]
                lines += [DiffLine("+", None, j + 1, new[j]) for j in range(j1, j2)]
    return lines
