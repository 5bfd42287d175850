"""The marks as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.score.marks import Mark, Share


def report(marks: Sequence[Mark]) -> Iterator[str]:
    """Lines: the whole, then by register, then what was refused by kind."""
    answerable = [m for m in marks if m.question.is_answerable]
    others = [m for m in marks if not m.question.is_answerable]
    refused = [m for m in marks if m.refused]
    yield f"{len(answerable)} answerable questions, {len(others)} that the plan does not answer; share [95 % interval] (count)"
    yield ""
    yield f"clause right              {Share.of([m.clause_right for m in answerable])}"
    yield f"key facts right           {Share.of([m.facts_right for m in answerable])}"
    yield f"clause and facts right    {Share.of([m.right for m in answerable])}"
    yield f"principal bureau right    {Share.of([m.bureau_right for m in answerable if m.question.bureau])}"
    yield f"wrongly refused           {Share.of([m.refused for m in answerable])}"
    yield f"wrongly answered          {Share.of([not m.refused for m in others])}"
    yield f"abstention precision      {Share.of([not m.question.is_answerable for m in refused])}"
    yield f"abstention recall         {Share.of([m.refused for m in others])}"
    yield ""
    for register in dict.fromkeys(m.question.register for m in answerable):
        yield f"{register:<12} clause and facts right {Share.of([m.right for m in answerable if m.question.register == register])}"
    for kind in dict.fromkeys(m.question.kind for m in others):
        yield f"{kind:<12} refused                {Share.of([m.refused for m in others if m.question.kind == kind])}"


def failures(marks: Sequence[Mark]) -> Iterator[str]:
    """One line for each answer that was not right."""
    for mark in marks:
        if not mark.right:
            question = mark.question
            expected = "/".join(question.clauses) or f"none ({question.kind})"
            facts = " ".join("|".join(f) for f in question.facts)
            yield f"{question.id} {question.register:<11} {question.text} → {mark.told.entry_id}; expected {expected} {facts}"
