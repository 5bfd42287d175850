"""What each part is worth: the test questions again, with one part left out at a time.

Messages of several questions are left aside: they rest on more than the search. Follow-ups have a row of their own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.encoder.identity import TrainingSettings
from knowledge.encoder.model import Encoder, open_encoder
from knowledge.index.assembly import Index, IndexMaker
from knowledge.index.follow_ups import FollowUpSense
from knowledge.index.linear import NOTHING
from knowledge.knowledge import Knowledge
from knowledge.question.concepts import Concepts
from knowledge.question.spelling import Spelling
from knowledge.retrieval.judgement import Judgement, Verdict, open_judge
from knowledge.retrieval.search import BALANCED, Matches, Retriever, Weights
from knowledge.score.marks import Share
from knowledge.score.questions import KnownQuestion
from knowledge.score.report import EVERYDAY
from knowledge.score.run import mark
from knowledge.sources import Sources, candidates, training_groups
from knowledge.terms import TermReader, Terms

_SEARCHES = {
    "all parts": BALANCED,
    "without characters (BM25)": Weights(characters=0.0),
    "without meaning (encoder)": Weights(meaning=0.0),
    "without sounds (pinyin)": Weights(sounds=0.0),
    "without the clause's others": Weights(clause=0.0),
    "without the words' leaning": Weights(leaning=0.0),
}
_MEANING_ALONE = Weights(characters=0.0, meaning=1.0, sounds=0.0, clause=0.0, leaning=0.0)


def ablation(sources: Sources, index: Index, encoder: Encoder, questions: Sequence[KnownQuestion]) -> Iterator[str]:
    """Lines of a table; the clause of the best match before any judgement, then how the judgement does without its parts."""
    single = [question for question in questions if not question.after and not question.needs_all_clauses]
    yield f"{'the best match is of the right clause':<34} all      everyday the others"
    for name, weights in _SEARCHES.items():
        yield _search_row(name, Retriever(index, encoder, weights), TermReader(), single)
    yield _search_row("without concepts, trained anew", *_trained_anew(sources, TermReader(Concepts({})), TrainingSettings()), single)
    entries = tuple(replace(entry, phrasings=()) for entry in sources.entries)
    bare = IndexMaker(encoder, TermReader()).make(candidates(replace(sources, entries=entries)))
    yield _search_row("without phrasings in the index", Retriever(bare, encoder), TermReader(), single)
    yield _search_row("meaning alone", Retriever(index, encoder, _MEANING_ALONE), TermReader(), single)
    narrow = TrainingSettings(width=TrainingSettings().dimensions)
    yield _search_row("meaning alone, trained narrow", *_trained_anew(sources, TermReader(), narrow, _MEANING_ALONE), single)
    yield ""
    follow_ups = [question for question in questions if question.after]
    deaf = replace(index, follow_ups=FollowUpSense((), NOTHING))
    for name, own in (("follow-ups", index), ("follow-ups, not told by their sound", deaf)):
        right = Share.of([m.right for m in mark(Knowledge(sources, own, encoder, TermReader()), follow_ups)])
        yield f"{name:<34} right {right}"
    typed = [question for question in single if question.register == "typo"]
    for title, spelling in (("typos", None), ("typos, not mended", Spelling(()))):
        right = Share.of([m.right for m in mark(Knowledge(sources, index, encoder, TermReader(), spelling=spelling), typed)])
        yield f"{title:<34} right {right}"
    yield ""
    yield f"{'answered or refused by':<34} wrongly refused, wrongly answered"
    yield from _judgement_rows(Retriever(index, encoder), single)


def _search_row(name: str, retriever: Retriever, terms: TermReader, questions: Sequence[KnownQuestion]) -> str:
    asked = [question for question in questions if question.is_answerable]
    right = [retriever.search(terms.read(q.text)).answers[0].entry.quotes[0].clause in q.clauses for q in asked]
    everyday = [is_right for is_right, q in zip(right, asked, strict=True) if q.register in EVERYDAY]
    others = [is_right for is_right, q in zip(right, asked, strict=True) if q.register not in EVERYDAY]
    shares = "     ".join(f"{Share.of(group).value:.2f}" for group in (right, everyday, others))
    return f"{name:<34} {shares}"


def _trained_anew(
    sources: Sources, terms: TermReader, settings: TrainingSettings, weights: Weights = BALANCED
) -> tuple[Retriever, TermReader]:
    # Imported here because only this needs to train.
    from knowledge.encoder.training import train_encoder

    with tempfile.TemporaryDirectory() as folder:
        groups = [[terms.read(text).meaning for text in group] for group in training_groups(sources.entries)]
        train_encoder(groups, Path(folder) / "encoder", settings)
        encoder = open_encoder(str(Path(folder) / "encoder"))
    return Retriever(IndexMaker(encoder, terms).make(candidates(sources)), encoder, weights), terms


def _judgement_rows(retriever: Retriever, questions: Sequence[KnownQuestion]) -> Iterator[str]:
    terms, judge = TermReader(), open_judge()
    read = [(question, terms.read(question.text)) for question in questions]
    found = [(question, own, retriever.search(own)) for question, own in read]

    methods: dict[str, Callable[[Terms, Matches], bool]] = {
        "what was learnt, all features": lambda own, matches: _is_answered(judge.judge(own, matches)),
        "the wording alone (doubt)": lambda own, matches: matches.doubt < 0,
        "the nearer of answer and boundary": lambda own, matches: matches.answers[0].score >= matches.boundaries[0].score,
    }
    for name, answers in methods.items():
        refused = Share.of([not answers(own, matches) for question, own, matches in found if question.is_answerable])
        told = Share.of([answers(own, matches) for question, own, matches in found if not question.is_answerable])
        yield f"{name:<34} {refused}, {told}"


def _is_answered(judgement: Judgement) -> bool:
    return judgement.verdict is Verdict.ANSWERED
