"""Looks over everything that officers keep: what is wrong, and what is unwise."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from knowledge.encoder.model import Encoder
from knowledge.errors import Fault, KnowledgeError
from knowledge.library.reader import LibraryReader, LocatedEntry
from knowledge.plan import read_bureau_names, read_plan
from knowledge.plan.industries import CLAUSE, read_industry_map
from knowledge.policies import check_documents
from knowledge.question.concepts import read_concepts
from knowledge.question.follow_up_wordings import read_follow_up_wordings
from knowledge.sources import CONCEPTS, DOCUMENTS, FOLLOW_UPS, library_files, read_english, references
from knowledge.terms import TermReader

FEWEST_PHRASINGS = 8
_CLEARLY_CLOSER = 0.15
_CLOSE = 0.85
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look over the files found."""

    entries: tuple[LocatedEntry, ...]
    faults: tuple[Fault, ...]
    """Nothing is used until they are mended."""


def check(folder: Path, today: date, reader: LibraryReader | None = None) -> Findings:
    """Everything that is wrong with the files below a knowledge folder; a `reader` that has read them before makes it faster.

    Raises PlanError where the plan itself cannot be read.
    """
    plan = read_plan(folder / "plan" / "plan.yml")
    bureaus = read_bureau_names(folder / "plan" / "bureaus.yml")
    documents, document_faults = check_documents(folder / DOCUMENTS, today, bureaus)
    files = library_files(folder)
    entries, faults = (reader or LibraryReader()).check(files, references(plan, documents, bureaus))
    others = [*_fault_of(folder / "plan" / "industries.yml", lambda file: read_industry_map(file, plan.by_id[CLAUSE]))]
    others += _fault_of(folder / "plan" / "english.yml", lambda file: read_english(folder, plan, bureaus))
    others += _fault_of(folder / CONCEPTS, read_concepts)
    others += _fault_of(folder / FOLLOW_UPS, read_follow_up_wordings)
    if not files:
        others.append(
            Fault("empty", folder, None, "faq 和 boundaries 两个文件夹里都没有问答文件。", "请放入 .yml 文件，格式见 docs/faq.zh-CN.md。")
        )
    return Findings(entries, (*faults, *document_faults, *others))


def advice(
    entries: Sequence[LocatedEntry], encoder: Encoder, terms: TermReader, today: date, about: Container[str] | None = None
) -> Iterator[Fault]:
    """What is allowed and yet unwise: few phrasings, a validity that has ended, wordings that lie closer to another entry.

    `about`: ids of the entries to look at; all where none are given.
    """
    for located in entries:
        if about is not None and located.entry.id not in about:
            continue
        entry = located.entry
        if len(entry.phrasings) < FEWEST_PHRASINGS and (entry.is_about_the_service or not entry.is_boundary):
            reason = f"{entry.id}：只有 {len(entry.phrasings)} 种其他问法。"
            yield Fault("few-phrasings", located.file, located.line, reason, f"至少写 {FEWEST_PHRASINGS} 种，日常说法占一半。")
        if entry.valid_until is not None and entry.valid_until < today:
            yield Fault("expired", located.file, located.line, f"{entry.id}：已于 {entry.valid_until} 到期，不再作答。", "请更新或删去。")
    yield from _closer_to_another(entries, encoder, terms, about)


def _closer_to_another(
    entries: Sequence[LocatedEntry], encoder: Encoder, terms: TermReader, about: Container[str] | None
) -> Iterator[Fault]:
    owners = np.repeat(np.arange(len(entries)), [len(located.entry.wordings) for located in entries])
    places = [(located, i) for located in entries for i in range(len(located.entry.wordings))]
    vectors = encoder.encode([terms.read(located.entry.wordings[i]).meaning for located, i in places])
    looked_at = np.array([i for i, (located, _) in enumerate(places) if about is None or located.entry.id in about], dtype=np.int64)
    for start in range(0, len(looked_at), _BLOCK):
        block = looked_at[start : start + _BLOCK]
        likeness = vectors[block] @ vectors.T
        rows = np.arange(len(likeness))
        likeness[rows, block] = -1.0  # a wording is not its own neighbour
        is_own = owners[block, None] == owners[None, :]
        own, other = np.where(is_own, likeness, -1.0).max(axis=1), np.where(is_own, -1.0, likeness)
        nearest = other.argmax(axis=1)
        for row in np.flatnonzero((other[rows, nearest] >= _CLOSE) & (other[rows, nearest] > own + _CLEARLY_CLOSER)):
            (located, i), (rival, j) = places[block[row]], places[nearest[row]]
            reason = f"{located.entry.id}：问法“{located.entry.wordings[i]}”更接近 {rival.entry.id} 的“{rival.entry.wordings[j]}”。"
            yield Fault("closer-to-another", located.file, located.phrasing_lines[i], reason, "请改写，或移到那一条。")


def _fault_of(file: Path, read: Callable[[Path], object]) -> Iterator[Fault]:
    try:
        read(file)
    except KnowledgeError as error:
        yield Fault("unusable", error.file or file, error.line, error.reason, error.hint)
