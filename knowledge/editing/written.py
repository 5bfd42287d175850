"""The fields of a form as an entry's YAML; of an entry that is already there, lines whose value does not change stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from knowledge.editing.fields import EntryFields, read_entry, read_fields
from knowledge.editing.lines import bare, is_comment, split_lines
from knowledge.editing.style import flow_list, scalar
from knowledge.library.located import UnreadableFile

ORDER = (
    "id",
    "question",
    "phrasings",
    "asks",
    "near",
    "answer",
    "answer_en",
    "citations",
    "bureaus",
    "valid_from",
    "valid_until",
    "reviewer",
)
_COLUMN = 2
"""Where keys stand, behind the dash."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """One key's lines, without the dash."""

    key: str
    node: yaml.Node
    comments: Sequence[str]
    """Above it."""
    lines: Sequence[str]
    first: int
    """Line of the key, from 0."""


def written(fields: EntryFields, before: str = "") -> str:
    """The entry's lines with a dash in front; `before`: those that it has now, whose comments are kept."""
    values = {key: value for key in ORDER if (value := getattr(fields, key))}
    if not before:
        return _dashed([line for key, value in values.items() for line in _rendered(key, value, {})])
    try:
        had = read_fields(before)
        if had == fields:
            return before
        found = _segments(before)
    except UnreadableFile:
        found = None
    if found is None:
        return written(fields)
    segments, comments_behind = found
    return _dashed([*_merged(segments, had, values), *comments_behind])


def _merged(segments: Sequence[_Segment], had: EntryFields, values: Mapping[str, object]) -> list[str]:
    present = {segment.key: segment for segment in segments}
    keys = [segment.key for segment in segments]
    for key in values:
        if key not in present:
            behind = [keys.index(other) for other in ORDER[: ORDER.index(key)] if other in keys]
            keys.insert(max(behind) + 1 if behind else 0, key)
    lines: list[str] = []
    for key in keys:
        segment = present.get(key)
        if segment is None:
            lines += _rendered(key, values[key], {})
        elif key not in ORDER or getattr(had, key) == values.get(key, getattr(EntryFields(""), key)):
            lines += [*segment.comments, *segment.lines]
        elif key in values:
            lines += [*segment.comments, *_rendered(key, values[key], _items(segment, getattr(had, key)), segment.lines[0])]
    return lines


def _rendered(key: str, value: object, kept: Mapping[object, Sequence[str]], old_line: str = "") -> list[str]:
    """A key's lines; `kept` has the lines of items that were there before, `old_line` the line of the key."""
    indent = " " * _COLUMN
    if isinstance(value, str):
        return [f"{indent}{key}: {scalar(value)}"]
    assert isinstance(value, tuple)
    if key == "bureaus" and not kept:
        return [f"{indent}{key}: {flow_list(value)}"]
    lines = [old_line if kept else f"{indent}{key}:"]
    for item in value:
        if item in kept:
            lines += kept[item]
        elif isinstance(item, str):
            lines.append(f"{indent}  - {scalar(item)}")
        else:
            clause, quote = item
            lines += [f"{indent}  - clause: {scalar(clause)}", f"{indent}    quote: {scalar(quote)}"]
    return lines


def _segments(text: str) -> tuple[list[_Segment], Sequence[str]] | None:
    """The keys of an entry in the usual layout, and the comments behind the last one; None for another layout."""
    read = read_entry(text)
    assert read.root is not None
    node = read.root.value[0]
    lines = [bare(line) for line in split_lines(text)]
    begins = [key.start_mark.line for key, _ in node.value]
    columns = {key.start_mark.column for key, _ in node.value}
    if node.flow_style or columns != {_COLUMN} or len(set(begins)) < len(begins) or not lines[0].startswith("- ") or begins[0] != 0:
        return None
    lines[0] = "  " + lines[0][2:]
    segments, above = [], 0
    for place, (key, value) in enumerate(node.value):
        end = begins[place + 1] if place + 1 < len(begins) else len(lines)
        body_end = end
        while body_end > begins[place] + 1 and is_comment(lines[body_end - 1]):
            body_end -= 1
        own = lines[begins[place] : body_end]
        segments.append(_Segment(key.value, value, lines[above : begins[place]] if above else (), own, begins[place]))
        above = body_end
    return segments, lines[above:]


def _items(segment: _Segment, had: Sequence[object]) -> Mapping[object, Sequence[str]]:
    """The lines of each item of a list that is written one item a line."""
    node = segment.node
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or len(node.value) != len(had):
        return {}
    begins = [item.start_mark.line - segment.first for item in node.value]
    ends = [*begins[1:], len(segment.lines)]
    places = zip(had, begins, ends, node.value, strict=True)
    is_usual = all(item.start_mark.column == _COLUMN + 4 for item in node.value) and begins[0] == 1 and len(set(begins)) == len(begins)
    return {item: segment.lines[begin:end] for item, begin, end, _ in places} if is_usual else {}


def _dashed(lines: Sequence[str]) -> str:
    place = next(i for i, line in enumerate(lines) if not is_comment(line))
    dashed = [*lines[:place], f"- {lines[place][_COLUMN:]}", *lines[place + 1 :]]
    return "".join(f"{line}\n" for line in dashed)
