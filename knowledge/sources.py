"""Where the knowledge lies: the plan, the FAQ files and the boundaries, all under one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.index.manifest import hash_files
from knowledge.library import Entry, Quote, References, read_library
from knowledge.plan import BureauNames, Plan, read_bureau_names, read_plan

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Sources:
    """Everything that was written by people, read and checked."""

    plan: Plan
    bureaus: BureauNames
    entries: tuple[Entry, ...]


def source_files(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Every file that the index depends on, in a fixed order."""
    plan = folder / "plan"
    return (*sorted([*plan.glob("*.yml"), *plan.glob("*.txt")]), *library_files(folder))


def library_files(folder: Path = FOLDER) -> tuple[Path, ...]:
    """The FAQ and boundary files."""
    return tuple(sorted([*folder.glob("faq/*.yml"), *folder.glob("boundaries/*.yml")]))


def hash_sources(folder: Path = FOLDER) -> Mapping[str, str]:
    """Content hash of each source file by its path below the folder."""
    return hash_files(source_files(folder), folder)


def read_sources(folder: Path = FOLDER) -> Sources:
    """Read and check everything. Raises PlanError or LibraryError."""
    plan = read_plan(folder / "plan" / "plan.yml")
    bureaus = read_bureau_names(folder / "plan" / "bureaus.yml")
    references = References({clause.id: clause.text for clause in plan.clauses}, bureaus)
    return Sources(plan, bureaus, read_library(library_files(folder), references))


def candidates(sources: Sources) -> tuple[Entry, ...]:
    """What a question is compared with: the library, and each sentence of the plan in its own words."""
    return (*sources.entries, *sentence_entries(sources.plan))


def sentence_entries(plan: Plan) -> tuple[Entry, ...]:
    """The plan's sentences as entries, for whatever the library does not cover."""
    return tuple(
        Entry(sentence.id, "plan", "", (), f"方案原文：“{sentence.text}”", (Quote(clause.id, sentence.text),), (), None)
        for clause in plan.clauses
        for sentence in clause.sentences
        if not sentence.names_responsibility and clause.title not in sentence.text[: len(clause.title) + 5]
    )


def training_groups(entries: tuple[Entry, ...]) -> list[list[str]]:
    """Texts that mean the same, for the encoder: each entry's wordings with the words that it quotes."""
    return [[*entry.wordings, *(quote.text for quote in entry.quotes)] for entry in entries if len(entry.wordings) > 1]
