"""Several answers in one message, for a question that asks several things."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answer import Answer, Bureaus, NoAnswer


def join(parts: Sequence[Answer | NoAnswer]) -> Answer:
    """One after the other, numbered; at least one of them is an Answer, and its scores' lowest counts."""
    answers = [part for part in parts if isinstance(part, Answer)]
    text = "\n".join(f"{number}. {part.text}" for number, part in enumerate(parts, 1))
    citations = tuple(dict.fromkeys(citation for answer in answers for citation in answer.citations))
    principal = tuple(dict.fromkeys(name for part in parts for name in part.bureaus.principal))
    supporting = dict.fromkeys(name for part in parts for name in part.bureaus.supporting if name not in principal)
    return Answer(text, citations, Bureaus(principal, tuple(supporting)), min(part.score for part in parts), answers[0].entry_id)
