"""Two plain methods to be measured beside: both answer everything, and know nothing of conversations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from knowledge.answer import Answer, NoAnswer
from knowledge.index.words import WordIndex
from knowledge.sources import Sources, sentence_entries
from knowledge.telling.composer import Composer
from knowledge.terms import TermReader

Asking = Callable[[str], Answer | NoAnswer]


def bm25_over_the_plan(sources: Sources, terms: TermReader) -> Asking:
    """Answers with the plan's sentence that BM25 ranks first."""
    composer = Composer(sources)
    entries = sentence_entries(sources.plan)
    index = WordIndex.build([terms.read(entry.quotes[0].text).characters for entry in entries])

    def ask(text: str) -> Answer | NoAnswer:
        return composer.answer(entries[int(np.argmax(index.scores(terms.read(text).characters)))], 1.0)

    return ask


def nearest_question(sources: Sources, terms: TermReader) -> Asking:
    """Answers with the entry whose wording is nearest by TF-IDF cosine; boundaries count as refusals."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    composer = Composer(sources)
    owners = [entry for entry in sources.entries for _ in entry.wordings]
    vectorizer = TfidfVectorizer(analyzer=list)
    rows = vectorizer.fit_transform([terms.read(wording).characters for entry in sources.entries for wording in entry.wordings])

    def ask(text: str) -> Answer | NoAnswer:
        likeness = (rows @ vectorizer.transform([terms.read(text).characters]).T).toarray().ravel()
        entry = owners[int(likeness.argmax())]
        return composer.boundary(entry, 1.0) if entry.is_boundary else composer.answer(entry, 1.0)

    return ask
