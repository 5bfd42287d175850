"""What a judgement looks at: a question and its best matches as a row of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.library import Entry
from knowledge.plan.stated import FACTS, facts_stated
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
        min(len(terms.text), _LONG) / _LONG,
        float(terms.text.isascii()),
        float(len(terms.concepts)),
    )
    agreement = (
        float(len(precise & attributes_asked(boundary.entry.question))),
        float(len(precise & attributes_asked(answer.entry.question))),
        float(len(precise)),
    )
    return (*measures, *(float(name in asked) for name in ATTRIBUTES), *(float(kind in stated) for kind in FACTS), *agreement)


def _words(entry: Entry) -> str:
    return entry.answer + "".join(quote.text for quote in entry.quotes)
