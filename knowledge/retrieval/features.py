"""What a judgement looks at: a question and its best matches as a row of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from knowledge.library import Entry
from knowledge.plan.stated import ANSWERING, FACTS, facts_stated
from knowledge.question.asked import ATTRIBUTES, PRECISE, attributes_asked
from knowledge.retrieval.search import Matches
from knowledge.terms import Terms

_MATCHES = 5
_LONG = 60
MEASURES = (
    "doubt",
    "leaning",
    "lead",
    "answer similarity",
    "boundary similarity",
    "best answer similarity",
    "best boundary similarity",
    "answer score",
    "boundary score",
    "answer overlap",
    "boundary overlap",
    "overlap lead",
    "best answer overlap",
    "best boundary overlap",
    "known words",
    *(f"answers among the {number} with most {measure}" for measure in ("similarity", "overlap") for number in (3, 5)),
    "similarity of answers over boundaries",
    "overlap of answers over boundaries",
    "score of answers over boundaries",
    "answers of the best one's clause",
    "boundaries near that clause",
    "the boundary is near it",
    "the boundary is near none",
    "answers' spread",
    "boundaries' spread",
    "length",
    "latin",
    "concepts",
)
NAMES: tuple[str, ...] = (
    *MEASURES,
    *(f"asks for {name}" for name in ATTRIBUTES),
    *(f"states {kind}" for kind in FACTS),
    "asks as the boundary",
    "asks as the answer",
    "precise attributes",
    "precise attributes that the answer states",
    "asked by the boundary alone",
    "asked by the answer alone",
)
"""One a column; weights are kept with these names, so that no others are ever applied to them."""


def features(terms: Terms, matches: Matches) -> Sequence[float]:
    """One row, as long as NAMES."""
    answer, boundary = matches.answers[0], matches.boundaries[0]
    asked = attributes_asked(terms.text)
    precise = asked.intersection(PRECISE)
    stated = facts_stated(_words(answer.entry))
    measures = (
        matches.doubt,
        matches.leaning,
        answer.score - boundary.score,
        answer.similarity,
        boundary.similarity,
        max(match.similarity for match in matches.answers[:_MATCHES]),
        max(match.similarity for match in matches.boundaries[:_MATCHES]),
        answer.score,
        boundary.score,
        answer.overlap,
        boundary.overlap,
        answer.overlap - boundary.overlap,
        max(match.overlap for match in matches.answers[:_MATCHES]),
        max(match.overlap for match in matches.boundaries[:_MATCHES]),
        matches.known,
        *_standing(matches),
        min(len(terms.text), _LONG) / _LONG,
        float(terms.text.isascii()),
        float(len(terms.concepts)),
    )
    by_boundary, by_answer = (attributes_asked(match.entry.question).intersection(PRECISE) for match in (boundary, answer))
    counted = (
        precise & by_boundary,
        precise & by_answer,
        precise,
        [name for name in precise if ANSWERING.get(name, frozenset()) & stated],
        by_boundary - precise,
        by_answer - precise,
    )
    asks = (float(name in asked) for name in ATTRIBUTES)
    states = (float(kind in stated) for kind in FACTS)
    return (*measures, *asks, *states, *map(float, map(len, counted)))


def _standing(matches: Matches) -> Iterator[float]:
    """How the best answers and the best boundaries stand to each other as a whole."""
    answers, boundaries = matches.answers[:_MATCHES], matches.boundaries[:_MATCHES]
    similarity, overlap, score = map(attrgetter, ("similarity", "overlap", "score"))
    for measure in (similarity, overlap):
        ranked = sorted((*answers, *boundaries), key=measure, reverse=True)
        for number in (3, 5):
            yield sum(not match.entry.is_boundary for match in ranked[:number]) / number
    for measure in (similarity, overlap, score):
        yield sum(map(measure, answers)) - sum(map(measure, boundaries))
    clause = answers[0].entry.quotes[0].clause
    yield sum(match.entry.quotes[0].clause == clause for match in answers)
    yield sum(match.entry.near == clause for match in boundaries)
    yield float(boundaries[0].entry.near == clause)
    yield float(boundaries[0].entry.near is None)
    yield answers[0].score - answers[-1].score
    yield boundaries[0].score - boundaries[-1].score


def _words(entry: Entry) -> str:
    return entry.answer + "".join(quote.text for quote in entry.quotes)
