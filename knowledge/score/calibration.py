"""Learns from held-apart wordings when to answer: each wording is judged by an index and an encoder that have never seen it.

The wordings of every entry are dealt into folds; for each fold the encoder is trained and the index built without it.
Gradient boosting (Friedman 2001) then learns from how the left-out wordings fared which of them are answered.
"""

from __future__ import annotations

import json
import math
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.encoder.identity import TrainingSettings
from knowledge.library import Entry
from knowledge.retrieval.features import NAMES, features
from knowledge.retrieval.trees import Trees
from knowledge.sources import Sources, candidates, training_groups
from knowledge.terms import TermReader

FOLDS = 4
GOAL_WRONGLY_REFUSED = 0.04
GOAL_WRONGLY_ANSWERED = 0.05
_SEED = 20261123


def calibrate(sources: Sources, file: Path, report: Callable[[str], None] = lambda line: None) -> None:
    """Learn, and write the trees. Takes some minutes."""
    rows: list[Sequence[float]] = []
    answered: list[bool] = []
    for fold in range(FOLDS):
        for row, is_answered in _held_apart(sources, fold):
            rows.append(row)
            answered.append(is_answered)
        report(f"knowledge: fold {fold + 1} of {FOLDS}, {len(rows)} wordings judged")
    trees = _learn(rows, answered)
    file.write_text(json.dumps(trees.as_fields(), separators=(",", ":")) + "\n", encoding="utf-8")
    report(f"knowledge: wrote {file.name}, {len(trees.trees)} trees")


def deal(entries: Sequence[Entry], fold: int, folds: int = FOLDS) -> tuple[tuple[Entry, ...], tuple[tuple[Entry, str], ...]]:
    """The entries without the wordings of one fold, and those wordings."""
    kept, apart = [], []
    for entry in entries:
        order = list(range(len(entry.phrasings)))
        random.Random(f"{_SEED}{entry.id}").shuffle(order)  # noqa: S311 - nothing secret
        held = {place for turn, place in enumerate(order) if turn % folds == fold}
        apart += [(entry, entry.phrasings[place]) for place in sorted(held)]
        kept.append(replace(entry, phrasings=tuple(words for place, words in enumerate(entry.phrasings) if place not in held)))
    return tuple(kept), tuple(apart)


def _held_apart(sources: Sources, fold: int) -> Iterator[tuple[Sequence[float], bool]]:
    # Imported here because only this needs to train.
    from knowledge.encoder.model import open_encoder
    from knowledge.encoder.training import train_encoder
    from knowledge.index.assembly import IndexMaker
    from knowledge.retrieval.search import Retriever

    terms = TermReader()
    kept, apart = deal(sources.entries, fold)
    with tempfile.TemporaryDirectory() as folder:
        groups = [[terms.read(text).meaning for text in group] for group in training_groups(kept)]
        train_encoder(groups, Path(folder) / "encoder", TrainingSettings())
        encoder = open_encoder(str(Path(folder) / "encoder"))
    retriever = Retriever(IndexMaker(encoder, terms).make(candidates(replace(sources, entries=kept))), encoder)
    for entry, words in apart:
        read = terms.read(words)
        yield features(read, retriever.search(read)), not entry.is_boundary


def _learn(rows: Sequence[Sequence[float]], answered: Sequence[bool]) -> Trees:
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.model_selection import cross_val_predict

    learner = GradientBoostingClassifier(
        n_estimators=350, max_depth=4, subsample=0.6, max_features=0.4, learning_rate=0.05, min_samples_leaf=15, random_state=_SEED
    )
    apart = cross_val_predict(learner, rows, answered, cv=FOLDS, method="predict_proba")[:, 1]
    edge = balanced_edge(list(map(float, apart)), answered)
    learner.fit(rows, answered)
    trees = []
    for (stage,) in learner.estimators_:
        tree = stage.tree_
        columns = (tree.feature, tree.threshold, tree.children_left, tree.children_right, tree.value[:, 0, 0])
        trees.append([_node(*node, learner.learning_rate) for node in zip(*columns, strict=True)])
    # The edge becomes a probability of one half, so that whoever reads the trees need not know it.
    start = float(learner._raw_predict_init([rows[0]])[0, 0]) - math.log(edge / (1 - edge))
    return Trees(NAMES, start, tuple(trees))


def balanced_edge(probabilities: Sequence[float], answered: Sequence[bool]) -> float:
    """The probability from which to answer, so that the two kinds of mistakes stand to each other as the goals for them do."""
    yes = [p for p, is_answered in zip(probabilities, answered, strict=True) if is_answered]
    no = [p for p, is_answered in zip(probabilities, answered, strict=True) if not is_answered]

    def worse(edge: float) -> float:
        refused = sum(p < edge for p in yes) / len(yes)
        told = sum(p >= edge for p in no) / len(no)
        return max(refused / GOAL_WRONGLY_REFUSED, told / GOAL_WRONGLY_ANSWERED)

    return min((step / 100 for step in range(5, 96)), key=worse)


def _node(column: float, limit: float, low: float, high: float, value: float, rate: float) -> tuple[float, float, float, float]:
    is_leaf = low < 0
    return (-1, round(float(rate * value), 5), 0, 0) if is_leaf else (int(column), float(limit), int(low), int(high))
