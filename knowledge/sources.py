"""Where the knowledge lies: the plan, the FAQ files and the boundaries, all under one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from knowledge.index.manifest import hash_files
from knowledge.library import Entry, LibraryReader, Quote, References, read_library
from knowledge.plan import BureauNames, Clause, Plan, read_bureau_names, read_plan
from knowledge.plan.english import EnglishNames, read_english_names
from knowledge.plan.industries import CLAUSE, IndustryMap, read_industry_map
from knowledge.policies import Document, Documents, Standing, document_files, read_documents

FOLDER = Path(__file__).resolve().parent
CONCEPTS = "concepts.yml"
FOLLOW_UPS = "follow_ups.yml"
DOCUMENTS = "documents"
"""Below the folder: policy documents that officers add."""
_SHORTEST_SENTENCE = 8
"""Shorter ones are headings and list numbers."""


@dataclass(frozen=True)
class Sources:
    """Everything that was written by people, read and checked."""

    plan: Plan
    bureaus: BureauNames
    entries: tuple[Entry, ...]
    industries: IndustryMap
    documents: Documents
    english: EnglishNames

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause that may be cited, of the plan and of the documents that hold, by its id."""
        others = {clause.id: clause for document in self.documents.by_slug.values() if document.answerable for clause in document.clauses}
        return {**self.plan.by_id, **others}

    def titled(self, clause: str) -> str:
        """What a clause stands in, with its standing: 《实施方案》征求意见稿."""
        document = self.documents.by_clause.get(clause)
        if document is None:
            return f"《{self.plan.short_title}》{self.plan.standing}"
        standing = {Standing.DRAFT: "征求意见稿", Standing.IN_FORCE: "现行有效", Standing.SUPERSEDED: "已废止"}[document.standing]
        return (
            f"《{document.title}》（{document.issuer}{document.date.year}年{document.date.month}月{document.date.day}日印发，{standing}）"
        )


def source_files(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Every file that the index depends on, in a fixed order."""
    plan = folder / "plan"
    return (
        folder / CONCEPTS,
        folder / FOLLOW_UPS,
        *sorted([*plan.glob("*.yml"), *plan.glob("*.txt")]),
        *library_files(folder),
        *document_files(folder / DOCUMENTS),
    )


def library_files(folder: Path = FOLDER) -> tuple[Path, ...]:
    """The FAQ and boundary files."""
    return tuple(sorted([*folder.glob("faq/*.yml"), *folder.glob("boundaries/*.yml")]))


def hash_sources(folder: Path = FOLDER) -> Mapping[str, str]:
    """Content hash of each source file by its path below the folder."""
    return hash_files(source_files(folder), folder)


def read_sources(folder: Path = FOLDER, reader: LibraryReader | None = None) -> Sources:
    """Read and check everything; of the library only what a `reader` has not read before. Raises PlanError or LibraryError."""
    plan = read_plan(folder / "plan" / "plan.yml")
    bureaus = read_bureau_names(folder / "plan" / "bureaus.yml")
    industries = read_industry_map(folder / "plan" / "industries.yml", plan.by_id[CLAUSE])
    documents = read_documents(folder / DOCUMENTS, date.today(), bureaus)
    english = read_english(folder, plan, bureaus)
    library = read_library(library_files(folder), references(plan, documents, bureaus), reader)
    return Sources(plan, bureaus, library, industries, documents, english)


def read_english(folder: Path, plan: Plan, bureaus: BureauNames) -> EnglishNames:
    """The English names below a knowledge folder. Raises PlanError."""
    clauses = (clause.id for clause in plan.clauses)
    return read_english_names(folder / "plan" / "english.yml", clauses, set(bureaus.canonical_by_name.values()))


def references(plan: Plan, documents: Documents, bureaus: BureauNames) -> References:
    """What the library may refer to: clauses of the plan and of the documents."""
    others = [clause for document in documents.by_slug.values() for clause in document.clauses]
    return References({clause.id: clause.text for clause in (*plan.clauses, *others)}, bureaus)


def candidates(sources: Sources) -> tuple[Entry, ...]:
    """What a question is compared with: the library, and each sentence of the plan and of the documents in its own words."""
    documents = (document for document in sources.documents.by_slug.values() if document.answerable)
    superseded = {clause.id for document in sources.documents.by_slug.values() if not document.answerable for clause in document.clauses}
    library = (entry for entry in sources.entries if not any(quote.clause in superseded for quote in entry.quotes))
    return (*library, *sentence_entries(sources.plan), *(entry for document in documents for entry in document_entries(document)))


def sentence_entries(plan: Plan) -> tuple[Entry, ...]:
    """The plan's sentences as entries, for whatever the library does not cover."""
    return tuple(
        Entry(sentence.id, "plan", "", (), f"方案原文：“{sentence.text}”", (Quote(clause.id, sentence.text),), (), None)
        for clause in plan.clauses
        for sentence in clause.sentences
        if not sentence.names_responsibility and clause.title not in sentence.text[: len(clause.title) + 5]
    )


def document_entries(document: Document) -> tuple[Entry, ...]:
    """A document's sentences as entries, which name the document: nobody should take its words for the plan's."""
    return tuple(
        Entry(
            sentence.id,
            document.slug,
            "",
            (f"{document.title} {clause.title} {sentence.text}",),  # rows of a table mean little without their heading
            f"方案以外的文件《{document.title}》写明：“{sentence.text}”",
            (Quote(clause.id, sentence.text),),
            (),
            None,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
        )
        for clause in document.clauses
        for sentence in clause.sentences
        if not sentence.names_responsibility and len(sentence.text) >= _SHORTEST_SENTENCE
    )


def training_groups(entries: tuple[Entry, ...]) -> list[list[str]]:
    """Texts that mean the same, for the encoder: each entry's wordings with the words that it quotes."""
    return [[*entry.wordings, *(quote.text for quote in entry.quotes)] for entry in entries if len(entry.wordings) > 1]
