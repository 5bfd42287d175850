"""Reads FAQ and boundary files; every fault of every file is told with its line and what to do about it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.errors import Fault, LibraryError
from knowledge.library.located import LocatedYaml, UnreadableFile, parse_located, read_bytes
from knowledge.library.model import Entry, Quote
from knowledge.library.shape import shape_faults
from knowledge.plan import BureauNames

_SCHEMAS = Path(__file__).parent / "schema"


@dataclass(frozen=True)
class References:
    """What entries may refer to."""

    clauses: Mapping[str, str]
    """Text of each clause by its id, of the plan and of other documents."""
    bureaus: BureauNames

    @cached_property
    def _without_spaces(self) -> Mapping[str, str]:
        return {clause: "".join(text.split()) for clause, text in self.clauses.items()}

    def unknown_bureau(self, name: str) -> str | None:
        """The part of a name or listing that is no known bureau, if any."""
        try:
            self.bureaus.split(name)
        except ValueError as error:
            return str(error)
        return None

    def clauses_with(self, quote: str) -> Sequence[str]:
        """Ids of the clauses in which a quote stands, whatever its spaces."""
        bare = "".join(quote.split())
        return [clause for clause, text in self._without_spaces.items() if bare in text]


@dataclass(frozen=True, slots=True)
class LocatedEntry:
    """An entry and where it stands."""

    entry: Entry
    file: Path
    line: int
    phrasing_lines: tuple[int, ...]
    """One for each of `entry.wordings`."""


class LibraryReader:
    """Reads a library again and again: a file that is as it was, like all that it may refer to, is not read anew."""

    def __init__(self) -> None:
        self._references: References | None = None
        self._known: dict[Path, tuple[bytes, Sequence[LocatedEntry], Sequence[Fault]]] = {}

    def check(self, files: Sequence[Path], references: References) -> tuple[tuple[LocatedEntry, ...], tuple[Fault, ...]]:
        """The entries that are right, and everything that is wrong with the others."""
        if references != self._references:
            self._references, self._known = references, {}
        self._known = {path: self._read(path, references) for path in files}
        entries = [entry for _, found, _ in self._known.values() for entry in found]
        faults = [fault for _, _, wrong in self._known.values() for fault in wrong]
        return tuple(entries), (*faults, *_clashes(entries))

    def _read(self, path: Path, references: References) -> tuple[bytes, Sequence[LocatedEntry], Sequence[Fault]]:
        try:
            content = read_bytes(path)
            mark = hashlib.sha256(content).digest()
            known = self._known.get(path)
            return known if known and known[0] == mark else (mark, *_read_file(path, parse_located(path, content), references))
        except UnreadableFile as error:
            return b"", (), (error.fault,)


def read_library(files: Sequence[Path], references: References, reader: LibraryReader | None = None) -> tuple[Entry, ...]:
    """Read FAQ files and, from folders named ``boundaries``, boundary files.

    Raises LibraryError with all faults; no entry of a faulty library is used.
    """
    entries, faults = (reader or LibraryReader()).check(files, references)
    if faults:
        raise LibraryError(faults)
    return tuple(located.entry for located in entries)


def _read_file(path: Path, document: LocatedYaml, references: References) -> tuple[list[LocatedEntry], list[Fault]]:
    is_boundary = path.parent.name == "boundaries"
    faults = shape_faults(path, document, _SCHEMAS / f"{'boundary' if is_boundary else 'faq'}.schema.json")
    broken = {fault.entry for fault in faults}
    if None in broken:  # the file as a whole has another shape
        return [], [fault.fault for fault in faults]
    entries = []
    wrong = [fault.fault for fault in faults]
    for position, item in enumerate(document.value["entries"]):
        if position in broken:
            continue
        if own := list(_content_faults(path, document, position, item, references)):
            wrong += own
        else:
            entry = _entry(item, document.value["topic"], references)
            phrasings = [document.line(("entries", position, "phrasings", i)) for i in range(len(entry.phrasings))]
            lines = (document.line(("entries", position, "question")), *phrasings)
            entries.append(LocatedEntry(entry, path, document.line(("entries", position)), lines))
    return entries, wrong


def _content_faults(path: Path, document: LocatedYaml, position: int, item: Mapping[str, Any], references: References) -> Iterator[Fault]:
    """What the shape of an entry cannot show: its references and its dates."""

    def fault(code: str, place: Sequence[str | int], reason: str, hint: str) -> Fault:
        return Fault(code, path, document.line(("entries", position, *place)), f"{item['id']}：{reason}", hint)

    def unknown_clause(clause: str, *place: str | int) -> Fault:
        return fault("unknown-clause", place, f"没有条款 {clause}。", _similar(clause, references.clauses))

    for i, citation in enumerate(item.get("citations", ())):
        clause, quote = citation["clause"], citation["quote"]
        if clause not in references.clauses:
            yield unknown_clause(clause, "citations", i, "clause")
        elif quote not in references.clauses[clause]:
            reason = f"引文与 {clause} 的原文不一致：{quote}"
            yield fault("quote-not-verbatim", ("citations", i, "quote"), reason, _where(quote, clause, references))
    if (near := item.get("near")) and near not in references.clauses:
        yield unknown_clause(near, "near")
    for i, name in enumerate(item.get("bureaus", ())):
        if unknown := references.unknown_bureau(name):
            hint = _similar(name, references.bureaus.canonical_by_name) or "单位名称见 knowledge/plan/bureaus.yml。"
            yield fault("unknown-bureau", ("bureaus", i), f"没有单位“{unknown}”。", hint)
    if "valid_from" in item and "valid_until" in item and item["valid_from"] > item["valid_until"]:
        reason = f"有效期在 {item['valid_from']} 开始，却在 {item['valid_until']} 结束。"
        yield fault("dates", ("valid_until",), reason, "请检查两个日期。")


def _where(quote: str, clause: str, references: References) -> str:
    if places := references.clauses_with(quote):
        return "这段话在 " + "、".join(places) + " 里" + ("，但空格或换行不同。" if clause in places else "。")
    text = references.clauses[clause]
    matched = difflib.SequenceMatcher(None, text, quote, autojunk=False).find_longest_match()
    if matched.size < min(4, len(quote)):
        return "请从原文复制，一字不差。"
    start = text.rfind("。", 0, matched.a) + 1
    return f"相近的原文：{text[start : text.find('。', matched.a + matched.size - 1) + 1].strip()}"


def _similar(written: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(written, known, n=3, cutoff=0.5)
    return f"是不是 {'、'.join(close)}？" if close else ""


def _entry(item: Mapping[str, Any], topic: str, references: References) -> Entry:
    return Entry(
        item["id"],
        topic,
        item["question"],
        tuple(item.get("phrasings", ())),
        item["answer"].strip(),
        tuple(Quote(citation["clause"], citation["quote"]) for citation in item.get("citations", ())),
        tuple(name for listed in item.get("bureaus", ()) for name in references.bureaus.split(listed)),
        item.get("near"),
        item.get("answer_en"),
        _day(item.get("valid_from")),
        _day(item.get("valid_until")),
        item.get("reviewer"),
    )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _clashes(entries: Sequence[LocatedEntry]) -> Iterator[Fault]:
    """Ids that stand twice, and wordings that two entries claim: which of the two would be told is chance."""
    owners: dict[str, LocatedEntry] = {}
    claims: dict[str, str] = {}
    for located in entries:
        entry = located.entry
        if owners.setdefault(entry.id, located) is not located:
            first = owners[entry.id]
            yield Fault("duplicate-id", located.file, located.line, f"{entry.id}：编号已用在 {first.file}:{first.line}。", "请换一个编号。")
        for wording, line in zip(entry.wordings, located.phrasing_lines, strict=True):
            bare = "".join(filter(str.isalnum, wording)).lower()
            if bare in claims:
                reason = f"{entry.id}：问法“{wording}”与 {claims[bare]} 重复。"
                yield Fault("shared-wording", located.file, line, reason, "请只留在更合适的一条里。")
            claims.setdefault(bare, entry.id)
