"""Test questions: what strangers ask, and what a fair judge with the plan in hand expects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import Fault, LibraryError
from knowledge.plan import Plan


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """One question with what is expected of the answer."""

    id: str
    text: str
    register: str
    clauses: tuple[str, ...]
    """Acceptable first citations; empty where the plan does not answer."""
    facts: tuple[tuple[str, ...], ...]
    """Each a set of alternatives, one of which the answer or its quotes must contain."""
    bureau: str | None
    kind: str
    """answerable, or for the others: near, gap, off."""

    @property
    def is_answerable(self) -> bool:
        """True where the plan answers the question."""
        return bool(self.clauses)


def read_questions(file: Path, plan: Plan) -> tuple[KnownQuestion, ...]:
    """Read a question file. Raises LibraryError where a fact is not in its clause or an id stands twice."""
    try:
        listed = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["questions"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise LibraryError([Fault("questions", file, None, f"cannot read the questions: {error}")]) from error
    questions = tuple(_question(fields) for fields in listed)
    ids = [question.id for question in questions]
    for question in questions:
        if ids.count(question.id) > 1:
            raise LibraryError([Fault("questions", file, None, f"id {question.id} stands twice")])
        words = "".join(plan.by_id[clause].text for clause in question.clauses)
        for alternatives in question.facts:
            if not any(fact in words for fact in alternatives):
                reason = f"{question.id}: fact {alternatives[0]} is not in {', '.join(question.clauses)}"
                raise LibraryError([Fault("questions", file, None, reason)])
    return questions


def _question(fields: dict[str, Any]) -> KnownQuestion:
    answerable = fields.get("answerable", True)
    return KnownQuestion(
        fields["id"],
        fields["text"],
        fields["register"],
        tuple(fields["clauses"]) if answerable else (),
        tuple(tuple(fact) if isinstance(fact, list) else (fact,) for fact in fields.get("facts", ())),
        fields.get("bureau"),
        "answerable" if answerable else fields["kind"],
    )
