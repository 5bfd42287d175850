"""The knowledge as the rest of the assistant sees it: opened once, asked often."""

from __future__ import annotations

from knowledge.answer import Answer, Composer, NoAnswer
from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index
from knowledge.retrieval.judgement import Verdict, judge
from knowledge.retrieval.search import Retriever
from knowledge.sources import Sources
from knowledge.terms import TermReader


class Knowledge:
    """Answers questions from the plan and its library."""

    def __init__(self, sources: Sources, index: Index, encoder: Encoder, terms: TermReader) -> None:
        self.plan = sources.plan
        self.bureaus = sources.bureaus
        self.candidates = index.candidates
        self._terms = terms
        self._retriever = Retriever(index, encoder)
        self._composer = Composer(sources.plan)

    def ask(self, text: str) -> Answer | NoAnswer:
        """The answer to one question, or why there is none. Takes milliseconds and no I/O."""
        terms = self._terms.read(text)
        if terms.is_empty:
            return self._composer.no_words()
        judgement = judge(self._retriever.search(terms))
        if judgement.verdict is Verdict.ANSWERED:
            return self._composer.answer(judgement.entry, judgement.score)
        if judgement.verdict is Verdict.BOUNDARY:
            return self._composer.boundary(judgement.entry, judgement.score)
        return self._composer.unstated(judgement.entry, judgement.score)
