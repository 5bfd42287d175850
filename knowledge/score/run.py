"""Puts the test questions to the knowledge, and to the baselines beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.knowledge import Knowledge
from knowledge.score.baselines import bm25_over_the_plan, nearest_question
from knowledge.score.marks import Mark
from knowledge.score.questions import KnownQuestion
from knowledge.sources import Sources
from knowledge.terms import TermReader


def mark(knowledge: Knowledge, questions: Sequence[KnownQuestion]) -> list[Mark]:
    """Each question in a conversation of its own; one that follows up comes after the message before it."""
    marks = []
    for question in questions:
        context = knowledge.reply(question.after).context if question.after else None
        marks.append(Mark(question, knowledge.reply(question.text, context).told))
    return marks


def mark_baselines(sources: Sources, questions: Sequence[KnownQuestion]) -> Mapping[str, list[Mark]]:
    """The same questions, answered plainly."""
    terms = TermReader()
    methods = {"plain BM25 over the plan": bm25_over_the_plan, "TF-IDF nearest question": nearest_question}
    askers = {name: make(sources, terms) for name, make in methods.items()}
    return {name: [Mark(question, ask(question.text)) for question in questions] for name, ask in askers.items()}
