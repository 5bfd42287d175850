"""Reads FAQ and boundary files; every fault is reported with file, line and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import LibraryError
from knowledge.library.model import Entry, Quote
from knowledge.plan import BureauNames, Plan

MAX_ANSWER_CHARACTERS = 500
_FAQ_KEYS = {"id", "question", "phrasings", "answer", "citations", "bureaus"}
_BOUNDARY_KEYS = {"id", "question", "phrasings", "answer", "bureaus", "asks", "near"}


class _LineLoader(yaml.CSafeLoader):
    """A safe loader that notes on which line each mapping begins."""


def _mapping_with_line(loader: _LineLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return {**loader.construct_mapping(node, deep=True), "__line__": node.start_mark.line + 1}


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_with_line)


def read_library(files: Sequence[Path], plan: Plan, bureaus: BureauNames) -> tuple[Entry, ...]:
    """Read FAQ files and, from folders named ``boundaries``, boundary files.

    Raises LibraryError at the first fault; no entry of a faulty library is used.
    """
    entries: list[Entry] = []
    seen: dict[str, Path] = {}
    for path in files:
        for entry, line in _read_file(path, plan, bureaus):
            if entry.id in seen:
                raise LibraryError(f"id {entry.id} is already used in {seen[entry.id]}", file=path, line=line, hint="choose another id")
            seen[entry.id] = path
            entries.append(entry)
    return tuple(entries)


def _read_file(path: Path, plan: Plan, bureaus: BureauNames) -> Iterator[tuple[Entry, int]]:
    is_boundary = path.parent.name == "boundaries"
    try:
        document = yaml.load(path.read_bytes().decode("utf-8"), _LineLoader)  # noqa: S506 - derives from the safe loader
    except UnicodeDecodeError as error:
        raise LibraryError("the file is not UTF-8", file=path, hint="save it as UTF-8; GBK is not read") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise LibraryError(f"not valid YAML: {reason}", file=path, line=mark.line + 1 if mark else None) from error
    if not isinstance(document, dict) or not isinstance(document.get("entries"), list):
        raise LibraryError("the file needs a topic and a list of entries", file=path, line=1)
    for item in document["entries"]:
        if not isinstance(item, dict):
            raise LibraryError(f"an entry is a mapping, not {item!r:.40}", file=path)
        line = item.pop("__line__")
        try:
            yield _entry(item, str(document.get("topic")), is_boundary, plan, bureaus), line
        except (ValueError, TypeError, KeyError) as error:
            raise LibraryError(f"entry {item.get('id', '?')}: {error}", file=path, line=line) from error


def _entry(item: dict[str, Any], topic: str, is_boundary: bool, plan: Plan, bureaus: BureauNames) -> Entry:
    allowed = _BOUNDARY_KEYS if is_boundary else _FAQ_KEYS
    if unknown := set(item) - allowed:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(allowed))}")
    for key in ("id", "question", "answer"):
        if not isinstance(item.get(key), str) or not item[key].strip():
            raise ValueError(f"{key} is missing or not a text")
    phrasings = item.get("phrasings", [])
    if not isinstance(phrasings, list) or not all(isinstance(p, str) and p.strip() for p in phrasings):
        raise ValueError("phrasings must be a list of texts; quote those that look like numbers or contain ': '")
    if len(item["answer"]) > MAX_ANSWER_CHARACTERS:
        raise ValueError(f"the answer has {len(item['answer'])} characters, at most {MAX_ANSWER_CHARACTERS} are allowed")
    quotes = () if is_boundary else tuple(_quote(citation, plan) for citation in item["citations"])
    near = item.get("near")
    if near is not None and near not in plan.by_id:
        raise ValueError(f"near names no clause: {near}")
    if not is_boundary and not quotes:
        raise ValueError("an FAQ entry needs a citation; what the plan does not say belongs in boundaries/")
    named = tuple(name for listed in item.get("bureaus", []) for name in _known(listed, bureaus))
    return Entry(item["id"], topic, item["question"], tuple(phrasings), item["answer"].strip(), quotes, named, near)


def _quote(citation: dict[str, Any], plan: Plan) -> Quote:
    clause, text = citation["clause"], citation["quote"]
    if clause not in plan.by_id:
        raise ValueError(f"there is no clause {clause}")
    if text not in plan.by_id[clause].text:
        raise ValueError(f"the quote is not verbatim in {clause}: {text}")
    return Quote(clause, text)


def _known(name: str, bureaus: BureauNames) -> tuple[str, ...]:
    try:
        return bureaus.split(name)
    except ValueError as error:
        raise ValueError(f"unknown bureau {error}; bureaus.yml lists the known ones") from error
