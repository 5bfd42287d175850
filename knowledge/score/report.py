"""The marks as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from knowledge.score.marks import Mark, Share

EVERYDAY = ("formal", "keywords", "colloquial", "typo", "voice")
"""Registers in which most people ask; the others are harder: scenario, languages, follow-ups, two questions at once."""
_BINS = 5


def report(marks: Sequence[Mark], baselines: Mapping[str, Sequence[Mark]] | None = None) -> Iterator[str]:
    """Lines: the whole, beside it the baselines, then by register, by kind of what was refused, by clause, and the calibration."""
    answerable = [m for m in marks if m.question.is_answerable]
    others = [m for m in marks if not m.question.is_answerable]
    yield f"{len(answerable)} answerable questions, {len(others)} that the plan does not answer; share [95 % interval] (count)"
    yield ""
    for name, share in overall(marks).items():
        yield f"{name:<25} {share}"
    for title, own in (baselines or {}).items():
        figures = overall(own)
        kept = ("clause and facts right", "  everyday registers", "  the other registers", "wrongly refused", "wrongly answered")
        yield ""
        yield f"{title}: " + ", ".join(f"{name.strip()} {figures[name].value:.2f}" for name in kept)
    yield ""
    for register in dict.fromkeys(m.question.register for m in answerable):
        yield f"{register:<14} clause and facts right {Share.of([m.right for m in answerable if m.question.register == register])}"
    for kind in dict.fromkeys(m.question.kind for m in others):
        yield f"{kind:<14} refused                {Share.of([m.refused for m in others if m.question.kind == kind])}"
    yield ""
    for clause in sorted({m.question.clauses[0] for m in answerable}):
        yield f"{clause:<14} clause and facts right {Share.of([m.right for m in answerable if m.question.clauses[0] == clause])}"
    yield ""
    for low, high, sure, right in reliability(marks):
        yield f"score {low:.1f} to {high:.1f}    mean {sure:.2f}, right      {right}"
    yield f"calibration error         {calibration_error(marks):.3f}"


def overall(marks: Sequence[Mark]) -> Mapping[str, Share]:
    """The shares that the goals are set for, by their names."""
    answerable = [m for m in marks if m.question.is_answerable]
    others = [m for m in marks if not m.question.is_answerable]
    refused = [m for m in marks if m.refused]
    return {
        "clause right": Share.of([m.clause_right for m in answerable]),
        "key facts right": Share.of([m.facts_right for m in answerable]),
        "clause and facts right": Share.of([m.right for m in answerable]),
        "  everyday registers": Share.of([m.right for m in answerable if m.question.register in EVERYDAY]),
        "  the other registers": Share.of([m.right for m in answerable if m.question.register not in EVERYDAY]),
        "principal bureau right": Share.of([m.bureau_right for m in answerable if m.question.bureaus]),
        "wrongly refused": Share.of([m.refused for m in answerable]),
        "wrongly answered": Share.of([not m.refused for m in others]),
        "abstention precision": Share.of([not m.question.is_answerable for m in refused]),
        "abstention recall": Share.of([m.refused for m in others]),
    }


def reliability(marks: Sequence[Mark]) -> Iterator[tuple[float, float, float, Share]]:
    """For equal steps of the score from 0.5 to 1: lower and upper bound, mean score, share right; steps without marks are left out."""
    step = 0.5 / _BINS
    for number in range(_BINS):
        low, high = 0.5 + number * step, 0.5 + (number + 1) * step
        own = [m for m in marks if low <= m.told.score < high or (number == _BINS - 1 and m.told.score >= high)]
        if own:
            yield low, high, sum(m.told.score for m in own) / len(own), Share.of([m.right for m in own])


def calibration_error(marks: Sequence[Mark]) -> float:
    """Expected calibration error (Naeini et al. 2015) over the steps of `reliability`."""
    return sum(right.total * abs(sure - right.value) for _, _, sure, right in reliability(marks)) / max(1, len(marks))


def failures(marks: Sequence[Mark]) -> Iterator[str]:
    """One line for each answer that was not right."""
    for mark in marks:
        if not mark.right:
            question = mark.question
            expected = "/".join(question.clauses) or f"none ({question.kind})"
            facts = " ".join("|".join(f) for f in question.facts)
            asked = f"{question.after} ▸ {question.text}" if question.after else question.text
            yield f"{question.id} {question.register:<11} {asked} → {mark.told.entry_id}; expected {expected} {facts}"
