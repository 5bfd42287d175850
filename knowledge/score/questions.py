"""Test questions: what strangers ask, and what a fair judge with the plan in hand expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import Fault, LibraryError
from knowledge.plan import Plan, Role


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
    bureaus: tuple[str, ...]
    """One of these must be named first or second; empty where the clauses name none."""
    kind: str
    """answerable, or for the others: near, gap, off."""
    after: str = ""
    """The message before it, for one that follows up."""
    needs_all_clauses: bool = False
    """Two questions in one: every clause must be cited."""

    @property
    def is_answerable(self) -> bool:
        """True where the plan answers the question."""
        return bool(self.clauses)


def read_questions(path: Path, plan: Plan) -> tuple[KnownQuestion, ...]:
    """Read a question file, or all of a folder in alphabetical order.

    Raises LibraryError where a fact is not in its clause or an id stands twice.
    """
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    read = [(file, _question(fields, plan)) for file in files for fields in _listed(file)]
    seen: set[str] = set()
    for file, question in read:
        if question.id in seen:
            raise LibraryError([Fault("questions", file, None, f"id {question.id} stands twice")])
        seen.add(question.id)
        words = "".join(plan.by_id[clause].text for clause in question.clauses)
        for alternatives in question.facts:
            if not any(fact in words for fact in alternatives):
                reason = f"{question.id}: fact {alternatives[0]} is not in {', '.join(question.clauses)}"
                raise LibraryError([Fault("questions", file, None, reason)])
    return tuple(question for _, question in read)


def _listed(file: Path) -> Sequence[dict[str, Any]]:
    try:
        listed: Sequence[dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["questions"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise LibraryError([Fault("questions", file, None, f"cannot read the questions: {error}")]) from error
    return listed


def _question(fields: dict[str, Any], plan: Plan) -> KnownQuestion:
    answerable = fields.get("answerable", True)
    clauses = tuple(fields["clauses"]) if answerable else ()
    named = (fields["bureau"],) if fields.get("bureau") else _principal(clauses, plan)
    return KnownQuestion(
        fields["id"],
        fields["text"],
        fields["register"],
        clauses,
        tuple(tuple(fact) if isinstance(fact, list) else (fact,) for fact in fields.get("facts", ())),
        named,
        "answerable" if answerable else fields["kind"],
        fields.get("after", ""),
        fields.get("all_clauses", False),
    )


def _principal(clauses: Sequence[str], plan: Plan) -> tuple[str, ...]:
    return tuple(name for clause in clauses for name in plan.by_id[clause].bureaus(Role.PRINCIPAL))
