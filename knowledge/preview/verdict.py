"""Whether what is told to a test question is right, by the measure of `knowledge.score`."""

from __future__ import annotations

from knowledge.answer import Answer, Bureaus, Citation, NoAnswer, Reason
from knowledge.changes import ANSWERED, Told
from knowledge.score.marks import Mark
from knowledge.score.questions import KnownQuestion


def is_right(told: Told, question: KnownQuestion) -> bool:
    """Clause and key facts are right, or a question that cannot be answered is refused."""
    if told.kind == ANSWERED:
        citations = tuple(Citation(clause, "", "", words) for clause, words in told.quotes)
        return Mark(question, Answer(told.text, citations, Bureaus(), 0.0, told.entry)).right
    return Mark(question, NoAnswer(Reason(told.kind), told.text, Bureaus(), 0.0, told.entry or None)).right
